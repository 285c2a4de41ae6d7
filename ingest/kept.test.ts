/**
 * Retained, cached and historic messages of every family, through the whole of ingest: never a press, never a sign of life; a call among
 * them is shown to a person. The families that keep their states by custom have the rule that is right for them, said beside each test.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Family, families, type KnownDevice, type Role } from '../domain/device.ts'
import { after, seconds } from '../domain/time.ts'
import { upKinds } from '../domain/topics.ts'
import { bytesOf, type Said, saidByDevices } from './decoders/families.fixture.ts'
import { openDecoders } from './decoders/index.ts'
import { aDevice, firstMoment, messageOf, type Recorder, record } from './recorder.ts'

const native: readonly Said[] = upKinds.map((kind) => ({
  ...{ family: 'native', what: kind, topic: `care/gateway/${kind}`, means: [] },
  payload: { id: 'p-1', active: true, open: true, occupied: true, battery: 80, heartRate: 70, percent: 9, mains: false, mode: 'away' },
}))
const zigbeePayloads: readonly object[] = [
  { action: 'emergency', battery: 96, linkquality: 120, last_seen: '2026-11-22T02:00:00Z' },
  { action: 'single' },
  { sos: true, linkquality: 80 },
  { occupancy: true, presence: true, contact: false, vibration: true, illuminance: 3 },
  { smoke: true, gas: true, carbon_monoxide: true, water_leak: true, tamper: true },
  { fall_status: 'fall_alarm', status: 'on_the_bed', heart_rate: 70 },
  { fall_down_status: 'fall' },
]
const zigbeeSaid: readonly Said[] = [
  ...zigbeePayloads.map(
    (payload): Said => ({ family: 'zigbee2mqtt', what: Object.keys(payload).join(), topic: 'zigbee2mqtt/thing', payload, means: [] }),
  ),
  { family: 'zigbee2mqtt', what: 'an action of its own', topic: 'zigbee2mqtt/thing/action', payload: 'emergency', means: [] },
  {
    family: 'zigbee2mqtt',
    what: 'counts',
    topic: 'zigbee2mqtt/bridge/health',
    payload: { devices: { thing: { messages: 4 } } },
    means: [],
  },
]
const everything: readonly Said[] = [...saidByDevices, ...zigbeeSaid, ...native]
const decoders = openDecoders()
const keepers = families.filter((family) => decoders[family].keepsStates)
const others = families.filter((family) => !decoders[family].keepsStates)

/** A home in which all that a fixture speaks of is registered behind one gateway, each with the role that makes the most of it. */
function homeOf(family: Family, role: Role, said: readonly Said[]): Recorder {
  const base = said[0]?.base ?? ''
  const sender = aDevice({ id: 'gateway', number: 1, family, base, role: 'gateway', key: 'gateway' })
  const keys = said.flatMap((each) => openDecoders()[family].decode(messageOf(each.topic, bytesOf(each)), sender).signals)
  const behind = [...new Set(keys.map(({ deviceKey }) => deviceKey))].filter((key) => key !== '' && key !== 'gateway')
  const devices = behind.map(
    (key, place): KnownDevice => aDevice({ id: `dev-${place}`, number: place + 2, family, gatewayId: 'gateway', key, role }),
  )
  return record([{ ...sender, role }, ...devices])
}

const calls = ['sos-pressed', 'fall-detected', 'test-pressed', 'cancel-pressed', 'environment-detected']
const called = (it: Recorder) => it.events.filter(({ kind }) => calls.includes(kind))
/** Only a gateway's own greeting may be heard in a kept message: it sent it over its own connection. */
const strangersHeard = (it: Recorder) => it.heard.filter((id) => id !== 'gateway')

describe.each(others)('%s', (family) => {
  const said = everything.filter((each) => each.family === family)

  test('has fixtures that say something when they are not kept', async () => {
    const it = homeOf(family, 'sos-button', said)
    for (const each of said) await it.send(each.topic, bytesOf(each))
    expect(called(it).length + it.heard.length).toBeGreaterThan(0)
  })

  test.each(['sos-button', 'fall-detector', 'motion'] as const)(
    'retained, in any order and number: nobody of role %s presses, nobody lives',
    async (role) => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom(...said), { minLength: 1, maxLength: 12 }), async (drawn) => {
          const it = homeOf(family, role, drawn)
          for (const each of drawn) await it.send(each.topic, bytesOf(each), { retain: true })
          expect(called(it)).toEqual([])
          expect([it.active, strangersHeard(it), it.modes]).toEqual([[], [], []])
          expect(it.readings).toEqual([])
        }),
        { numRuns: 40 },
      )
    },
  )
})

describe.each(keepers)('%s, whose states are kept by custom', (family) => {
  const said = everything.filter((each) => each.family === family && !isEvent(each))

  // A change is news, the same again is not, whoever sends it again: the device after its restart, or a broker after ours.
  test('states told again, in any order and number, press nothing and give no sign of life', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...said), { minLength: 1, maxLength: 12 }), async (drawn) => {
        const it = homeOf(family, 'sos-button', said)
        for (const each of said) await it.send(each.topic, bytesOf(each), { retain: true })
        it.clear()
        for (const each of drawn) await it.send(each.topic, bytesOf(each), { retain: true, kept: true })
        expect(called(it)).toEqual([])
        expect(it.active).toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})

/** What happens anew each time it is told: no state. */
const isEvent = ({ means }: Said): boolean => means.some(({ kind }) => kind === 'button')

describe('momentary words of families that keep their states', () => {
  const button = (family: Family, key: string, base: string) =>
    record([
      aDevice({ id: 'gateway', number: 1, family, base, role: key === '' ? 'sos-button' : 'gateway', key: '' }),
      ...(key === '' ? [] : [aDevice({ id: 'sos-0001', number: 2, family, gatewayId: 'gateway', key, role: 'sos-button' })]),
    ])
  const at = (second: number) => ({ receivedAt: after(firstMoment, seconds(second)), retain: true })
  const iso = (second: number) => JSON.stringify(new Date(firstMoment + second * 1_000).toISOString())

  test('ESPHome: an event is kept by its custom and is a press of now; out of another broker’s store it is none', async () => {
    const it = button('esphome', '', 'node-1')
    const topic = 'node-1/event/call_button/state'
    await it.send(topic, { event_type: 'press' }, { retain: true, kept: true })
    expect([called(it), it.active]).toEqual([[], []])
    await it.send(topic, { event_type: 'press' }, { retain: true })
    expect(called(it)).toMatchObject([{ kind: 'sos-pressed' }])
  })

  test('Home Assistant: moment and name of one press are one cause; told again after its restart they are nothing', async () => {
    const it = button('home-assistant', 'event.bell', 'homeassistant')
    const topic = 'homeassistant/event/bell'
    const press = async (moment: number, second: number) => {
      await it.send(`${topic}/state`, iso(moment), at(second))
      await it.send(`${topic}/event_type`, '"single"', at(second))
    }
    await press(-3_600, 0)
    expect([called(it), it.active]).toEqual([[], []])
    await press(60, 60.2)
    expect(new Set(called(it).map((event) => 'causeId' in event && event.causeId)).size).toBe(1)
    it.clear()
    await press(60, 300)
    await it.send(`${topic}/event_type`, '"single"', at(400))
    expect([called(it), it.active]).toEqual([[], []])
    await press(500, 500.1)
    expect(called(it).length).toBeGreaterThan(0)
  })

  test('Home Assistant: the first press after our own restart is one, by its moment', async () => {
    const it = button('home-assistant', 'event.bell', 'homeassistant')
    await it.send('homeassistant/event/bell/state', iso(-1), at(0))
    expect(called(it)).toMatchObject([{ kind: 'sos-pressed' }])
  })

  test('Home Assistant: the name of a press in any order of a broker’s store is no press', async () => {
    const it = button('home-assistant', 'event.bell', 'homeassistant')
    await it.send('homeassistant/event/bell/event_type', '"single"', at(0))
    await it.send('homeassistant/event/bell/state', iso(-86_400), at(0))
    await it.send('homeassistant/event/bell/event_type', '"single"', at(1))
    expect([called(it), it.active]).toEqual([[], []])
  })

  test('Home Assistant: the word of a press as a sensor is one press, however often it is told, and none out of a store', async () => {
    const it = button('home-assistant', 'sensor.bell_action', 'homeassistant')
    const say = (word: string, more: object = {}) =>
      it.send('homeassistant/sensor/bell_action/state', JSON.stringify(word), { retain: true, ...more })
    await say('emergency', { kept: true })
    expect([called(it), it.active]).toEqual([[], []])
    await say('')
    for (const _ of [1, 2, 3]) await say('emergency')
    expect(called(it)).toMatchObject([{ kind: 'sos-pressed' }])
  })

  test('Homie: what is not kept is an event, what is kept is a state and no event', async () => {
    const it = button('homie', 'hall', 'homie')
    await it.send('homie/hall/button/press', 'single', { retain: true })
    expect([called(it), it.active]).toEqual([[], []])
    await it.send('homie/hall/button/press', 'single')
    expect(called(it)).toMatchObject([{ kind: 'sos-pressed' }])
  })
})

describe('records of before, not kept by any broker', () => {
  const historic: readonly (Said & { role: Role })[] = [
    ...saidByDevices
      .filter(({ means }) => means.some(({ origin }) => origin === 'historic'))
      .map((each) => ({ ...each, role: 'water-leak' as const })),
    {
      ...{
        family: 'thing-model',
        what: 'Alink history',
        topic: '/sys/pk1/dev1/thing/event/property/history/post',
        role: 'sos-button' as const,
      },
      ...{
        payload: { id: 1, params: [{ identity: { productKey: 'pk1', deviceName: 'dev1' }, properties: [{ sos: { value: 1, time: 1 } }] }] },
        means: [],
      },
    },
    {
      ...{ family: 'watch', what: 'a back-fill', topic: 'dtu', role: 'sos-button' as const, means: [] },
      payload: '[3G*6907919734*003e*UD2,170525,214118,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0]',
    },
  ]
  test.each(historic)('$family, $what', async (each) => {
    const it = homeOf(each.family, each.role, [each])
    await it.send(each.topic, bytesOf(each))
    expect([called(it), it.active]).toEqual([[], []])
  })

  test('zigbee2mqtt: the stored states of all devices after the bridge’s start, in any order', async () => {
    const cached = ['sos', 'door', 'radar', 'leak', 'pir'] as const
    const payloads: Readonly<Record<(typeof cached)[number], object>> = {
      sos: { sos: true, battery: 100, linkquality: 80 },
      door: { contact: false, battery: 90 },
      radar: { fall_down_status: 'fall', presence: true },
      leak: { water_leak: true },
      pir: { occupancy: true, illuminance: 3 },
    }
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...cached], { minLength: 1 }), async (order) => {
        const gateway = aDevice({ id: 'gateway', number: 1, family: 'zigbee2mqtt', base: 'zigbee2mqtt', role: 'gateway', key: '' })
        const it = record([
          gateway,
          ...cached.map((key, place) => aDevice({ id: `dev-${key}`, number: place + 2, gatewayId: 'gateway', family: 'zigbee2mqtt', key })),
        ])
        await it.send('zigbee2mqtt/bridge/state', { state: 'online' })
        it.clear()
        for (const key of order) await it.send(`zigbee2mqtt/${key}`, payloads[key], { receivedAt: after(firstMoment, seconds(2)) })
        expect([called(it), it.active, strangersHeard(it)]).toEqual([[], [], []])
      }),
    )
  })
})
