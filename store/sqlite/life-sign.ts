/** Keeps the traces of the platform's own presses few: every other line of history stays for ever, these are taken away again. */
import { DatabaseSync } from 'node:sqlite'
import { lifeSignPress, lifeSignSubject } from '../../domain/life-sign.ts'
import { carePath } from './folder.ts'

/** Lines of these alone may be taken away. */
export const lifeSignTraces = `
  drop trigger journal_remain;
  create trigger journal_remain before delete on journal when old.subject_id <> '${lifeSignSubject}'
    begin select raise(abort, 'journal is append-only'); end;
  drop trigger facts_remain;
  create trigger facts_remain before delete on facts when old.subject_id <> '${lifeSignSubject}'
    begin select raise(abort, 'facts is append-only'); end;
  drop trigger presses_remain;
  create trigger presses_remain before delete on presses when substr(old.press_id, 1, ${lifeSignPress.length}) <> '${lifeSignPress}'
    begin select raise(abort, 'presses is append-only'); end;
`

/** Enough for everybody who still follows the newest facts. */
const kept = 5

/** Takes away all but the newest few; returns how many. Throws when the database is busy or the disk will not take it. */
export function forgetLifeSigns(dataDir: string): number {
  // A connection of its own, for a moment, that does not look for alarms of these facts: a test press has none, and the search would
  // read the whole table of alarms for each line.
  const connection = new DatabaseSync(carePath(dataDir), { timeout: 0, enableForeignKeyConstraints: false })
  try {
    connection.exec('pragma synchronous = full; pragma wal_autocheckpoint = 0; begin immediate')
    const last = Number(
      connection.prepare('select max(version) as version from journal where subject_id = ?').get(lifeSignSubject)?.version ?? 0,
    )
    const old = [lifeSignSubject, last - kept] as const
    const ids = connection
      .prepare("select first_fact as fact, json_extract(event, '$.causeId') as press from journal where subject_id = ? and version <= ?")
      .all(...old)
    const dropFact = connection.prepare('delete from facts where seq = ? and subject_id = ?')
    const dropPress = connection.prepare('delete from presses where press_id = ?')
    for (const { fact, press } of ids) {
      if (fact !== null) dropFact.run(Number(fact), lifeSignSubject)
      dropPress.run(String(press))
    }
    connection.prepare('delete from journal where subject_id = ? and version <= ?').run(...old)
    connection.exec('commit')
    return ids.length
  } finally {
    connection.close()
  }
}
