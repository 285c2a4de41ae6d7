/** What a decoder understood from one message: facts about a device, before anyone asks whose it is. */
import type { Instant } from './time.ts'

export type SignalKind =
  | 'sos'
  | 'cancel'
  | 'test'
  | 'fall'
  | 'button'
  | 'motion'
  | 'presence'
  | 'bed'
  | 'contact'
  | 'vibration'
  | 'smoke'
  | 'gas'
  | 'carbon-monoxide'
  | 'water-leak'
  | 'tamper'
  | 'power'
  | 'battery'
  | 'vitals'
  | 'environment'
  | 'availability'
  | 'heartbeat'
  | 'acknowledgement'
  | 'answer'
  | 'mode'
  /** On or off of something that only the role of the device names. */
  | 'state'
  | 'location'

/** Where a signal came from. Only `live` ones are signs of life. */
export type Origin = 'live' | 'retained' | 'replay' | 'synthetic' | 'historic' | 'test' | 'last-will'

export type Signal = {
  /** Its family's name for the device: ieee address, friendly name, device id; '' = the sender itself. */
  deviceKey: string
  kind: SignalKind
  origin: Origin
  /** For kinds that are on or off: alarm-like kinds, motion, presence; contact: true = OPEN; power: true = mains present; availability: true = online. */
  active?: boolean
  /** Battery percent; a button's action name; an acknowledgement's reply id; the mode asked for. */
  value?: number | string
  /** Named numbers of `vitals` and `environment`, e.g. { 'heart-rate': 84 }. Keys are `ReadingKind`s. Of `mode`: { hours }; of a place, also on a call: { latitude, longitude }; of a button with several: { button }. */
  numbers?: Readonly<Record<string, number>>
  /** The device's own claim of when; absent when it said nothing or nonsense. */
  claimedAt?: Instant
  /** A claim of when that is too far off to be believed: only the device's clock is judged by it. */
  saidAt?: Instant
  /** What makes this message itself again when it is sent again. */
  pressId?: string
  /** Degree of certainty of a fall. */
  level?: 'possible' | 'confirmed'
  /** True when the payload could not be read and its topic alone spoke. */
  unreadable?: boolean
}
