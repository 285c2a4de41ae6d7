/** What screens, the timekeeper and the outbox ask of the care tables: on a connection that only reads, so only committed facts are seen. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { lifeSignSite } from '../../../domain/life-sign.ts'
import type { CareStore, JournalEntry } from '../../store.ts'
import { alarmOf, type Body, factOf, type NoticeRow, noticeOf, openAlarmOf } from './rows.ts'

type Screens = Omit<CareStore, 'load' | 'commit' | 'recordNotice' | 'close'>

const alarmBodies = 'select facts.body from alarms join facts on facts.seq = alarms.fact_seq'
// "All" are the sites of people: the platform's own button stands at none of them.
const ofSites = `(?1 is null and alarms.site_id <> '${lifeSignSite}' or alarms.site_id in (select value from json_each(?1)))`

/** Sites as the statements take them: a JSON list, or null for all. */
const sitesGiven = (siteIds: readonly string[] | 'all') => (siteIds === 'all' ? null : JSON.stringify(siteIds))

export function openCareScreens(reader: DatabaseSync): Screens {
  return { ...alarmQueries(reader), ...historyQueries(reader), ...noticeQueries(reader) }
}

function prepare<Row>(reader: DatabaseSync, sql: string): (...given: readonly SQLInputValue[]) => Row[] {
  const statement = reader.prepare(sql)
  return (...given) => statement.all(...given) as Row[]
}

function alarmQueries(reader: DatabaseSync): Pick<Screens, 'dueAlarms' | 'openAlarms' | 'alarm' | 'alarmsOf' | 'resolvedSince'> {
  const due = prepare<Body>(reader, `${alarmBodies} where alarms.due_at <= ? order by alarms.due_at, alarms.id limit ?`)
  const open = prepare<Body>(
    reader,
    `${alarmBodies} where alarms.due_at is not null and ${ofSites} order by alarms.priority, alarms.raised_at, alarms.id`,
  )
  const one = prepare<Body>(reader, `${alarmBodies} where alarms.id = ?`)
  // Two halves, so that each is read along its own index.
  const half = (which: string) => `select fact_seq, raised_at from alarms where subject_id = ?1 and due_at is ${which}`
  const ofSubject = prepare<Body>(
    reader,
    `select facts.body from (${half('null')} union all ${half('not null')} order by raised_at desc, fact_seq desc limit ?2) as alarms
      join facts on facts.seq = alarms.fact_seq order by alarms.raised_at desc, alarms.fact_seq desc`,
  )
  const closed = prepare<Body>(
    reader,
    `${alarmBodies} where alarms.resolved_at >= ?2 and ${ofSites} order by alarms.resolved_at desc, alarms.fact_seq desc limit ?3`,
  )
  return {
    dueAlarms: async (now, limit) => due(now, limit).map(openAlarmOf),
    openAlarms: async (siteIds) => open(sitesGiven(siteIds)).map(openAlarmOf),
    alarm: async (id) => one(id).map(alarmOf)[0] ?? null,
    alarmsOf: async (subjectId, limit) => ofSubject(subjectId, limit).map(alarmOf),
    resolvedSince: async (siteIds, since, limit) => closed(sitesGiven(siteIds), since, limit).map(alarmOf),
  }
}

type Line = { seq: number; event: string; first_fact: number | null; facts: number }

function historyQueries(reader: DatabaseSync): Pick<Screens, 'factsSince' | 'lastSeq' | 'journal'> {
  const facts = prepare<Body & { seq: number }>(reader, 'select seq, body from facts where seq > ? order by seq limit ?')
  const last = prepare<{ seq: number }>(reader, 'select coalesce(max(seq), 0) as seq from facts')
  const columns = 'select seq, event, first_fact, facts from journal'
  const ofAll = prepare<Line>(reader, `${columns} where seq > ? order by seq limit ?`)
  const ofSubject = prepare<Line>(reader, `${columns} where subject_id = ? and seq > ? order by version limit ?`)
  // The facts of one turn are neighbours, because one turn is written at once.
  const entry = ({ seq, event, first_fact, facts: count }: Line): JournalEntry => ({
    seq,
    event: JSON.parse(event),
    facts: first_fact === null ? [] : facts(first_fact - 1, count).map(factOf),
  })
  return {
    factsSince: async (seq, limit) => facts(seq, limit).map((row) => ({ seq: row.seq, fact: factOf(row) })),
    lastSeq: async () => last()[0]?.seq ?? 0,
    journal: async (subjectId, afterSeq, limit) =>
      (subjectId === null ? ofAll(afterSeq, limit) : ofSubject(subjectId, afterSeq, limit)).map(entry),
  }
}

function noticeQueries(reader: DatabaseSync): Pick<Screens, 'owedNotices' | 'noticesOf'> {
  const owed = prepare<NoticeRow>(
    reader,
    "select * from notices where state = 'owed' and next_try_at <= ? order by next_try_at, id limit ?",
  )
  const ofAlarm = prepare<NoticeRow>(
    reader,
    "select * from notices where id >= ?1 || '/' and id < ?1 || '0' and alarm_id = ?1 order by due_at, id",
  )
  return {
    owedNotices: async (now, limit) => owed(now, limit).map(noticeOf),
    noticesOf: async (alarmId) => ofAlarm(alarmId).map(noticeOf),
  }
}
