/** No screen showed it in time. For somebody in danger the plan does not wait: once for each press, it climbs at once. */
import type { CareEvent } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { escalate } from './deadline.ts'
import { nothing, openAlarm } from './decision.ts'

type UnpaintedNoticed = Extract<CareEvent, { kind: 'unpainted-noticed' }>

export function unpaintedNoticed(situation: Situation, event: UnpaintedNoticed, now: Instant): Decision {
  const alarm = openAlarm(situation, event.alarmId)
  if (alarm?.state !== 'raised' || alarm.priority !== 1) return nothing(situation)
  // The alarm itself remembers it, so that the card can say so and a second notice of the same press changes nothing.
  if (alarm.detail.unpaintedAtPress === alarm.presses) return nothing(situation)
  return escalate(situation, { ...alarm, detail: { ...alarm.detail, unpaintedAtPress: alarm.presses } }, now)
}
