/** The stores of the centre's upkeep, opened at once. */
import { openApiKeys } from './api-keys.ts'
import type { Database } from './database.ts'
import { openMaps } from './maps.ts'
import { openResidentFile } from './resident-file.ts'
import { openTroubles } from './troubles.ts'
import { openWebhooks } from './webhooks.ts'

export type Upkeep = ReturnType<typeof openUpkeep>

export const openUpkeep = (database: Database) => ({
  apiKeys: openApiKeys(database),
  maps: openMaps(database),
  residentFile: openResidentFile(database),
  troubles: openTroubles(database),
  webhooks: openWebhooks(database),
})
