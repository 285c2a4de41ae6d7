/** The CareStore on SQLite: a turn is one journal line with its facts, alarms, presses and notices, all in the writer's shared transaction. */
import type { DatabaseSync } from 'node:sqlite'
import { type Alarm, dueAt, type Fact, type Notice } from '../../domain/alarm.ts'
import type { Situation } from '../../domain/situation.ts'
import { type CareStore, type NoticeResult, type StoredFact, StoreTrouble, type Turn } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import { prepareCallBack } from './call-backs.ts'
import { type Body, openAlarmOf } from './care/rows.ts'
import { openCareScreens } from './care/screens.ts'
import type { Database } from './database.ts'

/** The care store of this database. Closing it leaves the database open for others. */
export function openCareStore(database: Database): CareStore {
  const load = prepareLoad(database.connection)
  const record = prepareTurn(database.connection)
  const recordNotice = prepareNoticeResult(database.connection)
  let closed = false
  const write = <T>(work: () => T): Promise<T> => {
    if (!closed) return database.write(work)
    return Promise.reject(new StoreTrouble('closed', 'The store is closed; nothing was recorded.'))
  }
  return {
    ...openCareScreens(database.reader),
    load: async (subjectId, pressId) => load(subjectId, pressId),
    commit: (turn) => write(() => record(turn)),
    recordNotice: (result) => write(() => recordNotice(result)),
    async close() {
      closed = true
      await database.write(() => undefined).catch(() => undefined)
    },
  }
}

function prepareLoad(connection: DatabaseSync): (subjectId: string, pressId?: string) => Situation {
  const version = connection.prepare('select max(version) as version from journal where subject_id = ?')
  const open = connection.prepare(`
    select facts.body from alarms join facts on facts.seq = alarms.fact_seq
    where alarms.subject_id = ? and alarms.due_at is not null order by alarms.raised_at, alarms.id`)
  const press = connection.prepare('select alarm_id from presses where press_id = ?')
  return (subjectId, pressId) => {
    const known = pressId === undefined ? undefined : press.get(pressId)
    return {
      subjectId,
      version: Number(version.get(subjectId)?.version ?? 0),
      open: (open.all(subjectId) as Body[]).map(openAlarmOf),
      presses: new Map(pressId !== undefined && known ? [[pressId, String(known.alarm_id)]] : []),
    }
  }
}

function prepareTurn(connection: DatabaseSync): (turn: Turn) => readonly StoredFact[] {
  const refuseLate = prepareRefuseLate(connection)
  const addFact = prepareFact(connection)
  const withdraw = connection.prepare(
    "update notices set state = 'withdrawn' where state = 'owed' and (id = ?1 or (id >= ?1 || '/' and id < ?1 || '0' and alarm_id = ?1))",
  )
  const addNotice = prepareNotice(connection)
  const note = prepareAuditLine(connection)
  const addLine = connection.prepare('insert into journal (subject_id, version, at, event, first_fact, facts) values (?, ?, ?, ?, ?, ?)')
  return (turn) => {
    refuseLate(turn.before)
    const facts = turn.facts.map((fact) => ({ seq: addFact(fact), fact }))
    const { event } = turn
    addLine.run(event.subjectId, turn.before.version + 1, event.at, JSON.stringify(event), facts[0]?.seq ?? null, facts.length)
    for (const id of turn.withdrawn) withdraw.run(id)
    for (const notice of turn.notices) addNotice(notice)
    note(turn.line)
    return facts
  }
}

/** Refuses a turn whose subject no longer stands where the decision was made. */
function prepareRefuseLate(connection: DatabaseSync): (before: Situation) => void {
  const latest = connection.prepare('select max(version) as version from journal where subject_id = ?')
  return ({ subjectId, version }) => {
    if (Number(latest.get(subjectId)?.version ?? 0) !== version)
      throw new StoreTrouble('conflict', `The situation of ${subjectId} moved on meanwhile; decide again.`)
  }
}

/** Adds a fact, the alarm as it leaves it, the press it answers, and the call owed when it is over. Returns the fact's place in the order of all. */
function prepareFact(connection: DatabaseSync): (fact: Fact) => number {
  const add = connection.prepare('insert into facts (subject_id, site_id, body) values (?, ?, ?)')
  const remember = connection.prepare('insert into presses (press_id, alarm_id) values (?, ?) on conflict do nothing')
  const putAlarm = prepareAlarm(connection)
  const oweCall = prepareCallBack(connection)
  return (fact) => {
    const seq = Number(add.run(fact.subjectId, fact.siteId, JSON.stringify(fact)).lastInsertRowid)
    if (fact.kind === 'test-pressed') {
      remember.run(fact.pressId, 'test')
      return seq
    }
    putAlarm(fact.alarm, seq)
    if (fact.kind === 'alarm-resolved') oweCall(fact.alarm)
    if (fact.pressId !== undefined) remember.run(fact.pressId, fact.alarm.id)
    return seq
  }
}

function prepareAlarm(connection: DatabaseSync): (alarm: Alarm, seq: number) => void {
  // The trigger `resolved_alarms_stay` refuses to change what is closed.
  const put = connection.prepare(`
    insert into alarms (id, subject_id, site_id, kind, state, priority, raised_at, due_at, resolved_at, fact_seq)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (id) do update set subject_id = excluded.subject_id, site_id = excluded.site_id, kind = excluded.kind,
      state = excluded.state, priority = excluded.priority, raised_at = excluded.raised_at, due_at = excluded.due_at,
      resolved_at = excluded.resolved_at, fact_seq = excluded.fact_seq`)
  return (alarm, seq) => {
    const { id, subjectId, siteId, kind, state, priority, raisedAt } = alarm
    const due = alarm.state === 'resolved' ? null : dueAt(alarm)
    const resolvedAt = alarm.state === 'resolved' ? alarm.at : null
    put.run(id, subjectId, siteId, kind, state, priority, raisedAt, due, resolvedAt, seq)
  }
}

function prepareNotice(connection: DatabaseSync): (notice: Notice) => void {
  const add = connection.prepare(`
    insert into notices (id, alarm_id, subject_id, site_id, recipient, due_at, state, attempts, next_try_at, last_error, changed_at)
    values (?1, ?2, ?3, ?4, ?5, ?6, 'owed', 0, ?6, '', ?6) on conflict (id) do nothing`)
  return ({ id, alarmId, subjectId, siteId, recipient, dueAt: at }) => {
    add.run(id, alarmId, subjectId, siteId, JSON.stringify(recipient), at)
  }
}

function prepareNoticeResult(connection: DatabaseSync): (result: NoticeResult) => void {
  // Owed may become anything; withdrawn only "delivered" or "refused", when the call was already on its way; the rest is final.
  const put = connection.prepare(`
    update notices set state = ?1, attempts = ?2, next_try_at = ?3, last_error = ?4, changed_at = ?5
    where id = ?6 and (state = 'owed' or (state = 'withdrawn' and ?1 <> 'owed'))`)
  return ({ id, state, attempts, nextTryAt, lastError, at }) => {
    put.run(state, attempts, nextTryAt, lastError, at, id)
  }
}
