/**
 * Leave one home out, with everything chosen on the others: not only the scale but every constant of the population. The constants are drawn
 * from wide ranges that no home has chosen; the best few on the other homes are averaged, their scale is fitted there, and the home left out judges.
 */
import { type Population, population } from '../../alerts/routine/population.ts'
import { openRandom, type Random } from '../../devices-sim/random.ts'
import { judgeOurs } from './silence-ours.ts'
import type { Trial } from './silence-protocol.ts'
import { fitScale } from './silence-run.ts'
import { type Judged, type Score, score } from './silence-score.ts'

/** From … to, for each constant that shapes a limit; `scale` is fitted, `tail` fits the other budgets, `absenceHours` is not scored here. */
const ranges: Readonly<Partial<Record<keyof Population, readonly [number, number]>>> = {
  ...{ newness: [0.4, 4], extraHours: [0.3, 2.5], nightHours: [6, 10], dayHours: [1.5, 4], priorDays: [0.3, 4] },
  ...{ swing: [0.02, 0.25], swingHour: [16, 23], endShare: [0.3, 3], roomShare: [0.3, 3], paceShare: [0.3, 3], dayKindShare: [0.1, 2] },
  ...{ missShare: [0.6, 0.8], missPrior: [1, 8], missPower: [0.02, 0.3], nightTripHours: [2, 8], nightTripLeast: [0.75, 4] },
}
const names = Object.keys(ranges) as (keyof Population)[]
/** So many of the best draws are averaged. */
const best = 5

export type HeldOut = { score: Score; spread: Record<string, readonly [number, number]> }

/** More draws find better constants and take longer. */
type Choosing = { budget: number; draws?: number }

/** `history`: trials with short histories, on which constants are chosen too. Undefined when there is nothing to leave out. */
export function holdEverythingOut(
  trials: readonly Trial[],
  history: readonly Trial[],
  { budget, draws = 60 }: Choosing,
): HeldOut | undefined {
  const homes = [...new Set(trials.map(({ home }) => home.name))]
  if (homes.length < 3) return undefined
  const all = [...trials, ...history]
  const random = openRandom(1, 41)
  const drawn = Array.from({ length: draws }, () => {
    const people = draw(random)
    return { people, judged: all.map((trial) => judgeOurs(trial, { budget, people })) }
  })
  const chosen: Population[] = []
  const judged = homes.flatMap((name) => {
    const isOther = ({ trial }: Judged): boolean => trial.home.name !== name
    const ranked = drawn
      .map((one) => ({ ...one, worth: worthOf(one.judged.filter(isOther), budget) }))
      .sort((a, b) => a.worth - b.worth)
      .slice(0, best)
    const people = meanOf(ranked.map((one) => one.people))
    const others = all.filter(({ home }) => home.name !== name).map((trial) => judgeOurs(trial, { budget, people }))
    const fitted = { ...people, scale: people.scale * fitScale(others, budget) }
    chosen.push(fitted)
    return trials.filter(({ home }) => home.name === name).map((trial) => judgeOurs(trial, { budget, people: fitted }))
  })
  return { score: score(judged), spread: spreadOf(chosen) }
}

const draw = (random: Random): Population => {
  const values = names.map((name) => {
    const [from, to] = ranges[name] ?? [1, 1]
    return [name, from * (to / from) ** random.next()]
  })
  return { ...population, scale: 1, ...Object.fromEntries(values) }
}

const meanOf = (several: readonly Population[]): Population => {
  const values = names.map((name) => [name, Math.exp(several.reduce((sum, one) => sum + Math.log(one[name]), 0) / several.length)])
  return { ...population, scale: 1, ...Object.fromEntries(values) }
}

/** The delays as shares of their bars, at the scale that these homes ask for. */
function worthOf(judged: readonly Judged[], budget: number): number {
  const factor = fitScale(judged, budget)
  const scaled = judged.map(({ trial, limits }) => ({
    trial,
    limits: { ...limits, onsets: limits.onsets.map((limit) => limit * factor) },
  }))
  const { mean, p50, p90, day } = score(scaled)
  return mean / 6.5 + p50 / 6 + p90 / 9.7 + day.p50 / 4.5 + day.p90 / 8
}

/** Between what each constant was chosen: how much it depends on the homes. */
function spreadOf(chosen: readonly Population[]): HeldOut['spread'] {
  const round = (value: number): number => Math.round(value * 100) / 100
  return Object.fromEntries(
    (['scale', ...names] as const).map((name) => {
      const values = chosen.map((one) => one[name])
      return [name, [round(Math.min(...values)), round(Math.max(...values))]]
    }),
  )
}
