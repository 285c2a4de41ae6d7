/** "You have it now": whoever has an alarm gives it to a colleague by name. The colleague's lease begins, and if they do nothing it comes back and rings. */
import type { AcknowledgedAlarm } from '../../domain/alarm.ts'
import type { CareEvent } from '../../domain/event.ts'
import { doerOf, isSamePerson } from '../../domain/owner.ts'
import { unshelved } from '../../domain/shelf.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import { after, type Instant } from '../../domain/time.ts'
import { decide, factOf, nothing, openAlarm, refuse, unknownAlarm } from './decision.ts'
import { withNote } from './note.ts'
import { leaseOf } from './ring.ts'

type HandOverAsked = Extract<CareEvent, { kind: 'hand-over-asked' }>

export function handOverAsked(situation: Situation, event: HandOverAsked, now: Instant): Decision {
  const alarm = openAlarm(situation, event.alarmId)
  if (!alarm) return refuse(situation, unknownAlarm)
  if (alarm.state === 'raised') return refuse(situation, { code: 'not-acknowledged', message: 'Acknowledge this alarm first.' })
  if (!isSamePerson(alarm, event))
    return refuse(situation, { code: 'already-acknowledged', message: `${alarm.by} already has this alarm.`, by: alarm.by })
  const to = doerOf({ by: event.to, ...(event.toId !== undefined && { byId: event.toId }) })
  if (isSamePerson(to, event)) return nothing(situation)
  const text = [event.to, event.text.trim()].filter((part) => part !== '').join(': ')
  const { takenFrom: _, ...detail } = unshelved(alarm).detail
  const { byId: _id, fromId: _from, ...kept } = alarm
  const given: AcknowledgedAlarm = {
    ...kept,
    ...to,
    ...(event.byId !== undefined && { fromId: event.byId }),
    at: now,
    detail: { ...detail, handedBy: event.by },
    notes: withNote(alarm.notes, { at: now, ...doerOf(event), action: 'handed-over', text }),
    leaseUntil: after(now, leaseOf(alarm.plan)),
  }
  return decide(situation, [factOf('alarm-acknowledged', given, { at: now })])
}
