/** The condition went away. It is shown; only troubles of devices and areas, and questions, close by it, never a call for help. */
import type { AlarmFact, OpenAlarm } from '../../domain/alarm.ts'
import type { CareEvent } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { stageOf } from './asking.ts'
import { decide, factOf } from './decision.ts'
import { closed } from './resolve.ts'

type ConditionCleared = Extract<CareEvent, { kind: 'condition-cleared' }>

export function conditionCleared(situation: Situation, event: ConditionCleared, now: Instant): Decision {
  const facts = situation.open.filter((alarm) => concerns(alarm, event)).flatMap((alarm) => clear(alarm, now))
  const over = facts.filter((fact) => fact.alarm.state === 'resolved').map((fact) => fact.alarm.id)
  return decide(situation, facts, { notices: [], withdrawn: over })
}

/** One detector of several does not speak for the others. */
function concerns(alarm: OpenAlarm, event: ConditionCleared): boolean {
  if (!isNamed(alarm, event.reason)) return false
  return event.deviceId === null || alarm.causes.every((cause) => cause.deviceId === event.deviceId)
}

/** One sign of life ends every silence of hers, by whatever name it goes. */
const isNamed = ({ kind, reason }: OpenAlarm, over: ConditionCleared['reason']): boolean =>
  over === 'inactivity' ? kind === 'silence' : reason === over

function clear(alarm: OpenAlarm, now: Instant): readonly AlarmFact[] {
  if (closesByItself(alarm)) {
    const outcome = alarm.reason === 'check-in' ? 'all-well' : 'technical-fixed'
    const over = closed({ ...alarm, clearedAt: now }, { by: 'system', at: now, outcome })
    return [factOf('alarm-resolved', over, { at: now })]
  }
  return alarm.clearedAt === null ? [factOf('alarm-cleared', { ...alarm, clearedAt: now }, { at: now })] : []
}

/** A retained press may have been a real one: a person must ask her. A question is answered by any sign of life. */
const closesByItself = (alarm: OpenAlarm): boolean =>
  stageOf(alarm) !== null || (alarm.kind === 'technical' && alarm.reason !== 'retained-press')
