/**
 * The protocol by which silence detectors are compared: what is a false alarm, where incapacitations are put, and how delays are counted.
 * Every detector sees the same homes, the same suspensions and the same onsets, and only the past.
 */
import { openRandom, type Random } from '../../devices-sim/random.ts'
import { day, type Home, holeMin, hour, type Stretch } from './silence-homes.ts'

const minute = 60_000
/** A silence that starts within so long after the front door is not judged, for any detector. */
const afterExit = 3 * minute
const falseAlarmMin = 10 * minute
const perHour = 21
/** No alarm within two days counts as two days. */
export const censored = 48

/** An incapacitation: the silence it begins with the sign of life before it. */
export type Onset = { index: number; at: number; isDay: boolean }

/** One stretch of one home that is judged: everything before `from` is history. */
export type Trial = {
  home: Home
  /** Detectors may know what happened from here on. */
  since: number
  from: number
  to: number
  months: number
  blindShare: number
  /** Events whose silence after them could be a false alarm: at home, judged, longer than 10 min, ended by itself. */
  silences: readonly number[]
  /** Silences in which an alarm would be one about an absent person. */
  absences: readonly number[]
  onsets: readonly Onset[]
}

/** Length of the silence after event `index`, in ms; 0 for the last event. */
export const gapAfter = (home: Home, index: number): number =>
  Math.max(0, (home.at[index + 1] ?? home.at[index] ?? 0) - (home.at[index] ?? 0))

/** For each event, whether the silence after it is suspended (the front door within 3 min before it). */
export function suspensions(home: Home): Uint8Array {
  const suspended = new Uint8Array(home.at.length)
  let exitAt = Number.NEGATIVE_INFINITY
  for (let index = 0; index < home.at.length; index += 1) {
    const at = home.at[index] as number
    if (home.isExit[index]) exitAt = at
    suspended[index] = at - exitAt <= afterExit ? 1 : 0
  }
  return suspended
}

/** How much of `from`…`to` lies in the stretches, as a share. */
export function covered(stretches: readonly Stretch[], from: number, to: number): number {
  let sum = 0
  for (const stretch of stretches) sum += Math.max(0, Math.min(to, stretch.to) - Math.max(from, stretch.from))
  return to > from ? Math.min(1, sum / (to - from)) : 0
}

const isIn = (stretches: readonly Stretch[], at: number): boolean => stretches.some(({ from, to }) => at >= from && at <= to)

/** The whole record: min(28, max(5.5, 40 %)) days of history, then judged to its end. */
export function wholeTrial(home: Home, seed: number): Trial {
  const first = home.at[0] ?? 0
  const last = home.at.at(-1) ?? 0
  const warmUp = Math.min(28, Math.max(5.5, (0.4 * (last - first)) / day)) * day
  return trial(home, { since: first, from: first + warmUp, to: last }, seed)
}

/** Records cut to `days` of history and one week that is judged; the weeks do not overlap. */
export function coldTrials(home: Home, days: number, seed: number): Trial[] {
  const first = home.at[0] ?? 0
  const last = home.at.at(-1) ?? 0
  const trials: Trial[] = []
  for (let from = first + days * day; from + 7 * day <= last; from += 7 * day) {
    trials.push(trial(home, { since: from - days * day, from, to: from + 7 * day }, seed + trials.length))
  }
  return trials
}

type Span = { since: number; from: number; to: number }

function trial(home: Home, span: Span, seed: number): Trial {
  const suspended = suspensions(home)
  const silences: number[] = []
  const absences: number[] = []
  let blind = 0
  let hole = 0
  for (let index = 0; index < home.at.length; index += 1) {
    const at = home.at[index] as number
    const gap = gapAfter(home, index)
    if (at < span.from || at >= span.to) continue
    if (suspended[index]) blind += gap
    if (gap > holeMin) hole += gap
    if (gap <= falseAlarmMin || gap > holeMin || suspended[index]) continue
    if (covered(home.away, at, at + gap) > 0.5) absences.push(index)
    else if (covered(home.told, at, at + gap) === 0) silences.push(index)
  }
  const judged = span.to - span.from - hole
  return {
    ...{ home, ...span, silences, absences },
    months: judged / day / 30.44,
    blindShare: Math.min(1, blind / Math.max(1, judged + hole)),
    onsets: placeOnsets(home, { ...span, suspended }, openRandom(seed, 4)),
  }
}

/** About 21 onsets for each hour of the day: just after a random event of that hour (one candidate for each minute), at home and not suspended. */
function placeOnsets(home: Home, { from, to, suspended }: Span & { suspended: Uint8Array }, random: Random): Onset[] {
  const candidates: number[][] = Array.from({ length: 24 }, () => [])
  let lastMinute = -1
  for (let index = 0; index < home.at.length; index += 1) {
    const at = home.at[index] as number
    const thisMinute = Math.floor(at / minute)
    if (at < from || at >= to || thisMinute === lastMinute) continue
    lastMinute = thisMinute
    candidates[localHour(home, index, at)]?.push(index)
  }
  const onsets: Onset[] = []
  for (const events of candidates) {
    for (let n = 0; n < perHour && events.length > 0; n += 1) {
      const onset = tryOnset(home, events, { random, suspended, to })
      if (onset) onsets.push(onset)
    }
  }
  return onsets
}

export const localHour = (home: Home, index: number, at: number): number =>
  Math.floor(((((at + (home.offset[index] ?? 0) * minute) % day) + day) % day) / hour)

type Drawing = { random: Random; suspended: Uint8Array; to: number }

function tryOnset(home: Home, events: readonly number[], { random, suspended, to }: Drawing): Onset | null {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const candidate = events[random.whole(0, events.length - 1)] ?? 0
    const at = (home.at[candidate] as number) + random.next() * 5 * minute
    let index = candidate
    while (index + 1 < home.at.length && (home.at[index + 1] as number) <= at) index += 1
    if (at >= to || suspended[index] || isIn(home.away, at) || isIn(home.told, at)) continue
    const hourOfDay = localHour(home, index, at)
    return { index, at, isDay: hourOfDay >= 6 && hourOfDay < 21 }
  }
  return null
}
