/** The life of a device after it was claimed: where it was, what took its place, and what is known of it besides. */
import type { Device } from './device.ts'
import type { RecordLine } from './record.ts'
import { type Instant, milliseconds, type Span, seconds } from './time.ts'

/** `retired`: taken out of its home; its press still rings there. `stock`: factory-reset, without credential, ready for another home. */
export type LifeState = 'in-use' | 'retired' | 'stock'

export type DeviceLife = {
  deviceId: string
  state: LifeState
  since: Instant
  /** The home it was in last: where a press of a retired device rings. */
  lastResidentId: string | null
  /** `Resident.number` of hers. */
  lastResidentNumber: number | null
  lastRoom: string
  lastHeartbeatSeconds: number | null
  replacedBy: string | null
  replaces: string | null
  /** Since when two credentials are valid; null when one is, or none. */
  rotatedAt: Instant | null
}

export const lifeDeeds = ['claimed', 'moved', 'replaced', 'retired', 'restored', 'reset', 'rotated', 'rotation-ended', 'revoked'] as const
export type LifeDeed = (typeof lifeDeeds)[number]

/** One line of a device's history: what was done, by whom, and in whose home it stood then. */
export type LifeLine = {
  deviceId: string
  at: Instant
  deed: LifeDeed
  by: string
  residentId: string | null
  room: string
  detail: string
}

/** What a device told of itself in passing. */
export type DeviceNote = {
  deviceId: string
  batteryPercent: number | null
  batteryAt: Instant | null
  vendor: string
  model: string
  firmware: string
}

/** One device's part of a deed: what changes of its life, the line that says why, and the one of the record. */
export type DeedStep = {
  deviceId: string
  change: Partial<DeviceLife>
  line: Omit<LifeLine, 'deviceId' | 'at'> & { record?: RecordLine }
  /** In its new place it must be proven anew. */
  owesProof?: boolean
}
/** `commit` is given what to write in its transaction: that and all of these stand together, or nothing does. */
export type CarryOut = (steps: readonly DeedStep[], commit: (along: () => void) => Promise<void>) => Promise<void>

export type LifeStore = {
  /** Those with a history; a device that only ever stood in its home has none. Synchronous: read once, at the start. */
  lives(): readonly DeviceLife[]
  notes(): readonly DeviceNote[]
  /** The life as it is from now on, the line that says why, and the one of the record: all or none. */
  saveLife(life: DeviceLife, line: LifeLine, record?: RecordLine): Promise<void>
  /** The same within somebody else's commit; synchronous. */
  writeLife(life: DeviceLife, line: LifeLine, record?: RecordLine): void
  saveNotes(notes: readonly DeviceNote[]): Promise<void>
  /** Newest first. */
  historyOf(deviceId: string, limit: number): Promise<readonly LifeLine[]>
  /** What stood in this person's home, newest first. */
  historyIn(residentId: string, limit: number): Promise<readonly LifeLine[]>
}

export const newLife = (deviceId: string, since: Instant): DeviceLife => ({
  ...{ deviceId, state: 'in-use', since, lastResidentId: null, lastResidentNumber: null, lastRoom: '', lastHeartbeatSeconds: null },
  ...{ replacedBy: null, replaces: null, rotatedAt: null },
})

/** For so long the former credential of a device stays valid when it never logs in with the new one. */
export const rotationDays = 7

/** The longest silence of a mains-powered device before it is looked at. */
const mainsLimit = seconds(155)

/** How long this device may be silent before it is looked at; null: it promised nothing, and its silence means nothing. */
export function silentAfter({ power, heartbeatSeconds }: Pick<Device, 'power' | 'heartbeatSeconds'>): Span | null {
  if (heartbeatSeconds === null) return null
  const plain = heartbeatSeconds * 2_500
  return milliseconds(power === 'battery' ? plain : Math.max(Math.min(plain, mainsLimit), heartbeatSeconds * 1_250))
}

/**
 * `unsupervised`: it promises nothing, so it is never called well nor silent. `blind`: what carries it is silent, so nothing can be said of it.
 */
export type DeviceStanding = 'heard' | 'silent' | 'blind' | 'unsupervised' | 'never-heard' | 'retired' | 'stock'

export type StandingFacts = {
  state: LifeState
  heartbeatSeconds: number | null
  /** 0: never. */
  lastHeardAt: Instant
  isSilent: boolean
  /** What carries it is declared silent. */
  isCarrierSilent: boolean
}

export function standingOfDevice({ state, heartbeatSeconds, lastHeardAt, isSilent, isCarrierSilent }: StandingFacts): DeviceStanding {
  if (state !== 'in-use') return state
  if (isCarrierSilent) return 'blind'
  if (isSilent) return 'silent'
  if (heartbeatSeconds === null) return 'unsupervised'
  return lastHeardAt === 0 ? 'never-heard' : 'heard'
}
