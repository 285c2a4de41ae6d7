/** No sign of life for longer than this person's limit. One alarm, until a person has looked; a check-in that still waits becomes it. */
import type { OpenAlarm } from '../../domain/alarm.ts'
import type { InactivityNoticed } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import { after, hours, type Instant } from '../../domain/time.ts'
import { reasonOf } from './check-in.ts'
import { decide, factOf, isKnown, nothing } from './decision.ts'
import { raise, repeat, type Worry } from './raise.ts'
import { ring, waitAfter } from './ring.ts'

export function inactivityNoticed(situation: Situation, event: InactivityNoticed, now: Instant): Decision {
  if (isKnown(situation, event.causeId)) return nothing(situation)
  const worry: Worry = { kind: 'silence', reason: reasonOf(event.detail.because), priority: 2, now }
  const noticed = { ...event, detail: detailOf(event) }
  const alarm = situation.open.find((open) => open.kind === 'silence')
  if (!alarm) return raise(situation, noticed, worry)
  if (alarm.reason === 'check-in') return becomeAlarm(situation, noticed, { alarm, worry })
  // Still the same silence is no news; a new one after a sign of life is.
  return alarm.clearedAt === null ? nothing(situation) : repeat(situation, noticed, { alarm, worry })
}

/** The question was not answered before the limit: it is an alarm now, rung from the first step; whoever is calling her keeps it. */
function becomeAlarm(situation: Situation, event: InactivityNoticed, { alarm, worry }: { alarm: OpenAlarm; worry: Worry }): Decision {
  const { now, reason, priority } = worry
  const grown = { reason, priority, rings: alarm.rings + 1, planStep: 0, detail: { ...event.detail, checkIn: 'unanswered' } } as const
  const next: OpenAlarm =
    alarm.state === 'raised' ? { ...alarm, ...grown, nextStepAt: after(now, waitAfter(alarm.plan, 0)) } : { ...alarm, ...grown }
  return decide(situation, [factOf('alarm-escalated', next, { at: now, pressId: event.causeId })], ring(next, now))
}

const detailOf = (event: InactivityNoticed) => ({ ...event.detail, silentSince: event.since, limitHours: event.limit / hours(1) })
