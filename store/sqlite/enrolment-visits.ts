/** Technicians' visits on SQLite: a code is used once, and only while it is valid. */
import type { Visit, VisitStore } from '../../domain/enrolment-visits.ts'
import { type Instant, instant } from '../../domain/time.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

/** More visits than this are not open at once in any city. */
const openMost = 1_000

/** The visits kept in this database. */
export function openVisitStore({ connection, reader, write }: Database): VisitStore {
  const insert = connection.prepare(`
    insert into visits (id, code_hash, site_id, resident_ids, made_by, made_at, until) values (?, ?, ?, ?, ?, ?, ?)`)
  const use = connection.prepare(`
    update visits set used_by = ?, visit_until = ? where code_hash = ? and used_by is null and until > ?
      and (? is null or site_id in (select value from json_each(?))) returning *`)
  const open = reader.prepare(`
    select * from visits where (used_by is null and until > ?1) or visit_until > ?1 order by made_at desc, id limit ${openMost}`)
  const end = connection.prepare(`
    update visits set until = min(until, ?1), visit_until = min(visit_until, ?1) where id = ?2 and (until > ?1 or visit_until > ?1)`)
  const note = prepareAuditLine(connection)
  return {
    add: (visit, hash, line) =>
      write(() => {
        const { id, siteId, residentIds, madeBy, madeAt, until } = visit
        insert.run(id, hash, siteId, JSON.stringify(residentIds), madeBy, madeAt, until)
        note(line)
      }),
    redeem: (hash, { by, at, visitUntil, siteIds }, line) =>
      write(() => {
        const sites = siteIds === 'all' ? null : JSON.stringify(siteIds)
        const row = use.get(by, visitUntil, hash, at, sites, sites)
        const visit = row ? visitOf(row) : null
        if (visit) note(line?.(visit))
        return visit
      }),
    open: async (at) => open.all(at).map(visitOf),
    end: (id, at, line) =>
      write(() => {
        const isEnded = Number(end.run(at, id).changes) === 1
        if (isEnded) note(line)
        return isEnded
      }),
  }
}

const momentOrNull = (value: unknown): Instant | null => (value === null ? null : instant(Number(value)))

const visitOf = (row: Readonly<Record<string, unknown>>): Visit => ({
  ...{ id: String(row.id), siteId: String(row.site_id), residentIds: JSON.parse(String(row.resident_ids)) as string[] },
  ...{ madeBy: String(row.made_by), madeAt: instant(Number(row.made_at)), until: instant(Number(row.until)) },
  ...{ usedBy: row.used_by === null ? null : String(row.used_by), visitUntil: momentOrNull(row.visit_until) },
})
