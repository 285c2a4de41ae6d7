/** How it stands with one person's silence: which of the four kinds it is, since when, and what is usual for her. What cards show and alarms say. */
import type { Mode } from '../../domain/people.ts'
import { hours, type Instant, instant, type Span } from '../../domain/time.ts'
import { budgetCheckIn, budgetDefault, morningOf, usualByHour, type Worry, worry } from '../routine/routine.ts'
import { isAway, modeOf } from './modes.ts'
import { type ResidentColumns, residentFlag, type Sight, sights } from './residents.ts'
import type { Routines } from './routines.ts'

/** What the learned rule says of a silence; moments are the wall clock's. */
export type Limit = {
  since: Instant
  dueAt: Instant
  limit: Span
  because: Worry['because']
  isDue: boolean
  within: Span
  longest: Span
  days: number
  certainty: Worry['certainty']
}

export type Standing = {
  mode: Mode
  modeUntil: Instant | null
  /** Since when she was seen at home again although she was said to be away: so that mode ended. null when that is a day ago, or never was. */
  returnedAt: Instant | null
  sight: Sight
  /** Since when nothing of the home is seen; null while it is. */
  blindSince: Instant | null
  /** Some of its sensors are silent. */
  isPartlySeen: boolean
  /** The last live sign of life, null = never; and the number of its device. */
  lastAt: Instant | null
  lastDevice: number
  /** What is usual; null while too little is known, while she is away, or while the home cannot be seen. */
  limit: Limit | null
  /** The first sign of life of this morning: safe and well. */
  upAt: Instant | null
  /** Minutes after midnight of her usual and her latest usual first sign of life. */
  upUsually: number | null
  upLatest: number | null
  isAsked: boolean
  isNoticed: boolean
}

type Columns = { residents: ResidentColumns; routines: Routines }

/** Fewer days than these are no routine yet. */
export const daysLeast = 3

/** False alarms a month that this person's watch may cost; asked about she is four times as often. */
export function budgetsOf({ residents }: Pick<Columns, 'residents'>, number: number): { alarm: number; checkIn: number } {
  const own = residents.budget[number] ?? Number.NaN
  // Kept as 32 bits: 0.1 must not be shown as 0.100000001.
  const alarm = Number.isNaN(own) ? budgetDefault : Math.round(own * 1_000) / 1_000
  return { alarm, checkIn: (alarm * budgetCheckIn) / budgetDefault }
}

/** What the learned rule says at this budget; null while too little is known. */
export function limitOf({ routines }: Columns, number: number, { now, budget }: { now: Instant; budget: number }): Limit | null {
  const profile = routines.profile(number)
  const silence = routines.silence(number, budget)
  if (!profile || !silence) return null
  const worried = worry(profile, silence, routines.steady(now))
  const { usual, because, certainty, limit } = worried
  if (usual.days < daysLeast) return null
  const since = instant(Math.min(now, routines.wall(silence.since)))
  return { since, dueAt: routines.wall(worried.dueAt), limit, because, isDue: worried.level >= 1, ...usual, certainty }
}

/** Whether she is up, and by when she usually is. `dueAt` null: not known, or not to be expected. */
export function morning({ routines }: Columns, number: number, now: Instant) {
  const profile = routines.profile(number)
  if (!profile) return { usual: null, latest: null, upAt: null, dueAt: null }
  const { usual, latest, upAt, dueAt } = morningOf(profile, { now: routines.steady(now), offset: routines.offset(number, now) })
  return { usual, latest, upAt: upAt === null ? null : routines.wall(upAt), dueAt: dueAt === null ? null : routines.wall(dueAt) }
}

export function standingOf(columns: Columns, number: number, now: Instant): Standing {
  const { residents } = columns
  const mode = modeOf(residents, number, now)
  const until = residents.modeUntil[number] ?? 0
  const sight = sights[residents.sight[number] ?? 0] ?? 'seen'
  const flags = residents.flags[number] ?? 0
  const lastAt = residents.activeAt.values[number] ?? 0
  const judged = sight === 'seen' && !isAway(residents, number, now)
  const { usual, latest, upAt } = morning(columns, number, now)
  return {
    mode,
    modeUntil: mode !== 'home' && Number.isFinite(until) ? instant(until) : null,
    returnedAt: mode === 'home' ? lately(residents.returnedAt.values[number] ?? 0, now) : null,
    sight,
    blindSince: sight === 'seen' ? null : instant(residents.blindSince[number] ?? 0),
    isPartlySeen: (flags & residentFlag.partly) !== 0,
    lastAt: lastAt === 0 ? null : instant(lastAt),
    lastDevice: residents.activeDevice.values[number] ?? 0,
    limit: judged ? limitOf(columns, number, { now, budget: budgetsOf(columns, number).alarm }) : null,
    upAt,
    upUsually: usual,
    upLatest: latest,
    isAsked: (flags & residentFlag.asked) !== 0,
    isNoticed: (flags & residentFlag.noticed) !== 0,
  }
}

const returnShownFor = hours(24)
const lately = (at: number, now: Instant): Instant | null => (at > 0 && now - at < returnShownFor ? instant(at) : null)

/** Of silences that begin in one half-hour of the day: how long they usually are, and the longest of six weeks. */
export type UsualHalfHour = { within: Span; longest: Span }

export function usualOf({ routines }: Pick<Columns, 'routines'>, number: number): readonly UsualHalfHour[] | null {
  const profile = routines.profile(number)
  return profile ? usualByHour(profile) : null
}
