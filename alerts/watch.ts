/** The watch over silence, complete: the register of who should be heard, the loops that judge it, and their following of the directory. */
import type { Bus } from '../bus/bus.ts'
import type { OpenAlarm } from '../domain/alarm.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { before, type Clock, days, seconds } from '../domain/time.ts'
import { type CareStore, type Directory, type RegisterStore, registerNames } from '../store/store.ts'
import { startReturns } from './inactivity/returns.ts'
import { openInactivity } from './inactivity.ts'
import { openSilence, type SilenceRegister } from './silence.ts'
import { openSilenceWatch, type SilenceWatch } from './supervision/loop.ts'
import { openSupervision } from './supervision.ts'

export type SilenceWatchNeeds = {
  directory: Directory
  store: CareStore
  registers: RegisterStore
  bus: Bus
  clock: Clock
  log: Log
}

export type StartedWatch = { silence: SilenceRegister; openAlarms: readonly OpenAlarm[]; watch: SilenceWatch }

/** The register of who should be heard, and the loops that judge it; both follow the directory when it changes. */
export async function openWatch({ directory, store, registers, bus, clock, log }: SilenceWatchNeeds): Promise<StartedWatch> {
  const at = clock.now()
  const enrolment = async () => ({ devices: await directory.watchedDevices(), residents: await directory.watchedResidents() })
  const pages = (await Promise.all(registerNames.map((name) => registers.loadPages(name)))).flat()
  const zones = new Map((await directory.sites()).map(({ id, timeZone }) => [id, timeZone]))
  const zoneOf = (siteId: string) => zones.get(siteId)
  const silence = openSilence({ ...(await enrolment()), pages, at, zoneOf })
  const openAlarms = await store.openAlarms('all')
  const closedLately = await store.resolvedSince('all', before(at, days(3)), 10_000)
  const supervision = openSupervision({ silence, alarms: openAlarms })
  const inactivity = openInactivity({ silence, alarms: [...openAlarms, ...closedLately], zoneOf, at })
  const watch = openSilenceWatch({ supervision, inactivity, bus, clock, log })
  const stopFollowing = followDirectory({ directory, clock, log }, async () => {
    silence.enrol(await enrolment(), clock.now())
    for (const { id, timeZone } of await directory.sites()) zones.set(id, timeZone)
  })
  const stopReturns = startReturns({ directory, silence, clock, log })
  const stop = () => {
    stopFollowing()
    stopReturns()
    watch.stop()
  }
  return { silence, openAlarms, watch: { supervise: watch.supervise, stop } }
}

/** Calls `changed` within seconds of a change in the directory, never twice at once. */
export function followDirectory(
  { directory, clock, log }: { directory: Pick<Directory, 'version'>; clock: Clock; log: Log },
  changed: () => Promise<unknown>,
): () => void {
  let seen = directory.version()
  let busy = false
  return clock.every(seconds(1), () => {
    const version = directory.version()
    if (busy || version === seen) return
    busy = true
    changed()
      .then(() => {
        seen = version
      })
      .catch((error) => log('error', `A change in the directory could not be followed yet; trying again: ${sentenceOf(error)}`))
      .finally(() => {
        busy = false
      })
  })
}
