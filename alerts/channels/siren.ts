/** Sirens and beacons of a site, over MQTT: delivered when one of them said that it has the order. They fall silent by themselves when nobody renews it. */
import { type Clock, milliseconds, type Span, seconds } from '../../domain/time.ts'
import { within } from '../within.ts'
import { type Channel, delivered, type Letter, type Sent } from './channel.ts'

/** One order to a siren. */
export type Ring = {
  /** The letter's: the same order sent again has the same id. */
  id: string
  deviceId: string
  alarmId: string
  priority: Letter['priority']
  /** How long to sound and to flash, unless hushed. */
  lasts: Span
}

export type SirenNeeds = {
  clock: Pick<Clock, 'later'>
  /** Ids of the sirens of a site; for an alarm of one home also that home's own. */
  sirensOf: (siteId: string, subjectId: string) => Promise<readonly string[]>
  /** True when the device acknowledged it, false when it is not connected. May take as long as it likes. */
  ring: (ring: Ring, signal: AbortSignal) => Promise<boolean>
}

const patience = seconds(8)
/** Longer than a plan's usual repeat of a minute, so that an alarm nobody answers sounds without a break. */
const lasts: Readonly<Record<Letter['priority'], Span>> = { 1: seconds(90), 2: seconds(20), 3: milliseconds(0) }

export function openSirenChannel({ clock, sirensOf, ring }: SirenNeeds): Channel {
  return {
    name: 'siren',
    async send({ id, siteId, subjectId, alarmId, priority }, signal): Promise<Sent> {
      try {
        const devices = await sirensOf(siteId, subjectId)
        if (devices.length === 0) return { outcome: 'refused', why: 'This site has no siren.' }
        if (lasts[priority] === 0) return { outcome: 'refused', why: 'A device that needs hands does not sound the siren.' }
        const order = (deviceId: string): Ring => ({ id, deviceId, alarmId, priority, lasts: lasts[priority] })
        const waiting = { clock, limit: patience, what: 'The siren', until: signal }
        const heard = await within(waiting, (ended) => Promise.all(devices.map((deviceId) => ring(order(deviceId), ended))))
        return heard.some(Boolean) ? delivered : { outcome: 'retry', why: 'No siren of this site is connected.' }
      } catch (error) {
        return { outcome: 'retry', why: error instanceof Error ? error.message : 'unknown trouble' }
      }
    },
  }
}
