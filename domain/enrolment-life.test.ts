/** How a device stands is said by what it is: a silence means something only where a promise was made and the way here is open. */
import { expect, test } from 'vitest'
import { enrolDevices, limitOf, openDeviceColumns } from '../alerts/silence/devices.ts'
import { silentAfter, standingOfDevice } from './enrolment-life.ts'
import { instant } from './time.ts'

const facts = { state: 'in-use', heartbeatSeconds: 60, lastHeardAt: instant(5), isSilent: false, isCarrierSilent: false } as const

test.each([
  ['heard', {}],
  ['silent', { isSilent: true }],
  // Its gateway is lost: nothing can be said of what it carries.
  ['blind', { isSilent: true, isCarrierSilent: true }],
  ['blind', { heartbeatSeconds: null, isCarrierSilent: true }],
  ['unsupervised', { heartbeatSeconds: null }],
  ['unsupervised', { heartbeatSeconds: null, lastHeardAt: instant(0) }],
  ['never-heard', { lastHeardAt: instant(0) }],
  ['retired', { state: 'retired', isSilent: true }],
  ['stock', { state: 'stock' }],
] as const)('%s', (standing, more) => {
  expect(standingOfDevice({ ...facts, ...more })).toBe(standing)
})

test('what the page says of how long a device may be silent is what the watch acts on', () => {
  for (const power of ['mains', 'battery'] as const) {
    for (const heartbeatSeconds of [5, 60, 62, 100, 124, 600, 86_400]) {
      const devices = openDeviceColumns([])
      const more = { siteId: 's', residentId: null, residentNumber: null, gatewayId: null, role: 'other', room: '', building: '' } as const
      enrolDevices(devices, [{ id: 'd', number: 1, power, heartbeatSeconds, ...more }], instant(0))
      expect([power, heartbeatSeconds, silentAfter({ power, heartbeatSeconds })]).toEqual([power, heartbeatSeconds, limitOf(devices, 1)])
    }
  }
  expect(silentAfter({ power: 'battery', heartbeatSeconds: null })).toBeNull()
})
