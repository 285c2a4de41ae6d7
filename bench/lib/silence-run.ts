/** All detectors over the same trials: the figures of `bench:silence`. */
import { population } from '../../alerts/routine/population.ts'
import { budgetDefault } from '../../alerts/routine/routine.ts'
import { baselines, openBaseline, tuneInHindsight } from './silence-baselines.ts'
import { hour } from './silence-homes.ts'
import { judgeOurs } from './silence-ours.ts'
import { gapAfter, type Trial } from './silence-protocol.ts'
import { countFalse, type Judged, type Score, score } from './silence-score.ts'

export const budgets = [0.5, 1, 2] as const
export type ByBudget = Record<string, Score & { tuning?: number }>
/** A point of the trade-off curve. */
export type Point = { faPerMonth: number; mean: number; dayP50: number }
export type Curves = Record<string, Point[]>
export type Run = { detectors: Record<string, ByBudget>; curves: Curves }

const curveBudgets = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8]

const rateOf = (judged: readonly Judged[]): number => {
  let [fa, months] = [0, 0]
  for (const { trial, limits } of judged) {
    fa += countFalse(trial, limits)
    months += trial.months
  }
  return fa / months
}

const pointOf = ({ faPerMonth, mean, day }: Score): Point => ({ faPerMonth, mean, dayP50: day.p50 })

/** Ours at each budget, with no tuning to these homes. */
export function runOurs(trials: readonly Trial[], wanted: readonly number[] = budgets): ByBudget {
  return Object.fromEntries(wanted.map((budget) => [String(budget), score(trials.map((trial) => judgeOurs(trial, { budget })))]))
}

/** Every detector over the trials; the baselines as published and with their parameter tuned in hindsight to each budget. */
export function runAll(trials: readonly Trial[], { withCurves }: { withCurves: boolean }): Run {
  const detectors: Record<string, ByBudget> = { ours: runOurs(trials) }
  const curves: Curves = {}
  if (withCurves) curves.ours = Object.values(runOurs(trials, curveBudgets)).map(pointOf)
  for (const baseline of baselines) {
    const judgeAt = openBaseline(baseline, trials)
    const found: ByBudget = { published: { ...score(judgeAt(baseline.published)), tuning: baseline.published } }
    for (const budget of budgets) {
      const tuning = tuneInHindsight(baseline, (value) => rateOf(judgeAt(value)), budget)
      if (tuning !== null) found[budget] = { ...score(judgeAt(tuning)), tuning }
    }
    detectors[baseline.name] = found
    if (withCurves) curves[baseline.name] = curveOf(baseline.tunings, judgeAt)
  }
  return { detectors, curves }
}

function curveOf(tunings: readonly number[], judgeAt: (tuning: number) => Judged[]): Point[] {
  const step = Math.max(1, Math.floor(tunings.length / 24))
  return tunings.filter((_, n) => n % step === 0).map((tuning) => pointOf(score(judgeAt(tuning))))
}

/**
 * The scale that gives `rate` false alarms a month on these trials. Few false alarms are too coarse to count, so the tail of
 * ln(silence / limit) above its upper four a month is taken as exponential (its mean excess is the tail).
 */
export function fitScale(judged: readonly Judged[], rate: number): number {
  const margins: number[] = []
  let months = 0
  for (const { trial, limits } of judged) {
    months += trial.months
    trial.silences.forEach((index, n) => {
      margins.push(Math.log(gapAfter(trial.home, index) / Math.max(limits.silences[n] as number, hour / 2)))
    })
  }
  margins.sort((a, b) => b - a)
  const upper = Math.min(margins.length - 1, Math.max(6, Math.floor(4 * months)))
  const threshold = margins[upper] ?? 0
  const excess = margins.slice(0, upper).reduce((sum, margin) => sum + margin - threshold, 0) / Math.max(1, upper)
  return Math.exp(threshold + excess * Math.log(upper / months / rate))
}

/** Leave one home out: the scale is chosen on the other homes and judged on the one left out. */
export function leaveOneOut(trials: readonly Trial[], budget: number = budgetDefault): { score: Score; scales: Record<string, number> } {
  const names = [...new Set(trials.map(({ home }) => home.name))]
  const unscaled = trials.map((trial) => judgeOurs(trial, { budget }))
  const scales: Record<string, number> = {}
  const judged = names.flatMap((name) => {
    const others = unscaled.filter(({ trial }) => trial.home.name !== name)
    const factor = fitScale(others, budget)
    const people = { ...population, scale: population.scale * factor }
    scales[name] = Math.round(people.scale * 100) / 100
    return trials.filter(({ home }) => home.name === name).map((trial) => judgeOurs(trial, { budget, people }))
  })
  return { score: score(judged), scales }
}
