/** Sums of one series by hour as lines by hour and by day. Pure. */
import { dayBeginsHours, sumFields, sumTags } from './downsampling.ts'
import { tagOf } from './line.ts'
import type { Every } from './places.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export type SumRow = Record<(typeof sumFields)[number], number>
export type HourSum = { at: number; row: SumRow }
export type SumLine = { every: Exclude<Every, 'raw'>; line: string }
/** `tags`: as they stand in a line. `isWhole`: counts are integers there, as the server's own queries make them. */
export type SumHead = { measurement: string; tags: Readonly<Record<string, string>>; isWhole: boolean }

/** The beginning of the day in which a moment lies, midnight in China. */
export const startOfDay = (at: number): number => Math.floor((at - dayBeginsHours * hourMs) / dayMs) * dayMs + dayBeginsHours * hourMs

/** A line for each hour, and one for each day of them. Hours ascend. */
export function sumLines({ measurement, tags, isWhole }: SumHead, hours: readonly HourSum[]): SumLine[] {
  const head = [tagOf(measurement), ...sumTags.filter((tag) => tags[tag]).map((tag) => `${tag}=${tags[tag]}`)].join(',')
  const line = (at: number, row: SumRow) =>
    `${head} ${sumFields.map((name) => `${name}=${row[name]}${name === 'count' && isWhole ? 'i' : ''}`).join(',')} ${at}`
  const days = new Map<number, SumRow>()
  for (const { at, row } of hours) {
    const day = startOfDay(at)
    const known = days.get(day)
    days.set(day, known ? sumOfBoth(known, row) : row)
  }
  return [
    ...hours.map(({ at, row }) => ({ every: 'hourly' as const, line: line(at, row) })),
    ...[...days].map(([day, row]) => ({ every: 'daily' as const, line: line(day, row) })),
  ]
}

/** The later one second. */
function sumOfBoth(a: SumRow, b: SumRow): SumRow {
  const [count, sum] = [a.count + b.count, a.sum + b.sum]
  return { count, sum, mean: sum / count, min: Math.min(a.min, b.min), max: Math.max(a.max, b.max), first: a.first, last: b.last }
}
