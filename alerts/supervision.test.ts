/** Silence of devices: noticed in time, grouped when it has one cause, never mistaken for our own. */
import { describe, expect, test } from 'vitest'
import type { Alarm } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { instant } from '../domain/time.ts'
import { raisedAlarm } from '../store/examples.contract.ts'
import type { WatchedDevice } from '../store/store.ts'
import { morning, openWorld, watchedDevice, watchedResident, words } from './silence/examples.contract.ts'

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index)
const homes = (count: number, given: (number: number) => Partial<WatchedDevice> = () => ({})) => ({
  devices: numbers(count).map((number) => watchedDevice(number, given(number))),
  residents: numbers(count).map((number) => watchedResident(number)),
})
const deviceAlarm = (number: number): Alarm =>
  raisedAlarm(`r${number}`, `old-${number}`, {
    kind: 'technical',
    reason: 'device-silent',
    causes: [
      { id: 'x', reason: 'device-silent', deviceId: `term-${number}`, room: '', receivedAt: morning, claimedAt: null, unreadable: false },
    ],
  })
const areaAlarm = (subjectId: string, residentIds: readonly string[], deviceId: string | null = null): Alarm =>
  raisedAlarm(subjectId, 'old-area', {
    ...{ kind: 'technical', reason: 'area-silent', residentIds },
    causes: [{ id: 'x', reason: 'area-silent', deviceId, room: '', receivedAt: morning, claimedAt: null, unreadable: false }],
  })

describe('one device', () => {
  test('a mains-powered terminal is announced within 180 s of its last message, and not before 2.5 intervals', () => {
    const world = openWorld(homes(2))
    world.run(600)
    world.beating.delete(1)
    const heardAt = world.silence.lastHeardAt(1)
    const found = world.run(200)
    expect(words(found)).toEqual(['term-1 silent'])
    const waited = (found[0]?.at ?? 0) - heardAt
    expect(waited).toBeGreaterThanOrEqual(150_000)
    expect(waited).toBeLessThanOrEqual(180_000)
    expect(world.silence.isSilent(1)).toBe(true)
    expect(world.silence.isBlind(1)).toBe(true)
    expect(world.silence.isBlind(2)).toBe(false)
  })

  test('heard again, it is cleared, and the next silence is another one', () => {
    const world = openWorld(homes(1))
    world.run(300)
    world.beating.delete(1)
    const first = world.run(300)
    world.beating.add(1)
    expect(words(world.run(120))).toEqual(['term-1 device-silent over'])
    expect(world.silence.isSilent(1)).toBe(false)
    expect(world.silence.isBlind(1)).toBe(false)
    world.beating.delete(1)
    const second = world.run(300)
    expect(words(second)).toEqual(['term-1 silent'])
    expect(causeOf(second)).not.toBe(causeOf(first))
  })

  test('a battery device gets its whole 2.5 intervals, a device without a promise is never silent', () => {
    const battery = watchedDevice(1, { power: 'battery', heartbeatSeconds: 3_600 })
    const quiet = watchedDevice(2, { heartbeatSeconds: null, role: 'motion' })
    const world = openWorld({ devices: [battery, quiet], residents: [watchedResident(1), watchedResident(2)] })
    world.beating.clear()
    world.silence.heard(battery, world.now())
    expect(words(world.run(8_900))).toEqual([])
    expect(words(world.run(300))).toEqual(['term-1 silent'])
  })

  test('a mains device with a rare promise is not called silent inside its own interval', () => {
    const world = openWorld({ devices: [watchedDevice(1, { heartbeatSeconds: 300 })], residents: [watchedResident(1)] })
    expect(words(world.run(3_600))).toEqual([])
  })

  test('a device that was never heard is found: silence is computed from the register', () => {
    const world = openWorld(homes(1))
    world.beating.clear()
    expect(words(world.run(150))).toEqual([])
    expect(words(world.run(30))).toEqual(['term-1 silent'])
  })

  test('a device taken out of the directory is cleared and watched no more', () => {
    const world = openWorld(homes(2))
    world.run(120)
    world.beating.delete(1)
    world.run(240)
    world.enrol([watchedDevice(2)], [watchedResident(2)])
    expect(words(world.run(300))).toEqual(['term-1 device-silent over'])
  })

  test('a person who closed the alarm is reminded half a day later that it is still silent', () => {
    const world = openWorld(homes(1))
    world.run(120)
    world.beating.delete(1)
    const first = world.run(240)
    const { plan: _p, planStep: _s, ...rest } = deviceAlarm(1) as Extract<Alarm, { state: 'raised' }>
    const alarm: Alarm = { ...rest, state: 'resolved', by: 'anna', at: world.now(), outcome: 'technical-fixed' }
    world.supervision.observe([{ seq: 1, fact: { kind: 'alarm-resolved', subjectId: 'r1', siteId: 'site-a', at: world.now(), alarm } }])
    expect(words(world.run(11 * 3_600))).toEqual(['r1 unseen'])
    const again = world.run(2 * 3_600)
    expect(words(again.filter(({ kind }) => kind === 'device-troubled'))).toEqual(['term-1 silent'])
    expect(causeOf(again)).not.toBe(causeOf(first))
  })
})

describe('what a gateway carries', () => {
  const terminal = watchedDevice(1)
  const child = (number: number, given: Partial<WatchedDevice> = {}) =>
    watchedDevice(number, { residentId: 'r1', residentNumber: 1, gatewayId: 'term-1', role: 'motion', ...given })

  test("a terminal's silence covers its devices, whichever limit passes first", () => {
    const devices = [terminal, child(2, { heartbeatSeconds: 20 }), child(3, { heartbeatSeconds: 60 }), child(4, { power: 'battery' })]
    const world = openWorld({ devices, residents: [watchedResident(1)] })
    world.run(300)
    world.beating.clear()
    expect(words(world.run(600))).toEqual(['term-1 silent'])
    expect(world.silence.isSilent(3)).toBe(true)
    for (const device of devices) world.beating.add(device.number)
    expect(words(world.run(600))).toEqual(['term-1 device-silent over'])
  })

  test('a device whose terminal is heard is announced alone, in time', () => {
    const world = openWorld({ devices: [terminal, child(2)], residents: [watchedResident(1)] })
    world.run(300)
    world.beating.delete(2)
    const heardAt = world.silence.lastHeardAt(2)
    const found = world.run(200)
    expect(words(found)).toEqual(['term-2 silent'])
    expect((found[0]?.at ?? 0) - heardAt).toBeLessThanOrEqual(180_000)
    expect(world.silence.isBlind(1)).toBe(true)
  })

  test("a building's gateway of nobody's own speaks for its homes as one area", () => {
    const gateway = watchedDevice(9, { id: 'gw-9', residentId: null, residentNumber: null, role: 'gateway', building: '3' })
    const carried = numbers(2).map((number) => watchedDevice(number, { gatewayId: 'gw-9', building: '3', role: 'motion' }))
    const world = openWorld({ devices: [gateway, ...carried], residents: [watchedResident(1), watchedResident(2)] })
    world.run(300)
    world.beating.clear()
    expect(words(world.run(600))).toEqual(['area:gw-9 silent: 2 homes'])
    expect(world.silence.isBlind(2)).toBe(true)
    for (const number of [1, 2, 9]) world.beating.add(number)
    expect(words(world.run(120))).toEqual(['area:gw-9 area-silent over'])
  })
})

describe('many at once', () => {
  test('a whole community without power is one alarm that names everybody within 200 s, and no single ones', () => {
    const world = openWorld(homes(2_000))
    world.run(180)
    world.beating.clear()
    const found = world.run(200)
    expect(new Set(words(found).map((word) => word.split(':').slice(0, 2).join(':')))).toEqual(new Set(['area:site-a silent']))
    expect(namedIn(found)).toBe(2_000)
    expect(found.length).toBeLessThan(15)
  })

  test('one building is one area, and a home elsewhere stays its own alarm', () => {
    const world = openWorld(homes(200, (number) => ({ building: `b${Math.floor(number / 10)}` })))
    world.run(180)
    for (const number of [...numbers(10, 30), 150]) world.beating.delete(number)
    const found = words(world.run(240))
    expect(found).toContain('area:site-a/b3 silent: 10 homes')
    expect(found.filter((word) => !word.startsWith('area:site-a/b3'))).toEqual(['term-150 silent'])
  })

  test('three homes behind one gateway are an area of that gateway', () => {
    const gateway = watchedDevice(9, { id: 'gw-9', residentId: null, residentNumber: null, role: 'gateway', building: '3' })
    const carried = numbers(6).map((number) => watchedDevice(number, { gatewayId: 'gw-9', building: '3' }))
    const world = openWorld({ devices: [gateway, ...carried], residents: numbers(6).map((number) => watchedResident(number)) })
    world.run(300)
    for (const number of [1, 2, 3]) world.beating.delete(number)
    const found = words(world.run(300))
    expect(found.at(-1)).toBe('area:gw-9 silent: 3 homes')
    expect(found.filter((word) => !word.startsWith('area:gw-9'))).toEqual([])
  })

  test('when most are back the area ends, and who is still silent is named alone', () => {
    const world = openWorld(homes(20))
    world.run(180)
    world.beating.clear()
    world.run(300)
    for (const number of numbers(19)) world.beating.add(number)
    const found = words(world.run(300))
    expect(found.filter((word) => !word.includes('homes'))).toEqual(['area:site-a area-silent over', 'term-20 silent'])
  })

  test('two homes silent on the same day are two alarms', () => {
    const world = openWorld(homes(50))
    world.run(180)
    for (const number of [1, 2]) world.beating.delete(number)
    expect(words(world.run(300)).sort()).toEqual(['term-1 silent', 'term-2 silent'])
  })
})

describe('our own trouble', () => {
  test('after a start nobody is silent before its own limit, however long we were away', () => {
    const before = openWorld(homes(30))
    before.run(180)
    const pages = before.silence.dirtyPages(100)
    const after = openWorld({ ...homes(30), pages, at: instant(before.now() + 8 * 3_600_000) })
    expect(words(after.run(900))).toEqual([])
  })

  test('a restart neither repeats nor forgets what was announced', () => {
    const before = openWorld(homes(30))
    before.run(180)
    for (const number of [1, ...numbers(10, 21)]) before.beating.delete(number)
    before.run(600)
    const residentIds = numbers(10, 21).map((number) => `r${number}`)
    const alarms = [deviceAlarm(1), areaAlarm('area:site-a', residentIds)]
    const after = openWorld({ ...homes(30), pages: before.silence.dirtyPages(100), alarms, at: instant(before.now() + 60_000) })
    for (const number of [1, ...numbers(10, 21)]) after.beating.delete(number)
    expect(words(after.run(600)).filter((word) => !word.startsWith('area:site-a silent: 10'))).toEqual([])
    expect(after.silence.isSilent(1)).toBe(true)
    for (const number of [1, ...numbers(10, 21)]) after.beating.add(number)
    expect(
      words(after.run(120))
        .filter((word) => !word.includes('homes'))
        .sort(),
    ).toEqual(['area:site-a area-silent over', 'term-1 device-silent over'])
  })

  test.each([10, 45, 600])('a stall of %i s of ours is not silence of theirs', (seconds) => {
    const world = openWorld(homes(30))
    world.run(180)
    for (let round = 0; round < 5; round += 1) {
      world.stall(seconds)
      expect(words(world.run(100))).toEqual([])
    }
  })

  test('a process that stalls often still finds a silent device', () => {
    const world = openWorld(homes(2))
    world.run(180)
    world.beating.delete(1)
    const found: CareEventDraft[] = []
    for (let round = 0; round < 10; round += 1) {
      world.stall(10)
      found.push(...world.run(30))
    }
    expect(words(found)).toEqual(['term-1 silent'])
  })

  test.each([3_600, -7_200, 315_360_000, -40])(
    'the wall clock jumps by %i s: nobody falls silent, and who is silent stays so',
    (seconds) => {
      const world = openWorld(homes(30))
      world.run(180)
      world.beating.delete(7)
      expect(words(world.run(300))).toEqual(['term-7 silent'])
      world.beating.delete(8)
      world.run(60)
      world.jump(seconds)
      const found = world.run(200)
      expect(words(found)).toEqual(['term-8 silent'])
      world.beating.add(7)
      expect(words(world.run(61))).toEqual(['term-7 device-silent over'])
    },
  )
})

const causeOf = (found: readonly CareEventDraft[]): string | undefined =>
  found.flatMap((draft) => (draft.kind === 'device-troubled' ? [draft.causeId] : []))[0]

function namedIn(found: readonly CareEventDraft[]): number {
  return new Set(found.flatMap((draft) => (draft.kind === 'area-silenced' ? draft.residentIds : []))).size
}
