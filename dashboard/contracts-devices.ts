/** What the screens are told of devices: how each one stands, what it showed, what is known of its battery and clock, and its life so far. */
import type { BatteryForecast } from '../domain/battery.ts'
import type { Family, Role } from '../domain/device.ts'
import type { ClockOff } from '../domain/drift.ts'
import type { DeviceStanding, LifeDeed, LifeState } from '../domain/enrolment-life.ts'
import type { Instant } from '../domain/time.ts'
import type { VendorLogin } from '../domain/vendor-login.ts'

/** One device of a list. */
export type DeviceFacts = {
  deviceId: string
  siteId: string
  residentId: string | null
  gatewayId: string | null
  family: Family
  key: string
  role: Role
  room: string
  power: 'mains' | 'battery'
  standing: DeviceStanding
  /** Null: never. */
  lastHeardAt: Instant | null
  /** How often it promised to be heard; null: it made no promise and is not supervised. */
  expectedSeconds: number | null
  /** Silent for longer than this, it is looked at. */
  silentAfterSeconds: number | null
  /** False: it was claimed and has shown nothing yet. */
  armed: boolean
  claimedAt: Instant | null
  provenAt: Instant | null
  /** The last percentage it told, and when. */
  battery: { percent: number; at: Instant } | null
  vendor: string
  model: string
  firmware: string
  state: LifeState
  replacedBy: string | null
  replaces: string | null
  /** Null: too few of its messages said when. */
  clock: (ClockOff & { isWrong: boolean }) | null
  /** It comes and goes: each coming and going is not told on its own. */
  flapping: boolean
}

export type DeviceFactsAnswer = { now: Instant; devices: readonly DeviceFacts[] }

/** A line of its history. `home`: the label of the home it stood in, '' when that is gone. */
export type DeviceLifeRow = {
  at: Instant
  deed: LifeDeed
  by: string
  residentId: string | null
  home: string
  room: string
  detail: string
}

/** One device, opened. */
export type DeviceDetails = DeviceFacts & {
  now: Instant
  /** The home it hangs in; '' for none. */
  home: string
  person: string
  /** What it carries. */
  carries: readonly string[]
  forecast: BatteryForecast
  /** How many credentials are valid: two while it changes from one to the next. */
  credentials: number
  /** Since when two are; by `rotationEndsAt` the former one ends. */
  rotatedAt: Instant | null
  rotationEndsAt: Instant | null
  history: readonly DeviceLifeRow[]
}

/** A credential, shown once: as text and as a QR code for the terminal. */
export type DeviceCredential = { deviceId: string; token: string; server: string; qr: string }

/** How the terminal logs in by another platform's formula (`POST /api/devices/:id/vendor-login` with scheme, product, device and secret); null: it does not. */
export type VendorLoginAnswer = (VendorLogin & { base: string }) | null
