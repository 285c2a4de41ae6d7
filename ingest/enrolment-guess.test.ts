/** What a device that nobody listed is guessed to be for. */
import { expect, test } from 'vitest'
import type { KnownDevice } from '../domain/device.ts'
import type { NewDevice } from '../domain/enrolment.ts'
import { guessRole } from './enrolment-guess.ts'
import { openRegister } from './enrolment-register.ts'
import { aDevice, firstMoment, record } from './recorder.ts'

test('roles are guessed from names and deeds, and not where nothing points to one', () => {
  const guess = (more: Partial<NewDevice>) => guessRole({ kinds: [], vendor: '', model: '', name: '', key: '', ...more })
  expect(guess({ kinds: ['button'], name: 'SOS button' })).toBe('sos-button')
  expect(guess({ kinds: ['button'], key: 'bedroom_sos' })).toBe('sos-button')
  expect(guess({ kinds: ['button'], name: '紧急按钮' })).toBe('sos-button')
  expect(guess({ kinds: ['button'], name: 'Wireless mini switch' })).toBeNull()
  expect(guess({ kinds: ['contact', 'battery'], name: 'Aqara' })).toBe('front-door')
  expect(guess({ kinds: ['environment', 'smoke'] })).toBe('smoke')
  expect(guess({ kinds: ['environment'], name: 'PIR sensor' })).toBe('motion')
  expect(guess({ kinds: ['environment'] })).toBe('environment')
  expect(guess({ model: 'Company AG', name: 'Co-op lamp' })).toBeNull()
})

const gateway = aDevice({ id: 'lora-001', number: 1, family: 'lorawan', base: 'application', role: 'gateway', key: '' })

/** What waits in "new devices" after one uplink, and what it is guessed to be for. */
async function heardFrom(topic: string, body: object, listed: readonly KnownDevice[] = []) {
  const register = openRegister({ newDevices: () => [], saveNewDevices: async () => {} })
  const described: string[] = []
  const enrolment = {
    ...register,
    describe: (id: string, told: object) => void described.push(`${id} ${JSON.stringify(told)}`),
    witness: <Raw>(raw: Raw) => raw,
    whose: (_raw: unknown, device: KnownDevice) => device,
  }
  const it = record([gateway, ...listed], [], enrolment)
  await it.send(topic, body, { senderId: 'lora-001', receivedAt: firstMoment })
  return {
    waiting: register.all().map(({ key, vendor, model, name, ...rest }) => ({
      key,
      vendor,
      model,
      name,
      role: guessRole({ key, vendor, model, name, ...rest }),
    })),
    described,
  }
}

const chirpstack = (deviceProfileName: string, data: string) => ({
  ...{ deduplicationId: '1', deviceInfo: { deviceProfileName, deviceName: 'room 12' }, fPort: 85 },
  data: Buffer.from(data, 'hex').toString('base64'),
})

test('a LoRaWAN device is guessed by its profile at ChirpStack', async () => {
  const topic = 'application/7/device/24E124AABBCCDD01/event/up'
  const { waiting } = await heardFrom(topic, chirpstack('Milesight WS101-SOS', 'ff2e01'))
  expect(waiting).toEqual([
    { key: '24e124aabbccdd01', vendor: 'Milesight', model: 'Milesight WS101-SOS', name: 'room 12', role: 'sos-button' },
  ])
  expect((await heardFrom(topic, chirpstack('VS373', '03f8000010002000'))).waiting[0]).toMatchObject({ vendor: 'Milesight' })
  expect((await heardFrom(topic, chirpstack('Netvox R312A', '00'))).waiting[0]).toMatchObject({ vendor: 'Netvox', role: 'sos-button' })
})

test('and by its version or its name at The Things Stack', async () => {
  const up = (version_ids: object, device_id: string) => ({
    end_device_ids: { device_id, dev_eui: '24E124AABBCCDD01' },
    uplink_message: { f_port: 85, frm_payload: Buffer.from('030001', 'hex').toString('base64'), version_ids },
  })
  const topic = 'v3/town@ttn/devices/x/up'
  const { waiting } = await heardFrom(topic, up({ brand_id: 'milesight-iot', model_id: 'ws303' }, 'bath-leak'))
  expect(waiting).toMatchObject([
    { key: '24e124aabbccdd01', vendor: 'milesight-iot', model: 'ws303', name: 'bath-leak', role: 'water-leak' },
  ])
  expect((await heardFrom(topic, up({}, 'hall-panic-button'))).waiting[0]).toMatchObject({ name: 'hall-panic-button', role: 'sos-button' })
})

test('a device of the list is described, and never waits, also at its first word', async () => {
  const listed = aDevice({ id: 'sos-0001', number: 2, family: 'lorawan', gatewayId: 'lora-001', key: '24e124aabbccdd01' })
  const { waiting, described } = await heardFrom('application/7/device/24E124AABBCCDD01/event/up', chirpstack('WS101', 'ff2e01'), [listed])
  expect(waiting).toEqual([])
  expect(described[0]).toContain('sos-0001')
})
