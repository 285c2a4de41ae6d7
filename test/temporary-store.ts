/** A real SQLite care store in a folder of its own, gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../domain/clock.ts'
import type { Clock } from '../domain/time.ts'
import { openCareStore } from '../store/sqlite/care.ts'
import { openDatabase } from '../store/sqlite/database.ts'
import type { CareStore } from '../store/store.ts'

/** `discard` closes it and removes the folder. */
export async function openTemporaryStore(clock: Clock = systemClock): Promise<{ store: CareStore; discard: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-store-'))
  const database = openDatabase({ dataDir, clock, ballastBytes: 4096, onTrouble() {}, onFatal() {} })
  const store = openCareStore(database)
  const discard = async () => {
    await store.close()
    database.close()
    await rm(dataDir, { recursive: true })
  }
  return { store, discard }
}
