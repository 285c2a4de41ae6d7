/**
 * The second set of onsets: uniform in the time at home, so that silent deaths in bed are among them. Judged as the detector alarms,
 * and as the platform acts: asked at the higher budget by day or when she is not up by her latest, and an alarm half an hour later.
 */
import { budgetCheckIn, budgetDefault, dueAt, morningOf, type Profile, silenceOf } from '../../alerts/routine/routine.ts'
import { openRandom } from '../../devices-sim/random.ts'
import { instant } from '../../domain/time.ts'
import { day, hour } from './silence-homes.ts'
import { replay } from './silence-ours.ts'
import { censored, covered, localHour, suspensions, type Trial } from './silence-protocol.ts'
import { quantile } from './silence-score.ts'

const perHome = 300
/** Asked by her terminal for ten minutes, called by the centre for twenty, then it is an alarm. */
const unanswered = hour / 2

type Figures = { mean: number; p50: number; p90: number }
type Weighted = { value: number; weight: number }
/** `alarm`: the detector alone; `asked`: as the platform acts. `inBed`: onsets between ten at night and six in the morning. */
export type Uniform = { onsets: number; alarm: Figures; asked: Figures; inBed: { alarm: Figures; asked: Figures } }

/** Delays in hours, homes weighted equally, at the budgets that hold when nobody says otherwise. */
export function judgeUniform(trials: readonly Trial[], seed: number): Uniform {
  const found = trials.flatMap((trial) => delaysOf(trial, seed))
  const of = (which: 'alarm' | 'asked', some = found): Figures => figures(some.map((one) => ({ value: one[which], weight: one.weight })))
  const inBed = found.filter(({ isNight }) => isNight)
  return {
    onsets: found.length,
    ...{ alarm: of('alarm'), asked: of('asked') },
    inBed: { alarm: of('alarm', inBed), asked: of('asked', inBed) },
  }
}

type Delays = { alarm: number; asked: number; weight: number; isNight: boolean }

function delaysOf(trial: Trial, seed: number): Delays[] {
  const onsets = placed(trial, seed)
  const byIndex = Map.groupBy(onsets, ({ index }) => index)
  const found: Delays[] = []
  replay(trial, (profile, index) => {
    for (const onset of byIndex.get(index) ?? []) {
      const alarmAt = alarmOf(profile)
      const askedAt = Math.min(alarmAt, questionOf(profile, trial, index) + unanswered)
      const delay = (at: number): number => Math.min(censored, Math.max(0, (at - onset.at) / hour))
      const hourOfDay = localHour(trial.home, index, onset.at)
      const isNight = hourOfDay >= 22 || hourOfDay < 6
      found.push({ alarm: delay(alarmAt), asked: delay(askedAt), weight: 1 / onsets.length, isNight })
    }
  })
  return found
}

function placed({ home, from, to }: Trial, seed: number): { index: number; at: number }[] {
  const random = openRandom(seed, 5)
  const suspended = suspensions(home)
  const onsets: { index: number; at: number }[] = []
  for (let attempt = 0; onsets.length < perHome && attempt < perHome * 20; attempt += 1) {
    const at = from + random.next() * (to - from)
    const index = lastBefore(home.at, at)
    const isAway = covered(home.away, at, at + 1) > 0 || covered(home.told, at, at + 1) > 0
    const isHole = at - (home.at[index] ?? 0) > day || index + 1 >= home.at.length
    if (!isAway && !isHole && !suspended[index]) onsets.push({ index, at })
  }
  return onsets
}

function lastBefore(times: Float64Array, at: number): number {
  let [low, high] = [0, times.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((times[middle] as number) <= at) low = middle
    else high = middle - 1
  }
  return low
}

function alarmOf(profile: Profile, budget = budgetDefault): number {
  const silence = silenceOf(profile, { budget })
  return silence ? dueAt(profile, silence) : Number.POSITIVE_INFINITY
}

/** When she is asked: past the limit of the higher budget, by day; or not up half an hour after her latest usual time. */
function questionOf(profile: Profile, { home }: Trial, index: number): number {
  const due = alarmOf(profile, budgetCheckIn)
  const hourOfDay = localHour(home, index, due)
  const untilDay = hourOfDay >= 22 ? 30 - hourOfDay : hourOfDay < 6 ? 6 - hourOfDay : 0
  const byDay = untilDay === 0 ? due : Math.floor(due / hour + untilDay) * hour
  const offset = home.offset[index] as number
  const since = home.at[index] as number
  const mornings = [since, since + day].flatMap((now) => {
    const { upAt, dueAt: late } = morningOf(profile, { now: instant(now), offset })
    return upAt === null && late !== null && late > since ? [late] : []
  })
  return Math.min(byDay, ...mornings)
}

function figures(values: readonly Weighted[]): Figures {
  const round = (value: number): number => Math.round(value * 1_000) / 1_000
  const weight = values.reduce((sum, one) => sum + one.weight, 0)
  const mean = round(values.reduce((sum, one) => sum + one.value * one.weight, 0) / weight)
  return { mean, p50: quantile(values, 0.5), p90: quantile(values, 0.9) }
}
