/** The learned rule at work: she is asked sooner than anybody is alarmed, each kind of silence by itself, and nothing that is not she teaches it. */
import { describe, expect, test } from 'vitest'
import type { Alarm } from '../../domain/alarm.ts'
import { hours, type Instant, instant, minutes } from '../../domain/time.ts'
import { raisedAlarm, resolved } from '../../store/examples.contract.ts'
import { morning, openWorld, type World, watchedResident, words } from '../silence/examples.contract.ts'
import { bath, clock, devices, door, hour, kitchen, liveOn, sign, silentUntil, terminal, threeWeeks } from './three-weeks.contract.ts'

describe('what was learned', () => {
  test('an ordinary day is asked about by nobody', () => {
    expect(words(liveOn(threeWeeks(), 48))).toEqual([])
  })

  test('a silence by day is asked about hours before the plain limit, by her terminal; then it is an alarm, with its numbers', () => {
    const world = threeWeeks()
    liveOn(world, 6)
    expect(clock(world)).toBeCloseTo(14, 0)
    const asked = silentUntil(world)
    expect(asked.words).toEqual(['r1 asked: silence'])
    expect(asked.after).toBeLessThan(6)
    expect(asked.found[0]).toMatchObject({ deviceId: 'term-1', room: 'kitchen' })
    const alarm = silentUntil(world)
    expect(alarm.words).toEqual(['r1 inactive'])
    expect(asked.after + alarm.after).toBeLessThan(9)
    const { detail, limit, since } = alarm.found[0] as Extract<(typeof alarm.found)[number], { kind: 'inactivity-noticed' }>
    expect(detail).toMatchObject({ rule: 'learned', because: 'silence', budget: 0.5, certainty: 'normal' })
    expect(world.now() - since - limit).toBeLessThan(2_000)
    expect(detail.withinMinutes).toBeGreaterThan(0)
    expect(detail.longestMinutes).toBeGreaterThanOrEqual(Number(detail.withinMinutes))
  })

  test('a lower budget waits longer, a higher one less', () => {
    const [strict, usual, lax] = [0.1, 0.5, 4].map((silenceBudget) => {
      const world = threeWeeks({ silenceBudget })
      liveOn(world, 6)
      return silentUntil(world).after
    })
    expect(strict).toBeGreaterThan(usual ?? 0)
    expect(lax).toBeLessThan(usual ?? 0)
  })

  test('any sign of life answers the question, and the next silence is asked about anew', () => {
    const world = threeWeeks()
    liveOn(world, 6)
    expect(silentUntil(world).words).toEqual(['r1 asked: silence'])
    sign(world, kitchen)
    expect(words(world.run(2))).toEqual(['r1 inactivity over'])
    sign(world, kitchen)
    expect(silentUntil(world).words).toEqual(['r1 asked: silence'])
  })

  test('a lone uncertain movement does not end an alarm; a door does', () => {
    const world = threeWeeks()
    liveOn(world, 6)
    silentUntil(world)
    expect(silentUntil(world).words).toEqual(['r1 inactive'])
    sign(world, bath)
    expect(words(world.run(10))).toEqual([])
    world.run(2 * hour)
    sign(world, door)
    expect(words(world.run(10))).toEqual(['r1 inactivity over'])
  })

  test('one stray movement every six hours after she fell silent hides her for less than a day', () => {
    const world = threeWeeks()
    liveOn(world, 6)
    const found: string[] = []
    for (let n = 0; n < 4; n += 1) {
      found.push(...words(world.run(6 * hour)))
      sign(world, bath)
    }
    expect(found).toContain('r1 inactive')
  })

  test('not up by her latest usual time: she is asked, and no earlier', () => {
    const world = threeWeeks({ silenceBudget: 0.1 })
    liveOn(world, 19)
    for (const device of [kitchen, bath, kitchen]) {
      sign(world, device)
      world.run(300)
    }
    expect(silentUntil(world).words).toEqual(['r1 asked: morning'])
    expect(clock(world)).toBeGreaterThan(7)
    expect(clock(world)).toBeLessThan(8)
  })

  test('the first sign of life of the morning is the mark that she is safe and well', () => {
    const world = threeWeeks()
    liveOn(world, 22)
    expect(world.silence.standing(1, world.now()).upAt).toBeNull()
    liveOn(world, 2)
    const { upAt, upUsually } = world.silence.standing(1, world.now())
    expect(upUsually).toBeCloseTo(7 * 60, -1)
    expect(((upAt ?? 0) - morning) % hours(24)).toBe(hours(23))
  })
})

describe('out of the house', () => {
  test('the front door and nothing after it: the silence is an absence, and it is late when it is longer than hers', () => {
    const world = threeWeeks()
    liveOn(world, 2)
    sign(world, door)
    const asked = silentUntil(world)
    expect(asked.words).toEqual(['r1 asked: not-back'])
    expect(asked.found[0]).toMatchObject({ deviceId: null, detail: { because: 'not-back' } })
    expect(silentUntil(world).found[0]).toMatchObject({ kind: 'inactivity-noticed', detail: { because: 'not-back' } })
  })

  test('she comes back: judged at home again', () => {
    const world = threeWeeks()
    liveOn(world, 2)
    sign(world, door)
    world.run(hour)
    sign(world, door)
    world.run(300)
    for (const device of [kitchen, bath, kitchen]) {
      sign(world, device)
      world.run(120)
    }
    expect(silentUntil(world).words).toEqual(['r1 asked: silence'])
  })
})

describe('what is not her teaches nothing', () => {
  test.each(['hospital', 'away', 'holiday'] as const)('%s is not judged, and her limit is the same after it', (mode) => {
    const world = threeWeeks()
    const before = world.silence.standing(1, world.now()).limit?.limit
    const until = instant(world.now() + hours(5 * 24))
    world.enrol(devices, [watchedResident(1, { mode, modeUntil: until })])
    expect(words(world.run(5 * 24 * hour - 60))).toEqual([])
    world.enrol(devices, [watchedResident(1)])
    world.run(60)
    liveOn(world, 24)
    expect(Math.abs((world.silence.standing(1, world.now()).limit?.limit ?? 0) - (before ?? 0))).toBeLessThan(minutes(20))
  })

  test('guests: still judged, and what they show is not learned', () => {
    const world = threeWeeks()
    world.enrol(devices, [watchedResident(1, { mode: 'guest', modeUntil: instant(world.now() + hours(24)) })])
    liveOn(world, 5)
    expect(silentUntil(world).words).toEqual(['r1 asked: silence'])
  })

  test('a blind time is not judged and starts anew; what is said is since when it is blind, and why', () => {
    const world = threeWeeks()
    liveOn(world, 5)
    world.beating.delete(terminal)
    const lastHeard = world.now()
    expect(words(world.run(hour))).toEqual(['term-1 silent'])
    const { sight, blindSince, limit } = world.silence.standing(1, world.now())
    expect([sight, limit]).toEqual(['terminal', null])
    expect(Math.abs((blindSince ?? 0) - lastHeard)).toBeLessThan(minutes(1))
    expect(words(world.run(4 * hour))).toEqual(['r1 unseen'])
    world.beating.add(terminal)
    expect(words(world.run(120))).toEqual(['term-1 device-silent over', 'r1 home-unseen over'])
    expect(silentUntil(world).after).toBeGreaterThan(1)
  })

  test('out of sight in the evening: nobody is asked to call before the morning', () => {
    const world = threeWeeks()
    liveOn(world, 12)
    world.beating.delete(terminal)
    const found = world.run(13 * hour)
    expect(words(found)).toEqual(['term-1 silent', 'r1 unseen'])
    expect(((found[1]?.at ?? 0) - morning) / hours(1) + 8).toBeGreaterThan(21 * 24 + 24 + 6)
  })
})

describe('restart and clock', () => {
  function restarted(world: World, downtime: number, alarms: readonly Alarm[] = []): World {
    const pages = world.silence.dirtyPages(Number.POSITIVE_INFINITY)
    return openWorld({ devices, residents: [watchedResident(1)], pages, alarms, at: instant(world.now() + downtime) })
  }
  const dueAt = (world: World): Instant => world.silence.standing(1, world.now()).limit?.dueAt ?? instant(0)

  test('in the middle of a silence: the same deadline to two seconds, and the alarm comes at it', () => {
    const world = threeWeeks()
    liveOn(world, 6)
    world.run(hour)
    const before = dueAt(world)
    const again = restarted(world, minutes(1))
    expect(Math.abs(dueAt(again) - before)).toBeLessThanOrEqual(2_000)
    const found = again.run(Math.ceil((before - again.now()) / 1_000) + 2)
    expect(words(found).at(-1)).toBe('r1 inactive')
    expect(Math.abs((found.at(-1)?.at ?? 0) - before)).toBeLessThanOrEqual(2_000)
  })

  test('a profile that was saved before the last signs learns that there were some', () => {
    const world = threeWeeks()
    const old = world.silence.dirtyPages(Number.POSITIVE_INFINITY).filter(({ register }) => register === 'resident-routine')
    liveOn(world, 6)
    const pages = [...world.silence.dirtyPages(Number.POSITIVE_INFINITY).filter(({ register }) => register !== 'resident-routine'), ...old]
    const again = openWorld({ devices, residents: [watchedResident(1)], pages, at: instant(world.now() + 60_000) })
    expect(Math.abs(dueAt(again) - dueAt(world))).toBeLessThan(minutes(30))
    expect(words(again.run(300))).toEqual([])
  })

  test('asked before a restart, she is not asked again by it; her answer after it counts', () => {
    const world = threeWeeks()
    liveOn(world, 6)
    expect(silentUntil(world).words).toEqual(['r1 asked: silence'])
    const question = raisedAlarm('r1', 'q', { kind: 'silence', reason: 'check-in', raisedAt: world.now(), detail: { stage: 'asked' } })
    const again = restarted(world, minutes(1), [question])
    expect(words(again.run(300))).toEqual([])
    sign(again, kitchen)
    expect(words(again.run(2))).toEqual(['r1 inactivity over'])
  })

  test.each([5 * hour, -5 * hour, 400 * 24 * hour, -40])('the wall clock jumps by %i s: the silence is as long as it is', (by) => {
    const world = threeWeeks()
    liveOn(world, 6)
    world.run(hour)
    const left = dueAt(world) - world.now()
    world.jump(by)
    world.run(5)
    expect(Math.abs(dueAt(world) - world.now() - left)).toBeLessThan(7_000)
  })

  test('a sign of life in the very second of a jump is not taken for the future', () => {
    const world = threeWeeks()
    liveOn(world, 6)
    world.jump(5 * hour)
    for (let n = 0; n < 3; n += 1) {
      sign(world, kitchen)
      world.run(120)
    }
    const asked = silentUntil(world)
    expect(asked.words).toEqual(['r1 asked: silence'])
    expect(asked.after).toBeLessThan(7)
  })

  test('nights in which the platform was off neither count nor teach', () => {
    const world = threeWeeks()
    liveOn(world, 6)
    const before = dueAt(world) - world.now()
    const again = restarted(world, hours(9))
    expect(Math.abs(dueAt(again) - again.now() - before)).toBeLessThan(minutes(2))
  })

  test('an alarm that ended well makes her watch more cautious for a while; one that was needed does not', () => {
    const [well, needed] = (['all-well', 'emergency'] as const).map((outcome) => {
      const world = threeWeeks()
      liveOn(world, 6)
      silentUntil(world)
      const open = raisedAlarm('r1', 'quiet', { kind: 'silence', reason: 'inactivity', raisedAt: world.now() })
      const alarm = { ...resolved(open, world.now()), outcome } as Alarm
      world.inactivity.observe([{ seq: 1, fact: { kind: 'alarm-resolved', subjectId: 'r1', siteId: 'site-a', at: world.now(), alarm } }])
      return world.silence.standing(1, world.now()).limit?.limit ?? 0
    })
    expect(well).toBeGreaterThan(needed ?? 0)
  })
})
