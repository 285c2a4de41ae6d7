/** Local time as an offset, worked out once a quarter of an hour for each zone: the routine needs it for every sign of life. */
import type { Instant } from '../../domain/time.ts'

const quarter = 900_000
const known = new Map<string, { quarter: number; offset: number }>()
const formats = new Map<string, Intl.DateTimeFormat>()

/** Local time minus UTC in minutes, in an IANA zone at a moment; exact, because zones change on a quarter of an hour. Throws RangeError for an unknown zone. */
export function offsetMinutes(timeZone: string, at: Instant): number {
  const thisQuarter = Math.floor(at / quarter)
  const last = known.get(timeZone)
  if (last?.quarter === thisQuarter) return last.offset
  const offset = workOut(timeZone, thisQuarter * quarter)
  known.set(timeZone, { quarter: thisQuarter, offset })
  return offset
}

function workOut(timeZone: string, at: number): number {
  let format = formats.get(timeZone)
  if (!format) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
    format = new Intl.DateTimeFormat('en-GB', { ...parts, hourCycle: 'h23', timeZone })
    formats.set(timeZone, format)
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - at) / 60_000)
}
