/** How a check-in stands: the terminal asks, then the centre calls. Read by all rules that ring or wait, so that a question is never rung like an alarm. */
import type { Alarm } from '../../domain/alarm.ts'
import { minutes, type Span } from '../../domain/time.ts'

/** `asked`: her terminal says "are you all right? press once". `call`: somebody of the centre should ring her up. */
export type Stage = 'asked' | 'call'

const waits: Readonly<Record<Stage, Span>> = { asked: minutes(10), call: minutes(20) }

/** The stage of a check-in; null for every other alarm, and for a check-in that became one. */
export function stageOf({ reason, detail }: Pick<Alarm, 'reason' | 'detail'>): Stage | null {
  if (reason !== 'check-in') return null
  return detail.stage === 'asked' ? 'asked' : 'call'
}

/** How long each stage waits for an answer. */
export const stageWait = (stage: Stage): Span => waits[stage]
