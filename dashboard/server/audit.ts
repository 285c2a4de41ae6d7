/** The record of who looked at whom and who changed what. */
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import type { Accounts, AuditLine } from '../../store/store.ts'

export type AuditEntry = { userId: string; action: string; subjectId: string; detail?: string }

export type Audit = {
  now(): Instant
  /** The line for a change that takes it along: stored in one transaction with what it tells of. */
  line(entry: AuditEntry): AuditLine
  /** Resolves when the line is stored. Throws StoreTrouble: what must be recorded and cannot be is not done. */
  record(entry: AuditEntry): Promise<void>
  /** Never throws: on the way of help a full disk may not hide an address. Then the log carries the ids instead. */
  attempt(entry: AuditEntry): Promise<void>
}

export function openAudit({ accounts, clock, log }: { accounts: Accounts; clock: Clock; log: Log }): Audit {
  const line = (entry: AuditEntry): AuditLine => ({ detail: '', ...entry, at: clock.now() })
  const record = (entry: AuditEntry) => accounts.audit(line(entry))
  return {
    now: clock.now,
    line,
    record,
    async attempt(entry) {
      try {
        await record(entry)
      } catch (error) {
        const { userId, action, subjectId } = entry
        log('error', 'An audit line could not be stored.', { userId, action, subjectId, why: sentenceOf(error) })
      }
    },
  }
}
