/** The SQLite care store keeps the promises of every CareStore. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../domain/clock.ts'
import { careStoreContract } from '../care.contract.ts'
import { openCareStore } from './care.ts'
import { type Database, openDatabase } from './database.ts'

careStoreContract('SQLite', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-care-'))
  const open = () => openDatabase({ dataDir, clock: systemClock, ballastBytes: 4096, onTrouble() {}, onFatal() {} })
  let database: Database = open()
  return {
    store: openCareStore(database),
    async reopen() {
      database.close()
      database = open()
      return openCareStore(database)
    },
    async discard() {
      database.close()
      await rm(dataDir, { recursive: true })
    },
  }
})
