/** The routine under any life: the same events give the same profile, worry only grows in silence, and strays never hide anybody. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hours, instant } from '../../domain/time.ts'
import { dueAt, learn, openProfile, type Profile, parseProfile, type RoutineEvent, serialiseProfile, silenceOf, worry } from './routine.ts'

const hour = 3_600_000
const begin = Date.parse('2026-01-05T00:00:00Z')

type Step = { minutes: number; what: 'sign' | 'untaught' | 'fresh-start' | 'false-alarm'; source: number; sure: boolean; isExit: boolean }
const step: fc.Arbitrary<Step> = fc.record({
  minutes: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: 41, max: 2_000 }) },
  ),
  what: fc.oneof(
    { weight: 20, arbitrary: fc.constant('sign' as const) },
    { weight: 1, arbitrary: fc.constantFrom('untaught' as const, 'fresh-start' as const, 'false-alarm' as const) },
  ),
  source: fc.integer({ min: 1, max: 2_000_000 }),
  sure: fc.boolean(),
  isExit: fc.boolean(),
})
const life = fc.array(step, { minLength: 1, maxLength: 400 })

function eventsOf(steps: readonly Step[]): RoutineEvent[] {
  let at = begin
  return steps.map(({ minutes, what, source, sure, isExit }): RoutineEvent => {
    at += minutes * 60_000
    const offset = 60
    if (what === 'untaught') return { kind: what, at: instant(at), why: 'away' }
    if (what === 'fresh-start') return { kind: what, at: instant(at), offset }
    if (what === 'false-alarm') return { kind: what, at: instant(at) }
    return { kind: 'sign', at: instant(at), offset, source, state: 1, certainty: sure ? 1 : 0.5, isExit: isExit && source % 7 === 0 }
  })
}

function profileOf(events: readonly RoutineEvent[]): Profile {
  const profile = openProfile()
  for (const event of events) learn(profile, event)
  return profile
}

describe('for any life', () => {
  test('the same events give the same bytes, at most 2 KiB, also when they were kept and read in between', () => {
    fc.assert(
      fc.property(life, fc.nat(400), (steps, cut) => {
        const events = eventsOf(steps)
        const whole = serialiseProfile(profileOf(events))
        const kept = parseProfile(serialiseProfile(profileOf(events.slice(0, cut))).slice())
        if (!kept) throw new Error('what was kept could not be read')
        for (const event of events.slice(cut)) learn(kept, event)
        expect(serialiseProfile(kept)).toEqual(whole)
        expect(whole.byteLength).toBeLessThanOrEqual(2_048)
      }),
      { numRuns: 60 },
    )
  })

  test('a limit is a number of hours that anybody would call one, and worry only grows while nobody is heard', () => {
    fc.assert(
      fc.property(life, fc.double({ min: 0.05, max: 8, noNaN: true }), (steps, budget) => {
        const profile = profileOf(eventsOf(steps))
        const silence = silenceOf(profile, { budget })
        if (!silence) return
        const due = dueAt(profile, silence)
        expect(due).toBeGreaterThan(silence.since)
        expect(due - silence.since).toBeLessThan(hours(24 * 14))
        let last = 0
        for (let n = 0; n <= 6; n += 1) {
          const { level, dueAt: said } = worry(profile, silence, instant(silence.since + n * 3 * hour))
          expect(level).toBeGreaterThanOrEqual(last)
          expect(said).toBe(due)
          last = level
        }
        expect(dueAt(profile, { ...silence, budget: budget * 2 })).toBeLessThanOrEqual(due)
      }),
      { numRuns: 100 },
    )
  })

  test('single signs hours apart never begin a new silence, and the limit stays within 18 h or the limit itself', () => {
    fc.assert(
      fc.property(life, fc.array(fc.integer({ min: 61, max: 600 }), { minLength: 1, maxLength: 12 }), (steps, strays) => {
        const profile = profileOf(eventsOf(steps.map((one) => ({ ...one, what: 'sign' as const, isExit: false }))))
        learn(profile, {
          kind: 'sign',
          at: instant(lastAt(profile) + 60_000),
          offset: 60,
          source: 3,
          state: 1,
          certainty: 1,
          isExit: false,
        })
        const since = silenceOf(profile)?.since ?? 0
        for (const minutes of strays) {
          learn(profile, {
            kind: 'sign',
            at: instant(lastAt(profile) + minutes * 60_000),
            offset: 60,
            source: 4,
            state: 1,
            certainty: 0.5,
            isExit: false,
          })
          const silence = silenceOf(profile)
          if (!silence) throw new Error('nothing was heard')
          expect(silence.since).toBe(since)
          const alone = dueAt(profile, { ...silence, isStray: false }) - since
          expect(dueAt(profile, silence)).toBeLessThanOrEqual(since + Math.max(hours(18), alone))
        }
      }),
      { numRuns: 60 },
    )
  })
})

const lastAt = (profile: Profile): number => silenceOf(profile)?.lastAt ?? begin
