/** Sites where nobody is: one alarm for all that fall to the same desk. It rings when it begins and when one more site joins, not at every look. */
import type { OpenAlarm } from '../../domain/alarm.ts'
import type { DutyUnmanned } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { decide, factOf, isKnown, nothing } from './decision.ts'
import { raise, repeat, type Worry } from './raise.ts'

export function dutyUnmanned(situation: Situation, event: DutyUnmanned, now: Instant): Decision {
  const worry: Worry = { kind: 'technical', reason: 'wall-unattended', priority: 1, now }
  const alarm = situation.open.find((open) => open.reason === 'wall-unattended')
  // A person may have closed it although nobody came: the same cause does not ring again, the reminder after it does.
  if (!alarm) return isKnown(situation, event.causeId) ? nothing(situation) : raise(situation, event, worry)
  const changed = { ...alarm, detail: { ...alarm.detail, ...event.detail }, clearedAt: null }
  if (joined(alarm, event) && !isKnown(situation, event.causeId)) return repeat(situation, event, { alarm: changed, worry })
  if (alarm.detail.siteIds === event.detail.siteIds && alarm.detail.level === event.detail.level) return nothing(situation)
  return decide(situation, [factOf('alarm-updated', changed, { at: now, pressId: event.causeId })])
}

/** Whether a site is named now that was not before. */
function joined(alarm: OpenAlarm, { detail }: DutyUnmanned): boolean {
  const before = new Set(String(alarm.detail.siteIds).split(' '))
  return String(detail.siteIds)
    .split(' ')
    .some((id) => !before.has(id))
}
