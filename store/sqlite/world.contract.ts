/** A data folder of its own for each test, opened, opened again, and thrown away. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../domain/clock.ts'
import type { DatabaseNeeds } from './database.ts'
import { openStores, type Stores } from './stores.ts'

export type StoresWorld = { dataDir: string; stores: Stores; reopen(): Promise<Stores>; discard(): Promise<void> }

export const temporaryFolder = () => mkdtemp(join(tmpdir(), 'anling-'))

/** What opening needs, with a small ballast and nobody listening. */
export const needsOf = (dataDir: string, changes: Partial<DatabaseNeeds> = {}): DatabaseNeeds => ({
  dataDir,
  clock: systemClock,
  ballastBytes: 4096,
  onTrouble() {},
  onFatal() {},
  ...changes,
})

export async function openWorld(): Promise<StoresWorld> {
  const dataDir = await temporaryFolder()
  let stores = openStores(needsOf(dataDir))
  return {
    dataDir,
    stores,
    async reopen() {
      await stores.close()
      stores = openStores(needsOf(dataDir))
      return stores
    },
    async discard() {
      await stores.close()
      await rm(dataDir, { recursive: true })
    },
  }
}
