/** An alarm as relatives see it: what happened, who comes, who answered. Of the staff only that somebody did something, never who. Pure. */
import type { Action, Alarm, Note } from '../../../domain/alarm.ts'
import type { FamilyLink } from '../../../domain/family.ts'
import type { Contact } from '../../../domain/people.ts'
import { after, type Instant, latest, minutes } from '../../../domain/time.ts'
import type { ResidentCard, StoredNotice } from '../../../store/store.ts'
import type { FamilyAlarm, FamilyAlarmLine, FamilyAnswered, FamilyElder, FamilyStep } from '../../contracts-family.ts'

export function lineOf({ id, kind, reason, priority, state, raisedAt, causes }: Alarm): FamilyAlarmLine {
  return { id, kind, reason, priority, state, raisedAt, room: causes.at(-1)?.room ?? '' }
}

export type Seen = { alarm: Alarm; notices: readonly StoredNotice[]; elder: FamilyElder; link: FamilyLink; at: Instant }

export function familyAlarm({ alarm, notices, elder, link, at }: Seen): FamilyAlarm {
  const answers = answersOf(alarm, link)
  const { residentId, name, subject, phone, timeZone, centre, near } = elder
  return {
    ...lineOf(alarm),
    ...{ residentId, at, name, subject, phone, timeZone, centre, near },
    presses: alarm.presses,
    lastPressAt: alarm.causes.reduce((last, { receivedAt }) => latest(last, receivedAt), alarm.raisedAt),
    steps: stepsOf(alarm, notices),
    coming: alarm.state === 'resolved' ? null : comingOf(alarm, answers),
    answers,
    mine: answers.find(({ isMine }) => isMine) ?? null,
    resolvedAt: alarm.state === 'resolved' ? alarm.at : null,
    outcome: alarm.state === 'resolved' ? alarm.outcome : null,
  }
}

/** The last word of everybody, in the order of those words. */
function answersOf({ notes }: Alarm, { contactId }: FamilyLink): readonly FamilyAnswered[] {
  const last = new Map<string, FamilyAnswered>()
  for (const { at, by, family, coming } of notes) {
    if (!family) continue
    last.delete(family.contactId)
    last.set(family.contactId, { ...family, name: by, minutes: coming?.minutes ?? null, at, isMine: family.contactId === contactId })
  }
  return [...last.values()]
}

type Step = FamilyStep['kind']
/** What the staff wrote for themselves stays theirs. */
const centreSteps: Readonly<Partial<Record<Action, Step>>> = {
  called: 'centre-called',
  spoke: 'centre-spoke',
  dispatched: 'centre-sent-somebody',
  'on-my-way': 'centre-on-the-way',
  arrived: 'centre-arrived',
  'contacted-family': 'centre-called-family',
  'called-120': 'centre-called-120',
}

function stepsOf(alarm: Alarm, notices: readonly StoredNotice[]): readonly FamilyStep[] {
  const step = (kind: Step, at: Instant, said: Partial<Pick<FamilyStep, 'minutes' | 'name'>> = {}): FamilyStep => ({
    ...{ kind, at, minutes: null, name: '' },
    ...said,
  })
  const again = alarm.causes.slice(1).map(({ receivedAt }) => step('pressed-again', receivedAt))
  const noted = alarm.notes.flatMap((note) => {
    const kind = note.family ? (`family-${note.family.answer}` as const) : centreSteps[note.action]
    return kind ? [step(kind, note.at, { minutes: note.coming?.minutes ?? null, name: note.family ? note.by : '' })] : []
  })
  const rang = laterRounds(notices, alarm).map((at) => step('rang', at))
  const state = [
    ...(alarm.hands ?? []).map(({ at, kind }) => step(kind === 'taken' ? 'centre-has-it' : 'centre-returned-it', at)),
    ...(alarm.clearedAt === null ? [] : [step('cleared', alarm.clearedAt)]),
    ...(alarm.state === 'resolved' ? [step('resolved', alarm.at)] : []),
  ]
  return [step('raised', alarm.raisedAt), ...again, ...rang, ...noted, ...state].sort((a, b) => a.at - b.at)
}

/** The newest moments at which more people were rung because nobody had answered. */
const roundsShown = 10
function laterRounds(notices: readonly StoredNotice[], { raisedAt, causes }: Alarm): readonly Instant[] {
  const presses = new Set<number>([raisedAt, ...causes.map(({ receivedAt }) => receivedAt)])
  const moments = new Set(notices.map(({ dueAt }) => dueAt).filter((at) => !presses.has(at)))
  return [...moments].sort((a, b) => a - b).slice(-roundsShown)
}

const comes: ReadonlySet<Action> = new Set(['dispatched', 'on-my-way'])

/** Who is there soonest by what was said; without minutes: who said so last. */
function comingOf({ notes }: Alarm, answers: readonly FamilyAnswered[]): FamilyAlarm['coming'] {
  const staff = notes.findLast(({ action, family }) => !family && (comes.has(action) || action === 'arrived'))
  const centre = staff && staff.action !== 'arrived' ? [{ who: 'centre' as const, name: '', at: arrivalOf(staff) }] : []
  const relatives = answers
    .filter(({ answer }) => answer === 'going')
    .map(({ name, at, minutes: n }) => ({ who: 'relative' as const, name, at: n === null ? null : after(at, minutes(n)) }))
  const all = [...centre, ...relatives]
  return all.sort((a, b) => (a.at ?? Number.POSITIVE_INFINITY) - (b.at ?? Number.POSITIVE_INFINITY))[0] ?? null
}

const arrivalOf = ({ at, coming }: Note): Instant | null => (coming?.minutes === undefined ? null : after(at, minutes(coming.minutes)))

/** What this relative calls her, and who of those near agreed to be called. */
type Said = { subject: string; shared: readonly string[] }

/** Neighbours, grid workers, and whoever has a key. */
export const isNear = ({ relation, hasKey }: Pick<Contact, 'relation' | 'hasKey'>): boolean =>
  hasKey || relation === 'keyholder' || relation === 'neighbour' || relation === 'grid-worker'

function nearOf({ contacts }: ResidentCard, { contactId }: FamilyLink, shared: readonly string[]): FamilyElder['near'] {
  const agreed = contacts.filter(
    (contact) => contact.id !== contactId && contact.phone !== '' && isNear(contact) && shared.includes(contact.id),
  )
  return agreed
    .map(({ name, relation, hasKey, phone }) => ({ name, relation, hasKey: hasKey || relation === 'keyholder', phone }))
    .sort((a, b) => Number(b.hasKey) - Number(a.hasKey))
}

/** Who she is to this telephone. Her card holds much that relatives have no need of. */
export function elderView(card: ResidentCard, link: FamilyLink, said: Said): FamilyElder {
  const { resident, site, contacts } = card
  const self = contacts.find(({ id }) => id === link.contactId)
  return {
    ...{ residentId: resident.id, name: resident.name, subject: said.subject, phone: resident.phone, timeZone: site.timeZone },
    centre: { name: site.name, phone: site.phone },
    near: nearOf(card, link, said.shared),
    self: { name: self?.name ?? '', relation: self?.relation ?? 'relative' },
  }
}
