/** Sweeps on SQLite: a list is there whole or not at all, and stays open until everybody on it was heard or asked. */

import type { Sweep, SweepHome, SweepReason } from '../../domain/sweep.ts'
import { instant } from '../../domain/time.ts'
import type { Sweeps } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

type SweepRow = {
  id: string
  site_id: string
  cause: Sweep['cause']
  from_at: number
  until_at: number
  made_at: number
  closed_at: number | null
  total: number
  heard: number
  called: number
}
type HomeRow = {
  resident_id: string
  building: string
  risk: number
  reasons: string
  done_at: number | null
  done_by: string | null
  note: string | null
}

const columns = `
  select sweeps.*, count(*) as total, count(*) filter (where done_at is not null and done_by = '') as heard,
    count(*) filter (where done_at is not null and done_by <> '') as called
  from sweeps join sweep_homes on sweep_id = sweeps.id`

/** The sweeps of this database. */
export function openSweeps({ connection, reader, write }: Database): Sweeps {
  // A sweep stays to be seen for a while after its last tick, so that whoever did it sees that it is done.
  const current = reader.prepare(`${columns}
    where (closed_at is null or closed_at > ?2) and (?1 is null or site_id in (select value from json_each(?1)))
    group by sweeps.id order by closed_at is not null, made_at desc, sweeps.id limit 2000`)
  const one = reader.prepare(`${columns} where sweeps.id = ? group by sweeps.id`)
  const homes = reader.prepare('select * from sweep_homes where sweep_id = ? order by place')
  const isThere = connection.prepare('select 1 from sweeps where id = ?')
  const add = connection.prepare('insert into sweeps (id, site_id, cause, from_at, until_at, made_at) values (?, ?, ?, ?, ?, ?)')
  const addHome = connection.prepare(
    'insert into sweep_homes (sweep_id, place, resident_id, building, risk, reasons) values (?, ?, ?, ?, ?, ?)',
  )
  const tick = connection.prepare(
    'update sweep_homes set done_at = ?3, done_by = ?4, note = ?5 where sweep_id = ?1 and resident_id = ?2 and done_at is null',
  )
  const close = connection.prepare(`
    update sweeps set closed_at = ?2 where id = ?1 and closed_at is null
      and not exists (select 1 from sweep_homes where sweep_id = ?1 and done_at is null)`)
  const line = prepareAuditLine(connection)
  const alive = connection.prepare('select at from alive')
  const live = connection.prepare('insert into alive (one, at) values (1, ?1) on conflict (one) do update set at = ?1')
  return {
    put: ({ id, siteId, cause, from, until, madeAt }, list) =>
      write(() => {
        if (list.length === 0 || isThere.get(id)) return false
        add.run(id, siteId, cause, from, until, madeAt)
        for (const [place, home] of list.entries()) {
          addHome.run(id, place, home.residentId, home.building, home.risk, home.reasons.join(' '))
        }
        return true
      }),
    current: async (siteIds, closedSince) =>
      (current.all(siteIds === 'all' ? null : JSON.stringify(siteIds), closedSince) as SweepRow[]).map(sweepOf),
    async find(id) {
      const row = one.get(id) as SweepRow | undefined
      return row ? { sweep: sweepOf(row), homes: (homes.all(id) as HomeRow[]).map(homeOf) } : null
    },
    tick: ({ sweepId, residentIds, done }, noted) =>
      write(() => {
        const ticked = residentIds.filter((residentId) => tick.run(sweepId, residentId, done.at, done.by, done.note).changes > 0)
        if (ticked.length > 0) for (const each of noted) if (ticked.includes(each.subjectId)) line(each)
        if (ticked.length > 0) close.run(sweepId, done.at)
        return ticked
      }),
    async aliveAt() {
      const row = alive.get()
      return row ? instant(Number(row.at)) : null
    },
    live: (at) => write(() => void live.run(at)),
  }
}

const sweepOf = (row: SweepRow): Sweep => ({
  ...{ id: row.id, siteId: row.site_id, cause: row.cause, from: instant(row.from_at), until: instant(row.until_at) },
  ...{ madeAt: instant(row.made_at), closedAt: row.closed_at === null ? null : instant(row.closed_at) },
  ...{ total: row.total, heard: row.heard, called: row.called },
})

const homeOf = (row: HomeRow): SweepHome => ({
  ...{ residentId: row.resident_id, building: row.building, risk: row.risk },
  reasons: row.reasons === '' ? [] : (row.reasons.split(' ') as SweepReason[]),
  done: row.done_at === null ? null : { at: instant(row.done_at), by: row.done_by ?? '', note: row.note ?? '' },
})
