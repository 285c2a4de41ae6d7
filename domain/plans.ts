/** The plans that hold when nobody wrote another one, and how a plan for anybody becomes the plan for one person. */
import type { AlarmKind, Plan, PlanStep, Recipient } from './alarm.ts'
import type { Contact } from './people.ts'
import { hours, milliseconds, seconds } from './time.ts'

/**
 * A plan is written for everybody, with places for people in it: as `contactId`, `@1` is whoever is called first, `@2` second, and so on,
 * `@all` everybody; `@keyholder`, `@neighbour` 邻里互助 and `@grid` 网格员 are whoever is near. `@duty` is who is on duty at the moment of the
 * call, and stays as it is. Any other id is that very contact, and null leaves it to the channel (the wall, the centre's own webhook).
 */
export const everyContact = '@all'
export const onDuty = '@duty'
const placePattern = /^@(\d+)$/

/** Who is near, in the words of the directory. Whoever has a key is a keyholder, whatever else they are. */
const near: Readonly<Record<string, (contact: Contact) => boolean>> = {
  '@keyholder': ({ relation, hasKey }) => relation === 'keyholder' || hasKey,
  '@neighbour': ({ relation }) => relation === 'neighbour',
  '@grid': ({ relation }) => relation === 'grid-worker',
}
export const nearPlaces = ['@keyholder', '@neighbour', '@grid'] as const

/** What plans write in place of a channel: as the person wishes to be reached. */
export const anyWay = 'any'
/** Channels that sound where the centre sits, whoever sits there. */
const loudPlaces: ReadonlySet<string> = new Set(['console', 'siren'])

const onTheWall: Recipient = { contactId: null, label: 'wall', channel: 'console' }
const atTheCentre: Recipient = { contactId: null, label: 'centre', channel: 'webhook' }
const bySiren: Recipient = { contactId: null, label: 'siren', channel: 'siren' }
/** Whoever is on duty, by whatever way they wish. */
export const dutyOfficer: Recipient = { contactId: onDuty, label: 'duty', channel: anyWay }
const contact = (contactId: string): Recipient => ({ contactId, label: '', channel: anyWay })

/** Somebody may be in danger: the centre and the first contact at once, another contact each minute, then everybody each minute for ever. */
const helpPlan: Plan = {
  id: 'built-in-help',
  name: 'help',
  steps: [
    { wait: seconds(0), tell: [onTheWall, atTheCentre, contact('@1')] },
    { wait: seconds(60), tell: [dutyOfficer, contact('@2')] },
    { wait: seconds(60), tell: [contact('@3')] },
    { wait: seconds(60), tell: [onTheWall, atTheCentre, bySiren, dutyOfficer, contact(everyContact)] },
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

/**
 * The plan with its places filled from the contacts of one person (none for an area). Steps that would tell nobody are left out. The last
 * one, which repeats for ever, always sounds at the centre: people who were reachable when it was written lose their telephones.
 */
export function planWithContacts(plan: Plan, contacts: readonly Contact[]): Plan {
  const inOrder = ordered(contacts)
  const all = plan.steps.map(({ wait, tell }) => ({ wait, tell: tell.flatMap((recipient) => fill(recipient, inOrder)) }))
  const telling = all.filter((step) => step.tell.length > 0)
  return { ...plan, steps: telling.length > 0 ? loudAtLast(telling) : theCentreAlone }
}

const theCentreAlone: readonly PlanStep[] = [{ wait: seconds(0), tell: [onTheWall, atTheCentre] }]

function loudAtLast(steps: readonly PlanStep[]): readonly PlanStep[] {
  const last = steps.at(-1)
  if (!last || last.tell.some(isLoud)) return steps
  return [...steps.slice(0, -1), { ...last, tell: [...last.tell, onTheWall] }]
}

/** Whether somebody at the centre hears it, whoever it is. */
export const isLoud = ({ channel, part }: Recipient): boolean => isLoudChannel(channel) && part !== 'told'
export const isLoudChannel = (channel: string): boolean => loudPlaces.has(channel)

/** Each place for contacts replaced by whoever stands there, which may be nobody. */
export function filled(tell: readonly Recipient[], contacts: readonly Contact[]): readonly Recipient[] {
  const inOrder = ordered(contacts)
  return tell.flatMap((recipient) => fill(recipient, inOrder))
}

const ordered = (contacts: readonly Contact[]): readonly Contact[] => [...contacts].sort((a, b) => a.order - b.order)

function fill(recipient: Recipient, contacts: readonly Contact[]): Recipient[] {
  const chosen = chosenBy(recipient.contactId ?? '', contacts)
  if (chosen === null) return [recipient]
  return chosen.map((each) => ({ ...recipient, contactId: each.id, label: labelOf(each, contacts) }))
}

/** The contacts that a place means, or null when it is no place for contacts. */
function chosenBy(place: string, contacts: readonly Contact[]): readonly Contact[] | null {
  if (place === everyContact) return contacts
  const isNear = near[place]
  if (isNear) return contacts.filter(isNear)
  const order = placePattern.exec(place)?.[1]
  return order === undefined ? null : contacts.slice(Number(order) - 1, Number(order))
}

// No name: a label is printed and logged, and the journal outlives the directory.
const labelOf = (chosen: Contact, contacts: readonly Contact[]) => `${chosen.relation} ${contacts.indexOf(chosen) + 1}`

/** The plan with the calls that these channels can make. A step that tells nobody any more is left out; its wait is added to the next one's. */
export function planWithin(plan: Plan, channels: readonly string[]): Plan {
  const steps: PlanStep[] = []
  let waited = 0
  for (const planned of plan.steps) {
    waited += planned.wait
    const tell = planned.tell.filter(({ channel }) => channels.includes(channel))
    if (tell.length === 0) continue
    steps.push({ wait: milliseconds(waited), tell })
    waited = 0
  }
  return { ...plan, steps: steps.length > 0 ? steps : plan.steps.slice(0, 1).map(({ wait }) => ({ wait, tell: [] })) }
}
