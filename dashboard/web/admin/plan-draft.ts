/** A plan while it is being written: made from another, changed step by step, and given back whole. Pure. */
import type { Part, Plan, PlanStep, Recipient } from '../../../domain/alarm.ts'
import { anyWay, isLoudChannel, onDuty } from '../../../domain/plans.ts'
import { type Span, seconds } from '../../../domain/time.ts'
import type { StoredPlan } from '../../../store/store.ts'

/** What the choice of "whom" says: a place by its channel, or a person. */
export const placeMark = 'place:'
export const whomOf = ({ contactId, channel }: Recipient): string => contactId ?? `${placeMark}${channel}`

/** Somebody else in the place of this recipient; a person is reached as they wish until somebody says otherwise. */
export function withWhom(recipient: Recipient, whom: string): Recipient {
  const { part } = recipient
  if (!whom.startsWith(placeMark)) {
    const channel = recipient.contactId === null || isLoudChannel(recipient.channel) ? anyWay : recipient.channel
    return { contactId: whom, label: whom === onDuty ? 'duty' : '', channel, part }
  }
  const channel = whom.slice(placeMark.length)
  return { contactId: null, label: placeLabels[channel] ?? 'centre', channel, part }
}
const placeLabels: Readonly<Record<string, string>> = { console: 'wall', siren: 'siren' }

export const onTheWall: Recipient = { contactId: null, label: 'wall', channel: 'console' }

const changed = <T>(list: readonly T[], index: number, change: (one: T) => T): T[] =>
  list.map((one, n) => (n === index ? change(one) : one))
const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, n) => n !== index)

type Steps = readonly PlanStep[]

export const withRecipient = (steps: Steps, [step, index]: readonly [number, number], change: (one: Recipient) => Recipient): Steps =>
  changed(steps, step, (one) => ({ ...one, tell: changed(one.tell, index, change) }))
export const addRecipient = (steps: Steps, step: number): Steps =>
  changed(steps, step, (one) => ({ ...one, tell: [...one.tell, { contactId: '@1', label: '', channel: anyWay }] }))
export const removeRecipient = (steps: Steps, [step, index]: readonly [number, number]): Steps =>
  changed(steps, step, (one) => ({ ...one, tell: without(one.tell, index) }))
export const withPart = (recipient: Recipient, part: Part): Recipient => ({ ...recipient, part: part === 'told' ? part : undefined })

export const addStep = (steps: Steps): Steps => [...steps, { wait: seconds(60), tell: [onTheWall] }]
export const removeStep = (steps: Steps, index: number): Steps => fromTheStart(without(steps, index))
export const withWait = (steps: Steps, index: number, wait: Span): Steps => changed(steps, index, (one) => ({ ...one, wait }))
export function stepUp(steps: Steps, index: number): Steps {
  const [above, one] = [steps[index - 1], steps[index]]
  if (!above || !one) return steps
  // The waits stay where they are: they belong to the places in the order.
  return changed(
    changed(steps, index - 1, () => ({ ...one, wait: above.wait })),
    index,
    () => ({ ...above, wait: one.wait }),
  )
}

/** The first step waits for nothing. */
const fromTheStart = (steps: Steps): Steps => changed(steps, 0, (one) => ({ ...one, wait: seconds(0) }))

/** A new plan with the steps of another. */
export const copyOf = (plan: Plan, { id, name }: { id: string; name: string }): Plan => ({ ...plan, id, name })

/** What the page has open: a plan that is stored, or one that is not yet. */
export type Opened = { stored: StoredPlan; isNew: boolean }
