/** A retired device: its call for help rings where it hung last, marked, also during that home's test walk; nothing else it says is about anybody. */
import { expect, test } from 'vitest'
import { lifeDisk, noVisits } from './enrolment.fixture.ts'
import { startEnrolment } from './enrolment.ts'
import { aDevice, firstMoment, record } from './recorder.ts'

const clock = { now: () => firstMoment, elapsed: () => 0, every: () => () => {}, later: () => () => {} }
const gateway = aDevice({ id: 'gateway', number: 1, family: 'zigbee2mqtt', role: 'gateway', residentId: null, residentNumber: null })
const nobodys = { family: 'zigbee2mqtt', gatewayId: 'gateway', residentId: null, residentNumber: null, room: '' } as const
const button = aDevice({ ...nobodys, id: 'sos-old', number: 2, key: 'drawer', role: 'sos-button' })
const stock = aDevice({ ...nobodys, id: 'sos-stock', number: 3, key: 'shelf', role: 'sos-button' })
const motion = aDevice({ ...nobodys, id: 'pir-old', number: 4, key: 'hall', role: 'motion' })

async function open() {
  const kept = { newDevices: () => [], saveNewDevices: async () => {}, proofs: () => [], saveProofs: async () => {}, writeProofs: () => {} }
  const store = { ...lifeDisk(), ...kept }
  const enrolment = startEnrolment({ store, visits: noVisits, clock, log: () => {} })
  const line = { by: 'u', residentId: 'resident-1', room: '卧室', detail: '' }
  const last = { lastResidentId: 'resident-1', lastResidentNumber: 1, lastRoom: '卧室' }
  for (const id of ['sos-old', 'pir-old']) {
    await enrolment.claimed(id)
    await enrolment.live(id, { state: 'retired', ...last }, { ...line, deed: 'retired' })
  }
  await enrolment.live('sos-stock', { state: 'stock', ...last }, { ...line, deed: 'reset' })
  return { it: record([gateway, button, stock, motion], [], enrolment), enrolment, store }
}

test('its press is a call of the home it was in, in the room it was in, marked; during a walk there it rings all the same', async () => {
  const { it, enrolment } = await open()
  enrolment.begin({ residentId: 'resident-1', by: 'u', minutes: 15 })
  await it.send('zigbee2mqtt/drawer', { action: 'single' })
  expect(it.events).toMatchObject([
    { kind: 'sos-pressed', subjectId: 'resident-1', room: '卧室', deviceId: 'sos-old', detail: { retired: 1 } },
  ])
})

test('a device in store that calls is a call of its own, not of the home it left; a retired sensor is nobody’s sign of life', async () => {
  const { it } = await open()
  await it.send('zigbee2mqtt/shelf', { action: 'single' })
  expect(it.events).toMatchObject([{ kind: 'sos-pressed', subjectId: 'area:sos-stock' }])
  await it.send('zigbee2mqtt/hall', { occupancy: true })
  expect(it.active).toEqual([])
  expect(it.events).toHaveLength(1)
})

test('what was told of a battery in passing is kept, and is there after a restart', async () => {
  const { it, enrolment, store } = await open()
  await it.send('zigbee2mqtt/drawer', { battery: 41, action: null })
  expect(enrolment.note('sos-old')).toMatchObject({ batteryPercent: 41, batteryAt: firstMoment })
  await enrolment.stop()
  const again = startEnrolment({ store, visits: noVisits, clock, log: () => {} })
  expect(again.note('sos-old').batteryPercent).toBe(41)
  expect(again.life('sos-old').state).toBe('retired')
})
