/** 设备故障单: a broken button is a case with an owner and a limit of two hours. What opens one, what closes it, and how a device stands. Pure. */
import type { Reason } from './alarm.ts'
import { type Role, roles } from './device.ts'
import { type DeviceProof, isArmed } from './enrolment.ts'
import { after, before, days, hours, type Instant } from './time.ts'

/** Within which a broken button is mended, replaced or stood in for (JGJ/T 484-2019, 10.3.1). */
export const troubleWithin = hours(2)
/** Buttons are tested weekly by the same standard; beyond a month without any proof somebody is sent. */
export const provenSoon = days(7)
export const provenLate = days(30)

/** Without one of these a person cannot call for help: their trouble is a case by itself. */
const lifelines: ReadonlySet<Role> = new Set(['sos-button', 'terminal'])
export const isLifeline = (role: Role): boolean => lifelines.has(role)
export const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text)

export const troubleKinds = ['silent', 'battery-low', 'failed', 'unproven', 'by-hand'] as const
export type TroubleKind = (typeof troubleKinds)[number]

/** How a case may end. `manual-cover`: somebody looks in or calls until the new button is there, which the standard allows. */
export const troubleReasons = [
  'repaired',
  'replaced',
  'battery-changed',
  'manual-cover',
  'resident-away',
  'removed',
  'no-fault',
  'back-by-itself',
] as const
export type TroubleReason = (typeof troubleReasons)[number]

export type TroubleNote = { at: Instant; by: string; text: string }
export type Trouble = {
  id: string
  deviceId: string
  siteId: string
  residentId: string | null
  kind: TroubleKind
  openedAt: Instant
  /** '' = opened by itself. */
  openedBy: string
  dueAt: Instant
  /** Who looks after it; null while nobody does. */
  owner: { userId: string; name: string } | null
  notes: readonly TroubleNote[]
  done: { at: Instant; by: string; reason: TroubleReason } | null
  /** When those who answer for the site were called because its time was over, and by which alarm ('' when it is not known any more). */
  told: { at: Instant; alarmId: string } | null
}

export const isOverdue = ({ done, dueAt }: Pick<Trouble, 'done' | 'dueAt'>, now: Instant): boolean => done === null && now > dueAt

/** Reasons of technical alarms that are a device's own, and the case each makes. A silent area is one cause, and no case for each button in it. */
const kindOfReason: Readonly<Partial<Record<Reason, TroubleKind>>> = {
  'device-silent': 'silent',
  'battery-low': 'battery-low',
  tamper: 'failed',
  'mains-lost': 'failed',
}
export const troubleOf = (reason: Reason): TroubleKind | null => kindOfReason[reason] ?? null

export const dueOf = (openedAt: Instant): Instant => after(openedAt, troubleWithin)

/** How a device stands, the worst first; what somebody should do follows from it. */
export const standings = ['silent', 'failed', 'battery-low', 'never-activated', 'unproven', 'test-owed', 'well'] as const
export type DeviceStanding = (typeof standings)[number]

/** `heardAt` 0: never. `proof` undefined: it came by a list and was never seen doing its duty. */
export type DeviceState = {
  role: Role
  heardAt: number
  silent: boolean
  proof: DeviceProof | undefined
  /** Of its open technical alarms. */
  troubles: ReadonlySet<TroubleKind>
}

export function standingOf({ role, heardAt, silent, proof, troubles }: DeviceState, now: Instant): DeviceStanding {
  if (silent || troubles.has('silent')) return 'silent'
  if (troubles.has('failed')) return 'failed'
  if (troubles.has('battery-low')) return 'battery-low'
  const provenAt = proof?.provenAt ?? null
  if (!isArmed(proof) || (provenAt === null && heardAt === 0)) return 'never-activated'
  // The weekly test is owed by what somebody calls for help with; the others show in daily life that they work.
  if (!isLifeline(role)) return 'well'
  if (provenAt === null || provenAt < before(now, provenLate)) return 'unproven'
  return provenAt < before(now, provenSoon) ? 'test-owed' : 'well'
}

/** True when so much time has passed without a proof that a case is opened. What came by a list and was never proven waits on the board. */
export function isLongUnproven(role: Role, proof: DeviceProof | undefined, now: Instant): boolean {
  if (!isLifeline(role) || !proof) return false
  if (proof.provenAt !== null) return proof.provenAt < before(now, provenLate)
  return proof.claimedAt !== null && proof.claimedAt < before(now, provenSoon)
}
