/** Devices of other families in a home: what their roles make of them, when they are answered, and what of theirs is kept by the broker by custom. */
import { expect, test } from 'vitest'
import { aDevice, record } from './recorder.ts'

const terminal = aDevice({ id: 'alink-01', number: 1, family: 'thing-model', base: '/sys/pk/dev1', key: 'dev1', role: 'sos-button' })
const post = '/sys/pk/dev1/thing/event/property/post'

test('a terminal of another platform is answered when its call is durable, and not before', async () => {
  const it = record([terminal])
  const call = { id: '9', params: { sos: 1 } }
  it.failing.add('desk')
  await expect(it.send(post, call, { senderId: 'alink-01' })).rejects.toThrow()
  expect(it.answered).toEqual([])
  it.failing.clear()
  await it.send(post, call, { senderId: 'alink-01' })
  expect(it.events).toMatchObject([{ kind: 'sos-pressed', deviceId: 'alink-01' }])
  expect(it.answered).toEqual([`alink-01 ${post}_reply`])
})

test('a code of a 433 MHz pendant is a call, a door or a movement by what its role says', async () => {
  const bridge = aDevice({ id: 'rf-bridge', number: 1, family: 'tasmota', base: 'tele', role: 'gateway', key: '' })
  const behind = (id: string, number: number, role: 'sos-button' | 'motion' | 'front-door') =>
    aDevice({ id, number, family: 'tasmota', gatewayId: 'rf-bridge', key: `0x${number}`, role })
  const it = record([bridge, behind('pendant-1', 2, 'sos-button'), behind('pir-0001', 3, 'motion'), behind('door-001', 4, 'front-door')])
  const code = (data: string) => it.send('tele/hall/RESULT', { RfReceived: { Data: data } }, { senderId: 'rf-bridge' })
  for (const data of ['0x2', '0x3', '0x4', '0x99']) await code(data)
  expect(it.events).toMatchObject([{ kind: 'sos-pressed', deviceId: 'pendant-1' }])
  expect(it.readings.map(({ device, kind }) => `${device} ${kind}`)).toEqual(['2 button', '3 motion', '4 door'])
  // Nobody taught it to us: it waits among the unknown.
  expect(it.quarantine).toMatchObject([{ reason: 'unknown-device' }])
})

test('a switch that only its role names is what that role is', async () => {
  const gateway = aDevice({ id: 'ha-00001', number: 1, family: 'home-assistant', base: 'homeassistant', role: 'gateway', key: '' })
  const radar = aDevice({
    id: 'radar-01',
    number: 2,
    family: 'home-assistant',
    gatewayId: 'ha-00001',
    key: 'binary_sensor.x1',
    role: 'fall-detector',
  })
  const lamp = aDevice({ id: 'lamp-001', number: 3, family: 'home-assistant', gatewayId: 'ha-00001', key: 'light.x2', role: 'other' })
  const it = record([gateway, radar, lamp])
  const say = (topic: string, word: string) => it.send(`homeassistant/${topic}/state`, `"${word}"`, { senderId: 'ha-00001', retain: true })
  await say('binary_sensor/x1', 'off')
  await say('binary_sensor/x1', 'on')
  await say('light/x2', 'off')
  await say('light/x2', 'on')
  expect(it.events).toMatchObject([{ kind: 'fall-detected', deviceId: 'radar-01' }])
  // A lamp may be switched by an automation: nobody is alive for it.
  expect(it.active).toEqual([])
})

test('who was there before we listened is no sign of life; who comes is one', async () => {
  const node = aDevice({ id: 'radar-02', number: 1, family: 'esphome', base: 'radar-02', role: 'presence', key: 'radar-02' })
  const it = record([node])
  const say = (word: string) => it.send('radar-02/binary_sensor/presence/state', word, { senderId: 'radar-02', retain: true })
  await say('ON')
  expect(it.active).toEqual([])
  await say('OFF')
  await say('ON')
  expect(it.active).toEqual([1])
})

test('a back-fill of a LoRaWAN sensor rings nobody and is nobody’s sign of life', async () => {
  const gateway = aDevice({ id: 'lora-001', number: 1, family: 'lorawan', base: 'application', role: 'gateway', key: '' })
  const leak = aDevice({ id: 'leak-001', number: 2, family: 'lorawan', gatewayId: 'lora-001', key: '24e1', role: 'water-leak' })
  const it = record([gateway, leak])
  const frame = (hex: string) =>
    it.send(
      'application/7/device/24E1/event/up',
      { deduplicationId: hex, deviceInfo: { deviceProfileName: 'EM300-SLD' }, fPort: 85, data: Buffer.from(hex, 'hex').toString('base64') },
      { senderId: 'lora-001' },
    )
  await frame('20ce80e6ff6800ff7801')
  expect(it.events).toEqual([])
  await frame('050001')
  expect(it.events).toMatchObject([{ kind: 'environment-detected', hazard: 'water-leak', deviceId: 'leak-001' }])
})
