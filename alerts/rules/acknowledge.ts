/** "I have it": a lease, not a possession. The second carer sees who has it. */
import type { AcknowledgedAlarm, RaisedAlarm } from '../../domain/alarm.ts'
import type { CareEvent } from '../../domain/event.ts'
import { type Doer, doerOf, isSamePerson } from '../../domain/owner.ts'
import { unshelved } from '../../domain/shelf.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import { after, type Instant } from '../../domain/time.ts'
import { decide, factOf, nothing, openAlarm, refuse, unknownAlarm } from './decision.ts'
import { withHand } from './hands.ts'
import { leaseOf } from './ring.ts'

type AcknowledgeAsked = Extract<CareEvent, { kind: 'acknowledge-asked' }>

export function acknowledgeAsked(situation: Situation, event: AcknowledgeAsked, now: Instant): Decision {
  const alarm = openAlarm(situation, event.alarmId)
  if (!alarm) return refuse(situation, unknownAlarm)
  if (alarm.state === 'raised') return acknowledge(situation, alarm, { ...doerOf(event), at: now })
  if (isSamePerson(alarm, event)) return nothing(situation)
  if (isFrom(alarm, event)) return takeOver(situation, alarm, { ...doerOf(event), at: now })
  return refuse(situation, { code: 'already-acknowledged', message: `${alarm.by} already has this alarm.`, by: alarm.by })
}

/** Whoever asks named the one who has it. */
const isFrom = ({ by, byId }: AcknowledgedAlarm, { from, fromId }: AcknowledgeAsked): boolean =>
  by === from && (fromId === undefined || fromId === byId)

type Who = Doer & { at: Instant }

/** Two people at one alarm know of each other: the card names whom it was taken from. */
function takeOver(situation: Situation, alarm: AcknowledgedAlarm, who: Who): Decision {
  const detail = { ...withoutHands(unshelved(alarm)), takenFrom: alarm.by }
  const { byId, fromId: _, ...kept } = alarm
  const from = byId === undefined ? {} : { fromId: byId }
  const taken: AcknowledgedAlarm = { ...kept, ...who, ...from, detail, leaseUntil: after(who.at, leaseOf(alarm.plan)) }
  return decide(situation, [factOf('alarm-acknowledged', taken, { at: who.at })])
}

/** From whose hands it came before is over once somebody takes it anew. */
function withoutHands({ detail }: Pick<RaisedAlarm, 'detail'>): RaisedAlarm['detail'] {
  if (detail.takenFrom === undefined && detail.handedBy === undefined) return detail
  const { takenFrom: _from, handedBy: _by, ...kept } = detail
  return kept
}

function acknowledge(situation: Situation, alarm: RaisedAlarm, who: Who): Decision {
  const { nextStepAt: _, ...kept } = alarm
  const detail = withoutHands(alarm)
  const hands = withHand(alarm, { at: who.at, kind: 'taken' })
  const leaseUntil = after(who.at, leaseOf(alarm.plan))
  const taken: AcknowledgedAlarm = { ...kept, detail, hands, state: 'acknowledged', ...who, leaseUntil }
  return decide(situation, [factOf('alarm-acknowledged', taken, { at: who.at })], { notices: [], withdrawn: [alarm.id] })
}
