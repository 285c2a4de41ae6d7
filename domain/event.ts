/** What happened to a resident (or to an area): everything the engine decides from, and nothing else. */
import type { Action, CallResult, Coming, FamilyWord, Outcome, Plan, Reason } from './alarm.ts'
import type { Doer } from './owner.ts'
import type { Instant, Span } from './time.ts'

type EventBase = {
  /** Resident id, or `area:<id>`. Events of one subject are decided strictly in order. */
  subjectId: string
  siteId: string
  /** Platform clock, when it was received. */
  at: Instant
}

/** What a person asks for. */
type Asked = EventBase & Doer

/** A cause that may raise an alarm. The desk completes it with the `plan` in force, so that the journal can be replayed without the directory. */
type Raising = EventBase & {
  deviceId: string | null
  room: string
  /** Press id: unique for each press, the same for each resend. */
  causeId: string
  claimedAt: Instant | null
  unreadable: boolean
  plan: Plan
  detail: Readonly<Record<string, string | number>>
}

export type SosPressed = Raising & { kind: 'sos-pressed' }
export type FallDetected = Raising & { kind: 'fall-detected'; level: 'possible' | 'confirmed' }
export type EnvironmentDetected = Raising & { kind: 'environment-detected'; hazard: 'smoke' | 'gas' | 'carbon-monoxide' | 'water-leak' }
/** `detail.because`: `silence` (also when absent) or `not-back`, a silence that began at the front door. */
export type InactivityNoticed = Raising & { kind: 'inactivity-noticed'; since: Instant; limit: Span }
/** Time to ask "are you all right?", before a silence is an alarm. `deviceId` is the terminal that asks, or null: then the centre calls. */
export type CheckInDue = Raising & { kind: 'check-in-due'; because: 'silence' | 'morning' | 'not-back' }
export type TroubleReason = Extract<
  Reason,
  | 'device-silent'
  | 'device-flapping'
  | 'clock-wrong'
  | 'battery-low'
  | 'tamper'
  | 'mains-lost'
  | 'retained-press'
  | 'home-unseen'
  | 'case-overdue'
>
/**
 * `detail.role` is the device's role: a silent terminal, gateway or SOS button weighs more than a silent door contact. `case-overdue`: nobody
 * has mended it within the limit; `detail.superiors` are the ids of those who answer for the site, with spaces between.
 */
export type DeviceTroubled = Raising & { kind: 'device-troubled'; reason: TroubleReason }
/** Many devices of one gateway or area fell silent together. Homes are named; repeated with the grown list. */
export type AreaSilenced = Raising & { kind: 'area-silenced'; residentIds: readonly string[] }
/** Sites have neither a desk on watch nor anybody on duty who can be reached (`detail.siteIds`). The subject is the desk that is asked to look after them: `area:duty:<its site>`. */
export type DutyUnmanned = Raising & { kind: 'duty-unmanned' }

export type RaisingEvent =
  | SosPressed
  | FallDetected
  | EnvironmentDetected
  | InactivityNoticed
  | CheckInDue
  | DeviceTroubled
  | AreaSilenced
  | DutyUnmanned

export type CareEvent =
  | RaisingEvent
  | (EventBase & { kind: 'test-pressed'; deviceId: string; causeId: string })
  | (EventBase & { kind: 'cancel-pressed'; deviceId: string })
  /** The condition behind a technical, environment, silence or area alarm went away. `deviceId` null: whatever device. */
  | (EventBase & { kind: 'condition-cleared'; reason: Reason; deviceId: string | null })
  /** `from`: whoever asks knows that this person has it, and takes it over; `fromId`: exactly this account. */
  | (Asked & { kind: 'acknowledge-asked'; alarmId: string; from?: string; fromId?: string })
  | (Asked & {
      kind: 'note-asked'
      alarmId: string
      action: Action
      text: string
      result?: CallResult | undefined
      coming?: Coming | undefined
    })
  /** A relative said what she does about it. `minutes`: in how many she is there. */
  | (EventBase & { kind: 'family-answered'; alarmId: string; by: string; word: FamilyWord; minutes: number | null })
  | (Asked & { kind: 'resolve-asked'; alarmId: string; outcome: Outcome; text: string })
  /** Whoever has it gives it to a colleague: the name to read, and whose account it is. */
  | (Asked & { kind: 'hand-over-asked'; alarmId: string; to: string; toId?: string; text: string })
  /** Put a device's alarm off until then. */
  | (Asked & { kind: 'shelve-asked'; alarmId: string; until: Instant; text: string })
  /** The timekeeper found the alarm's deadline passed. `deadline`: this one did, by the clock that only grows, though the wall clock was turned back. */
  | (EventBase & { kind: 'deadline-passed'; alarmId: string; deadline?: Instant })
  /** No screen said "painted" in time for this priority-1 alarm. */
  | (EventBase & { kind: 'unpainted-noticed'; alarmId: string })

/** An event as its source knows it: the desk adds the plan. */
export type CareEventDraft = CareEvent extends infer E ? (E extends { plan: Plan } ? Omit<E, 'plan'> : E) : never
