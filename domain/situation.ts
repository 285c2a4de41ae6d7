/** All that deciding needs to know about one resident or one area. */
import type { Fact, Notice, OpenAlarm } from './alarm.ts'

export type Situation = {
  subjectId: string
  /** Grows by one with each committed turn; what an optimistic store compares. */
  version: number
  open: readonly OpenAlarm[]
  /** Presses already recorded: press id → id of the alarm it belongs to (or 'test'). Outlives the alarm. The store hands over at least the one an event names. */
  presses: ReadonlyMap<string, string>
}

export const emptySituation = (subjectId: string): Situation => ({ subjectId, version: 0, open: [], presses: new Map() })

/** Why a request was not granted: a value, not an error. */
export type Refusal = {
  code:
    | 'unknown-alarm'
    | 'already-resolved'
    | 'already-acknowledged'
    | 'not-acknowledged'
    | 'reason-needed'
    | 'contact-needed'
    | 'not-shelvable'
  message: string
  /** Who has it, or who closed it. */
  by?: string
}

/** What one event led to. No fact, no change: without facts the situation is the one that was given, and there is nothing to tell. */
export type Decision = {
  situation: Situation
  facts: readonly Fact[]
  notices: readonly Notice[]
  /** Ids of notices, or of alarms (then every unsent notice of that alarm). */
  withdrawn: readonly string[]
  refusal: Refusal | null
}
