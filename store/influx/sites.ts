/** Which site each device belongs to, as numbers that travel to the worker; read anew only when the directory has changed. */
import type { Directory } from '../store.ts'
import type { SiteTable } from './messages.ts'

/** Resolves with the table, or null when nothing has changed since the last time. */
export function followSites(directory: Pick<Directory, 'version' | 'watchedDevices'>): () => Promise<SiteTable | null> {
  let seen = -1
  return async () => {
    const version = directory.version()
    if (version === seen) return null
    const devices = await directory.watchedDevices()
    seen = version
    const names = [...new Set(devices.map(({ siteId }) => siteId))]
    const places = new Map(names.map((name, place) => [name, place + 1]))
    const ofDevice = new Uint16Array(devices.reduce((most, { number }) => Math.max(most, number), 0) + 1)
    for (const { number, siteId } of devices) ofDevice[number] = places.get(siteId) ?? 0
    return { names, ofDevice }
  }
}
