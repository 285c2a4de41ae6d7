/** Visits of technicians: a one-time code opens one home to one technician for some hours. */
import type { RecordLine } from './record.ts'
import type { Instant } from './time.ts'

export type Visit = {
  id: string
  siteId: string
  /** Who lives in the home it opens. */
  residentIds: readonly string[]
  madeBy: string
  madeAt: Instant
  /** Until then the code may be used. */
  until: Instant
  /** Who used it, and until when the home is open to them; null: nobody has. */
  usedBy: string | null
  visitUntil: Instant | null
}

export type VisitStore = {
  /** Durable when resolved, with its line. The code itself is not kept, only its hash. */
  add(visit: Visit, codeHash: Uint8Array, line?: RecordLine): Promise<void>
  /**
   * Uses the code up, once; null when there is none that is valid now for one of these sites: a code of another site stays unused.
   * `line`: for the record, stored with the use or not at all.
   */
  redeem(
    codeHash: Uint8Array,
    use: { by: string; at: Instant; visitUntil: Instant; siteIds: readonly string[] | 'all' },
    line?: (visit: Visit) => RecordLine,
  ): Promise<Visit | null>
  /** Visits whose code or whose home is still open at `at`, newest first. */
  open(at: Instant): Promise<readonly Visit[]>
  /** The code is void and the visit over. False, and no line, when there is no such visit. */
  end(id: string, at: Instant, line?: RecordLine): Promise<boolean>
}

/** No letter or digit that is taken for another one: 8 of them are 40 bits. */
export const codeLetters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
export const codeLength = 8

/** As it was typed: spaces, dashes and small letters do not matter. */
export const tidyCode = (typed: string): string => typed.toUpperCase().replace(/[^0-9A-Z]/g, '')
/** As it is read aloud: ABCD-EFGH. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

export const codeMinutesUsual = 120
export const codeMinutesMost = 1_440
export const visitHours = 4
