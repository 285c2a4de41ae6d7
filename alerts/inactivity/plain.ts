/** The plain rule: so many hours by day and by night, set by hand, or for everybody of whom too little is known. */
import { hours, type Instant, instant, minutes, type Span } from '../../domain/time.ts'
import { defaultHours, type ResidentColumns } from '../silence/residents.ts'
import { sinceOf } from './adopt.ts'

export type PlainLimit = {
  since: Instant
  limit: Span
  dueAt: Instant
  /** When to look again while it is not due: day and night have limits of their own. */
  lookAt: Instant
}

/** Somebody set hours for her: they stand in place of what was learned. */
export const hasOwnHours = ({ dayHours, nightHours }: ResidentColumns, number: number): boolean =>
  !Number.isNaN(dayHours[number]) || !Number.isNaN(nightHours[number])

type Judging = { now: Instant; isDay: readonly boolean[] }

/** The limit that holds now; null = not watched at this time of day. */
export function plainLimit(residents: ResidentColumns, number: number, { now, isDay }: Judging): PlainLimit | null {
  const byDay = orDefault(residents.dayHours[number], defaultHours.day)
  const byNight = orDefault(residents.nightHours[number], defaultHours.night)
  const limitHours = (isDay[residents.site[number] ?? 0] ? byDay : byNight) ?? 0
  if (limitHours <= 0) return null
  const since = sinceOf(residents, number, now)
  const earliest = since + hours(Math.min(byDay || byNight, byNight || byDay))
  const nextMinute = (Math.floor(now / minutes(1)) + 1) * minutes(1)
  const dueAt = instant(since + hours(limitHours))
  return { since, limit: hours(limitHours), dueAt, lookAt: instant(now < earliest ? earliest : Math.min(dueAt, nextMinute)) }
}

/** Kept as 32 bits: 0.2 must not become a limit of 0.200000003 hours. */
const orDefault = (value: number | undefined, usual: number): number =>
  value === undefined || Number.isNaN(value) ? usual : Math.round(value * 1_000_000) / 1_000_000
