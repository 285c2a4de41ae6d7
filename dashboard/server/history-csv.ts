/** Histories as spreadsheets: a row for each moment, a column for each series; no cell that a spreadsheet would run. */
import type { Instant } from '../../domain/time.ts'
import type { StoredDay } from '../../store/store.ts'
import type { HistoryAnswer, LastSeenAnswer } from '../contracts.ts'
import { csvLine } from './csv-text.ts'

type Cell = string | number | null

/** A number is written as it is: only text can be a formula. */
const cellOf = (cell: Cell): string => (cell === null ? '' : typeof cell === 'number' ? String(cell) : csvLine([cell]).slice(0, -2))
const line = (cells: readonly Cell[]): string => `${cells.map(cellOf).join(',')}\r\n`

const utc = (at: number): string => new Date(at).toISOString()
const moment = (at: Instant | null, local: (at: number) => string): string => (at === null ? '' : local(at))

/** `2026-11-22 07:30:05` in a zone. */
export function localTime(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return (at) => format.format(at)
}

export function historyCsv({ at, series, timeZone }: HistoryAnswer): string {
  const local = localTime(timeZone)
  const names = series.map(({ group, kind, deviceId, room }) => [group === kind ? group : `${group} ${kind}`, deviceId ?? '', room])
  const header = ['at', 'local', ...names.map((parts) => parts.filter((part) => part !== '').join(' '))]
  return line(header) + at.map((start, i) => line([utc(start), local(start), ...series.map(({ values }) => values[i] ?? null)])).join('')
}

export function daysCsv(days: readonly Omit<StoredDay, 'resident'>[], timeZone: string): string {
  const local = localTime(timeZone)
  const header = ['day', 'heardHours', 'asleepAt', 'wokeAt', 'firstUpAt', 'nightBathroomVisits', 'activeMinutes', 'outMinutes']
  return (
    line(header) +
    days
      .map((d) => {
        const moments = [d.asleepAt, d.wokeAt, d.firstUpAt].map((at) => moment(at, local))
        return line([d.day, d.heardHours, ...moments, d.nightBathroomVisits, d.activeMinutes, d.outMinutes])
      })
      .join('')
  )
}

/** Some rows at a time: a site may have hundreds of thousands of devices. */
export const lastSeenHeader = line(['deviceId', 'heardAt', 'silent'])
export function lastSeenLines({ deviceIds, heardAt, silent }: Pick<LastSeenAnswer, 'deviceIds' | 'heardAt' | 'silent'>): string {
  return deviceIds.map((id, i) => line([id, heardAt[i] ? utc(heardAt[i]) : '', silent[i] ?? 0])).join('')
}
