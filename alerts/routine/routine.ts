/**
 * What is normal for this person at this hour, and when a silence stops being normal. Pure: the profile is the only memory, changed in place
 * by `learn`, O(1) for each event and at most 2 KiB; the same events give the same profile. Formulas and sources: docs/routine.md.
 */
import { hours, type Instant, instant, milliseconds, minutes, type Span } from '../../domain/time.ts'
import { hearSign, startFresh } from './hearing.ts'
import { bins, field, firstProfileWords, flag, get, getLong, has, profileVersion, profileWords } from './layout.ts'
import { absenceLimit, daysKnown, longestNear, silenceLimit, weeklyLongest } from './limit.ts'
import { type Population, population } from './population.ts'
import { budgetDefault, type Profile, type RoutineEvent, type Silence, type Usual, type Worry } from './words.ts'

export { profileVersion } from './layout.ts'
export { morningOf } from './morning.ts'
export * from './words.ts'

/** However many stray signs came: so long after the last certain one the limit is over. With it a stray every few hours hides nobody for a day. */
export const strayCap = hours(18)
/** Fewer days than this are said to be few. */
const daysFew = 3

/** A person of whom nothing is known yet: the population's routine. */
export function openProfile(): Profile {
  const profile = new Uint16Array(profileWords) as Profile
  profile[field.version] = profileVersion
  return profile
}

/** Takes one event into the profile, in place. O(1). A sign older than the last one is ignored. `people`: for choosing the population's constants. */
export function learn(profile: Profile, event: RoutineEvent, people: Population = population): void {
  switch (event.kind) {
    case 'sign':
      hearSign(profile, event, people)
      return
    case 'untaught':
      profile[field.flags] = get(profile, field.flags) | flag.untaught
      return
    case 'fresh-start':
      startFresh(profile, event)
      return
    case 'false-alarm':
      profile[field.caution] = Math.min(500, get(profile, field.caution) + 120)
      return
  }
}

const at = (profile: Profile, index: number): Instant => instant(getLong(profile, index) * 1_000)

/** The silence that is running, or null when she was never heard and nothing started: there is nothing to judge. */
export function silenceOf(profile: Profile, { budget = budgetDefault }: { budget?: number } = {}): Silence | null {
  const lastAt = at(profile, field.lastAt)
  if (lastAt === 0) return null
  return {
    ...{ since: at(profile, field.since), lastAt, source: getLong(profile, field.source), budget },
    ...{ isStray: has(profile, flag.stray), afterExit: has(profile, flag.afterExit), isFresh: has(profile, flag.fresh) },
  }
}

/** How worrying this silence is at `now`, its limit, and the numbers for the sentence. O(1), changes nothing. */
export function worry(profile: Profile, silence: Silence, now: Instant): Worry {
  const due = dueAt(profile, silence)
  const limit = milliseconds(due - silence.since)
  const silentFor = milliseconds(Math.max(0, now - silence.since))
  const certainty = daysKnown(profile) < daysFew || !has(profile, flag.hasExit) ? 'low' : 'normal'
  return {
    ...{ level: silentFor / limit, because: silence.afterExit ? 'not-back' : 'silence', silentFor, limit, dueAt: due },
    ...{ lastAt: silence.lastAt, source: silence.source, usual: usualAt(profile, get(profile, field.bin)), certainty },
  }
}

/** When this silence becomes worrying; fixed until the next event is learned. `people`: for choosing the population's constants. */
export function dueAt(profile: Profile, { since, lastAt, isStray, afterExit, budget }: Silence, people: Population = population): Instant {
  const limit = hours(afterExit ? absenceLimit(profile, budget, people) : silenceLimit(profile, budget, people))
  if (!isStray) return instant(since + limit)
  return instant(Math.max(since + minutes(1), Math.min(lastAt + limit, since + Math.max(limit, strayCap))))
}

function usualAt(profile: Profile, bin: number): Usual {
  const weekly = weeklyLongest(profile, bin)
  const middle = weekly[Math.floor((weekly.length - 1) / 2)] ?? 0
  return {
    within: minutes(middle),
    longest: minutes(longestNear(profile, bin, { around: 2, pace: -1 })),
    days: Math.floor(daysKnown(profile)),
  }
}

/** What is usual for each half-hour of the day, from midnight on: the band that the card draws. */
export function usualByHour(profile: Profile): { within: Span; longest: Span }[] {
  return Array.from({ length: bins }, (_, bin) => usualAt(profile, bin))
}

/** The bytes to keep, ≤ 2 KiB; valid until the next `learn` (copy them if they are kept longer). Little-endian. */
export const serialiseProfile = (profile: Profile): Uint8Array => new Uint8Array(profile.buffer, profile.byteOffset, profile.byteLength)

/** The profile of kept bytes (a copy), or null when they are not of this version. Those kept before it grew are shorter, and go on. */
export function parseProfile(bytes: Uint8Array): Profile | null {
  if (bytes.byteLength < firstProfileWords * 2) return null
  const profile = new Uint16Array(profileWords) as Profile
  new Uint8Array(profile.buffer).set(bytes.subarray(0, profileWords * 2))
  return profile[field.version] === profileVersion ? profile : null
}
