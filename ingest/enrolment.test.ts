/** Enrolment: who waits in the list, what a device is guessed to be for, and the one thing that must never happen: a walk that swallows a call. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KnownDevice } from '../domain/device.ts'
import type { DeviceProof, EnrolmentStore, NewDevice } from '../domain/enrolment.ts'
import { type Clock, type Instant, instant } from '../domain/time.ts'
import { type LifeDisk, lifeDisk, noVisits } from './enrolment.fixture.ts'
import { type Enrolment, startEnrolment } from './enrolment.ts'
import { newDevicesMost, ofOneGatewayMost } from './enrolment-register.ts'
import { aDevice, firstMoment, type Recorder, record } from './recorder.ts'

/** A disk of a few lists. */
function disk(): EnrolmentStore & LifeDisk & { broken: boolean } {
  const devices = new Map<string, NewDevice>()
  const proofs = new Map<string, DeviceProof>()
  const idOf = ({ gatewayId, key }: Pick<NewDevice, 'gatewayId' | 'key'>) => `${gatewayId} ${key}`
  const self = {
    ...lifeDisk(),
    broken: false,
    newDevices: () => [...devices.values()],
    async saveNewDevices(changed: readonly NewDevice[], gone: readonly Pick<NewDevice, 'gatewayId' | 'key'>[]) {
      if (self.broken) throw new Error('the disk is away')
      for (const one of gone) devices.delete(idOf(one))
      for (const one of changed) devices.set(idOf(one), one)
    },
    proofs: () => [...proofs.values()],
    async saveProofs(list: readonly DeviceProof[]) {
      if (self.broken) throw new Error('the disk is away')
      for (const one of list) proofs.set(one.deviceId, one)
    },
    writeProofs: () => {},
  }
  return self
}

const gateway = aDevice({ id: 'gateway', number: 1, family: 'zigbee2mqtt', role: 'gateway', residentId: null, residentNumber: null })
const behind = (device: Partial<KnownDevice> & { id: string; number: number }) =>
  aDevice({ family: 'zigbee2mqtt', gatewayId: 'gateway', ...device })
const fresh = behind({ id: 'sos-new', number: 2, key: 'new button', role: 'sos-button' })
const old = behind({ id: 'sos-old', number: 3, key: 'old button', role: 'sos-button' })
const smoke = behind({ id: 'smoke-new', number: 4, key: 'kitchen', role: 'smoke' })
const door = behind({ id: 'door-new', number: 5, key: 'door', role: 'front-door' })
const other = behind({ id: 'sos-other', number: 6, key: 'other', role: 'sos-button', residentId: 'resident-2', residentNumber: 2 })

type Scene = {
  it: Recorder
  enrolment: Enrolment
  store: ReturnType<typeof disk>
  time: { wall: number; elapsed: number }
  pass(ms: number): void
}

function scene(store = disk()): Scene {
  const time = { wall: firstMoment as number, elapsed: 0 }
  const clock: Clock = { now: () => instant(time.wall), elapsed: () => time.elapsed, every: () => () => {}, later: () => () => {} }
  const enrolment = startEnrolment({ store, visits: noVisits, clock, log: () => {} })
  const it = record([gateway, fresh, old, smoke, door, other], [], enrolment)
  const pass = (ms: number) => {
    time.wall += ms
    time.elapsed += ms
  }
  return { it, enrolment, store, time, pass }
}

let count = 0
/** One press: of a button that sends nothing but its action. */
const press = ({ it, time }: Scene, key: string, more: object = {}) => {
  count += 1
  return it.send(`zigbee2mqtt/${key}`, { action: 'single', linkquality: count % 200 }, { receivedAt: instant(time.wall), ...more })
}
const kinds = ({ it }: Scene) => it.events.splice(0).map(({ kind }) => kind)
const minute = 60_000

async function walking(): Promise<Scene> {
  const made = scene()
  for (const id of ['sos-new', 'smoke-new', 'door-new', 'sos-other']) await made.enrolment.claimed(id)
  made.enrolment.begin({ residentId: 'resident-1', by: 'u', minutes: 15 })
  return made
}

describe('the test walk', () => {
  test('the first press of a claimed button rings nobody and arms it, also for the disk; the next one rings', async () => {
    const walk = await walking()
    await press(walk, 'new button')
    expect(kinds(walk)).toEqual(['test-pressed'])
    expect(walk.enrolment.of('resident-1')?.ticked).toEqual({ 'sos-new': firstMoment })
    expect(walk.store.proofs().find(({ deviceId }) => deviceId === 'sos-new')?.provenAt).toBe(firstMoment)
    walk.pass(3_000)
    await press(walk, 'new button')
    expect(kinds(walk)).toEqual(['sos-pressed'])
  })

  test('the same press sent again is still the test, and only for a minute', async () => {
    const walk = await walking()
    const send = (more: object = {}) =>
      walk.it.send('zigbee2mqtt/new button', { action: 'single', linkquality: 7 }, { receivedAt: instant(walk.time.wall), ...more })
    await send()
    walk.pass(900)
    await send({ dup: true })
    const causes = walk.it.events.map((event) => ('causeId' in event ? event.causeId : ''))
    expect(new Set(causes).size).toBe(1)
    expect(kinds(walk)).toEqual(['test-pressed', 'test-pressed'])
    walk.pass(61_000)
    await send()
    expect(kinds(walk)).toEqual(['sos-pressed'])
  })

  test('a button that came by a list, and one of another home, ring during the walk', async () => {
    const walk = await walking()
    await press(walk, 'old button')
    await press(walk, 'other')
    expect(kinds(walk)).toEqual(['sos-pressed', 'sos-pressed'])
    expect(Object.keys(walk.enrolment.of('resident-1')?.ticked ?? {})).toEqual(['sos-old'])
  })

  test('before a walk, after its end by hand and after its time a claimed button rings, whatever became of the wall clock', async () => {
    const ends: ((walk: Scene) => void)[] = [
      ({ enrolment }) => void enrolment.end('resident-1'),
      ({ pass }) => pass(15 * minute),
      ({ time }) => {
        time.wall += 15 * minute
      },
      // Set back: the walk would last a day longer by the wall clock.
      ({ time }) => {
        time.wall -= 86_400_000
      },
      ({ time }) => {
        time.wall += 5 * minute
        time.elapsed += 15 * minute
      },
    ]
    for (const end of ends) {
      const walk = await walking()
      end(walk)
      await press(walk, 'new button')
      expect(kinds(walk)).toEqual(['sos-pressed'])
      expect(walk.enrolment.of('resident-1')).toBeNull()
    }
    const none = scene()
    await none.enrolment.claimed('sos-new')
    await press(none, 'new button')
    expect(kinds(none)).toEqual(['sos-pressed'])
    // It worked: what rang is proven as well.
    expect(none.enrolment.proof('sos-new')?.provenAt).toBe(firstMoment)
  })

  test('a restart ends the walk, and what was proven stays proven', async () => {
    const walk = await walking()
    await press(walk, 'new button')
    const again = scene(walk.store)
    expect(again.enrolment.of('resident-1')).toBeNull()
    again.enrolment.begin({ residentId: 'resident-1', by: 'u', minutes: 15 })
    await press(again, 'new button')
    expect(kinds(again)).toEqual(['sos-pressed'])
  })

  test('when it cannot be written that a button is armed, its press is not thanked, and the next one rings', async () => {
    const walk = await walking()
    walk.store.broken = true
    await expect(press(walk, 'new button')).rejects.toThrow('the disk is away')
    kinds(walk)
    walk.pass(3_000)
    await press(walk, 'new button')
    expect(kinds(walk)).toEqual(['sos-pressed'])
  })

  test('a smoke detector that wails through its test rings nobody; smoke a minute later does', async () => {
    const walk = await walking()
    const smokes = (smoke: boolean) =>
      walk.it.send('zigbee2mqtt/kitchen', { smoke, linkquality: 3 }, { receivedAt: instant(walk.time.wall) })
    await smokes(true)
    walk.pass(20_000)
    await smokes(true)
    expect(new Set(kinds(walk))).toEqual(new Set(['test-pressed']))
    await smokes(false)
    walk.pass(50_000)
    await smokes(true)
    expect(kinds(walk)).toContain('environment-detected')
  })

  test('a door is proven by moving, not by what it keeps saying', async () => {
    const walk = await walking()
    const says = (contact: boolean) => walk.it.send('zigbee2mqtt/door', { contact }, { receivedAt: instant(walk.time.wall) })
    const isTicked = () => 'door-new' in (walk.enrolment.of('resident-1')?.ticked ?? {})
    await says(true)
    await says(true)
    expect(isTicked()).toBe(false)
    await says(false)
    expect(isTicked()).toBe(true)
    expect(kinds(walk)).toEqual([])
  })

  test('a press that was stored or kept for others is no test', async () => {
    const walk = await walking()
    await press(walk, 'new button', { retain: true })
    expect(kinds(walk)).not.toContain('test-pressed')
    expect(walk.enrolment.proof('sos-new')?.provenAt).toBeNull()
  })
})

describe('whatever order things come in', () => {
  const deeds = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('press' as const), key: fc.constantFrom('new button', 'old button', 'other') }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin' as const), minutes: fc.integer({ min: 1, max: 30 }) }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'end' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 3, max: 1_200 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('set clock' as const), seconds: fc.integer({ min: -90_000, max: 90_000 }) }) },
  )

  test('a device is tested at most once, never after the walk was over by the steady clock, and every other press rings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { maxLength: 30 }), async (list) => {
        let now = scene()
        for (const id of ['sos-new', 'sos-other']) await now.enrolment.claimed(id)
        let tests = 0
        let endsAt = -1
        for (const deed of list) {
          now.pass(2_500)
          if (deed.kind === 'begin') {
            now.enrolment.begin({ residentId: 'resident-1', by: 'u', minutes: deed.minutes })
            endsAt = now.time.elapsed + deed.minutes * minute
          }
          if (deed.kind === 'end') now.enrolment.end('resident-1')
          if (deed.kind === 'pass') now.pass(deed.seconds * 1_000)
          if (deed.kind === 'set clock') now.time.wall += deed.seconds * 1_000
          if (deed.kind === 'end' || deed.kind === 'restart') endsAt = -1
          if (deed.kind === 'restart') {
            await now.enrolment.stop()
            const { wall } = now.time
            now = scene(now.store)
            now.time.wall = wall
          }
          if (deed.kind !== 'press') continue
          await press(now, deed.key)
          const [became, ...more] = kinds(now)
          expect(more).toEqual([])
          if (became === 'sos-pressed') continue
          expect(became).toBe('test-pressed')
          expect([deed.key, now.time.elapsed < endsAt]).toEqual(['new button', true])
          tests += 1
        }
        expect(tests).toBeLessThanOrEqual(1)
      }),
      { numRuns: 200 },
    )
  })
})

describe('new devices', () => {
  test('what is heard behind a gateway waits with what it said and what the bridge told of it, and is there after a restart', async () => {
    const { it, enrolment, store } = scene()
    await it.send('zigbee2mqtt/0xa1', { action: 'single', battery: 80 })
    const definition = { vendor: 'Heiman', model: 'SOS-1', description: 'Panic button' }
    const list = [
      { ieee_address: '0x00', friendly_name: 'Coordinator', type: 'Coordinator' },
      { ieee_address: '0xa1', friendly_name: '0xa1', type: 'EndDevice', definition },
    ]
    await it.send('zigbee2mqtt/bridge/devices', list, { retain: true })
    await it.send('zigbee2mqtt/new button', { action: 'single' })
    const [entry, ...others] = enrolment.all()
    expect(others).toEqual([])
    expect(entry).toMatchObject({ gatewayId: 'gateway', key: '0xa1', family: 'zigbee2mqtt', vendor: 'Heiman', model: 'SOS-1' })
    expect(entry?.kinds).toEqual(expect.arrayContaining(['button', 'battery']))
    expect(entry && enrolment.guess(entry)).toBe('sos-button')
    await enrolment.stop()
    const again = scene(store).enrolment
    expect(again.all()).toEqual(enrolment.all())
    again.forget({ gatewayId: 'gateway', key: '0xa1' })
    await again.stop()
    expect(store.newDevices()).toEqual([])
  })

  test('what could not be written is written the next time', async () => {
    const { it, enrolment, store } = scene()
    await it.send('zigbee2mqtt/0xa1', { action: 'single' })
    store.broken = true
    await enrolment.stop()
    store.broken = false
    await enrolment.stop()
    expect(store.newDevices().map(({ key }) => key)).toEqual(['0xa1'])
  })

  test('a town full of telephones stays within the bounds, and does not push out what another gateway heard', () => {
    const { enrolment } = scene()
    const hear = (id: string, key: string, at: number) =>
      enrolment.heard({ ...gateway, id }, { key, kind: 'heartbeat', family: 'bluetooth', at: instant(at) as Instant })
    hear('quiet', 'the one', 1)
    for (let at = 2; at < 5_000; at += 1) hear('loud', `phone ${at}`, at)
    expect(enrolment.all().filter(({ gatewayId }) => gatewayId === 'loud')).toHaveLength(ofOneGatewayMost)
    expect(enrolment.find({ gatewayId: 'quiet', key: 'the one' })).toBeDefined()
    for (let at = 5_000; at < 9_000; at += 1) hear(`g${at % 100}`, `device ${at}`, at)
    expect(enrolment.all().length).toBeLessThanOrEqual(newDevicesMost)
  })
})
