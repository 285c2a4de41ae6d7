/** The end of a change of credentials: the former one ends when the device logs in with the new one, or after a week in which it did not. */

import { rotationDays } from '../domain/enrolment-life.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { before, type Clock, days, hours } from '../domain/time.ts'
import type { Directory } from '../store/store.ts'
import type { Lives } from './enrolment-life.ts'

const lookEvery = hours(1)

export type Rotations = {
  /** This device logged in with its newest credential while an older one was valid too. */
  renewed(deviceId: string): void
  stop(): Promise<void>
}

type Needs = {
  lives: Pick<Lives, 'live' | 'rotatedBefore'>
  directory: Pick<Directory, 'endRotation' | 'device'>
  clock: Clock
  log: Log
}

/** Starts looking, once an hour, for those whose week is over. */
export function startRotations({ lives, directory, clock, log }: Needs): Rotations {
  const underWay = new Set<string>()
  let last: Promise<unknown> = Promise.resolve()
  const end = async (deviceId: string, detail: 'used' | 'week-over') => {
    const at = clock.now()
    await directory.endRotation(deviceId, { at, userId: 'system', action: 'end-device-rotation', subjectId: deviceId, detail })
    const device = await directory.device(deviceId)
    const line = { by: 'system', residentId: device?.residentId ?? null, room: device?.room ?? '', detail }
    await lives.live(deviceId, { rotatedAt: null }, { deed: 'rotation-ended', ...line })
  }
  const begin = (deviceId: string, why: 'used' | 'week-over') => {
    if (underWay.has(deviceId)) return
    underWay.add(deviceId)
    const done = end(deviceId, why)
      .catch((error) => log('warn', `A former credential could not be ended and will be later: ${sentenceOf(error)}`, { device: deviceId }))
      .finally(() => underWay.delete(deviceId))
    last = Promise.all([last, done])
  }
  const stop = clock.every(lookEvery, () => {
    for (const deviceId of lives.rotatedBefore(before(clock.now(), days(rotationDays)))) begin(deviceId, 'week-over')
  })
  return {
    renewed: (deviceId) => begin(deviceId, 'used'),
    async stop() {
      stop()
      await last
    },
  }
}
