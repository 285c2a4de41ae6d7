/**
 * The published and commercial rules, each written from its paper's formulas and refitted once a day on what was known by then:
 * a fixed limit, a limit counted in waking hours, Cuddihy et al. 2007 (doi 10.1145/1248054.1248081) and Floeck & Litz 2009 (doi 10.23919/ecc.2009.7074979).
 */
import { day, type Home, holeMin, hour } from './silence-homes.ts'
import { limitsOf } from './silence-ours.ts'
import { censored, suspensions, type Trial } from './silence-protocol.ts'
import type { Judged } from './silence-score.ts'

const halfHour = hour / 2
const marks = 48
const historyMax = 60 * day
const longest = censored * hour

/** From the line of a day and the begin of a silence to the ms after which it alarms. `tuning` is the one parameter of each. */
export type Baseline = {
  name: 'fixed' | 'wakingHours' | 'cuddihy' | 'floeckLitz'
  published: number
  tunings: readonly number[]
  prepare(trial: Trial): (index: number, tuning: number) => number
}

/** Elapsed silence at every half-hour mark of a record; NaN while suspended or where the record has a hole. */
type Marks = { first: number; elapsed: Float64Array }

/** Home-local ms of an event: what the clock on the wall shows, as if it were UTC. */
const localAt = (home: Home, index: number): number => (home.at[index] as number) + (home.offset[index] as number) * 60_000

function sampleMarks(trial: Trial): Marks {
  const { home } = trial
  const suspended = suspensions(home)
  const first = Math.ceil(trial.since / halfHour) * halfHour
  const elapsed = new Float64Array(Math.max(0, Math.ceil((trial.to - first) / halfHour))).fill(Number.NaN)
  let index = 0
  for (let n = 0; n < elapsed.length; n += 1) {
    const at = first + n * halfHour
    while (index + 1 < home.at.length && (home.at[index + 1] as number) <= at) index += 1
    const began = home.at[index] as number
    const isHole = (home.at[index + 1] ?? at) - began > holeMin
    if (began >= trial.since && !suspended[index] && !isHole && !home.told.some(({ from, to }) => at >= from && began <= to))
      elapsed[n] = at - began
  }
  return { first, elapsed }
}

const markOf = (local: number): number => Math.floor((((local % day) + day) % day) / halfHour)

/** The line of each day of the trial, from the marks of the days before. */
function dailyLines<Line>(trial: Trial, lineFrom: (known: Marks) => Line): (at: number) => Line {
  const sampled = sampleMarks(trial)
  const lines = new Map<number, Line>()
  return (at) => {
    const today = Math.floor(at / day)
    const known = lines.get(today)
    if (known !== undefined) return known
    const until = Math.max(0, Math.floor((today * day - sampled.first) / halfHour))
    const from = Math.max(0, until - Math.floor(historyMax / halfHour))
    const line = lineFrom({ first: sampled.first + from * halfHour, elapsed: sampled.elapsed.subarray(from, until) })
    lines.set(today, line)
    return line
  }
}

/** Walks the marks after a silence's begin until `isOver(mark, elapsed)`; ms after the begin. */
function walk(begin: number, step: number, isOver: (at: number, elapsed: number) => boolean): number {
  for (let at = Math.ceil((begin + 1) / step) * step; at - begin <= longest; at += step) if (isOver(at, at - begin)) return at - begin
  return Number.POSITIVE_INFINITY
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step + 1.5) }, (_, n) => Math.round((from + n * step) * 1_000) / 1_000)

const fixed: Baseline = {
  name: 'fixed',
  published: 12,
  tunings: range(1, 24, 0.1),
  prepare: () => (_index, hours) => hours * hour,
}

const wake = { from: 7, until: 22 }
const wakingHours: Baseline = {
  name: 'wakingHours',
  published: 6,
  tunings: range(1, 15, 0.1),
  prepare: ({ home }) => {
    return (index, hours) => {
      const begin = localAt(home, index)
      let left = hours * hour
      for (let midnight = Math.floor(begin / day) * day; midnight - begin <= longest; midnight += day) {
        const from = Math.max(begin, midnight + wake.from * hour)
        const awake = Math.max(0, midnight + wake.until * hour - from)
        if (awake >= left) return from + left - begin
        left -= awake
      }
      return Number.POSITIVE_INFINITY
    }
  },
}

/** The value below which `share` of the values lie, interpolated; 0 of none. */
function percentile(values: number[], share: number): number {
  if (values.length === 0) return 0
  values.sort((a, b) => a - b)
  const place = share * (values.length - 1)
  const low = values[Math.floor(place)] as number
  return low + ((values[Math.ceil(place)] as number) - low) * (place - Math.floor(place))
}

/** alert line(i) = max m(i−2…i+2) + 0.30 m(i) + (1/9) Σ w 0.40 m(i+r), m = 97th percentile of the elapsed silence at mark i of the last 60 days. */
function cuddihyLine({ first, elapsed }: Marks): Float64Array {
  const byMark: number[][] = Array.from({ length: marks }, () => [])
  elapsed.forEach((value, n) => {
    if (!Number.isNaN(value)) byMark[markOf(first + n * halfHour)]?.push(value)
  })
  const m = byMark.map((values) => percentile(values, 0.97))
  const near = (mark: number, by: number): number => m[(mark + by + marks) % marks] as number
  const around = [-2, -1, 0, 1, 2]
  return Float64Array.from(m, (value, mark) => {
    const variable = around.reduce((sum, by) => sum + (3 - Math.abs(by)) * 0.4 * near(mark, by), 0) / 9
    return Math.max(...around.map((by) => near(mark, by))) + 0.3 * value + variable
  })
}

const cuddihy: Baseline = {
  name: 'cuddihy',
  published: 1,
  tunings: range(0.3, 16, 0.02),
  prepare(trial) {
    const lineOf = dailyLines(trial, cuddihyLine)
    return (index, tuning) => {
      const line = lineOf(trial.home.at[index] as number)
      return walk(localAt(trial.home, index), halfHour, (at, elapsed) => elapsed > tuning * (line[markOf(at)] as number))
    }
  },
}

type Shifted = { f: readonly number[]; a: number }
const degree = 4

/** f = polynomial of degree 4 in the time of day, fitted to the elapsed silence; a = the smallest shift with which no mark known so far alarms. */
function floeckLine({ first, elapsed }: Marks): Shifted {
  const sums = Array.from({ length: degree + 1 }, () => new Float64Array(degree + 2))
  elapsed.forEach((value, n) => {
    if (!Number.isNaN(value)) addSample(sums, dayShare(first + n * halfHour), value)
  })
  const f = solve(sums)
  let a = 0
  elapsed.forEach((value, n) => {
    if (!Number.isNaN(value)) a = Math.max(a, value - polynomial(f, dayShare(first + n * halfHour)))
  })
  return { f, a }
}

const dayShare = (local: number): number => (((local % day) + day) % day) / day
const polynomial = (f: readonly number[], x: number): number => f.reduceRight((sum, c) => sum * x + c, 0)

function addSample(sums: Float64Array[], x: number, value: number): void {
  for (let row = 0; row <= degree; row += 1) {
    const to = sums[row] as Float64Array
    for (let column = 0; column <= degree; column += 1) to[column] = (to[column] as number) + x ** (row + column)
    to[degree + 1] = (to[degree + 1] as number) + x ** row * value
  }
}

/** Gauss–Jordan; an unknown that nothing determines is 0. */
function solve(rows: Float64Array[]): number[] {
  for (let pivot = 0; pivot <= degree; pivot += 1) {
    const row = rows[pivot] as Float64Array
    const by = row[pivot] as number
    if (Math.abs(by) < 1e-9) continue
    for (const other of rows) {
      if (other === row) continue
      const times = (other[pivot] as number) / by
      for (let column = pivot; column < other.length; column += 1)
        other[column] = (other[column] as number) - times * (row[column] as number)
    }
  }
  return rows.map((row, n) => (Math.abs(row[n] as number) < 1e-9 ? 0 : (row[degree + 1] as number) / (row[n] as number)))
}

const floeckLitz: Baseline = {
  name: 'floeckLitz',
  published: 0.1,
  tunings: range(-0.6, 4, 0.02),
  prepare(trial) {
    const lineOf = dailyLines(trial, floeckLine)
    return (index, tuning) => {
      const { f, a } = lineOf(trial.home.at[index] as number)
      return walk(localAt(trial.home, index), 300_000, (at, elapsed) => elapsed > polynomial(f, dayShare(at)) + (1 + tuning) * a)
    }
  },
}

export const baselines: readonly Baseline[] = [fixed, wakingHours, cuddihy, floeckLitz]

/** One baseline over trials; its daily lines are fitted once and serve every tuning. */
export function openBaseline(baseline: Baseline, trials: readonly Trial[]): (tuning: number) => Judged[] {
  const prepared = trials.map((trial) => ({ trial, limit: baseline.prepare(trial) }))
  return (tuning) => prepared.map(({ trial, limit }) => ({ trial, limits: limitsOf(trial, (index) => limit(index, tuning)) }))
}

/** The tuning with the smallest delay that keeps to `budget` false alarms a month, in hindsight: it favours the baseline. null = none does. */
export function tuneInHindsight(baseline: Baseline, rateOf: (tuning: number) => number, budget: number): number | null {
  let [low, high] = [0, baseline.tunings.length - 1]
  if (rateOf(baseline.tunings[high] as number) > budget) return null
  while (low < high) {
    const middle = (low + high) >> 1
    if (rateOf(baseline.tunings[middle] as number) <= budget) high = middle
    else low = middle + 1
  }
  return baseline.tunings[low] as number
}
