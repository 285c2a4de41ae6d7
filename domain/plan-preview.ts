/** Who would be told by a plan, when and by which way, were somebody to press now. Pure: a supervisor reads it before anybody presses. */
import type { Part, Plan, PlanStep, Recipient } from './alarm.ts'
import type { Reaching } from './plan-check.ts'
import { anyWay, isLoudChannel, planWithContacts, planWithin } from './plans.ts'

export type PreviewedCall = {
  /** Seconds after the press. */
  afterSeconds: number
  /** Place of the step in the plan as it would run, from 1. */
  step: number
  /** A person's id, a place for one (`@1`, `@duty`) where it is not known whose, or null: the wall, the centre. */
  contactId: string | null
  label: string
  /** As the plan names it. */
  channel: string
  /** The ways in the order in which they would be tried; empty: this call would reach nobody. Null: not known before the call (who is on duty). */
  ways: readonly string[] | null
  part: Part
  /** The last step coming round again, for the first time of many. */
  again: boolean
}

/**
 * In the order of the calls: each step once, and the last one a second time, as it goes on for ever. Of a plan for many people the places
 * stay places.
 */
export function whoWouldBeTold(plan: Plan, reaching: Reaching): readonly PreviewedCall[] {
  const { contacts, channels } = reaching
  const hers = contacts === null ? plan : planWithContacts(plan, contacts)
  const running = channels === null ? hers : planWithin(hers, [...channels, anyWay])
  let after = 0
  const calls = running.steps.flatMap((step, index) => {
    if (index > 0) after += step.wait
    return callsOf(step, { after, step: index + 1, again: false }, reaching)
  })
  const last = running.steps.at(-1)
  if (!last) return calls
  const again = { after: after + running.repeatEvery, step: running.steps.length, again: true }
  return [...calls, ...callsOf({ ...last, tell: last.tell.filter(({ part }) => part !== 'told') }, again, reaching)]
}

type Moment = { after: number; step: number; again: boolean }

const callsOf = ({ tell }: PlanStep, { after, step, again }: Moment, reaching: Reaching): PreviewedCall[] =>
  tell.map((recipient) => ({
    afterSeconds: Math.round(after / 1_000),
    step,
    contactId: recipient.contactId,
    label: recipient.label,
    channel: recipient.channel,
    ways: waysOf(recipient, reaching),
    part: recipient.part ?? 'responder',
    again,
  }))

function waysOf({ contactId, channel }: Recipient, { waysOf: known }: Reaching): readonly string[] | null {
  if (contactId === null || isLoudChannel(channel)) return [channel]
  const ways = known.get(contactId)
  if (ways === undefined) return contactId.startsWith('@') ? null : []
  return channel === anyWay ? ways : ways.filter((way) => way === channel)
}
