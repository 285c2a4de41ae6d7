/** "Never mind" from the device: shown on the card, never obeyed. Whoever took the pendant from her could press it too. */
import type { CareEvent } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { decide, factOf } from './decision.ts'

type CancelPressed = Extract<CareEvent, { kind: 'cancel-pressed' }>

export function cancelPressed(situation: Situation, _event: CancelPressed, now: Instant): Decision {
  const calls = situation.open.filter((alarm) => (alarm.kind === 'sos' || alarm.kind === 'fall') && alarm.cancelAskedAt === null)
  return decide(
    situation,
    calls.map((alarm) => factOf('alarm-cancel-asked', { ...alarm, cancelAskedAt: now }, { at: now })),
  )
}
