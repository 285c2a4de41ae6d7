/** A line for the record of who did what: given to whatever changes something, and stored with the change or not at all. */
import type { Instant } from './time.ts'

export type RecordLine = { at: Instant; userId: string; action: string; subjectId: string; detail: string }

/**
 * What else is written in the very commit of a change: all of it stands, or nothing. `write`: of another part of the same database; synchronous,
 * and may be run again after a rollback. `revoke`: a device whose credentials end with it.
 */
export type Along = { write?: () => void; revoke?: string }
