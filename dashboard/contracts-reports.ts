/** What `/api/reports` answers. docs/reports.md defines every figure. */
import type { Breach } from '../domain/figures-breaches.ts'
import type { AlarmLoad } from '../domain/figures-load.ts'
import type { Grouped } from '../domain/figures-report.ts'
import type { Instant } from '../domain/time.ts'

/*
 *   GET /api/reports/figures?days=1|7|30&siteId=            → FiguresReport (supervisors and admins, within their sites)
 *   GET /api/reports/alarms.csv?days=&siteId=&labels=&encoding=      one line for each alarm, with every moment
 *   GET /api/reports/breaches.csv?days=&siteId=&labels=&encoding=    one line for each promise that was not kept
 */
export type FiguresReport = Grouped & {
  from: Instant
  to: Instant
  days: number
  /** There were more alarms than are judged at once: these are the first of them. */
  truncated: boolean
  sites: readonly { id: string; name: string; timeZone: string }[]
  load: AlarmLoad
  /** Open for more than 24 hours. */
  standing: number
  breachesAll: number
  /** The newest first, at most 500. */
  breaches: readonly Breach[]
}
