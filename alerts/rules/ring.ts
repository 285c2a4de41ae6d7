/** Who is rung now, and when somebody must look again: the plan of an alarm, read step by step. */
import { dueAt, type Notice, type OpenAlarm, type Plan, type RaisedAlarm, type Recipient } from '../../domain/alarm.ts'
import { shelfMost, shelvedUntil } from '../../domain/shelf.ts'
import { after, between, type Instant, type Span, seconds } from '../../domain/time.ts'
import { toAnswered, unanswered } from './answered.ts'
import { stageOf, stageWait } from './asking.ts'
import type { Calls } from './decision.ts'

/** Below this a mistyped plan would ring every tick. */
const waitMin = seconds(1)

type Call = { step: number; index: number; recipient: Recipient }

/** How long a raised alarm stays at `step` before it climbs, or repeats the last step. */
export function waitAfter(plan: Plan, step: number): Span {
  const next = plan.steps[step + 1]
  // A wait of 0 between two steps is meant: both at once, in the next second.
  return next ? next.wait : longer(plan.repeatEvery, waitMin)
}

/** How long this raised alarm waits as it stands: a step of its plan, or an answer to its question. */
export function waitOf(alarm: RaisedAlarm): Span {
  const stage = stageOf(alarm)
  return stage ? stageWait(stage) : waitAfter(alarm.plan, alarm.planStep)
}

/** How long an acknowledgement holds. */
export const leaseOf = (plan: Plan): Span => longer(plan.lease, waitMin)

/** True when the deadline has passed, or lies further ahead than it was ever set: then the wall clock was turned back, and nobody shall wait for it to catch up. */
export function isDue(alarm: OpenAlarm, now: Instant): boolean {
  const deadline = dueAt(alarm)
  const lease = shelvedUntil(alarm) === null ? leaseOf(alarm.plan) : shelfMost
  const set = alarm.state === 'raised' ? waitOf(alarm) : lease
  return deadline <= now || between(now, deadline) > set
}

/** The alarm one step further up its plan; the last step repeats for ever. */
export function climbed(alarm: RaisedAlarm, now: Instant): RaisedAlarm {
  const planStep = Math.max(0, Math.min(alarm.planStep + 1, alarm.plan.steps.length - 1))
  return { ...alarm, planStep, rings: alarm.rings + 1, nextStepAt: after(now, waitAfter(alarm.plan, planStep)) }
}

/**
 * The notices of this round. A raised alarm rings its current step. An acknowledged one rings its owner, who sits at the centre: all
 * recipients that are the centre itself, up to the current step. What is still unsent of the round before is replaced, so that a long
 * outage of a channel ends with one call for each person and not with hundreds. Who is only told hears of each step once.
 */
export function ring(alarm: OpenAlarm, now: Instant, whom: 'everybody' | 'responders' = 'everybody'): Calls {
  // An index is a place in the plan, so it is given before anybody is left out.
  const calls = callsNow(alarm).filter(({ recipient }) => whom === 'everybody' || recipient.part !== 'told')
  const rungs = alarm.state === 'raised' ? alarm.plan.steps.map((_, step) => callsOf(alarm.plan, step)) : []
  const wanted = unanswered(alarm, calls, rungs)
  const replaced = new Set([...calls, ...wanted, ...toAnswered(alarm, rungs)].map((call) => noticeId(alarm, call, alarm.rings - 1)))
  return { notices: wanted.map((call) => noticeOf(alarm, call, now)), withdrawn: alarm.rings > 1 ? [...replaced] : [] }
}

/** While only her terminal asks, nobody is rung; a call to her is the centre's task, not the family's alarm. */
function callsNow(alarm: OpenAlarm): readonly Call[] {
  const stage = stageOf(alarm)
  if (stage === 'asked') return []
  if (stage === 'call') return centreCalls(alarm.plan, alarm.plan.steps.length - 1)
  return alarm.state === 'raised' ? callsOf(alarm.plan, alarm.planStep) : centreCalls(alarm.plan, alarm.planStep)
}

const longer = (a: Span, b: Span): Span => (a > b ? a : b)

function noticeOf(alarm: OpenAlarm, call: Call, now: Instant): Notice {
  const { id, subjectId, siteId, rings } = alarm
  return { id: noticeId(alarm, call, rings), alarmId: id, subjectId, siteId, recipient: call.recipient, dueAt: now }
}

const noticeId = (alarm: OpenAlarm, call: Call, round: number): string => `${alarm.id}/${call.step}/${round}/${call.index}`

function callsOf(plan: Plan, step: number): readonly Call[] {
  return (plan.steps[step]?.tell ?? []).map((recipient, index) => ({ step, index, recipient }))
}

function centreCalls(plan: Plan, planStep: number): readonly Call[] {
  const steps = plan.steps.slice(0, planStep + 1)
  const byPlace = new Map<string, Call>()
  for (const call of steps.flatMap((_, step) => callsOf(plan, step))) {
    const place = `${call.recipient.channel}/${call.recipient.label}`
    if (call.recipient.contactId === null && !byPlace.has(place)) byPlace.set(place, call)
  }
  // A plan that never tells the centre must still not swallow the press.
  return byPlace.size > 0 ? [...byPlace.values()] : callsOf(plan, planStep)
}
