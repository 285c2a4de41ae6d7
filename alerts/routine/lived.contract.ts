/** A regular person's weeks, for the tests of the routine. */
import { type Instant, instant } from '../../domain/time.ts'
import { dueAt, learn, openProfile, type Profile, type SignOfLife, silenceOf } from './routine.ts'

export const hour = 3_600_000
export const day = 24 * hour
/** A Monday, 00:00 in China. */
export const monday = instant(Date.parse('2026-03-02T00:00:00+08:00'))
export const offset = 480
export const rooms = { bedroom: 1, kitchen: 2, living: 3, door: 9 }

export const sign = (at: number, also: Partial<SignOfLife> = {}): SignOfLife => ({
  kind: 'sign',
  at: instant(at),
  ...{ offset, source: rooms.kitchen, state: 1, certainty: 0.5, isExit: false, ...also },
})

/** A quiet regular life: up at seven, something every twenty minutes, a nap from one to three, to bed at ten. */
export function live(profile: Profile, from: number, days: number): void {
  for (let n = 0; n < days; n += 1) {
    for (let minute = 7 * 60 + ((n * 7) % 20); minute < 22 * 60; minute += 20) {
      if (minute > 13 * 60 && minute < 15 * 60) continue
      const room = minute > 21 * 60 + 30 ? rooms.bedroom : minute % 60 < 30 ? rooms.kitchen : rooms.living
      learn(profile, sign(from + n * day + minute * 60_000, { source: room }))
    }
  }
}

export function lived(days: number): Profile {
  const profile = openProfile()
  live(profile, monday, days)
  return profile
}

/** The limit, in hours, of a silence that begins at this hour of the day after `days`; active for the hour before. */
export function limitAt(profile: Profile, at: number, budget = 0.5): number {
  const copy = Uint16Array.from(profile) as Profile
  for (let before = 60; before >= 0; before -= 20) learn(copy, sign(at - before * 60_000))
  const silence = silenceOf(copy, { budget })
  if (!silence) throw new Error('nothing was heard')
  return (dueAt(copy, silence) - silence.since) / hour
}

export const dueOf = (profile: Profile): Instant => {
  const silence = silenceOf(profile)
  if (!silence) throw new Error('nothing was heard')
  return dueAt(profile, silence)
}
