/** Which sirens and beacons sound for an alarm: those of the site, and those in the home itself. */
import type { Directory } from '../../../store/store.ts'

/** Reads the devices again only when the directory has changed: a site may have thousands. */
export function followSirens(directory: Pick<Directory, 'devices' | 'version'>) {
  type Siren = { id: string; siteId: string; residentId: string | null }
  let known: { version: number; sirens: Promise<readonly Siren[]> } | null = null
  const sirens = (): Promise<readonly Siren[]> => {
    const version = directory.version()
    if (known?.version !== version) {
      const found = directory.devices('all').then((devices) => devices.filter(({ role }) => role === 'siren'))
      known = { version, sirens: found }
      // A failure is not remembered.
      found.catch(() => {
        known = null
      })
    }
    return known.sirens
  }
  return async (siteId: string, subjectId: string): Promise<readonly string[]> =>
    (await sirens())
      .filter((siren) => siren.siteId === siteId && (siren.residentId === null || siren.residentId === subjectId))
      .map(({ id }) => id)
}
