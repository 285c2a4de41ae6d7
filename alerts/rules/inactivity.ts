/** No sign of life for longer than this person's limit. One alarm, until a person has looked. */
import type { InactivityNoticed } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import { hours, type Instant } from '../../domain/time.ts'
import { isKnown, nothing } from './decision.ts'
import { raise, repeat, type Worry } from './raise.ts'

export function inactivityNoticed(situation: Situation, event: InactivityNoticed, now: Instant): Decision {
  if (isKnown(situation, event.causeId)) return nothing(situation)
  const worry: Worry = { kind: 'silence', reason: 'inactivity', priority: 2, now }
  const alarm = situation.open.find((open) => open.kind === 'silence')
  if (!alarm) return raise(situation, { ...event, detail: detailOf(event) }, worry)
  // Still the same silence is no news; a new one after a sign of life is.
  return alarm.clearedAt === null ? nothing(situation) : repeat(situation, event, { alarm, worry })
}

const detailOf = (event: InactivityNoticed) => ({ ...event.detail, silentSince: event.since, limitHours: event.limit / hours(1) })
