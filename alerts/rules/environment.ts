/** Smoke, gas, carbon monoxide, water: one alarm for each hazard of a home, however often the detector says so. */
import type { OpenAlarm } from '../../domain/alarm.ts'
import type { EnvironmentDetected } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { isKnown, nothing } from './decision.ts'
import { raise, repeat, type Worry } from './raise.ts'

export function environmentDetected(situation: Situation, event: EnvironmentDetected, now: Instant): Decision {
  if (isKnown(situation, event.causeId)) return nothing(situation)
  const worry: Worry = { kind: 'environment', reason: event.hazard, priority: event.hazard === 'water-leak' ? 2 : 1, now }
  const alarm = situation.open.find((open) => open.kind === 'environment' && open.reason === event.hazard)
  if (!alarm) return raise(situation, event, worry)
  // Detectors report their state again and again; a second detector, or smoke that came back, is news.
  return sameStill(alarm, event) ? nothing(situation) : repeat(situation, event, { alarm, worry })
}

const sameStill = (alarm: OpenAlarm, event: EnvironmentDetected): boolean =>
  alarm.clearedAt === null && alarm.causes.some((cause) => cause.deviceId === event.deviceId)
