/** What the test at the start of a shift tries: one short sound of each siren, and the platform's own call for help the whole way. */
import { type Clock, type Instant, type Span, seconds } from '../domain/time.ts'
import { within } from './within.ts'

export type SelfTestNeeds = {
  clock: Clock
  sirensOf: (siteId: string, subjectId: string) => Promise<readonly string[]>
  ring: (ring: { id: string; deviceId: string; alarmId: string; lasts: Span }, signal: AbortSignal) => Promise<boolean>
  /** Milliseconds of a call for help the whole way. */
  press: () => Promise<number>
}

const patience = seconds(5)
const lasts = seconds(1)

export function openSelfTest({ clock, sirensOf, ring, press }: SelfTestNeeds) {
  const heardBy = async (deviceId: string, at: Instant): Promise<boolean> => {
    const id = `self-test:${at}`
    const waiting = { clock, limit: patience, what: 'The siren' }
    // One that stays silent must not hide that the others were heard.
    return within(waiting, (signal) => ring({ id, deviceId, alarmId: id, lasts }, signal)).catch(() => false)
  }
  return {
    press,
    async sirens(siteId: string): Promise<{ found: number; heard: number }> {
      const devices = await sirensOf(siteId, '')
      const at = clock.now()
      const heard = await Promise.all(devices.map((deviceId) => heardBy(deviceId, at)))
      return { found: devices.length, heard: heard.filter(Boolean).length }
    },
  }
}
