/** The learned routine: what it learns, what it must not learn, and what ends a silence. */
import { describe, expect, test } from 'vitest'
import { hours, instant, minutes } from '../../domain/time.ts'
import { offsetMinutes } from './clock-on-the-wall.ts'
import { day, dueOf, hour, limitAt, live, lived, monday, offset, rooms, sign } from './lived.contract.ts'
import {
  dueAt,
  learn,
  morningOf,
  openProfile,
  type Profile,
  parseProfile,
  serialiseProfile,
  silenceOf,
  usualByHour,
  worry,
} from './routine.ts'

describe('what is normal', () => {
  test('nobody was heard: there is nothing to judge', () => {
    expect(silenceOf(openProfile())).toBeNull()
  })

  test('a silence in a busy hour worries sooner than one in the night', () => {
    const profile = lived(14)
    const next = monday + 14 * day
    expect(limitAt(profile, next + 10 * hour)).toBeLessThan(limitAt(profile, next + 21.9 * hour) / 2)
    expect(limitAt(profile, next + 21.9 * hour)).toBeGreaterThan(9.3)
  })

  test('the nap is longer than the morning, and so is its limit', () => {
    const profile = lived(14)
    const next = monday + 14 * day
    expect(limitAt(profile, next + 13 * hour)).toBeGreaterThan(limitAt(profile, next + 9.5 * hour))
  })

  test('after three days she is known well enough to be heard the same day', () => {
    expect(limitAt(lived(3), monday + 3 * day + 10 * hour)).toBeLessThan(7)
  })

  test('a higher budget of false alarms worries sooner, a lower one later', () => {
    const profile = lived(14)
    const at = monday + 14 * day + 10 * hour
    expect(limitAt(profile, at, 2)).toBeLessThan(limitAt(profile, at, 0.5))
    expect(limitAt(profile, at, 0.1)).toBeGreaterThan(limitAt(profile, at, 0.5))
  })

  test('worry grows with the silence and is 1 at the limit', () => {
    const profile = lived(10)
    const silence = silenceOf(profile)
    if (!silence) throw new Error('nothing was heard')
    const due = dueAt(profile, silence)
    const levels = [0, 1, 2, 3].map((n) => worry(profile, silence, instant(silence.since + ((due - silence.since) * n) / 2)).level)
    expect(levels).toEqual([...levels].sort((a, b) => a - b))
    expect(levels[2]).toBeCloseTo(1, 9)
  })

  test('the numbers of the sentence are those of her own six weeks', () => {
    const profile = lived(21)
    const noon = usualByHour(profile)[26]
    expect(noon?.longest).toBeGreaterThanOrEqual(minutes(100))
    expect(noon?.longest).toBeLessThanOrEqual(minutes(140))
    expect(noon?.within).toBeLessThanOrEqual(noon?.longest ?? 0)
    expect(usualByHour(profile)[19]?.longest).toBeLessThan(hours(1))
  })
})

describe('what must not be learned', () => {
  const ways: readonly [string, (profile: Profile, from: number, to: number) => void][] = [
    ['ended in an alarm', (profile, from) => learn(profile, { kind: 'untaught', at: instant(from + 5 * hour), why: 'alarm' })],
    [
      'was a stay in hospital',
      (profile, from, to) => {
        learn(profile, { kind: 'untaught', at: instant(from + hour), why: 'hospital' })
        learn(profile, { kind: 'fresh-start', at: instant(to - 60_000), offset })
      },
    ],
    [
      'was blind',
      (profile, from, to) => {
        learn(profile, { kind: 'untaught', at: instant(from + hour), why: 'blind' })
        learn(profile, { kind: 'fresh-start', at: instant(to - 60_000), offset })
      },
    ],
  ]
  test.each(ways)('a silence that %s leaves every limit as it was', (_name, spoil) => {
    const [plain, spoilt, taught] = [lived(14), lived(14), lived(14)]
    const from = monday + 14 * day + 9 * hour
    const evening = (profile: Profile) => {
      for (let at = from + 8 * hour; at < from + 13 * hour; at += 20 * 60_000) learn(profile, sign(at))
    }
    live(plain, monday + 14 * day, 1)
    for (const profile of [spoilt, taught]) learn(profile, sign(from))
    spoil(spoilt, from, from + 8 * hour)
    for (const profile of [spoilt, taught]) evening(profile)
    const at = monday + 15 * day + 9 * hour
    expect(Math.abs(limitAt(spoilt, at) - limitAt(plain, at))).toBeLessThan(0.3)
    // Had it been learned, the limit would have followed.
    expect(limitAt(taught, at)).toBeGreaterThan(limitAt(spoilt, at) + 1)
  })

  test('a false alarm makes it cautious for some weeks, and no longer', () => {
    const [plain, alarmed] = [lived(14), lived(14)]
    learn(alarmed, { kind: 'false-alarm', at: instant(monday + 14 * day) })
    expect(limitAt(alarmed, monday + 14 * day + 10 * hour)).toBeGreaterThan(limitAt(plain, monday + 14 * day + 10 * hour) * 1.05)
    for (const profile of [plain, alarmed]) live(profile, monday + 14 * day, 70)
    const later = monday + 84 * day + 10 * hour
    expect(limitAt(alarmed, later)).toBeLessThan(limitAt(plain, later) * 1.05)
  })

  test('six weeks later a long silence is forgotten', () => {
    const profile = lived(14)
    const from = monday + 14 * day + 9 * hour
    learn(profile, sign(from))
    learn(profile, sign(from + 7 * hour))
    const soon = limitAt(profile, monday + 15 * day + 9 * hour)
    live(profile, monday + 15 * day, 60)
    expect(limitAt(profile, monday + 75 * day + 9 * hour)).toBeLessThan(soon / 1.5)
  })

  test('an older message changes nothing', () => {
    const profile = lived(5)
    const kept = Uint16Array.from(profile)
    learn(profile, sign(monday + hour))
    expect(Uint16Array.from(profile)).toEqual(kept)
  })
})

describe('what ends a silence', () => {
  test('a lone uncertain sign pushes the limit and does not begin a new silence', () => {
    const profile = lived(14)
    const before = silenceOf(profile)
    learn(profile, sign((before?.since ?? 0) + 9 * hour))
    expect(silenceOf(profile)).toMatchObject({ since: before?.since, isStray: true })
  })

  test('a second sign in the same hour, or one certain sign, does', () => {
    for (const [second, certainty] of [
      [20, 0.5],
      [0, 1],
    ] as const) {
      const profile = lived(14)
      const at = (silenceOf(profile)?.since ?? 0) + 9 * hour
      learn(profile, sign(at, { certainty }))
      if (second > 0) learn(profile, sign(at + second * 60_000))
      expect(silenceOf(profile)).toMatchObject({ since: at + second * 60_000, isStray: false })
    }
  })

  test('a sensor that fires alone every six hours hides nobody for a day', () => {
    const profile = lived(14)
    const fallenAt = monday + 14 * day + 10 * hour
    for (let before = 60; before >= 0; before -= 10) learn(profile, sign(fallenAt - before * 60_000))
    let stray = fallenAt + 6 * hour
    while (dueOf(profile) > stray && stray < fallenAt + 2 * day) {
      learn(profile, sign(stray))
      stray += 6 * hour
    }
    expect(dueOf(profile)).toBeLessThanOrEqual(fallenAt + day)
  })

  test('after the front door it is the not-back timer, learned from her absences', () => {
    const profile = openProfile()
    for (let n = 0; n < 14; n += 1) {
      live(profile, monday + n * day, 1)
      learn(profile, sign(monday + n * day + 22.5 * hour))
    }
    const out = sign(monday + 14 * day + 9 * hour, { source: rooms.door, isExit: true, certainty: 1 })
    learn(profile, out)
    const silence = silenceOf(profile)
    if (!silence) throw new Error('nothing was heard')
    const unknown = worry(profile, silence, instant(out.at + hour))
    expect(unknown).toMatchObject({ because: 'not-back', certainty: 'normal' })
    learn(profile, sign(out.at + 10 * hour, { source: rooms.door, isExit: true, certainty: 1 }))
    learn(profile, { ...out, at: instant(monday + 15 * day + 9 * hour) })
    expect(dueOf(profile) - (monday + 15 * day + 9 * hour)).toBeGreaterThan(unknown.limit)
  })

  test('a fresh start in the night does not alarm before she is usually up', () => {
    const profile = lived(14)
    const midnight = monday + 15 * day
    learn(profile, { kind: 'untaught', at: instant(midnight - hour), why: 'blind' })
    learn(profile, { kind: 'fresh-start', at: instant(midnight), offset })
    expect(silenceOf(profile)).toMatchObject({ since: midnight, isFresh: true })
    expect(dueOf(profile)).toBeGreaterThan(midnight + 7.4 * hour)
  })
})

describe('clocks and keeping', () => {
  test('summer time moves the hour of the day, not the length of a silence', () => {
    const before = instant(Date.parse('2026-03-29T00:59:00Z'))
    const after = instant(Date.parse('2026-03-29T01:00:00Z'))
    expect([offsetMinutes('Europe/Berlin', before), offsetMinutes('Europe/Berlin', after)]).toEqual([60, 120])
    const profile = openProfile()
    learn(profile, sign(before, { offset: 60 }))
    learn(profile, sign(before + 2 * hour, { offset: 120, certainty: 1 }))
    const longest = Math.max(...usualByHour(profile).map((usual) => usual.longest))
    expect(longest).toBe(hours(2))
  })

  test('kept bytes are the profile; others are refused', () => {
    const profile = lived(9)
    const bytes = serialiseProfile(profile).slice()
    expect(bytes.byteLength).toBeLessThanOrEqual(2_048)
    expect(parseProfile(bytes)).toEqual(profile)
    expect(parseProfile(bytes.slice(2))).toBeNull()
    bytes[0] = 99
    expect(parseProfile(bytes)).toBeNull()
  })

  test('the morning: up at her usual time, and who is not up by her latest is late', () => {
    const profile = lived(14)
    const sixOClock = monday + 14 * day + 6 * hour
    const morning = morningOf(profile, { now: instant(sixOClock), offset })
    expect(morning.upAt).toBeNull()
    expect(morning.usual).toBeGreaterThanOrEqual(7 * 60)
    expect(morning.latest).toBeLessThan(7 * 60 + 20)
    expect(morning.dueAt).toBe(monday + 14 * day + ((morning.latest ?? 0) + 30) * 60_000)
    learn(profile, sign(sixOClock + hour))
    expect(morningOf(profile, { now: instant(sixOClock + 2 * hour), offset }).upAt).toBe(sixOClock + hour)
  })
})
