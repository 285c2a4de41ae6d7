/** The synthetic hundred as homes of the benchmark, and false alarms counted by what caused them. */
import { dueAt, learn, silenceOf } from '../../alerts/routine/routine.ts'
import { type LivedHome, type LivedStretch, livedHomes } from '../../devices-sim/homes-year.ts'
import { instant } from '../../domain/time.ts'
import type { Home } from './silence-homes.ts'
import { replay } from './silence-ours.ts'
import { wholeTrial } from './silence-protocol.ts'

export type SyntheticHome = Home & { lived: readonly LivedStretch[] }

/** 100 homes × 60 days unless told otherwise; always the same ones. */
export const syntheticHomes = (count = 100, days = 60): SyntheticHome[] => livedHomes({ count, days, seed: 2026 }).map(asHome)

function asHome({ name, signs, lived, told }: LivedHome): SyntheticHome {
  return {
    ...{ name, away: [], lived },
    told: [...told].sort((a, b) => a.from - b.from),
    at: Float64Array.from(signs, ({ at }) => at),
    source: Uint16Array.from(signs, ({ source }) => source),
    state: Uint8Array.from(signs, ({ state }) => state),
    isExit: Uint8Array.from(signs, ({ isExit }) => (isExit ? 1 : 0)),
    isBed: Uint8Array.from(signs, ({ isBed }) => (isBed ? 1 : 0)),
    offset: Int16Array.from(signs, ({ offset }) => offset),
    certainty: Float32Array.from(signs, ({ certainty }) => certainty),
  }
}

/** How many alarms each cause made after the warm-up, and how many resident-months were judged. Not-back alarms are counted apart. */
export function judgeCauses(homes: readonly SyntheticHome[], budget: number): Record<string, number> {
  const causes: Record<string, number> = {
    ...{ months: 0, ordinary: 0, holiday: 0, guest: 0, illness: 0, 'sensor outage': 0, 'power cut': 0, 'clock change': 0, 'not-back': 0 },
  }
  for (const home of homes) {
    const trial = wholeTrial(home, 1)
    causes.months = (causes.months ?? 0) + trial.months
    replay(trial, (profile, index, until) => {
      const silence = silenceOf(profile, { budget })
      if (!silence || until < trial.from) return
      const due = dueAt(profile, silence)
      if (due >= until) return
      const cause = silence.afterExit ? 'not-back' : causeOf(home.lived, silence.since, due)
      causes[cause] = (causes[cause] ?? 0) + 1
      const offset = home.offset[Math.max(0, index)] as number
      learn(profile, { kind: 'untaught', at: instant(due), why: 'alarm' })
      if (!silence.afterExit) learn(profile, { kind: 'false-alarm', at: instant(until) })
      learn(profile, { kind: 'fresh-start', at: instant(until), offset })
    })
  }
  causes.months = Math.round((causes.months ?? 0) * 100) / 100
  return causes
}

const causeOf = (lived: readonly LivedStretch[], from: number, to: number): string =>
  lived.find((stretch) => stretch.from < to && stretch.to > from)?.why ?? 'ordinary'
