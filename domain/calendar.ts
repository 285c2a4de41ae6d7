/** Local days as data: `2026-11-22` in an IANA zone, and the moments between which it lies, also where clocks change. Pure. */
import { type Instant, instant } from './time.ts'

const dayMs = 86_400_000
/** Zones change their clocks on a quarter of an hour; none is further than this from UTC. */
const stepMs = 900_000
const offsetMax = 15 * 3_600_000

const formats = new Map<string, Intl.DateTimeFormat>()
function format(timeZone: string): Intl.DateTimeFormat {
  let found = formats.get(timeZone)
  if (!found) {
    found = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timeZone, found)
  }
  return found
}

/** The local day of a moment, `2026-11-22`. Throws a RangeError for an unknown zone. */
export const dayIn = (timeZone: string, at: Instant): string => format(timeZone).format(at)

/** Days since 1970 of a written day; NaN for what is none. */
export function dayNumber(day: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  return Number.isNaN(at) || dayText(at / dayMs) !== day ? Number.NaN : at / dayMs
}

export const dayText = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10)

/** The day `by` days later (earlier when negative). */
export const dayPlus = (day: string, by: number): string => dayText(dayNumber(day) + by)

const starts = new Map<string, Instant>()
const startsMax = 10_000

/** The first moment of a local day: where clocks go back over midnight, the moment after which the day before does not come again. */
export function startOfDay(timeZone: string, day: string): Instant {
  const key = `${timeZone} ${day}`
  const known = starts.get(key)
  if (known !== undefined) return known
  if (starts.size >= startsMax) starts.clear()
  const utc = dayNumber(day) * dayMs
  let at = utc + offsetMax
  while (at > utc - offsetMax && dayIn(timeZone, instant(at - stepMs)) >= day) at -= stepMs
  starts.set(key, instant(at))
  return instant(at)
}

/** A local day's moments, `to` excluded: 23, 24 or 25 hours. */
export const daySpan = (timeZone: string, day: string): { from: Instant; to: Instant } => ({
  from: startOfDay(timeZone, day),
  to: startOfDay(timeZone, dayPlus(day, 1)),
})
