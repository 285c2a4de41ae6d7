/** Where readings and their sums are on each kind of server. Pure. */
import type { ServerKind } from './server.ts'
import { databaseOf, type InfluxSettings } from './settings.ts'

/** Readings one by one, and their sums by hour and by day. */
export type Every = 'raw' | 'hourly' | 'daily'

/** The settings that lead there: on 1.x another retention policy, on 2.x another bucket, on 3 another database. */
export function settingsAt(kind: ServerKind, settings: InfluxSettings, every: Every): InfluxSettings {
  if (every === 'raw') return settings
  if (kind === '1') return { ...settings, retentionPolicy: every }
  const name = `${(kind === '2' && settings.bucket) || databaseOf(settings)}_${every}`
  return { ...settings, bucket: name, database: '', retentionPolicy: '' }
}
