/** Many homes fell silent together: one alarm for the area, naming every home. It never stands in the way of a call from inside. */
import type { OpenAlarm } from '../../domain/alarm.ts'
import type { AreaSilenced } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { decide, factOf, isKnown, nothing } from './decision.ts'
import { raise, repeat } from './raise.ts'

export function areaSilenced(situation: Situation, event: AreaSilenced, now: Instant): Decision {
  const alarm = situation.open.find((open) => open.reason === 'area-silent')
  // The list of homes grows under one cause, so the open alarm is looked at before the cause.
  if (alarm && event.detail.callAll === 1 && alarm.detail.callAll !== 1) return askToCall(situation, event, { alarm, now })
  if (alarm) return sameHomes(alarm, event) ? nothing(situation) : update(situation, event, { alarm, now })
  if (isKnown(situation, event.causeId)) return nothing(situation)
  return raise(situation, event, { kind: 'technical', reason: 'area-silent', priority: 2, now })
}

function update(situation: Situation, event: AreaSilenced, { alarm, now }: { alarm: OpenAlarm; now: Instant }): Decision {
  const updated = { ...alarm, residentIds: event.residentIds, detail: { ...alarm.detail, ...event.detail }, clearedAt: null }
  return decide(situation, [factOf('alarm-updated', updated, { at: now, pressId: event.causeId })])
}

/** Out of sight for hours: it rings again, and the card says to call every home. */
function askToCall(situation: Situation, event: AreaSilenced, { alarm, now }: { alarm: OpenAlarm; now: Instant }): Decision {
  const asked = { ...alarm, residentIds: event.residentIds, detail: { ...alarm.detail, ...event.detail } }
  return repeat(situation, event, { alarm: asked, worry: { kind: 'technical', reason: 'area-silent', priority: 2, now } })
}

function sameHomes(alarm: OpenAlarm, event: AreaSilenced): boolean {
  const before = new Set(alarm.residentIds)
  const now = new Set(event.residentIds)
  return before.size === now.size && [...now].every((id) => before.has(id))
}
