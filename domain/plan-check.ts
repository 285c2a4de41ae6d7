/** Why a plan is refused: it could end with nobody reachable, or so slowly that nobody would come. Pure. */
import type { AlarmKind, Plan, PlanStep, Recipient } from './alarm.ts'
import type { Contact } from './people.ts'
import { anyWay, filled, isLoud } from './plans.ts'
import { minutes } from './time.ts'

/** What is known of who can be reached while a plan is looked at. */
export type Reaching = {
  /** Names of the channels that are set up; null: not known, so any name is taken for one. */
  channels: readonly string[] | null
  /** By which of them each person can be reached now, the first choice first. */
  waysOf: ReadonlyMap<string, readonly string[]>
  /** Of the person the plan is for; null: it is for many, and its places may be nobody. */
  contacts: readonly Contact[] | null
}

export const planProblems = ['plan-empty', 'plan-empty-step', 'plan-unknown-way', 'plan-no-person', 'plan-too-slow', 'plan-nobody'] as const
/** `step` counts from 1; 0 when it is about the whole plan. */
export type PlanProblem = { code: (typeof planProblems)[number]; message: string; step: number }

/** Beyond these a call for help would in truth have ended. */
const climbMost = minutes(60)
const repeatMost = minutes(15)
const leaseMost = minutes(15)

/** The first reason not to take this plan, or null. A plan for devices alone may be slow. */
export function planProblem(plan: Plan, kind: AlarmKind | 'any', reaching: Reaching): PlanProblem | null {
  const last = plan.steps.at(-1)
  if (!last) return problem('plan-empty', 0, 'A plan needs a step.')
  for (const [index, step] of plan.steps.entries()) {
    const found = stepProblem(step, index + 1, reaching)
    if (found) return found
  }
  if (kind !== 'technical') {
    const slow = slowness(plan)
    if (slow) return slow
  }
  if (filled(last.tell, reaching.contacts ?? []).some((recipient) => isReached(recipient, reaching))) return null
  const message =
    'The last step repeats for ever and could reach nobody: it must sound on the wall or a siren, or call a responder with a way that works.'
  return problem('plan-nobody', plan.steps.length, message)
}

function stepProblem({ tell }: PlanStep, step: number, { channels }: Reaching): PlanProblem | null {
  if (tell.length === 0) return problem('plan-empty-step', step, `Step ${step} tells nobody.`)
  // One way among others may be missing, as in the built-in plans; it is left out of the calls, and of the preview.
  const isMade = ({ channel }: Recipient) => channel === anyWay || channels === null || channels.includes(channel)
  if (!tell.some(isMade)) return problem('plan-unknown-way', step, `Step ${step} names no way that is set up here.`)
  const nobody = tell.some(({ contactId, channel }) => contactId === null && channel === anyWay)
  return nobody ? problem('plan-no-person', step, `Step ${step} leaves the way to a person, and names none.`) : null
}

function slowness({ steps, repeatEvery, lease }: Plan): PlanProblem | null {
  const climb = steps.slice(1).reduce((sum, { wait }) => sum + wait, 0)
  if (climb > climbMost) return problem('plan-too-slow', steps.length, 'The last step must come within 60 minutes.')
  if (repeatEvery > repeatMost) return problem('plan-too-slow', 0, 'The last step must repeat at least every 15 minutes.')
  return lease > leaseMost ? problem('plan-too-slow', 0, 'Whoever answers must do something next within 15 minutes at most.') : null
}

/** Certainly, and by a responder: who is only told need not come, and who is on duty is not known yet. */
function isReached(recipient: Recipient, { waysOf }: Reaching): boolean {
  const { contactId, channel, part } = recipient
  if (isLoud(recipient)) return true
  if (contactId === null || part === 'told') return false
  const ways = waysOf.get(contactId) ?? []
  return channel === anyWay ? ways.length > 0 : ways.includes(channel)
}

const problem = (code: PlanProblem['code'], step: number, message: string): PlanProblem => ({ code, message, step })
