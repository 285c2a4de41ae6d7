/** A fall, possible or confirmed. A confirmed one makes a possible one graver, never the other way round. */
import type { FallDetected } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { isKnown, nothing } from './decision.ts'
import { raise, repeat, type Worry } from './raise.ts'

export function fallDetected(situation: Situation, event: FallDetected, now: Instant): Decision {
  if (isKnown(situation, event.causeId)) return nothing(situation)
  const confirmed = event.level === 'confirmed'
  const worry: Worry = { kind: 'fall', reason: confirmed ? 'fall-confirmed' : 'fall-possible', priority: confirmed ? 1 : 2, now }
  const alarm = situation.open.find((open) => open.kind === 'fall')
  return alarm ? repeat(situation, event, { alarm, worry }) : raise(situation, event, worry)
}
