/** How somebody is, in one word: what relatives read first, and what the daily message says. Pure. */
import type { AlarmKind, Reason } from './alarm.ts'
import { dayIn, daySpan } from './calendar.ts'
import type { Mode } from './people.ts'
import { after, before, hours, type Instant } from './time.ts'

/**
 * How she is, in one word:
 * `alarm`: an open alarm about her · `well`: a sign of life today, and nothing is overdue · `quiet`: seen before, not yet today, nothing overdue ·
 * `overdue`: silent for longer than is usual for her, and somebody is asking · `away`: not at home, as was said · `unseen`: her terminal, her sensors or
 * the whole area cannot be heard, so nobody knows · `unknown`: never seen yet.
 */
export type Verdict = 'alarm' | 'well' | 'quiet' | 'overdue' | 'away' | 'unseen' | 'unknown'

export type VerdictInput = {
  /** Open alarms about her person; a question whether she is well is none yet. */
  alarms: readonly { reason: Reason; kind: AlarmKind }[]
  mode: Mode
  isSeen: boolean
  lastAt: Instant | null
  isOverdue: boolean
  /** When her day began: early in the morning, so that a walk to the bathroom at night is not yet a new day. */
  dayFrom: Instant
}

const awayModes: ReadonlySet<Mode> = new Set(['away', 'hospital', 'holiday'])

/** What is certain comes first: an alarm before all, and "nobody knows" before anything that is only assumed. */
export function verdictOf({ alarms, mode, isSeen, lastAt, isOverdue, dayFrom }: VerdictInput): Verdict {
  if (alarms.some(({ kind, reason }) => kind !== 'technical' && reason !== 'check-in')) return 'alarm'
  if (awayModes.has(mode)) return 'away'
  if (!isSeen) return 'unseen'
  if (lastAt === null) return 'unknown'
  if (isOverdue || alarms.some(({ reason }) => reason === 'check-in')) return 'overdue'
  return lastAt >= dayFrom ? 'well' : 'quiet'
}

/** A day begins then: who walks to the bathroom at two has not got up. */
const dayBegins = hours(4)

/** The beginning of her day: of yesterday's, while it is still night. */
export function dayFrom(timeZone: string, at: Instant): Instant {
  return after(daySpan(timeZone, dayIn(timeZone, before(at, dayBegins))).from, dayBegins)
}
