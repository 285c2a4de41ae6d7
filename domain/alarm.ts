/** The need for a human, from the first cause to the outcome; the plan that says who is told; and the facts that became true. */
import type { FamilyAnswer } from './family.ts'
import type { Doer } from './owner.ts'
import type { Relation } from './people.ts'
import type { Instant, Span } from './time.ts'

export type AlarmKind = 'sos' | 'fall' | 'vitals' | 'silence' | 'environment' | 'technical'
/** 1 = somebody may be in danger now; 2 = look soon; 3 = a device needs hands. */
export type Priority = 1 | 2 | 3

/** What exactly: the words on the card. */
export type Reason =
  | 'button'
  | 'fall-possible'
  | 'fall-confirmed'
  | 'smoke'
  | 'gas'
  | 'carbon-monoxide'
  | 'water-leak'
  | 'inactivity'
  | 'check-in'
  | 'not-back'
  | 'home-unseen'
  | 'device-flapping'
  | 'clock-wrong'
  | 'device-silent'
  | 'area-silent'
  | 'battery-low'
  | 'tamper'
  | 'mains-lost'
  | 'retained-press'
  | 'wall-unattended'
  | 'case-overdue'

/** One press or reading that asked for this help. */
export type Cause = {
  /** The press id: the same press can never be two causes. */
  id: string
  reason: Reason
  deviceId: string | null
  room: string
  /** When the platform received it. */
  receivedAt: Instant
  /** The device's own claim, when it made a credible one. */
  claimedAt: Instant | null
  /** The payload could not be read; the topic alone spoke. */
  unreadable: boolean
}

/** 处置结果: why an alarm was closed. */
export const outcomes = [
  'emergency',
  'help-given',
  'social-call',
  'false-press',
  'sensor-false',
  'test',
  'technical-fixed',
  'no-fault-found',
  'all-well',
] as const
export type Outcome = (typeof outcomes)[number]

/** What somebody did next; any of these renews the lease of an acknowledgement. `called` says nothing of an answer; `spoke` is her own voice. */
export const actions = ['called', 'spoke', 'dispatched', 'on-my-way', 'arrived', 'contacted-family', 'called-120', 'note'] as const
/** What a call to her came to; it chooses what is done next (`response.ts`). */
export const callResults = ['fine', 'no-answer', 'hurt'] as const
export type CallResult = (typeof callResults)[number]
/** `handed-over` is written down by handing over, and by nothing else. */
export type Action = (typeof actions)[number] | 'handed-over'

/** Who is coming and in how many minutes; said to the elder. */
export type Coming = { who?: string | undefined; minutes?: number | undefined }
/** A relative's word; `by` is then her name, and no lease is renewed by it. */
export type FamilyWord = { contactId: string; relation: Relation; answer: FamilyAnswer }
/** `presses`: how often she had called by then; only where somebody heard or saw her, for that is contact only until she calls again. */
export type Note = Doer & {
  at: Instant
  action: Action
  text: string
  presses?: number
  result?: CallResult
  coming?: Coming
  family?: FamilyWord
}

/** Who is expected to come or to answer, and who is only to know of it: told once in each step, and never again when the last one repeats. */
export type Part = 'responder' | 'told'
/** Whom a step tells, and how. `contactId` null: the channel itself knows (the wall's siren, a centre's webhook). Without a `part`: a responder. */
export type Recipient = { contactId: string | null; label: string; channel: string; part?: Part | undefined }

export type PlanStep = {
  /** How long to wait after the step before (0 for the first). */
  wait: Span
  tell: readonly Recipient[]
}

/** 处置预案: who is told, in which order. The last step repeats for ever, every `repeatEvery`. */
export type Plan = { id: string; name: string; steps: readonly PlanStep[]; repeatEvery: Span; lease: Span }

/** At the centre somebody took it, or it waits again because nobody went on. Without names: relatives may see it. */
export type Hand = { at: Instant; kind: 'taken' | 'returned' }

type AlarmBase = {
  /** Derived from its first cause: the same press can never make two alarms. */
  id: string
  /** The resident, or the area (`area:<id>`) when many homes share one cause. */
  subjectId: string
  siteId: string
  kind: AlarmKind
  reason: Reason
  priority: Priority
  raisedAt: Instant
  causes: readonly Cause[]
  /** How often it was asked for in all; `causes` keeps only the first and the latest ones. */
  presses: number
  /** How many rounds of notices were sent for it; the round is part of each notice's id. */
  rings: number
  /** The device asked to call it off: shown, never obeyed. */
  cancelAskedAt: Instant | null
  /** The condition itself went away (smoke gone, device heard again): shown; only technical alarms close by it. */
  clearedAt: Instant | null
  /** For an area: every home it holds. */
  residentIds: readonly string[]
  notes: readonly Note[]
  /** The latest of them, oldest first; none while nobody ever took it. */
  hands?: readonly Hand[]
  /** Plain figures for the sentence on the card, e.g. { silentSince: 1700000000000, limitHours: 6 }. */
  detail: Readonly<Record<string, string | number>>
}

export type RaisedAlarm = AlarmBase & { state: 'raised'; plan: Plan; planStep: number; nextStepAt: Instant }
/** `fromId`: the account that had it before, and gave it or had it taken (`detail.handedBy`, `detail.takenFrom`). */
export type AcknowledgedAlarm = AlarmBase &
  Doer & {
    state: 'acknowledged'
    fromId?: string
    at: Instant
    plan: Plan
    planStep: number
    leaseUntil: Instant
  }
export type ResolvedAlarm = AlarmBase & Doer & { state: 'resolved'; at: Instant; outcome: Outcome }
export type OpenAlarm = RaisedAlarm | AcknowledgedAlarm
export type Alarm = OpenAlarm | ResolvedAlarm

/** When somebody must look again: the next step of the plan, or the end of the lease. */
export const dueAt = (alarm: OpenAlarm): Instant => (alarm.state === 'raised' ? alarm.nextStepAt : alarm.leaseUntil)

export type FactKind =
  | 'alarm-raised'
  | 'alarm-repeated'
  | 'alarm-escalated'
  | 'alarm-acknowledged'
  | 'alarm-returned' // the lease ran out without a next action
  | 'alarm-noted'
  | 'alarm-cancel-asked'
  | 'alarm-cleared'
  | 'alarm-updated' // an area alarm gained or lost homes
  | 'alarm-resolved'

/** One thing that became true. It carries the whole alarm as it stands afterwards. */
export type AlarmFact = { kind: FactKind; subjectId: string; siteId: string; at: Instant; alarm: Alarm; pressId?: string }
/** A test press: thanked and logged; nobody is rung. */
export type TestFact = { kind: 'test-pressed'; subjectId: string; siteId: string; at: Instant; deviceId: string; pressId: string }
export type Fact = AlarmFact | TestFact

/** One message owed to one person by one channel. */
export type Notice = {
  /** Derived: `alarm/step/round/recipient`. The same call decided twice is one call. It begins with the id of its alarm and a slash. */
  id: string
  alarmId: string
  subjectId: string
  siteId: string
  recipient: Recipient
  dueAt: Instant
}
