/** A press for help: an alarm, or one more reason to hurry. */
import type { SosPressed } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { isKnown, nothing } from './decision.ts'
import { raise, repeat, type Worry } from './raise.ts'

export function sosPressed(situation: Situation, event: SosPressed, now: Instant): Decision {
  if (isKnown(situation, event.causeId)) return nothing(situation)
  const worry: Worry = { kind: 'sos', reason: 'button', priority: 1, now }
  const alarm = situation.open.find((open) => open.kind === 'sos')
  return alarm ? repeat(situation, event, { alarm, worry }) : raise(situation, event, worry)
}
