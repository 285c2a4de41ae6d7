/** What `/api/reports` answers. docs/reports.md defines every figure. */
import type { AlarmKind, Outcome, Reason } from '../domain/alarm.ts'
import type { Breach } from '../domain/figures-breaches.ts'
import type { AlarmLoad } from '../domain/figures-load.ts'
import type { Grouped } from '../domain/figures-report.ts'
import type { Instant } from '../domain/time.ts'

/*
 *   GET /api/reports/figures?days=1|7|30|90&siteId=&area=street:… →  FiguresReport (supervisors and admins, within their sites)
 *   GET /api/reports/alarms.csv?days=&siteId=&labels=&encoding=      one line for each alarm, with every moment
 *   GET /api/reports/groups.csv, sources.csv?days=&siteId=&labels=   the figures by site, shift and kind; what caused most alarms
 *   GET /api/reports/breaches.csv?days=&siteId=&labels=&encoding=    one line for each promise that was not kept
 */
export type FiguresReport = Grouped & {
  from: Instant
  to: Instant
  days: number
  /** There were more alarms than are judged at once: these are the first of them. */
  truncated: boolean
  sites: readonly { id: string; name: string; timeZone: string; street: string; district: string }[]
  load: AlarmLoad
  /** Open for more than 24 hours. */
  standing: number
  breachesAll: number
  /** The newest first, at most 500. */
  breaches: readonly Breach[]
}

/*
 *   GET /api/reports/care?days=&siteId=                                  → CareReport
 *   GET /api/reports/outcomes.csv, false-people.csv, false-devices.csv, owed.csv   the same line by line; no line names a person
 */
export type OutcomeRow = { kind: AlarmKind; alarms: number; open: number; outcomes: Readonly<Partial<Record<Outcome, number>>> }
/** What would make false alarms fewer; the sentence is the reader's. */
export type FalseAdvice = 'pressed-at-night' | 'pressed-by-day' | 'fall-detector' | 'watch-less-closely' | 'sensor-place'
/** `alarms` that are over, `false` of them, `night` of those pressed between 22 and 6. */
export type FalseRow = {
  key: string
  siteId: string
  subjectId: string
  deviceId: string | null
  reason: Reason
  alarms: number
  false: number
  night: number
  advice: FalseAdvice
}
/** Work that is owed now, whatever the period: `late` of `open`. */
export const owedKinds = ['call-backs', 'sweeps', 'weekly-tests', 'never-activated', 'cases'] as const
export type OwedKind = (typeof owedKinds)[number]
export type OwedRow = { siteId: string; what: OwedKind; open: number; late: number }
export type CareReport = {
  from: Instant
  to: Instant
  outcomes: readonly OutcomeRow[]
  people: readonly (FalseRow & { person: string; label: string })[]
  devices: readonly (FalseRow & { person: string; label: string })[]
  owed: readonly OwedRow[]
}
