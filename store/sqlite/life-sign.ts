/** Keeps the traces of the platform's own presses few: every other line of history stays for ever, these are taken away again. */
import { DatabaseSync } from 'node:sqlite'
import { lifeSignDevice, lifeSignPress, lifeSignSubject } from '../../domain/life-sign.ts'
import { carePath } from './folder.ts'

/** What test presses began with, by which this platform once proved its way. */
const testPress = `${lifeSignDevice.id}:test:`

/** Lines of these alone may be taken away. */
export const lifeSignTraces = `
  drop trigger journal_remain;
  create trigger journal_remain before delete on journal when old.subject_id <> '${lifeSignSubject}'
    begin select raise(abort, 'journal is append-only'); end;
  drop trigger facts_remain;
  create trigger facts_remain before delete on facts when old.subject_id <> '${lifeSignSubject}'
    begin select raise(abort, 'facts is append-only'); end;
  drop trigger presses_remain;
  create trigger presses_remain before delete on presses when substr(old.press_id, 1, ${testPress.length}) <> '${testPress}'
    begin select raise(abort, 'presses is append-only'); end;
`

/** Its presses are calls for help now, with alarms and notices of their own. */
export const lifeSignAlarms = `
  drop trigger presses_remain;
  create trigger presses_remain before delete on presses when substr(old.press_id, 1, ${lifeSignPress.length}) <> '${lifeSignPress}'
    begin select raise(abort, 'presses is append-only'); end;
  create trigger alarms_remain before delete on alarms when old.subject_id <> '${lifeSignSubject}' or old.state <> 'resolved'
    begin select raise(abort, 'alarms are never taken away'); end;
`

/** Rounds that stay: enough for everybody who still follows the newest facts. */
const kept = 5

/** Takes away all rounds but the newest few; returns how many lines of the journal. Throws when the database is busy or the disk will not take it. */
export function forgetLifeSigns(dataDir: string): number {
  // A connection of its own, for a moment, that does not look for alarms of these facts: that would read the whole table of alarms for each.
  const connection = new DatabaseSync(carePath(dataDir), { timeout: 0, enableForeignKeyConstraints: false })
  try {
    connection.exec('pragma synchronous = full; pragma wal_autocheckpoint = 0; begin immediate')
    const before = firstKept(connection)
    forgetAlarms(connection, before)
    const gone = forgetLines(connection, before)
    connection.exec('commit')
    return gone
  } finally {
    connection.close()
  }
}

/** The version of the line with which the oldest kept round begins: what is left still replays from its first line. 0 while an alarm stands. */
function firstKept(connection: DatabaseSync): number {
  if (connection.prepare('select 1 from alarms where subject_id = ? and due_at is not null').get(lifeSignSubject)) return 0
  const presses = connection.prepare(`
    select version from journal where subject_id = ? and json_extract(event, '$.kind') in ('sos-pressed', 'test-pressed')
    order by version desc limit 1 offset ?`)
  return Number(presses.get(lifeSignSubject, kept - 1)?.version ?? 0)
}

/** Alarms whose last fact goes, and the calls of them. */
function forgetAlarms(connection: DatabaseSync, before: number): void {
  const ids = connection
    .prepare(`
      select id from alarms where subject_id = ?1 and state = 'resolved' and fact_seq in (
        select first_fact from journal where subject_id = ?1 and version < ?2)`)
    .all(lifeSignSubject, before)
  const dropNotices = connection.prepare("delete from notices where id >= ?1 || '/' and id < ?1 || '0' and alarm_id = ?1")
  const dropAlarm = connection.prepare('delete from alarms where id = ?')
  for (const { id } of ids) {
    dropNotices.run(String(id))
    dropAlarm.run(String(id))
  }
}

function forgetLines(connection: DatabaseSync, before: number): number {
  const old = [lifeSignSubject, before] as const
  const lines = connection
    .prepare("select first_fact as fact, json_extract(event, '$.causeId') as press from journal where subject_id = ? and version < ?")
    .all(...old)
  const dropFact = connection.prepare('delete from facts where seq = ? and subject_id = ?')
  const dropPress = connection.prepare('delete from presses where press_id = ?')
  for (const { fact, press } of lines) {
    if (fact !== null) dropFact.run(Number(fact), lifeSignSubject)
    if (press !== null) dropPress.run(String(press))
  }
  connection.prepare('delete from journal where subject_id = ? and version < ?').run(...old)
  return lines.length
}
