/** Calls owed after an alarm was closed, on SQLite: added in the transaction that closes the alarm, and ticked off by somebody, with a note. */
import type { DatabaseSync } from 'node:sqlite'
import type { Alarm } from '../../domain/alarm.ts'
import { type CallBack, type CallBackDone, callBackAfter } from '../../domain/call-backs.ts'
import { instant } from '../../domain/time.ts'
import type { CallBacks } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

type Row = {
  id: string
  subject_id: string
  site_id: string
  reason: string
  outcome: string
  closed_at: number
  closed_by: string
  due_at: number
  tried_at: number | null
  tried_by: string | null
  tried_note: string | null
  done_at: number | null
  done_by: string | null
  note: string | null
}

/** Synchronous, for the writer's transaction that closes an alarm. */
export function prepareCallBack(connection: DatabaseSync): (alarm: Alarm) => void {
  const add = connection.prepare(`
    insert into call_backs (id, subject_id, site_id, reason, outcome, closed_at, closed_by, due_at) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (id) do nothing`)
  return (alarm) => {
    const owed = callBackAfter(alarm)
    if (!owed) return
    const { id, subjectId, siteId, reason, outcome, closedAt, closedBy, dueAt } = owed
    add.run(id, subjectId, siteId, reason, outcome, closedAt, closedBy, dueAt)
  }
}

/** The call-backs of this database. */
export function openCallBacks({ connection, reader, write }: Database): CallBacks {
  const open = reader.prepare(`
    select * from call_backs where done_at is null and (?1 is null or site_id in (select value from json_each(?1))) order by due_at, id limit ?2`)
  const made = reader.prepare(`
    select * from call_backs where done_at >= ?2 and (?1 is null or site_id in (select value from json_each(?1)))
    order by done_at desc, id limit ?3`)
  const putOff = connection.prepare(`
    update call_backs set due_at = ?2, tried_at = ?3, tried_by = ?4, tried_note = ?5 where id = ?1 and done_at is null`)
  const one = reader.prepare('select * from call_backs where id = ?')
  const tick = connection.prepare('update call_backs set done_at = ?2, done_by = ?3, note = ?4 where id = ?1 and done_at is null')
  const line = prepareAuditLine(connection)
  return {
    open: async (siteIds, limit) => (open.all(listOf(siteIds), limit) as Row[]).map(callBackOf),
    made: async (siteIds, since, limit) =>
      (made.all(listOf(siteIds), since, limit) as Row[]).flatMap((row) => {
        const done = doneOf(row)
        return done ? [{ ...callBackOf(row), done }] : []
      }),
    again: (id, { dueAt, at, by, note }, noted) =>
      write(() => {
        const isOwed = putOff.run(id, dueAt, at, by, note).changes > 0
        if (isOwed) line(noted)
        return isOwed
      }),
    async find(id) {
      const row = one.get(id) as Row | undefined
      return row ? { ...callBackOf(row), done: doneOf(row) } : null
    },
    tick: (id, { at, by, note }, noted) =>
      write(() => {
        const isFirst = tick.run(id, at, by, note).changes > 0
        if (isFirst) line(noted)
        return isFirst
      }),
  }
}

const listOf = (siteIds: readonly string[] | 'all'): string | null => (siteIds === 'all' ? null : JSON.stringify(siteIds))

const callBackOf = (row: Row): CallBack => ({
  ...{ id: row.id, subjectId: row.subject_id, siteId: row.site_id, closedBy: row.closed_by },
  reason: row.reason as CallBack['reason'],
  outcome: row.outcome as CallBack['outcome'],
  closedAt: instant(row.closed_at),
  dueAt: instant(row.due_at),
  ...(row.tried_at !== null && { tried: { at: instant(row.tried_at), by: row.tried_by ?? '', note: row.tried_note ?? '' } }),
})

const doneOf = ({ done_at, done_by, note }: Row): CallBackDone | null =>
  done_at === null ? null : { at: instant(done_at), by: done_by ?? '', note: note ?? '' }
