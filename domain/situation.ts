/** All that deciding needs to know about one resident or one area. */
import type { OpenAlarm } from './alarm.ts'

export type Situation = {
  subjectId: string
  /** Grows by one with each committed turn; what an optimistic store compares. */
  version: number
  open: readonly OpenAlarm[]
  /** Presses already recorded: press id → id of the alarm it belongs to (or 'test'). Outlives the alarm. The store hands over at least the one an event names. */
  presses: ReadonlyMap<string, string>
}

export const emptySituation = (subjectId: string): Situation => ({ subjectId, version: 0, open: [], presses: new Map() })
