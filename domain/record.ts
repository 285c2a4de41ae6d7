/** A line for the record of who did what: given to whatever changes something, and stored with the change or not at all. */
import type { Instant } from './time.ts'

export type RecordLine = { at: Instant; userId: string; action: string; subjectId: string; detail: string }
