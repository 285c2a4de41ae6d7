/** The platform's own button: pressed every 30 s to prove the way of a press. It stands in no table, so no list, figure or plan can hold it. */
import type { KnownDevice } from './device.ts'

/** No real site may be called this; the live wall leaves it out by this name. */
export const lifeSignSite = 'anling-life-sign'
export const lifeSignDevice: KnownDevice = {
  id: 'anling-life-sign',
  // The registers of who was heard begin at 1.
  number: 0,
  siteId: lifeSignSite,
  residentId: null,
  residentNumber: null,
  gatewayId: null,
  family: 'native',
  key: 'anling-life-sign',
  base: '',
  role: 'other',
  room: '',
  power: 'mains',
  heartbeatSeconds: null,
}
/** Whose journal its presses are; the subject of a device without a resident. */
export const lifeSignSubject = `area:${lifeSignDevice.id}`
/** What the ids of its presses begin with. */
export const lifeSignPress = `${lifeSignDevice.id}:test:`
