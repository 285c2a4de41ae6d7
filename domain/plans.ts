/** The plans that hold when nobody wrote another one, and how a plan for anybody becomes the plan for one person. */
import type { AlarmKind, Plan, PlanStep, Recipient } from './alarm.ts'
import type { Contact } from './people.ts'
import { hours, seconds } from './time.ts'

/**
 * A plan is written for everybody, with places for people in it: as `contactId`, `@1` is whoever is called first, `@2` second, and so on,
 * `@all` everybody. Any other id is that very contact, and null leaves it to the channel (the wall, the centre's own webhook).
 */
export const everyContact = '@all'
const placePattern = /^@(\d+)$/

const onTheWall: Recipient = { contactId: null, label: 'wall', channel: 'console' }
const atTheCentre: Recipient = { contactId: null, label: 'centre', channel: 'webhook' }
const contact = (contactId: string): Recipient => ({ contactId, label: '', channel: 'webhook' })

/** Somebody may be in danger: the centre and the first contact at once, another contact each minute, then everybody each minute for ever. */
const helpPlan: Plan = {
  id: 'built-in-help',
  name: 'help',
  steps: [
    { wait: seconds(0), tell: [onTheWall, atTheCentre, contact('@1')] },
    { wait: seconds(60), tell: [contact('@2')] },
    { wait: seconds(60), tell: [contact('@3')] },
    { wait: seconds(60), tell: [onTheWall, atTheCentre, contact(everyContact)] },
  ],
  repeatEvery: seconds(60),
  lease: seconds(90),
}

/** A device needs hands: the centre alone, again each hour. */
const technicalPlan: Plan = {
  id: 'built-in-technical',
  name: 'technical',
  steps: [{ wait: seconds(0), tell: [onTheWall, atTheCentre] }],
  repeatEvery: hours(1),
  lease: hours(1),
}

export const builtInPlan = (kind: AlarmKind): Plan => (kind === 'technical' ? technicalPlan : helpPlan)

/** The plan with its places filled from the contacts of one person (none for an area). Steps that would tell nobody are left out. */
export function planWithContacts(plan: Plan, contacts: readonly Contact[]): Plan {
  const inOrder = [...contacts].sort((a, b) => a.order - b.order)
  const filled = plan.steps.map(({ wait, tell }) => ({ wait, tell: tell.flatMap((recipient) => fill(recipient, inOrder)) }))
  const telling = filled.filter((step) => step.tell.length > 0)
  return { ...plan, steps: telling.length > 0 ? telling : theCentreAlone }
}

const theCentreAlone: readonly PlanStep[] = [{ wait: seconds(0), tell: [onTheWall, atTheCentre] }]

function fill(recipient: Recipient, contacts: readonly Contact[]): Recipient[] {
  const place = placePattern.exec(recipient.contactId ?? '')?.[1]
  if (recipient.contactId !== everyContact && place === undefined) return [recipient]
  const chosen = place === undefined ? contacts : contacts.slice(Number(place) - 1, Number(place))
  return chosen.map((each) => ({ ...recipient, contactId: each.id, label: labelOf(each, contacts) }))
}

// No name: a label is printed and logged, and the journal outlives the directory.
const labelOf = (chosen: Contact, contacts: readonly Contact[]) => `${chosen.relation} ${contacts.indexOf(chosen) + 1}`
