/** The platform's own button: pressed every 30 s to prove the way of a press. It stands in no table, so no list, figure or report can hold it. */
import type { Alarm, Plan } from './alarm.ts'
import type { KnownDevice } from './device.ts'
import { milliseconds, minutes, seconds } from './time.ts'

/** No real site may be called this; lists of all sites leave it out by this name. */
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
export const lifeSignPress = `${lifeSignDevice.id}:`
/** Who ends its alarms; nobody else's: `isLifeSign`. */
export const lifeSignActor = 'anling'
/** The channel that calls nobody but ourselves. No other plan can name it. */
export const lifeSignChannel = 'loop-back'
/** Should the platform end in the middle of a round, the alarm repeats to ourselves alone, until the next round closes it. */
export const lifeSignPlan: Plan = {
  id: lifeSignDevice.id,
  name: lifeSignDevice.id,
  steps: [{ wait: milliseconds(0), tell: [{ contactId: null, label: lifeSignChannel, channel: lifeSignChannel }] }],
  repeatEvery: minutes(1),
  lease: seconds(90),
}

/** The one alarm that the platform itself may close: its own. */
export const isLifeSign = ({ subjectId, siteId }: Pick<Alarm, 'subjectId' | 'siteId'>): boolean =>
  subjectId === lifeSignSubject && siteId === lifeSignSite
