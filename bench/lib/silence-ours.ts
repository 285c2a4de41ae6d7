/** The routine of `alerts/routine/` in the protocol: replayed event by event, with its own alarms and what the platform is told. */
import { type Population, population } from '../../alerts/routine/population.ts'
import { dueAt, learn, openProfile, type Profile, silenceOf } from '../../alerts/routine/routine.ts'
import { type Instant, instant } from '../../domain/time.ts'
import { type Home, holeMin } from './silence-homes.ts'
import { gapAfter, type Trial } from './silence-protocol.ts'
import type { Judged, Limits } from './silence-score.ts'

export type Ours = { budget: number; people?: Population }

/** Feeds event `index` of the home to the profile. */
export function feed(profile: Profile, home: Home, index: number): void {
  learn(profile, {
    kind: 'sign',
    at: instant(home.at[index] as number),
    offset: home.offset[index] as number,
    source: home.source[index] as number,
    state: home.state[index] === 1 ? 1 : 0,
    certainty: home.certainty[index] as number,
    isExit: home.isExit[index] === 1,
  })
}

/** Runs one trial; an alarm of its own makes the silence untaught, and its harmless end makes it cautious, as in the platform. */
export function judgeOurs(trial: Trial, { budget, people = population }: Ours): Judged {
  const asked = askedIndexes(trial)
  const found = new Map<number, number>()
  const scored = new Set(trial.silences)
  replay(trial, (profile, index) => {
    const silence = silenceOf(profile, { budget })
    if (!silence) return
    const at = trial.home.at[index] as number
    const limit = Math.max(0, dueAt(profile, silence, people) - at)
    if (asked.has(index)) found.set(index, limit)
    const gap = gapAfter(trial.home, index)
    if (at < trial.from || gap <= limit) return
    learn(profile, { kind: 'untaught', at: instant(at + limit), why: 'alarm' })
    if (!scored.has(index)) return
    // Somebody looked and she was well: the silence counts anew.
    learn(profile, { kind: 'false-alarm', at: instant(at + gap) })
    learn(profile, { kind: 'fresh-start', at: instant(at + gap), offset: trial.home.offset[index] as number })
  })
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

/** Learns the trial in order of time; `after` is called after each event, before the next. */
export function replay(trial: Trial, after: (profile: Profile, index: number) => void): void {
  const { home } = trial
  const profile = openProfile()
  const told = [...home.told].sort((a, b) => a.from - b.from)
  let next = 0
  for (let index = 0; index < home.at.length; index += 1) {
    const at = home.at[index] as number
    if (at < trial.since) continue
    if (at >= trial.to) break
    while (next < told.length && (told[next]?.to ?? 0) <= at) {
      const stretch = told[next]
      next += 1
      if (stretch && stretch.from >= trial.since) tell(profile, stretch, home.offset[index] as number)
    }
    if (told[next] && at >= (told[next]?.from ?? 0)) continue
    feed(profile, home, index)
    after(profile, index)
    if (gapAfter(home, index) > holeMin) tell(profile, { from: at, to: at + gapAfter(home, index) }, home.offset[index] as number)
  }
}

function tell(profile: Profile, { from, to }: { from: number; to: number }, offset: number): void {
  learn(profile, { kind: 'untaught', at: instant(from) as Instant, why: 'blind' })
  learn(profile, { kind: 'fresh-start', at: instant(to), offset })
}
