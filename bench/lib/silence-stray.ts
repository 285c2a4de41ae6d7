/** One spurious sign of life every six hours after an incapacitation: is it still noticed within a day? */
import { dueAt, learn, type Profile, silenceOf } from '../../alerts/routine/routine.ts'
import { openRandom } from '../../devices-sim/random.ts'
import { instant } from '../../domain/time.ts'
import { hour } from './silence-homes.ts'
import { replay } from './silence-ours.ts'
import type { Onset, Trial } from './silence-protocol.ts'

const every = 6 * hour
const within = 24 * hour

/** Share of onsets noticed within 24 h although a random sensor of the home fires alone every six hours; homes weigh the same. */
export function detectedDespiteStrays(trials: readonly Trial[], budget: number): number {
  const shares = trials.filter(({ onsets }) => onsets.length > 0).map((trial) => shareOf(trial, budget))
  return Math.round((shares.reduce((sum, share) => sum + share, 0) / shares.length) * 10_000) / 10_000
}

function shareOf(trial: Trial, budget: number): number {
  const byIndex = Map.groupBy(trial.onsets, ({ index }) => index)
  const random = openRandom(1, 9)
  const sources = Math.max(
    1,
    trial.home.source.reduce((most, source) => Math.max(most, source), 0),
  )
  let seen = 0
  replay(trial, (profile, index) => {
    for (const onset of byIndex.get(index) ?? []) {
      if (isNoticed(Uint16Array.from(profile) as Profile, onset, { budget, source: () => random.whole(1, sources) })) seen += 1
    }
  })
  return seen / trial.onsets.length
}

type Straying = { budget: number; source: () => number }

function isNoticed(profile: Profile, onset: Onset, { budget, source }: Straying): boolean {
  for (let stray = onset.at + every; ; stray += every) {
    const silence = silenceOf(profile, { budget })
    if (!silence || stray > onset.at + within) return silence !== null && dueAt(profile, silence) <= onset.at + within
    if (dueAt(profile, silence) <= stray) return true
    learn(profile, { kind: 'sign', at: instant(stray), offset: 0, source: source(), state: 1, certainty: 0.5, isExit: false })
  }
}
