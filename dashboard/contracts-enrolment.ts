/** What the screens of enrolment are given: devices that wait, what has shown that it works, and the test walk. */
import type { Role } from '../domain/device.ts'
import type { NewDevice } from '../domain/enrolment.ts'
import type { DeviceStanding } from '../domain/enrolment-life.ts'
import type { Instant } from '../domain/time.ts'

export type WaitingDevice = NewDevice & { siteId: string; guess: Role | null }

/** A device and when it last showed that it works. `armed` false: it was claimed and has shown nothing yet. */
export type ProofRow = {
  deviceId: string
  residentId: string | null
  role: Role
  room: string
  armed: boolean
  claimedAt: Instant | null
  provenAt: Instant | null
}
/** Devices that were never proven or not within `days`; `more`: how many are left out of the list. */
export type ProofAnswer = { days: number; never: readonly ProofRow[]; old: readonly ProofRow[]; more: number }

export type WalkRow = ProofRow & { tickedAt: Instant | null }
/** `until` null: no walk is under way. */
export type WalkAnswer = { residentId: string; from: Instant | null; until: Instant | null; now: Instant; devices: readonly WalkRow[] }

/** A visit: a code that waits to be used, or a home that is open to a technician. */
export type OpenVisit = {
  id: string
  home: string
  people: readonly { residentId: string; name: string }[]
  /** Until then the code may be used. */
  until: Instant
  isUsed: boolean
  /** Until then the home is open. */
  visitUntil: Instant | null
}
/** Shown once, to whoever gives it on. */
export type VisitCode = OpenVisit & { code: string; link: string }

/** All a technician needs in a flat, in one answer that is asked for every second. */
export type FlatAnswer = {
  now: Instant
  home: string
  people: readonly { residentId: string; name: string }[]
  devices: readonly FlatDevice[]
  /** Heard by what stands in this home, or serves the whole house: what was heard last stands first. */
  waiting: readonly WaitingDevice[]
  /** The test walk; null: none is under way. */
  until: Instant | null
  /** Devices that owe a proof and have given it, of how many. */
  proven: number
  owed: number
}
export type FlatDevice = WalkRow & { standing: DeviceStanding; batteryPercent: number | null; owesProof: boolean; heard: Instant | null }
