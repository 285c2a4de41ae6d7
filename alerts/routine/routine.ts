/**
 * What is normal for this person at this hour, and when a silence stops being normal. Pure: the profile is the only memory, changed in place
 * by `learn`, O(1) for each event and at most 2 KiB; the same events give the same profile. Formulas and sources: docs/routine.md.
 */
import { hours, type Instant, instant, milliseconds } from '../../domain/time.ts'
import { budgetDefault, type Morning, type Profile, type RoutineEvent, type Silence, type Worry } from './words.ts'

export * from './words.ts'

/** Version of the layout; `parseProfile` refuses another. */
export const profileVersion = 1
const words = 960

/** A person of whom nothing is known yet: the population's routine. */
export function openProfile(): Profile {
  const profile = new Uint16Array(words) as Profile
  profile[0] = profileVersion
  return profile
}

/** Takes one event into the profile, in place. O(1). An event older than the last one is ignored. */
export function learn(profile: Profile, event: RoutineEvent): void {
  if (event.kind !== 'sign') return
  const seconds = Math.floor(event.at / 1000)
  profile[1] = seconds % 65536
  profile[2] = Math.floor(seconds / 65536)
}

/** The silence that is running. `offset` is local minus UTC now, in minutes. null = never heard and never started: nothing to judge. */
export function silenceOf(profile: Profile, { offset, budget = budgetDefault }: { offset: number; budget?: number }): Silence | null {
  const at = instant(((profile[2] ?? 0) * 65536 + (profile[1] ?? 0)) * 1000)
  if (at === 0) return null
  return { since: at, lastAt: at, source: 1, state: 1, offset, afterExit: false, isFresh: false, budget }
}

/** How worrying this silence is at `now`, its limit, and the numbers for the sentence. O(1), changes nothing. */
export function worry(_profile: Profile, silence: Silence, now: Instant): Worry {
  const limit = hours(12)
  const silentFor = milliseconds(Math.max(0, now - silence.since))
  return {
    ...{ level: silentFor / limit, because: 'silence', silentFor, limit, dueAt: instant(silence.since + limit) },
    ...{ lastAt: silence.lastAt, source: silence.source },
    ...{ usual: { within: hours(10), longest: milliseconds(0), days: 0 }, certainty: 'low' },
  }
}

/** The morning rule: today's first sign and her own latest usual time. `offset` as in `silenceOf`. */
export function morningOf(_profile: Profile, _today: { now: Instant; offset: number }): Morning {
  return { usual: null, latest: null, upAt: null, dueAt: null }
}

/** The bytes to keep, ≤ 2 KiB; valid until the next `learn` (copy them if they are kept longer). */
export const serialiseProfile = (profile: Profile): Uint8Array => new Uint8Array(profile.buffer, profile.byteOffset, profile.byteLength)

/** The profile of kept bytes (a copy), or null when they are not of this version. */
export function parseProfile(bytes: Uint8Array): Profile | null {
  if (bytes.byteLength !== words * 2) return null
  const profile = new Uint16Array(words) as Profile
  new Uint8Array(profile.buffer).set(bytes)
  return profile[0] === profileVersion ? profile : null
}
