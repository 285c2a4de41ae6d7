/** What days came to, inside the telemetry worker: one narrow row for each resident and day, by day, so that a night's rows stand together and old days go together. */
import type { DatabaseSync } from 'node:sqlite'
import { dayNumber, dayText } from '../../../domain/calendar.ts'
import { type Instant, instant } from '../../../domain/time.ts'
import type { StoredDay } from '../../store.ts'
import { inTransaction } from './schema.ts'

const removeRows = 2_000

export type Days = {
  save(list: readonly StoredDay[]): null
  find(query: { resident: number; from: string; to: string }): readonly StoredDay[]
  newest(): ReadonlyMap<number, string>
  /** Deletes some rows of days before this one; false when there are none. */
  dropSome(before: number): boolean
}

const columns = 'resident, day, heard_hours, asleep_at, woke_at, first_up_at, night_bathroom_visits, active_minutes, out_minutes'

export function openDays(database: DatabaseSync): Days {
  const save = database.prepare(`insert or replace into day_fact (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const note = database.prepare(
    'insert into day_newest (resident, day) values (?, ?) on conflict (resident) do update set day = max(day, excluded.day)',
  )
  const one = database.prepare(`select ${columns} from day_fact where day = ? and resident = ?`)
  const newest = database.prepare('select resident, day from day_newest')
  const oldest = database.prepare('select min(day) as day from day_fact')
  const remove = database.prepare(
    'delete from day_fact where (day, resident) in (select day, resident from day_fact where day < ? limit ?)',
  )

  return {
    save(list) {
      inTransaction(database, () => {
        for (const facts of list) {
          const { resident, asleepAt, wokeAt, firstUpAt, nightBathroomVisits, activeMinutes, outMinutes } = facts
          const day = dayNumber(facts.day)
          save.run(resident, day, facts.heardHours, asleepAt, wokeAt, firstUpAt, nightBathroomVisits, activeMinutes, outMinutes)
          note.run(resident, day)
        }
      })
      return null
    },
    find({ resident, from, to }) {
      const first = Math.max(dayNumber(from), Number(oldest.get()?.day ?? Number.POSITIVE_INFINITY))
      const found: StoredDay[] = []
      for (let day = first; day <= dayNumber(to); day++) {
        const row = one.get(day, resident)
        if (row) found.push(dayOfRow(row))
      }
      return found
    },
    newest: () => new Map(newest.all().map(({ resident, day }) => [Number(resident), dayText(Number(day))])),
    dropSome: (before) => Number(oldest.get()?.day ?? before) < before && Number(remove.run(before, removeRows).changes) > 0,
  }
}

const momentOrNull = (value: unknown): Instant | null => (value === null ? null : instant(Number(value)))
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value))

const dayOfRow = (row: Record<string, unknown>): StoredDay => ({
  resident: Number(row.resident),
  day: dayText(Number(row.day)),
  heardHours: Number(row.heard_hours),
  asleepAt: momentOrNull(row.asleep_at),
  wokeAt: momentOrNull(row.woke_at),
  firstUpAt: momentOrNull(row.first_up_at),
  nightBathroomVisits: numberOrNull(row.night_bathroom_visits),
  activeMinutes: numberOrNull(row.active_minutes),
  outMinutes: numberOrNull(row.out_minutes),
})
