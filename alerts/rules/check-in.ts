/** Before a silence is an alarm, she is asked: first by her terminal, then by a call of the centre. Only what stays unanswered becomes an alarm. */
import type { OpenAlarm, RaisedAlarm, Reason } from '../../domain/alarm.ts'
import type { CheckInDue } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import { after, type Instant } from '../../domain/time.ts'
import { type Stage, stageWait } from './asking.ts'
import { decide, factOf, isKnown, nothing } from './decision.ts'
import { raise } from './raise.ts'
import { ring, waitAfter } from './ring.ts'

export function checkInDue(situation: Situation, event: CheckInDue, now: Instant): Decision {
  // Whoever is being looked after already need not be asked.
  if (isKnown(situation, event.causeId) || situation.open.some(isAboutHer)) return nothing(situation)
  const stage: Stage = event.deviceId === null ? 'call' : 'asked'
  const asking = { ...event, detail: { ...event.detail, because: event.because, stage } }
  return raise(situation, asking, { kind: 'silence', reason: 'check-in', priority: 3, now })
}

const isAboutHer = ({ kind }: OpenAlarm): boolean => kind === 'silence' || kind === 'sos' || kind === 'fall'

/** Nobody answered in time: from the terminal to the centre, from the centre to an alarm. */
export function climbCheckIn(situation: Situation, { alarm, stage }: { alarm: RaisedAlarm; stage: Stage }, now: Instant): Decision {
  const next = stage === 'asked' ? callNow(alarm, now) : alarmOf(alarm, now)
  return decide(situation, [factOf('alarm-escalated', next, { at: now })], ring(next, now))
}

function callNow(alarm: RaisedAlarm, now: Instant): RaisedAlarm {
  return { ...alarm, rings: alarm.rings + 1, detail: { ...alarm.detail, stage: 'call' }, nextStepAt: after(now, stageWait('call')) }
}

function alarmOf(alarm: RaisedAlarm, now: Instant): RaisedAlarm {
  const { stage: _, ...detail } = alarm.detail
  return {
    ...alarm,
    ...{ reason: reasonOf(detail.because), priority: 2, rings: alarm.rings + 1, planStep: 0 },
    detail: { ...detail, checkIn: 'unanswered' },
    nextStepAt: after(now, waitAfter(alarm.plan, 0)),
  }
}

/** What an unanswered silence is called. */
export const reasonOf = (because: string | number | undefined): Reason => (because === 'not-back' ? 'not-back' : 'inactivity')
