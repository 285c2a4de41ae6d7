/** From limits to figures: false alarms with their exact Poisson interval, and delays with homes weighted equally. */

import { hour } from './silence-homes.ts'
import { censored, gapAfter, type Trial } from './silence-protocol.ts'

/** After how many ms of silence a detector alarms, for a silence that begins with event `index` of the trial's home. */
export type Limits = { silences: Float64Array; absences: Float64Array; onsets: Float64Array }
export type Judged = { trial: Trial; limits: Limits }

export type Score = {
  fa: number
  months: number
  faPerMonth: number
  /** Exact Poisson 95 % interval of `faPerMonth`. */
  faCi: readonly [number, number]
  meanHomeFa: number
  /** Alarms about somebody who was labelled absent; not false alarms of a silence at home. */
  awayAlarms: number
  mean: number
  p50: number
  p90: number
  day: { p50: number; p90: number }
  night: { p50: number; p90: number }
  /** Share of onsets noticed within 12 h. */
  detected12h: number
  /** Share of the time that is not judged because it began with the front door. */
  blindShare: number
}

type Weighted = { value: number; weight: number }

/** The figures of one detector over trials; trials of the same home share its weight. */
export function score(judged: readonly Judged[]): Score {
  const homes = Map.groupBy(judged, ({ trial }) => trial.home.name)
  const all: Weighted[] = []
  const byDay: Weighted[] = []
  const byNight: Weighted[] = []
  let [fa, months, blind, awayAlarms] = [0, 0, 0, 0]
  const homeRates: number[] = []
  for (const ofHome of homes.values()) {
    const onsets = ofHome.reduce((sum, { trial }) => sum + trial.onsets.length, 0)
    let [homeFa, homeMonths] = [0, 0]
    for (const { trial, limits } of ofHome) {
      homeFa += countFalse(trial, limits)
      homeMonths += trial.months
      awayAlarms += countOver(trial, trial.absences, limits.absences)
      blind += trial.blindShare * trial.months
      trial.onsets.forEach((onset, n) => {
        const value = delayOf(trial, n, limits)
        const weighted = { value, weight: 1 / onsets }
        all.push(weighted)
        ;(onset.isDay ? byDay : byNight).push(weighted)
      })
    }
    fa += homeFa
    months += homeMonths
    homeRates.push(homeFa / homeMonths)
  }
  return {
    ...{ fa, months: round(months), faPerMonth: round(fa / months), faCi: poisson(fa, months), awayAlarms },
    meanHomeFa: round(homeRates.reduce((sum, rate) => sum + rate, 0) / homeRates.length),
    ...{ mean: round(meanOf(all)), p50: quantile(all, 0.5), p90: quantile(all, 0.9) },
    day: { p50: quantile(byDay, 0.5), p90: quantile(byDay, 0.9) },
    night: { p50: quantile(byNight, 0.5), p90: quantile(byNight, 0.9) },
    detected12h: round(meanOf(all.map(({ value, weight }) => ({ value: value <= 12 ? 1 : 0, weight })))),
    blindShare: round(blind / months),
  }
}

export const countFalse = (trial: Trial, limits: Limits): number => countOver(trial, trial.silences, limits.silences)

function countOver(trial: Trial, indexes: readonly number[], limits: Float64Array): number {
  return indexes.reduce((sum, index, n) => sum + (gapAfter(trial.home, index) > (limits[n] as number) ? 1 : 0), 0)
}

/** Hours from the onset to the alarm. The silence began a little before the onset; an alarm before it counts as no delay. */
function delayOf(trial: Trial, n: number, limits: Limits): number {
  const onset = trial.onsets[n]
  if (!onset) return 0
  const alarmAt = (trial.home.at[onset.index] as number) + (limits.onsets[n] as number)
  return Math.min(censored, Math.max(0, (alarmAt - onset.at) / hour))
}

const round = (value: number): number => Math.round(value * 1000) / 1000

function meanOf(values: readonly Weighted[]): number {
  const weight = values.reduce((sum, one) => sum + one.weight, 0)
  return values.reduce((sum, one) => sum + one.value * one.weight, 0) / weight
}

export function quantile(values: readonly Weighted[], share: number): number {
  const sorted = [...values].sort((a, b) => a.value - b.value)
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0)
  let sum = 0
  for (const { value, weight } of sorted) {
    sum += weight
    if (sum >= share * total - 1e-12) return round(value)
  }
  return Number.NaN
}

/** Exact (Garwood) 95 % interval of a Poisson rate, by bisection; above 200 by Wilson and Hilferty's cube, exact to three digits there. */
export function poisson(count: number, months: number): [number, number] {
  const cube = (n: number, z: number): number => n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3
  if (count > 200) return [round(cube(count, -1.96) / months), round(cube(count + 1, 1.96) / months)]
  const low = count === 0 ? 0 : solve(count, (mean) => 1 - cumulative(count - 1, mean) < 0.025)
  return [round(low / months), round(solve(count, (mean) => cumulative(count, mean) > 0.025) / months)]
}

/** P(at most `most`) of a Poisson variable. */
function cumulative(most: number, mean: number): number {
  let term = Math.exp(-mean)
  let sum = term
  for (let k = 1; k <= most; k += 1) {
    term *= mean / k
    sum += term
  }
  return sum
}

function solve(count: number, isTooLow: (mean: number) => boolean): number {
  let [low, high] = [0, count * 3 + 20]
  for (let n = 0; n < 60; n += 1) {
    const middle = (low + high) / 2
    if (isTooLow(middle)) low = middle
    else high = middle
  }
  return low
}
