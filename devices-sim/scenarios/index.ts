/** The one list of scenarios, and the show that the demo plays: within a minute of its start something worth seeing has happened. */
import { type Clock, minutes, type Span, seconds } from '../../domain/time.ts'
import type { Fleet } from '../fleet.ts'
import { openRandom } from '../random.ts'
import { falsePress } from './false-press.ts'
import { lostLink } from './lost-link.ts'
import { lowBattery } from './low-battery.ts'
import { nightFall } from './night-fall.ts'
import { powerCut } from './power-cut.ts'
import { smoke } from './smoke.ts'
import { openStage, type Scenario } from './stage.ts'
import { untestedButton } from './untested-button.ts'

export const scenarios: readonly Scenario[] = [falsePress, nightFall, lostLink, powerCut, smoke, untestedButton, lowBattery]

const program: readonly (readonly [wait: Span, scenario: Scenario])[] = [
  [seconds(15), falsePress],
  [seconds(30), nightFall],
  [seconds(50), lowBattery],
  [seconds(70), smoke],
  [seconds(90), untestedButton],
  [minutes(2), lostLink],
  [minutes(3), powerCut],
]

export type ShowNeeds = {
  fleet: Fleet
  clock: Clock
  seed: number
  /** One line for each thing that happens; homes by number. */
  tell(line: string): void
  /** Homes that the show leaves alone: those that the visitor may press. */
  taken?: readonly number[]
}

/** Plays the whole program once, beginning now. Returns what calls off the rest of it. */
export function scheduleShow(needs: ShowNeeds): () => void {
  const stage = openStage({ ...needs, random: openRandom(needs.seed, 700_000) })
  for (const [wait, scenario] of program) stage.after(wait, () => scenario.run(stage))
  return stage.stop
}
