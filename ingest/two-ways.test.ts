/** The same press by two ways is one cause of one alarm, whatever the ways and their order; two presses are two. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instant } from '../domain/time.ts'
import { aDevice, firstMoment, type Recorder, record } from './recorder.ts'

type Way = { sender: string; topic: string; payload: (press: number) => unknown }

const behind = (id: string, number: number, more: object = {}) =>
  aDevice({ id, number, role: 'gateway', key: '', residentId: null, residentNumber: null, ...more })
const sos = { id: 'sos-0001', number: 9, role: 'sos-button' as const }
const iso = (press: number) => new Date(firstMoment + press * 1_000).toISOString()
const chirpstack = (press: number) => ({
  ...{ deduplicationId: `cs-${press}`, time: iso(press), deviceInfo: { deviceProfileName: 'Milesight WS101' } },
  ...{ fPort: 85, fCnt: press, data: Buffer.from('ff2e01', 'hex').toString('base64') },
})
const thingsStack = (press: number) => ({
  ...{ end_device_ids: { device_id: 'sos-button', dev_eui: '24E124AABBCCDD01' }, received_at: iso(press) },
  uplink_message: {
    session_key_id: 'k',
    f_port: 85,
    f_cnt: press,
    frm_payload: Buffer.from('ff2e01', 'hex').toString('base64'),
    version_ids: { brand_id: 'milesight-iot', model_id: 'ws101' },
  },
})
/** Two ways each; of a device that two gateways hear, both name it by the same key. */
const pairs: Readonly<Record<string, { home: () => Recorder; ways: readonly [Way, Way] }>> = {
  'our broker and a bridge': {
    home: () => record([behind('bridge-1', 1), aDevice({ ...sos, gatewayId: 'bridge-1' })]),
    ways: [
      { sender: 'sos-0001', topic: 'care/sos-0001/sos', payload: (press) => ({ id: `p${press}` }) },
      { sender: 'bridge-1', topic: 'care/sos-0001/sos', payload: (press) => ({ id: `p${press}` }) },
    ],
  },
  'our broker and a bridge, no id told': {
    home: () => record([behind('bridge-1', 1), aDevice({ ...sos, gatewayId: 'bridge-1' })]),
    ways: [
      { sender: 'sos-0001', topic: 'care/sos-0001/sos', payload: (press) => ({ n: press }) },
      { sender: 'bridge-1', topic: 'care/sos-0001/sos', payload: (press) => ({ n: press, hops: 2 }) },
    ],
  },
  'Zigbee2MQTT and the terminal that hears it itself': {
    home: () =>
      record([
        behind('z2m-0001', 1, { family: 'zigbee2mqtt', base: 'zigbee2mqtt' }),
        aDevice({ ...sos, family: 'zigbee2mqtt', gatewayId: 'z2m-0001', key: 'bed button' }),
      ]),
    ways: [
      { sender: 'z2m-0001', topic: 'zigbee2mqtt/bed button', payload: (press) => ({ action: 'emergency', last_seen: iso(press) }) },
      { sender: 'z2m-0001', topic: 'care/sos-0001/sos', payload: (press) => ({ id: `t${press}` }) },
    ],
  },
  'Zigbee2MQTT as object and as attribute': {
    home: () =>
      record([
        behind('z2m-0001', 1, { family: 'zigbee2mqtt', base: 'zigbee2mqtt' }),
        aDevice({ ...sos, family: 'zigbee2mqtt', gatewayId: 'z2m-0001', key: 'thing' }),
      ]),
    ways: [
      { sender: 'z2m-0001', topic: 'zigbee2mqtt/thing', payload: (press) => ({ action: 'emergency', last_seen: iso(press) }) },
      { sender: 'z2m-0001', topic: 'zigbee2mqtt/thing/action', payload: () => 'emergency' },
    ],
  },
  'two network servers, each with its gateways': {
    home: () =>
      record([
        behind('lora-001', 1, { family: 'lorawan', base: 'application' }),
        aDevice({ ...sos, family: 'lorawan', gatewayId: 'lora-001', key: '24e124aabbccdd01' }),
      ]),
    ways: [
      { sender: 'lora-001', topic: 'application/7/device/24E124AABBCCDD01/event/up', payload: chirpstack },
      { sender: 'lora-001', topic: 'v3/town@ttn/devices/sos-button/up', payload: thingsStack },
    ],
  },
  'Traccar as event and as position': {
    home: () =>
      record([behind('traccar1', 1, { family: 'traccar' }), aDevice({ ...sos, family: 'traccar', gatewayId: 'traccar1', key: '86' })]),
    ways: [
      {
        sender: 'traccar1',
        topic: 'events',
        payload: (press) => ({
          event: { id: press + 1, type: 'alarm', attributes: { alarm: 'sos' }, eventTime: iso(press) },
          device: { uniqueId: '86' },
        }),
      },
      {
        sender: 'traccar1',
        topic: 'positions',
        payload: (press) => ({
          position: { id: press + 1, fixTime: iso(press), attributes: { alarm: 'sos' } },
          device: { uniqueId: '86' },
        }),
      },
    ],
  },
}

const causesOf = (it: Recorder) => new Set(it.events.map((event) => ('causeId' in event ? event.causeId : '')))

describe.each(Object.entries(pairs))('%s', (_name, { home, ways }) => {
  test('n presses are n causes, however the ways overtake each other', async () => {
    const lag = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 8, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), lag, async (presses, lags) => {
        const it = home()
        const sent = ways.flatMap((way, place) =>
          Array.from({ length: presses }, (_, press) => ({ way, press, at: press * 1_000 + (lags[place * 4 + press] ?? 0) })),
        )
        for (const { way, press, at } of sent.sort((a, b) => a.at - b.at))
          await it.send(way.topic, way.payload(press), { senderId: way.sender, receivedAt: instant(firstMoment + at) })
        expect(it.events.every(({ kind }) => kind === 'sos-pressed')).toBe(true)
        expect(causesOf(it).size).toBe(presses)
      }),
      { numRuns: 60 },
    )
  })

  test('by one way alone each press is one', async () => {
    for (const way of ways) {
      const it = home()
      for (const press of [0, 1, 2])
        await it.send(way.topic, way.payload(press), { senderId: way.sender, receivedAt: instant(firstMoment + press * 3_000) })
      expect(causesOf(it).size).toBe(3)
    }
  })
})

test('a press that was sent again is no twin of a new one', async () => {
  const it = record([behind('bridge-1', 1), aDevice({ ...sos, gatewayId: 'bridge-1' })])
  const press = (id: string, senderId: string, at: number) =>
    it.send('care/sos-0001/sos', { id }, { senderId, receivedAt: instant(firstMoment + at), dup: id === 'older' })
  await press('old', 'bridge-1', 0)
  await press('old', 'bridge-1', 60_000)
  await press('new', 'sos-0001', 61_000)
  await press('older', 'bridge-1', 120_000)
  await press('newest', 'sos-0001', 121_000)
  expect([...causesOf(it)]).toEqual(['old', 'new', 'older', 'newest'].map((id) => `sos-0001:${id}`))
})

test('the twin that is sent again later is still the same press', async () => {
  const it = record([behind('bridge-1', 1), aDevice({ ...sos, gatewayId: 'bridge-1' })])
  const press = (id: string, sender: string, at: number) =>
    it.send('care/sos-0001/sos', { id }, { senderId: sender, receivedAt: instant(firstMoment + at) })
  await press('a', 'sos-0001', 0)
  await press('b', 'bridge-1', 1_000)
  await press('b', 'bridge-1', 600_000)
  expect([...causesOf(it)]).toEqual(['sos-0001:a'])
})

test('two pendants that nobody registered, behind one gateway, are two presses', async () => {
  const it = record([behind('lora-001', 1, { family: 'lorawan', base: 'application', role: 'sos-button' })])
  for (const eui of ['24E124AABBCCDD01', '24E124AABBCCDD02'])
    await it.send(
      `application/7/device/${eui}/event/up`,
      { deduplicationId: eui, deviceInfo: { deviceProfileName: 'Dragino LGT-92' }, fPort: 2, data: 'AVp4VAbPM9hNIGAASwGQ' },
      { senderId: 'lora-001' },
    )
  expect(causesOf(it).size).toBe(it.events.length)
  expect(it.events.length).toBe(2)
})

test('Shelly of the second generation: an alarm told as event and as status is one; an input’s status is no press', async () => {
  const shelly = (id: string, number: number, role: 'smoke' | 'sos-button') =>
    aDevice({ id, number, family: 'shelly', base: id, role, key: id })
  const it = record([shelly('smoke-01', 1, 'smoke'), shelly('plusi4-1', 2, 'sos-button')])
  const say = (id: string, rest: string, payload: object) => it.send(`${id}/${rest}`, payload, { senderId: id })
  await say('smoke-01', 'events/rpc', { method: 'NotifyEvent', params: { events: [{ component: 'smoke:0', event: 'alarm' }] } })
  await say('smoke-01', 'events/rpc', { method: 'NotifyStatus', params: { 'smoke:0': { id: 0, alarm: true } } })
  await say('smoke-01', 'status/smoke:0', { id: 0, alarm: true })
  await say('plusi4-1', 'events/rpc', { method: 'NotifyEvent', params: { events: [{ component: 'input:0', event: 'single_push' }] } })
  await say('plusi4-1', 'status/input:0', { id: 0, state: null })
  await say('plusi4-1', 'events/rpc', { method: 'NotifyStatus', params: { 'input:0': { id: 0, state: true } } })
  expect(it.events.map(({ kind }) => kind)).toEqual(['environment-detected', 'sos-pressed'])
})
