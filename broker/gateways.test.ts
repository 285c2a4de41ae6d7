/** Gateways that speak for many devices with one login: their own, in their own tree, and nobody else's, over the wire and through the whole of ingest. */
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../domain/clock.ts'
import type { KnownDevice } from '../domain/device.ts'
import { openIngest } from '../ingest/ingest.ts'
import { aDevice, record } from '../ingest/recorder.ts'
import { client, closeAll, openHouse, until } from './house.contract.ts'

afterEach(closeAll)

const gateway = (id: string, number: number, more: Partial<KnownDevice>) =>
  aDevice({ id, number, role: 'gateway', key: '', residentId: `home-${id}`, residentNumber: number, ...more })
const button = (id: string, number: number, { family, gatewayId, key }: Pick<KnownDevice, 'family' | 'gatewayId' | 'key'>) =>
  aDevice({ id, number, family, gatewayId, key, role: 'sos-button', residentId: `resident-${number}`, residentNumber: number })

/** A broker before a real ingest, with a login for each device that stands for itself. */
async function town(devices: readonly KnownDevice[]) {
  const it = record(devices)
  const ingest = openIngest({ ...it.needs, clock: systemClock, answer: (id, reply) => house.broker.answer(id, reply) })
  const house = await openHouse({ accept: ingest.accept })
  for (const { id, base, gatewayId } of devices) if (gatewayId === null) house.device(id, { base })
  const calls = () => it.events.filter(({ kind }) => kind === 'sos-pressed').map((event) => event.subjectId)
  return { it, house, calls }
}

type Case = {
  devices: readonly KnownDevice[]
  /** What the first gateway publishes for its first, its second and a stranger's device. */
  say: (which: 'first' | 'second' | 'foreign') => readonly [topic: string, body: unknown]
  /** A topic of the other gateway's own tree. */
  outside: string
}

const lora = (eui: string) =>
  [
    `application/7/device/${eui}/event/up`,
    { deduplicationId: `${eui}-1`, deviceInfo: { deviceProfileName: 'WS101' }, fPort: 85, data: '/y4B' },
  ] as const
const euis = { first: '24e1240000000001', second: '24e1240000000002', foreign: '24e1240000000003' }
const names = { first: 'bed', second: 'bath', foreign: 'kitchen' }

const cases: Readonly<Record<string, Case>> = {
  Zigbee2MQTT: {
    devices: [
      gateway('gate-001', 1, { family: 'zigbee2mqtt', base: 'zigbee2mqtt' }),
      gateway('gate-002', 2, { family: 'zigbee2mqtt', base: 'flat2/z2m' }),
      button('sos-0011', 11, { family: 'zigbee2mqtt', gatewayId: 'gate-001', key: names.first }),
      button('sos-0012', 12, { family: 'zigbee2mqtt', gatewayId: 'gate-001', key: names.second }),
      button('sos-0021', 21, { family: 'zigbee2mqtt', gatewayId: 'gate-002', key: names.foreign }),
    ],
    say: (which) => [`zigbee2mqtt/${names[which]}`, { action: 'single', linkquality: 90 }],
    outside: 'flat2/z2m/kitchen',
  },
  ChirpStack: {
    devices: [
      gateway('gate-001', 1, { family: 'lorawan', base: 'application/7' }),
      gateway('gate-002', 2, { family: 'lorawan', base: 'application/8' }),
      button('sos-0011', 11, { family: 'lorawan', gatewayId: 'gate-001', key: euis.first }),
      button('sos-0012', 12, { family: 'lorawan', gatewayId: 'gate-001', key: euis.second }),
      button('sos-0021', 21, { family: 'lorawan', gatewayId: 'gate-002', key: euis.foreign }),
    ],
    say: (which) => lora(euis[which]),
    outside: `application/8/device/${euis.foreign}/event/up`,
  },
  'OneNET, sub-devices in a pack': {
    devices: [
      gateway('gate-001', 1, { family: 'thing-model', base: '$sys/pid/gw1', key: 'gw1' }),
      gateway('gate-002', 2, { family: 'thing-model', base: '$sys/pid/gw2', key: 'gw2' }),
      button('sos-0011', 11, { family: 'thing-model', gatewayId: 'gate-001', key: names.first }),
      button('sos-0012', 12, { family: 'thing-model', gatewayId: 'gate-001', key: names.second }),
      button('sos-0021', 21, { family: 'thing-model', gatewayId: 'gate-002', key: names.foreign }),
    ],
    say: (which) => [
      '$sys/pid/gw1/thing/pack/post',
      {
        id: '1',
        version: '1.0',
        params: [{ identity: { productID: 'p2', deviceName: names[which] }, properties: { sos: { value: true } } }],
      },
    ],
    outside: '$sys/pid/gw2/thing/pack/post',
  },
  'Huawei, sub-devices of a gateway': {
    devices: [
      gateway('gate-001', 1, { family: 'thing-model', base: '$oc/devices/gw1', key: 'gw1' }),
      gateway('gate-002', 2, { family: 'thing-model', base: '$oc/devices/gw2', key: 'gw2' }),
      button('sos-0011', 11, { family: 'thing-model', gatewayId: 'gate-001', key: names.first }),
      button('sos-0012', 12, { family: 'thing-model', gatewayId: 'gate-001', key: names.second }),
      button('sos-0021', 21, { family: 'thing-model', gatewayId: 'gate-002', key: names.foreign }),
    ],
    say: (which) => [
      '$oc/devices/gw1/sys/gateway/sub_devices/properties/report',
      { devices: [{ device_id: names[which], services: [{ service_id: 'Alarm', properties: { sos: 1 } }] }] },
    ],
    outside: '$oc/devices/gw2/sys/gateway/sub_devices/properties/report',
  },
  'Alink, sub-devices in a pack': {
    devices: [
      gateway('gate-001', 1, { family: 'thing-model', base: '/sys/pk/gw1', key: 'gw1' }),
      gateway('gate-002', 2, { family: 'thing-model', base: '/sys/pk/gw2', key: 'gw2' }),
      button('sos-0011', 11, { family: 'thing-model', gatewayId: 'gate-001', key: names.first }),
      button('sos-0012', 12, { family: 'thing-model', gatewayId: 'gate-001', key: names.second }),
      button('sos-0021', 21, { family: 'thing-model', gatewayId: 'gate-002', key: names.foreign }),
    ],
    say: (which) => [
      '/sys/pk/gw1/thing/event/property/pack/post',
      {
        id: '1',
        params: { subDevices: [{ identity: { productKey: 'p2', deviceName: names[which] }, properties: { sos: { value: 1, time: 1 } } }] },
      },
    ],
    outside: '/sys/pk/gw2/thing/event/property/pack/post',
  },
}

describe.each(Object.entries(cases))('%s', (_name, { devices, say, outside }) => {
  test('one login, many devices; the devices of another gateway are not its own', async () => {
    const { it, house, calls } = await town(devices)
    const first = await client(house, 'gate-001')
    for (const which of ['first', 'second'] as const) {
      const [topic, body] = say(which)
      await first.publishAsync(topic, JSON.stringify(body), { qos: 1 })
    }
    expect(calls()).toEqual(['resident-11', 'resident-12'])
    const [topic, body] = say('foreign')
    await first.publishAsync(topic, JSON.stringify(body), { qos: 1 })
    // Whoever it is, it is not the resident of the other gateway: it is a stranger's, in quarantine.
    expect(calls()).not.toContain('resident-21')
    expect(it.quarantine.at(-1)).toMatchObject({ senderId: 'gate-001', reason: 'unknown-device' })
    first.publish(outside, JSON.stringify(body), { qos: 1 }, () => {})
    await until(() => !first.connected)
    expect(calls()).not.toContain('resident-21')
  })

  test('a device that was moved to another gateway belongs to that one from this moment on', async () => {
    const { it, house, calls } = await town(devices)
    const first = await client(house, 'gate-001')
    const [topic, body] = say('first')
    await first.publishAsync(topic, JSON.stringify(body), { qos: 1 })
    expect(calls()).toEqual(['resident-11'])
    const moved = it.devices.get('sos-0011') as KnownDevice
    it.devices.set('sos-0011', { ...moved, gatewayId: 'gate-002' })
    it.changeDirectory()
    it.clear()
    await first.publishAsync(topic, JSON.stringify({ ...Object(body), deduplicationId: 'later' }), { qos: 1 })
    expect(calls()).not.toContain('resident-11')
    const second = await client(house, 'gate-002')
    const there = (text: string) =>
      text
        .replaceAll('gw1', 'gw2')
        .replace('application/7', 'application/8')
        .replace(/^zigbee2mqtt/, 'flat2/z2m')
    await second.publishAsync(there(topic), JSON.stringify({ ...Object(body), deduplicationId: 'there' }), { qos: 1 })
    expect(calls()).toContain('resident-11')
  })
})
