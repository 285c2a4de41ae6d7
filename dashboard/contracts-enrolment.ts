/** What the screens of enrolment are given: devices that wait, what has shown that it works, and the test walk. */
import type { Role } from '../domain/device.ts'
import type { NewDevice } from '../domain/enrolment.ts'
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
