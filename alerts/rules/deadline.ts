/** Time passed without an answer: climb the plan, repeat its last step for ever, or take an alarm back from someone who fell silent. */
import { type AcknowledgedAlarm, dueAt, type RaisedAlarm } from '../../domain/alarm.ts'
import type { CareEvent } from '../../domain/event.ts'
import { unshelved } from '../../domain/shelf.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import { after, type Instant } from '../../domain/time.ts'
import { stageOf } from './asking.ts'
import { climbCheckIn } from './check-in.ts'
import { decide, factOf, nothing, openAlarm } from './decision.ts'
import { withHand } from './hands.ts'
import { climbed, isDue, ring, waitOf } from './ring.ts'

type DeadlinePassed = Extract<CareEvent, { kind: 'deadline-passed' }>

export function deadlinePassed(situation: Situation, event: DeadlinePassed, now: Instant): Decision {
  const alarm = openAlarm(situation, event.alarmId)
  // Answered, closed or put off since the timekeeper looked.
  if (!alarm || !(isDue(alarm, now) || dueAt(alarm) === event.deadline)) return nothing(situation)
  if (alarm.state === 'acknowledged') return takeBack(situation, alarm, now)
  const stage = stageOf(alarm)
  return stage ? climbCheckIn(situation, { alarm, stage }, now) : escalate(situation, alarm, now)
}

/** The next step of the plan at once. */
export function escalate(situation: Situation, alarm: RaisedAlarm, now: Instant): Decision {
  const next = climbed(alarm, now)
  const whom = next.planStep === alarm.planStep ? 'responders' : 'everybody'
  return decide(situation, [factOf('alarm-escalated', next, { at: now })], ring(next, now, whom))
}

function takeBack(situation: Situation, alarm: AcknowledgedAlarm, now: Instant): Decision {
  const { by: _by, byId: _id, fromId: _from, at: _at, leaseUntil: _lease, ...kept } = unshelved(alarm)
  const hands = withHand(alarm, { at: now, kind: 'returned' })
  const raised: RaisedAlarm = { ...kept, hands, state: 'raised', rings: alarm.rings + 1, nextStepAt: now }
  const returned: RaisedAlarm = { ...raised, nextStepAt: after(now, waitOf(raised)) }
  return decide(situation, [factOf('alarm-returned', returned, { at: now })], ring(returned, now, 'responders'))
}
