/** What the drain to a remote server and the telemetry worker say to each other, thread to thread, past the main loop. */

import type { Instant } from '../../../domain/time.ts'

/** Journal rows still to be sent: after one number up to another; `upTo` null: and all that follow. Ascending, never overlapping; the last is open. */
export type Range = { after: number; upTo: number | null }
/** One line that the server would not take, and what it said. */
export type RefusedLine = { at: number; line: string; why: string }
export type RefusedRow = Omit<RefusedLine, 'at'> & { id: number; at: Instant }
export type SpoolRow = { seq: number; recordedAt: number; count: number; buffer: ArrayBuffer }

export type SpoolAsk =
  | { ask: 'look'; id: number }
  /** Whole rows of one range, oldest first, until `readingsMax` is reached. */
  | { ask: 'take'; id: number; range: Range; readingsMax: number }
  /** How much the oldest rows of a range hold, until `bytes` is reached. */
  | { ask: 'weigh'; id: number; range: Range; bytes: number }
  /** The newest refused lines, newest first. */
  | { ask: 'refused'; id: number; limit: number }
  /** What became of them: durable when answered. Counts are added to those kept. */
  | {
      ask: 'settle'
      id: number
      ranges: readonly Range[]
      sent: number
      dropped: number
      refused: readonly RefusedLine[]
      refusedMore: number
    }

export type SpoolState = {
  ranges: readonly Range[]
  lastSeq: number
  /** Readings and bytes of the journal from the first unsent row on. */
  readings: number
  bytes: number
  sentReadings: number
  droppedReadings: number
  refusedReadings: number
}
export type Taken = { rows: readonly SpoolRow[]; reachedSeq: number; damagedReadings: number }
export type Weighed = { reachedSeq: number; readings: number }

export type SpoolAnswers = { look: SpoolState; take: Taken; weigh: Weighed; settle: SpoolState; refused: readonly RefusedRow[] }

export type SpoolTold =
  | { tell: 'answer'; id: number; value: SpoolAnswers[keyof SpoolAnswers] }
  | { tell: 'failed'; id: number; message: string }
  /** Something was recorded; told at most once between two looks or takes. */
  | { tell: 'grew' }
