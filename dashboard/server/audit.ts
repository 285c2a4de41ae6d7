/** The record of who looked at whom and who changed what. */
import { type Log, sentenceOf } from '../../domain/log.ts'
import { type Clock, type Instant, milliseconds } from '../../domain/time.ts'
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

type AuditNeeds = { accounts: Accounts; clock: Clock; log: Log }

export function openAudit({ accounts, clock, log }: AuditNeeds): Audit {
  const line = (entry: AuditEntry): AuditLine => ({ detail: '', ...entry, at: clock.now() })
  const looks = openBatch({ accounts, clock })
  return {
    now: clock.now,
    line,
    record: (entry) => accounts.audit(line(entry)),
    async attempt(entry) {
      try {
        await looks.add(line(entry))
      } catch (error) {
        const { userId, action, subjectId } = entry
        log('error', 'An audit line could not be stored.', { userId, action, subjectId, why: sentenceOf(error) })
      }
    },
  }
}

/** Each commit holds everything else up for as long as the disk takes: many looks at once share one, and a press never waits behind more than that. */
const batchEvery = milliseconds(25)

function openBatch({ accounts, clock }: Pick<AuditNeeds, 'accounts' | 'clock'>) {
  let waiting: { line: AuditLine; stored: PromiseWithResolvers<void> }[] = []
  let isResting = false
  const flush = () => {
    const batch = waiting
    waiting = []
    isResting = batch.length > 0
    if (!isResting) return
    clock.later(batchEvery, flush)
    accounts.auditAll(batch.map(({ line }) => line)).then(
      () => {
        for (const { stored } of batch) stored.resolve()
      },
      (error: unknown) => {
        for (const { stored } of batch) stored.reject(error)
      },
    )
  }
  return {
    /** The first of a quiet time is written at once. Resolves when it is stored. */
    add(line: AuditLine): Promise<void> {
      const stored = Promise.withResolvers<void>()
      waiting.push({ line, stored })
      if (!isResting) flush()
      return stored.promise
    },
  }
}
