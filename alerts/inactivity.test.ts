/** The plain rule: the hours of day and night, who is not judged, and that the same silence is announced once. */
import { describe, expect, test } from 'vitest'
import type { Alarm } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { hours, type Instant, instant, minutes } from '../domain/time.ts'
import { raisedAlarm, resolved } from '../store/examples.contract.ts'
import type { WatchedResident } from '../store/store.ts'
import { morning, openWorld, type World, watchedDevice, watchedResident, words } from './silence/examples.contract.ts'

const sensor = watchedDevice(2, { residentId: 'r1', residentNumber: 1, gatewayId: 'term-1', role: 'motion', heartbeatSeconds: null })
const home = (given: Partial<WatchedResident> = {}, more: Partial<Parameters<typeof openWorld>[0]> = {}): World =>
  openWorld({ devices: [watchedDevice(1), sensor], residents: [watchedResident(1, given)], ...more })
const move = (world: World) => world.silence.active(1, 2, world.now())
const inactiveOnly = (found: readonly CareEventDraft[]) => found.filter((draft) => draft.kind === 'inactivity-noticed')
const hour = 3_600

describe('the limit', () => {
  test('by day twelve hours of the site, once', () => {
    const world = home()
    move(world)
    expect(words(world.run(12 * hour - 1))).toEqual([])
    const found = world.run(24 * hour)
    expect(words(found)).toEqual(['r1 inactive'])
    expect(found[0]).toMatchObject({ since: morning, limit: hours(12), room: 'hall' })
  })

  test('by night fourteen: from ten in the morning until midnight', () => {
    const world = home()
    world.run(2 * hour)
    move(world)
    expect(words(world.run(13 * hour))).toEqual([])
    expect(words(world.run(hour))).toEqual(['r1 inactive'])
  })

  test('her own hours come before the default, and 0 is not watched', () => {
    const own = home({ inactivityDayHours: 3 })
    move(own)
    expect(words(own.run(3 * hour + 1))).toEqual(['r1 inactive'])
    const unwatched = home({ inactivityDayHours: 0, inactivityNightHours: 0 })
    move(unwatched)
    expect(words(unwatched.run(72 * hour))).toEqual([])
  })

  test('a heartbeat is not a sign of life; a movement is, and ends the alarm once', () => {
    const world = home({ inactivityDayHours: 2 })
    move(world)
    expect(words(world.run(3 * hour))).toEqual(['r1 inactive'])
    move(world)
    expect(words(world.run(hour))).toEqual(['r1 inactivity over'])
  })

  test('who never gave a sign of life counts from her enrolment', () => {
    expect(words(home().run(12 * hour + 5))).toEqual(['r1 inactive'])
  })

  test('a home that can show no sign of life is not judged, also after a press of its button', () => {
    const button = watchedDevice(2, {
      residentId: 'r1',
      residentNumber: 1,
      gatewayId: 'term-1',
      role: 'sos-button',
      heartbeatSeconds: null,
    })
    const world = openWorld({ devices: [watchedDevice(1), button], residents: [watchedResident(1)] })
    expect(words(world.run(30 * hour))).toEqual([])
    move(world)
    expect(words(world.run(30 * hour))).toEqual([])
  })
})

describe('not judged', () => {
  test.each(['away', 'hospital'] as const)('%s: no alarm, and a fresh start at its end', (mode) => {
    const world = home({ mode, modeUntil: instant(morning + hours(48)) })
    move(world)
    expect(words(world.run(48 * hour))).toEqual([])
    expect(words(world.run(11 * hour))).toEqual([])
    expect(words(world.run(2 * hour))).toEqual(['r1 inactive'])
  })

  test('brought home by the directory: the stay does not count', () => {
    const world = home({ mode: 'hospital' })
    move(world)
    world.run(100 * hour)
    world.enrol([watchedDevice(1), sensor], [watchedResident(1)])
    expect(words(world.run(11 * hour))).toEqual([])
  })

  test('a home that cannot be seen is not judged; seen again, it starts anew', () => {
    const world = home()
    move(world)
    world.run(8 * hour)
    world.beating.delete(1)
    expect(words(world.run(30 * hour))).toEqual(['term-1 silent', 'r1 unseen'])
    world.beating.add(1)
    expect(words(world.run(11 * hour))).toEqual(['term-1 device-silent over', 'r1 home-unseen over'])
    expect(inactiveOnly(world.run(3 * hour))).toHaveLength(1)
  })

  test('what a blind time forgave is still forgiven after a restart', () => {
    const world = home()
    move(world)
    world.run(8 * hour)
    world.beating.delete(1)
    world.run(6 * hour)
    world.beating.add(1)
    world.run(hour)
    const after = home({}, { pages: world.silence.dirtyPages(10), at: world.now() })
    expect(words(after.run(9 * hour))).toEqual([])
  })
})

describe('our own trouble', () => {
  test('a short restart forgets nothing: the hours before it count', () => {
    const world = home()
    move(world)
    world.run(11 * hour)
    const again = restarted(world, minutes(1))
    const found = again.run(hour + 60)
    expect(words(found)).toEqual(['r1 inactive'])
    expect(found[0]).toMatchObject({ since: morning })
  })

  test('a long time in which the platform was off does not count', () => {
    const world = home()
    move(world)
    world.run(10 * hour)
    const again = restarted(world, hours(9))
    expect(words(again.run(hour))).toEqual([])
    // It is five in the morning: fourteen hours, of which ten were before.
    expect(words(again.run(4 * hour))).toEqual(['r1 inactive'])
  })

  test.each([315_360_000, -7_200])('a clock that is wrong by %i s after the restart alarms nobody falsely', (seconds) => {
    const world = home()
    world.run(hour)
    move(world)
    const again = restarted(world, hours(seconds / 3_600))
    expect(words(again.run(10 * hour))).toEqual([])
  })

  test('an alarm announced before a restart is neither repeated nor forgotten', () => {
    const world = home({ inactivityDayHours: 2 })
    move(world)
    const alarm = inactivityAlarm(instant(morning + hours(2)))
    world.run(3 * hour)
    const again = restarted(world, minutes(1), { given: { inactivityDayHours: 2 }, alarms: [alarm] })
    expect(words(again.run(5 * hour))).toEqual([])
    move(again)
    expect(words(again.run(hour))).toEqual(['r1 inactivity over'])
  })

  test('a person who closed the alarm looked after her: her silence counts anew, also after a restart', () => {
    const world = home({ inactivityDayHours: 2 })
    move(world)
    const first = world.run(3 * hour)
    const alarm = resolved(inactivityAlarm(instant(morning + hours(2))), world.now())
    world.inactivity.observe([{ seq: 1, fact: { kind: 'alarm-resolved', subjectId: 'r1', siteId: 'site-a', at: world.now(), alarm } }])
    expect(words(world.run(hour))).toEqual([])
    const again = restarted(world, minutes(1), { given: { inactivityDayHours: 2 }, alarms: [alarm] })
    expect(words(again.run(hour / 2))).toEqual([])
    const second = again.run(hour)
    expect(words(second)).toEqual(['r1 inactive'])
    expect(causeOf(second)).not.toBe(causeOf(first))
  })

  test('the wall clock jumps: the hours stay what they were', () => {
    const world = home()
    move(world)
    world.run(6 * hour)
    world.jump(5 * hour)
    expect(words(world.run(5 * hour))).toEqual([])
    expect(inactiveOnly(world.run(4 * hour))).toHaveLength(1)
  })
})

function restarted(world: World, downtime: number, more: { given?: Partial<WatchedResident>; alarms?: readonly Alarm[] } = {}): World {
  const pages = world.silence.dirtyPages(10)
  return home(more.given, { pages, alarms: more.alarms ?? [], at: instant(world.now() + downtime) })
}

const inactivityAlarm = (at: Instant) => raisedAlarm('r1', 'quiet', { kind: 'silence', reason: 'inactivity', raisedAt: at })
const causeOf = (found: readonly CareEventDraft[]): string | undefined => inactiveOnly(found).map((draft) => draft.causeId)[0]
