/** What the bed says, and how steady she is: both move her limits. */
import { describe, expect, test } from 'vitest'
import { instant } from '../../domain/time.ts'
import { field, firstProfileWords } from './layout.ts'
import { day, dueOf, hour, limitAt, live, lived, monday, offset, rooms, sign } from './lived.contract.ts'
import { dueAt, learn, morningOf, openProfile, type Profile, parseProfile, serialiseProfile, silenceOf } from './routine.ts'

describe('the bed', () => {
  const bed = (at: number, state: 0 | 1) => sign(at, { source: 5, certainty: 1, state, isBed: true })
  /** Three weeks: to bed at ten, up once in the night for a quarter of an hour, up at half past six. */
  function slept(days: number): Profile {
    const profile = openProfile()
    for (let n = 0; n < days; n += 1) {
      const midnight = monday + n * day
      const trip = midnight + (2.5 + (n % 4) / 2) * hour
      learn(profile, bed(trip, 0))
      learn(profile, sign(trip + 60_000, { source: rooms.living }))
      learn(profile, bed(trip + 16 * 60_000, 1))
      learn(profile, bed(midnight + 6.5 * hour, 0))
      live(profile, midnight, 1)
      learn(profile, bed(midnight + 22 * hour, 1))
    }
    return profile
  }
  const limit = (profile: Profile) => {
    const silence = silenceOf(profile)
    return silence ? (dueAt(profile, silence) - silence.since) / hour : 0
  }
  const next = monday + 21 * day

  test('lying in it at night is normal; out of it at night for long is not', () => {
    const profile = slept(21)
    expect(limit(profile)).toBeGreaterThan(7)
    learn(profile, bed(next + 3 * hour, 0))
    learn(profile, sign(next + 3 * hour + 60_000, { source: rooms.living }))
    expect(limit(profile)).toBeLessThan(4)
    learn(profile, bed(next + 3.3 * hour, 1))
    expect(limit(profile)).toBeGreaterThan(4)
  })

  test('silent in bed in the morning: the alarm is due before noon, and the morning asks long before', () => {
    const profile = slept(21)
    expect(dueOf(profile) - next).toBeLessThan(12 * hour)
    const morning = morningOf(profile, { now: instant(next + 7 * hour), offset })
    expect((morning.dueAt ?? 0) - next).toBeLessThan(8 * hour)
  })

  test('whoever gets up at night and leaves, or gets up early and stays up, is not on a night trip', () => {
    const gone = slept(21)
    learn(gone, bed(next + 4 * hour, 0))
    learn(gone, sign(next + 4.1 * hour, { source: rooms.door, certainty: 1, isExit: true }))
    learn(gone, sign(next + 9 * hour, { source: rooms.door, certainty: 1, isExit: true }))
    const early = slept(21)
    learn(early, bed(next + 4 * hour, 0))
    for (let n = 1; n < 12; n += 1) learn(early, sign(next + 4 * hour + n * 20 * 60_000, { source: rooms.living }))
    const woken = Uint16Array.from(early) as Profile
    learn(woken, bed(next + 8 * hour, 0))
    expect(limit(early)).toBeGreaterThan(2)
    expect(limit(woken)).toBeGreaterThan(2)
  })
})

describe('her own steadiness', () => {
  /** As `lived`, with a long quiet morning each third day, of a length that chance decides. */
  function unsteady(days: number): Profile {
    const profile = openProfile()
    for (let n = 0; n < days; n += 1) {
      const spell = n % 3 === 0 ? 2 + ((n * 37) % 40) / 10 : 0
      for (let minute = 7 * 60; minute < 22 * 60; minute += 20) {
        if (minute > 8 * 60 && minute < (8 + spell) * 60) continue
        learn(profile, sign(monday + n * day + minute * 60_000))
      }
    }
    return profile
  }
  test('whose silences often come near their limit has longer ones than whose never do, at the same longest silence', () => {
    const share = (profile: Profile) => limitAt(profile, monday + 42 * day + 17 * hour) / limitAt(profile, monday + 42 * day + 17 * hour, 2)
    expect(share(lived(42))).toBeCloseTo(share(unsteady(42)), 2)
    const calm = lived(42)
    const wild = unsteady(42)
    expect(wild[field.misses]).toBeGreaterThan(calm[field.misses] ?? 0)
    const forgiven = Uint16Array.from(wild) as Profile
    forgiven[field.misses] = 0
    const at = monday + 42 * day + 17 * hour
    expect(limitAt(forgiven, at)).toBeLessThan(limitAt(wild, at))
  })
  test('a profile kept before it was measured goes on', () => {
    const bytes = serialiseProfile(lived(14)).slice(0, firstProfileWords * 2)
    const read = parseProfile(bytes)
    expect(read && limitAt(read, monday + 14 * day + 10 * hour)).toBeGreaterThan(1)
  })
})
