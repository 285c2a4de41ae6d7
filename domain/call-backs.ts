/** 回访: after some alarms somebody of the centre calls again, when all is quiet. Which ones, and until when. Pure. */
import type { Alarm, AlarmKind, Outcome, Reason } from './alarm.ts'
import { after, days, hours, type Instant, type Span } from './time.ts'

/** One call owed to a person after her alarm was closed. */
export type CallBack = {
  /** The alarm's: an alarm owes one call. */
  id: string
  subjectId: string
  siteId: string
  reason: Reason
  outcome: Outcome
  closedAt: Instant
  /** Display name of whoever closed it. */
  closedBy: string
  /** Until when somebody should have called. */
  dueAt: Instant
  /** The latest call that reached nobody. */
  tried?: CallBackDone
}
/** Who called, when, and what came of it. */
export type CallBackDone = { at: Instant; by: string; note: string }

/** Only what says something of the person: a test, and a sensor that was wrong, need no call. */
const within: Readonly<Partial<Record<Outcome, Span>>> = {
  emergency: hours(24),
  'help-given': hours(24),
  'false-press': hours(24),
  'social-call': days(3),
}
/** When somebody who was not reached is called again, unless it is said otherwise; and how far that may be put off. */
export const tryAgainAfter = hours(2)
export const tryAgainMost = days(7)
const personal: ReadonlySet<AlarmKind> = new Set(['sos', 'fall', 'vitals', 'silence', 'environment'])

/** The call that this alarm leaves behind, or null: it is open, about devices or about an area, or it ended in a way that needs none. */
export function callBackAfter(alarm: Alarm): CallBack | null {
  if (alarm.state !== 'resolved' || !personal.has(alarm.kind) || alarm.residentIds.length > 0) return null
  const span = within[alarm.outcome]
  if (span === undefined) return null
  const { id, subjectId, siteId, reason, outcome, at: closedAt, by: closedBy } = alarm
  return { id, subjectId, siteId, reason, outcome, closedAt, closedBy, dueAt: after(closedAt, span) }
}
