/** Who is asked first after an outage: the gravest reason decides, the others order within it. Pure; written down with each home. */
import type { Alarm, Outcome } from '../../domain/alarm.ts'
import type { Contact, Home, Resident } from '../../domain/people.ts'
import type { SweepReason } from '../../domain/sweep.ts'
import { between, hours, type Instant } from '../../domain/time.ts'

/** An outage hides most where help was already needed; the first three are each above the sum of all below them. */
const weights: Readonly<Record<SweepReason, number>> = {
  'open-alarm': 400,
  'not-well': 200,
  'long-silent': 100,
  'very-old': 30,
  'no-second-way': 20,
  old: 10,
  medical: 15,
  alone: 10,
}

const veryOldFrom = 90
const oldFrom = 80
/** A silence before the outage that is longer than a night. */
const longSilentAfter = hours(12)

export type Person = {
  resident: Resident
  home: Home
  contacts: readonly Contact[]
  /** Her last live sign of life before the outage; 0 = never. */
  lastActiveAt: Instant
  /** She has a call or a worry open now. */
  isOpen: boolean
  /** One of hers was closed since the day before. */
  wasUnwell: boolean
}

/** The reasons and the sum of their weights. */
export function riskOf(person: Person, from: Instant): { risk: number; reasons: readonly SweepReason[] } {
  const { resident, contacts, lastActiveAt } = person
  const age = resident.birthYear === null ? 0 : new Date(from).getUTCFullYear() - resident.birthYear
  const holds: Readonly<Record<SweepReason, boolean>> = {
    'open-alarm': person.isOpen,
    'not-well': person.wasUnwell,
    'long-silent': lastActiveAt > 0 && between(lastActiveAt, from) > longSilentAfter,
    'very-old': age >= veryOldFrom,
    // Nobody else who could look: her own telephone is the only way.
    'no-second-way': !contacts.some(({ phone }) => phone !== ''),
    old: age >= oldFrom && age < veryOldFrom,
    medical: resident.medical.length > 0,
    alone: resident.livesAlone,
  }
  const reasons = (Object.keys(weights) as SweepReason[]).filter((reason) => holds[reason])
  return { risk: reasons.reduce((sum, reason) => sum + weights[reason], 0), reasons }
}

const personal: ReadonlySet<Alarm['kind']> = new Set(['sos', 'fall', 'vitals', 'silence', 'environment'])
const real: ReadonlySet<Outcome> = new Set<Outcome>(['emergency', 'help-given'])

/** An alarm about the person herself rather than about a device. */
export const isPersonal = ({ kind }: Pick<Alarm, 'kind'>): boolean => personal.has(kind)
/** It was closed because something had been wrong. */
export const wasReal = (alarm: Alarm): boolean => alarm.state === 'resolved' && isPersonal(alarm) && real.has(alarm.outcome)
