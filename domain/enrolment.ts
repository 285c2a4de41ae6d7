/** Enrolment in words: devices that were heard and are in no list, what proves that a device works, and what a test walk may do. */
import type { Family, Role } from './device.ts'
import type { Signal, SignalKind } from './signal.ts'
import type { Instant } from './time.ts'

/** Heard, and in no list. What it said is kept as kinds only: nobody's heart rate waits here. */
export type NewDevice = {
  /** The known device behind which it was heard; '' when it came by itself. */
  gatewayId: string
  key: string
  family: Family
  firstAt: Instant
  lastAt: Instant
  kinds: readonly SignalKind[]
  vendor: string
  model: string
  name: string
}

/** When a device was claimed through enrolment (null: it came by a list), and when it last showed that it does its duty. */
export type DeviceProof = { deviceId: string; claimedAt: Instant | null; provenAt: Instant | null }

/** What is kept of enrolment. Reading is synchronous: it happens once, at the start. */
export type EnrolmentStore = {
  newDevices(): readonly NewDevice[]
  /** Inserts or replaces, and removes what is `gone`; all of it or nothing. */
  saveNewDevices(changed: readonly NewDevice[], gone: readonly Pick<NewDevice, 'gatewayId' | 'key'>[]): Promise<void>
  proofs(): readonly DeviceProof[]
  saveProofs(proofs: readonly DeviceProof[]): Promise<void>
  /** The same within somebody else's commit; synchronous. */
  writeProofs(proofs: readonly DeviceProof[]): void
}

/** For how long a test walk lasts that nobody ends, and at most. */
export const walkMinutesUsual = 15
export const walkMinutesMost = 30

/** A test walk as a screen shows it. `ticked`: which devices were seen doing their duty in it, and when. */
export type TestWalk = { residentId: string; by: string; from: Instant; until: Instant; ticked: Readonly<Record<string, Instant>> }

/** Only what was claimed here and has shown nothing since is not armed. A device that came by a list rings from its first moment. */
export const isArmed = (proof: DeviceProof | undefined): boolean => !proof || proof.claimedAt === null || proof.provenAt !== null

/** Roles whose device has a duty to prove; a gateway shows every minute that it is there. */
export const owesProof = (role: Role): boolean => role !== 'gateway' && role !== 'other'

/** Kinds that would raise an alarm: in a test walk they are a device's test, if it was never proven. */
export const ringingKinds: ReadonlySet<SignalKind> = new Set(['sos', 'fall', 'smoke', 'gas', 'carbon-monoxide', 'water-leak'])

const pressed: readonly SignalKind[] = ['sos', 'test', 'button', 'answer']
const provingKinds: Readonly<Partial<Record<Role, readonly SignalKind[]>>> = {
  'sos-button': ['sos', 'test'],
  terminal: pressed,
  motion: ['motion'],
  presence: ['presence', 'motion'],
  'front-door': ['contact'],
  door: ['contact'],
  bed: ['bed'],
  'fall-detector': ['fall', 'test', 'presence', 'motion'],
  smoke: ['smoke', 'test'],
  gas: ['gas', 'test'],
  'carbon-monoxide': ['carbon-monoxide', 'test'],
  'water-leak': ['water-leak', 'test'],
  vitals: ['vitals'],
  environment: ['environment'],
  siren: ['acknowledgement', 'test'],
}
/** States that are also told when nothing happened: only their change shows that the sensor works. */
const changing: ReadonlySet<SignalKind> = new Set(['contact', 'bed', 'presence'])

/** Whether this signal (as the role means it) shows that a device of this role does its duty. `former`: the state it told before, in this walk. */
export function proves(signal: Signal, role: Role, former: boolean | undefined): boolean {
  if (signal.origin !== 'live' && signal.origin !== 'test') return false
  const kinds = provingKinds[role]
  // A gateway, and what has no duty of its own, shows that it is there by being heard.
  if (!kinds) return true
  if (!kinds.includes(signal.kind)) return false
  if (changing.has(signal.kind)) return former !== undefined && former !== (signal.active === true)
  return signal.active !== false
}
