/** From the answers of the history to what is drawn: rows of cells by room and by day, curves by what was measured. Pure. */
import { dayIn, dayPlus, startOfDay } from '../../../../domain/calendar.ts'
import { type Instant, instant } from '../../../../domain/time.ts'
import type { HistoryAnswer, HistorySeries } from '../../../contracts.ts'

/** null: nobody knows; 0: heard and still; else how busy. */
export type Cell = number | null
export type Row = { key: string; label: string; cells: readonly Cell[] }
export type Curve = { key: string; kind: string; room: string; values: readonly (number | null)[] }

const hourMs = 3_600_000

/** A row for each room, the busiest first. */
export function roomRows({ series }: HistoryAnswer, nameless: string): Row[] {
  const rooms = series.filter(({ group }) => group === 'activity')
  const total = ({ values }: HistorySeries) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
  return [...rooms].sort((a, b) => total(b) - total(a)).map(({ room, values }) => ({ key: room, label: room || nameless, cells: values }))
}

/** All rooms together: known where any is. */
export function together(rows: readonly (readonly Cell[])[], length: number): Cell[] {
  return Array.from({ length }, (_, i) =>
    rows.reduce<Cell>((sum, cells) => {
      const cell = cells[i] ?? null
      return cell === null ? sum : (sum ?? 0) + cell
    }, null),
  )
}

/** A row of 24 hours for each local day, the newest first; an hour that clocks repeat falls into the one before, one they skip stays unknown. */
export function dayRows({ at, series, timeZone }: HistoryAnswer, days: readonly string[]): Row[] {
  const activity = series.filter(({ group }) => group === 'activity').map(({ values }) => values)
  const cells = together(activity, at.length)
  const rows = new Map(days.map((day) => [day, Array.from({ length: 24 }, (): Cell => null)]))
  at.forEach((start, i) => {
    const day = dayIn(timeZone, start)
    const hour = Math.min(23, Math.floor((start - startOfDay(timeZone, day)) / hourMs))
    const row = rows.get(day)
    const cell = cells[i] ?? null
    if (row && cell !== null) row[hour] = (row[hour] ?? 0) + cell
  })
  return [...rows].map(([day, own]) => ({ key: day, label: day.slice(5), cells: own }))
}

/** The local days up to today, the newest first. */
export function lastDays(timeZone: string, now: number, count: number): string[] {
  const today = dayIn(timeZone, instant(now))
  return Array.from({ length: count }, (_, back) => dayPlus(today, -back))
}
export const beginOf = (timeZone: string, day: string): Instant => startOfDay(timeZone, day)

/** Curves that have at least one point. */
export function curvesOf({ series }: HistoryAnswer, group: 'battery' | 'vitals'): Curve[] {
  return series
    .filter((one) => one.group === group && one.values.some((value) => value !== null))
    .map(({ kind, deviceId, room, values }) => ({ key: `${kind} ${deviceId ?? ''}`, kind, room, values }))
}

export const gapsIn = (cells: readonly Cell[]): number => cells.filter((cell) => cell === null).length
export const activeIn = (cells: readonly Cell[]): number => cells.filter((cell) => (cell ?? 0) > 0).length

/** Brightness in four steps, in thirds of a busy part of these rows: one very busy hour does not dim all others. */
export function openShade(rows: readonly Row[]): (cell: Cell) => 'gap' | 0 | 1 | 2 | 3 {
  const busy = rows.flatMap(({ cells }) => cells.filter((cell) => (cell ?? 0) > 0)).sort((a, b) => (a ?? 0) - (b ?? 0))
  const top = busy[Math.floor(busy.length * 0.9)] ?? 1
  return (cell) => {
    if (cell === null) return 'gap'
    return cell === 0 ? 0 : cell <= top / 3 ? 1 : cell <= (top * 2) / 3 ? 2 : 3
  }
}

/** The batteries that will be empty first. */
export function weakest(curves: readonly Curve[], count: number): Curve[] {
  const last = ({ values }: Curve) => values.findLast((value) => value !== null) ?? 100
  return [...curves].sort((a, b) => last(a) - last(b)).slice(0, count)
}
