/** A test press: thanked, remembered, and nobody is rung. */
import type { CareEvent } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { decide, isKnown, nothing } from './decision.ts'

type TestPressed = Extract<CareEvent, { kind: 'test-pressed' }>

export function testPressed(situation: Situation, event: TestPressed, now: Instant): Decision {
  if (isKnown(situation, event.causeId)) return nothing(situation)
  const { subjectId, siteId, deviceId, causeId: pressId } = event
  return decide(situation, [{ kind: 'test-pressed', subjectId, siteId, at: now, deviceId, pressId }])
}
