/** In how many days a battery will be low, from what it told over the last months: a robust slope, and an honest "not known". */
import type { Instant } from './time.ts'

export type BatteryPoint = { at: Instant; percent: number }
export type Unknown = 'too-few' | 'too-short' | 'not-falling' | 'stale'
/** `days` until `emptyAt` percent; `most`: at least so many, farther than anybody can see. */
export type BatteryForecast =
  | { known: true; days: number; most: boolean; percentPerMonth: number }
  | { known: false; why: Unknown; percentPerMonth: number | null }

const dayMs = 86_400_000
/** At this a battery is low. */
export const emptyAt = 15
const daysLeast = 14
const pointsLeast = 5
/** Older than this says nothing of today. */
const staleAfterDays = 14
/** A rise of so much is a new battery; less is a warm day. */
const newBatteryRise = 15
const pointsMost = 120
const farthest = 730
/** A fall of less than this over the whole time is the sensor's own waver. */
const fallLeast = 2

/**
 * Theil–Sen: the median of the slopes between all pairs of daily points since the battery was changed (a lone wrong value moves it hardly at
 * all), carried on from the median of the last points. `points` in any order, one a day is enough.
 */
export function forecastBattery(points: readonly BatteryPoint[], now: Instant): BatteryForecast {
  const daily = sinceNew(byDay(points)).slice(-pointsMost)
  const [first, last] = [daily[0], daily.at(-1)]
  if (!first || !last || daily.length < pointsLeast) return unknown('too-few')
  if (now - last.at > staleAfterDays * dayMs) return unknown('stale')
  if (last.at - first.at < daysLeast * dayMs) return unknown('too-short')
  const slope = median(slopesOf(daily))
  const perMonth = Math.round(slope * 30 * 10) / 10
  const level = median(daily.slice(-5).map(({ percent }) => percent))
  if (level <= emptyAt) return { known: true, days: 0, most: false, percentPerMonth: perMonth }
  const fallen = (-slope * (last.at - first.at)) / dayMs
  if (slope >= 0 || fallen < fallLeast) return { known: false, why: 'not-falling', percentPerMonth: perMonth }
  const days = (level - emptyAt) / -slope - (now - last.at) / dayMs
  return { known: true, days: Math.max(0, Math.min(farthest, Math.floor(days))), most: days > farthest, percentPerMonth: perMonth }
}

const unknown = (why: Unknown): BatteryForecast => ({ known: false, why, percentPerMonth: null })

/** The median of each day, in the order of days. */
function byDay(points: readonly BatteryPoint[]): BatteryPoint[] {
  const days = new Map<number, BatteryPoint[]>()
  for (const point of points) {
    if (!(point.percent >= 0 && point.percent <= 100)) continue
    const day = Math.floor(point.at / dayMs)
    const list = days.get(day)
    if (list) list.push(point)
    else days.set(day, [point])
  }
  return [...days]
    .sort(([a], [b]) => a - b)
    .map(([, list]) => ({ at: list.at(-1)?.at as Instant, percent: median(list.map(({ percent }) => percent)) }))
}

/** What came before the battery was changed says nothing of the new one. A lone leap that falls back at once is no new battery. */
function sinceNew(points: readonly BatteryPoint[]): BatteryPoint[] {
  let from = 0
  for (let index = 1; index < points.length; index += 1) {
    const before = points[index - 1]?.percent ?? 0
    const stays = Math.min(points[index]?.percent ?? 0, points[index + 1]?.percent ?? points[index]?.percent ?? 0)
    if (stays - before >= newBatteryRise) from = index
  }
  return points.slice(from)
}

/** Percent a day between every two points. */
function slopesOf(points: readonly BatteryPoint[]): number[] {
  const slopes: number[] = []
  for (const [index, a] of points.entries()) {
    for (const b of points.slice(index + 1)) slopes.push(((b.percent - a.percent) * dayMs) / (b.at - a.at))
  }
  return slopes
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
