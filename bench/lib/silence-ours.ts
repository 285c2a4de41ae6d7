/** The routine of `alerts/routine/` in the protocol: replayed event by event, with its own alarms and what the platform is told. */
import { type Population, population } from '../../alerts/routine/population.ts'
import { dueAt, learn, openProfile, type Profile, type SignOfLife, silenceOf } from '../../alerts/routine/routine.ts'
import { type Instant, instant } from '../../domain/time.ts'
import { type Home, holeMin, hour, type Stretch } from './silence-homes.ts'
import { gapAfter, type Trial } from './silence-protocol.ts'
import type { Judged, Limits } from './silence-score.ts'

/** No limit is as short as this: silences that are need no look. */
const limitLeast = hour / 4

export type Ours = { budget: number; people?: Population }

/** Event `index` of the home as a sign of life. */
const signAt = (home: Home, index: number): SignOfLife => ({
  kind: 'sign',
  at: instant(home.at[index] as number),
  offset: home.offset[index] as number,
  source: home.source[index] as number,
  state: home.state[index] === 1 ? 1 : 0,
  certainty: home.certainty[index] as number,
  isExit: home.isExit[index] === 1,
  isBed: home.isBed[index] === 1,
})

/** Runs one trial; an alarm of its own makes the silence untaught, and its harmless end makes it cautious, as in the platform. */
export function judgeOurs(trial: Trial, { budget, people = population }: Ours): Judged {
  const asked = askedIndexes(trial)
  const found = new Map<number, number>()
  const scored = new Set(trial.silences)
  const look = (profile: Profile, index: number) => {
    const gap = gapAfter(trial.home, index)
    if (index < 0 || (gap < limitLeast && !asked.has(index))) return
    const silence = silenceOf(profile, { budget })
    if (!silence) return
    const at = trial.home.at[index] as number
    const limit = Math.max(0, dueAt(profile, silence, people) - at)
    if (asked.has(index)) found.set(index, limit)
    if (at < trial.from || gap <= limit) return
    learn(profile, { kind: 'untaught', at: instant(at + limit), why: 'alarm' })
    if (!scored.has(index)) return
    // Somebody looked and she was well: the silence counts anew.
    learn(profile, { kind: 'false-alarm', at: instant(at + gap) })
    learn(profile, { kind: 'fresh-start', at: instant(at + gap), offset: trial.home.offset[index] as number })
  }
  replay(trial, look, people)
  return { trial, limits: limitsOf(trial, (index) => found.get(index) ?? Number.POSITIVE_INFINITY) }
}

const askedIndexes = (trial: Trial): Set<number> =>
  new Set([...trial.silences, ...trial.absences, ...trial.onsets.map(({ index }) => index)])

export function limitsOf(trial: Trial, limit: (index: number) => number): Limits {
  return {
    silences: Float64Array.from(trial.silences, limit),
    absences: Float64Array.from(trial.absences, limit),
    onsets: Float64Array.from(trial.onsets, ({ index }) => limit(index)),
  }
}

/**
 * Learns the trial in order of time. `after` is called with each silence that begins: with the event before it (-1: it begins with a fresh start)
 * and until when it is judged: the next event, or the moment from which the platform was told not to judge.
 */
export function replay(
  trial: Trial,
  after: (profile: Profile, index: number, until: number) => void,
  people: Population = population,
): void {
  const { home } = trial
  const profile = openProfile()
  const told = home.told.filter(({ from }) => from >= trial.since)
  let next = 0
  for (let index = 0; index < home.at.length; index += 1) {
    const at = home.at[index] as number
    if (at < trial.since) continue
    if (at >= trial.to) break
    for (; (told[next]?.to ?? Number.POSITIVE_INFINITY) <= at; next += 1) {
      tell(profile, told[next] as Stretch, home.offset[index] as number)
      after(profile, -1, Math.min(at, told[next + 1]?.from ?? at))
    }
    const blindFrom = told[next]?.from ?? Number.POSITIVE_INFINITY
    if (at >= blindFrom) continue
    learn(profile, signAt(home, index), people)
    after(profile, index, Math.min(home.at[index + 1] ?? at, blindFrom))
    const gap = gapAfter(home, index)
    if (gap > holeMin && at + gap <= blindFrom) tell(profile, { from: at, to: at + gap }, home.offset[index] as number)
  }
}

function tell(profile: Profile, { from, to }: { from: number; to: number }, offset: number): void {
  learn(profile, { kind: 'untaught', at: instant(from) as Instant, why: 'blind' })
  learn(profile, { kind: 'fresh-start', at: instant(to), offset })
}
