/** A device that cannot do its duty: one technical alarm for each device and reason. */
import type { Plan, Priority, Recipient } from '../../domain/alarm.ts'
import type { DeviceTroubled } from '../../domain/event.ts'
import { anyWay, dutyOfficer } from '../../domain/plans.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import { type Instant, seconds } from '../../domain/time.ts'
import { isKnown, nothing } from './decision.ts'
import { raise, repeat, type Worry } from './raise.ts'

/** Troubles that may hide a call for help. */
const mayMissCall: ReadonlySet<string> = new Set(['device-silent', 'device-flapping', 'case-overdue'])
/** Roles without which a person cannot call for help. */
const lifelines: ReadonlySet<string | number | undefined> = new Set(['sos-button', 'terminal', 'gateway'])

export function deviceTroubled(situation: Situation, event: DeviceTroubled, now: Instant): Decision {
  if (isKnown(situation, event.causeId)) return nothing(situation)
  const worry: Worry = { kind: 'technical', reason: event.reason, priority: priorityOf(event), now }
  const alarm = situation.open.find((open) => open.reason === event.reason && open.causes[0]?.deviceId === event.deviceId)
  if (!alarm) return raise(situation, event.reason === 'case-overdue' ? withSuperiors(event) : event, worry)
  // A retained press may be a real call behind a broken device: each new one rings. Other troubles only last.
  const news = event.reason === 'retained-press' || alarm.clearedAt !== null
  return news ? repeat(situation, event, { alarm, worry }) : nothing(situation)
}

function priorityOf(event: DeviceTroubled): Priority {
  if (event.reason === 'retained-press') return 1
  if (event.reason === 'home-unseen') return 2
  return mayMissCall.has(event.reason) && lifelines.has(event.detail.role) ? 2 : 3
}

/** Whatever the plan for devices says: whoever is on duty, and those who answer for the site, are told of it, once. */
function withSuperiors(event: DeviceTroubled): DeviceTroubled {
  const ids = String(event.detail.superiors ?? '')
    .split(' ')
    .filter((id) => id !== '')
  const superiors = ids.map((contactId): Recipient => ({ contactId, label: 'supervisor', channel: anyWay }))
  return { ...event, plan: alsoTelling(event.plan, [dutyOfficer, ...superiors]) }
}

function alsoTelling(plan: Plan, people: readonly Recipient[]): Plan {
  const [first = { wait: seconds(0), tell: [] }, ...later] = plan.steps
  const known = new Set(first.tell.map(({ contactId }) => contactId))
  const added = people.filter(({ contactId }) => !known.has(contactId)).map((each) => ({ ...each, part: 'told' as const }))
  return { ...plan, steps: [{ ...first, tell: [...first.tell, ...added] }, ...later] }
}
