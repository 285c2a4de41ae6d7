/** A device that cannot do its duty: one technical alarm for each device and reason. */
import type { Priority } from '../../domain/alarm.ts'
import type { DeviceTroubled } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { isKnown, nothing } from './decision.ts'
import { raise, repeat, type Worry } from './raise.ts'

/** Roles without which a person cannot call for help. */
const lifelines: ReadonlySet<string | number | undefined> = new Set(['sos-button', 'terminal', 'gateway'])

export function deviceTroubled(situation: Situation, event: DeviceTroubled, now: Instant): Decision {
  if (isKnown(situation, event.causeId)) return nothing(situation)
  const worry: Worry = { kind: 'technical', reason: event.reason, priority: priorityOf(event), now }
  const alarm = situation.open.find((open) => open.reason === event.reason && open.causes[0]?.deviceId === event.deviceId)
  if (!alarm) return raise(situation, event, worry)
  // A retained press may be a real call behind a broken device: each new one rings. Other troubles only last.
  const news = event.reason === 'retained-press' || alarm.clearedAt !== null
  return news ? repeat(situation, event, { alarm, worry }) : nothing(situation)
}

function priorityOf(event: DeviceTroubled): Priority {
  if (event.reason === 'retained-press') return 1
  if (event.reason === 'home-unseen') return 2
  const mayMissCall = event.reason === 'device-silent' || event.reason === 'device-flapping'
  return mayMissCall && lifelines.has(event.detail.role) ? 2 : 3
}
