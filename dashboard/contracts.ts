/** What the server and the screens say to each other. Types only; both sides import them, so a change is a compile error on both. */
import type { Action, Alarm, CallResult, Coming, FactKind, Outcome, Plan } from '../domain/alarm.ts'
import type { CallBack, CallBackDone } from '../domain/call-backs.ts'
import type { DayFacts } from '../domain/daily.ts'
import type { Contact, Mode } from '../domain/people.ts'
import type { PlanProblem } from '../domain/plan-check.ts'
import type { PreviewedCall } from '../domain/plan-preview.ts'
import type { Reach } from '../domain/reach-hours.ts'
import type { ReadingKind } from '../domain/reading.ts'
import type { FlatPlan } from '../domain/site-plan.ts'
import type { SlowChange } from '../domain/slow-change.ts'
import type { Sweep, SweepHome, SweepTick } from '../domain/sweep.ts'
import type { Instant } from '../domain/time.ts'
import type { ResidentCard, StoredNotice, StoredPlan } from '../store/store.ts'

/** Where and who, as the queue shows it. `building` etc. are '' for an area alarm; then `title` says the place. */
export type Place = {
  siteId: string
  siteName: string
  building: string
  unit: string
  door: string
  title: string
  person: string
  age: number | null
  timeZone: string
}

export type WallAlarm = { alarm: Alarm; place: Place }

/** One step of the live stream. Apply it with `alarms.set(alarm.id, …)`; `seq` grows, though not by one: the facts of other sites are not sent. A screen compares `open` and `seq` of each beat to know that it missed nothing. */
export type LiveFact = { seq: number; kind: FactKind | 'test-pressed'; at: Instant; alarm: WallAlarm | null; place: Place }

/** All homes of the wall, columns instead of rows: index i of each array is one home. */
export type HomesColumns = {
  residentIds: readonly string[]
  buildings: readonly string[]
  labels: readonly string[]
  /** Whose homes they are, in the order of the columns: two sites may both have a building 3. */
  sites: readonly (readonly [name: string, homes: number])[]
  /** 0 normal, 1 away (any mode but home), 2 offline (its terminal is silent) */
  states: readonly number[]
  /** Milliseconds of the last sign of life, 0 = never. */
  activeAt: readonly number[]
}

export type Snapshot = {
  seq: number
  serverAt: Instant
  alarms: readonly WallAlarm[]
  homes: HomesColumns
  today: { resolved: number; byOutcome: Readonly<Partial<Record<Outcome, number>>>; acknowledgeSecondsMedian: number | null }
  devices: { total: number; silent: number; sosButtons: number; sosButtonsProven: number }
  sites: readonly { id: string; name: string; phone: string; timeZone: string }[]
  /** HH:MM at the site: the quiet minute in which walls load themselves anew, or '' for never. */
  reloadAt: string
  /** The newest facts, oldest first. */
  latest: readonly LiveFact[]
}

/** `seq`: of the newest fact of this screen's sites, as in Snapshot; a screen that is behind it missed something. `figures` in every fifth beat. */
export type Beat = {
  at: Instant
  seq: number
  open: number
  banner: Banner | null
  homes: HomesChange
  figures?: Pick<Snapshot, 'today' | 'devices'>
}
/** Homes whose cell changed since the last beat: [resident id, state, activeAt]. */
export type HomesChange = readonly (readonly [string, number, number])[]
export type Banner = { kind: 'telemetry-refused' | 'telemetry-dropped' | 'influx-refused' | 'disk-full' | 'storage-slow'; since: Instant }

/** Socket.IO at the default path, `transports: ['websocket']` only. The server joins rooms itself, from the session; the client never names one. */
export type ServerToScreen = {
  facts: (facts: readonly LiveFact[]) => void
  beat: (beat: Beat) => void
  /** The directory changed (a home came or went): say `hello(null)` again. */
  resync: () => void
  /** Of a welfare sweep of the own sites: somebody was ticked off, or (null) there is a new list. */
  sweep: (tick: SweepTick | null) => void
  /** The session ended (signed out elsewhere, disabled): go to the sign-in page. */
  'signed-out': () => void
}
export type ScreenToServer = {
  /** First word of every connection. `since` null or too old → snapshot; else the facts after it. Facts do not say which homes' cells changed: after a gap in the beats, ask for a snapshot too. */
  hello: (since: number | null, answer: (reply: HelloReply) => void) => void
  painted: (receipt: { alarmId: string; presses: number }) => void
  sounded: (receipt: { alarmId: string; presses: number }) => void
  /** Is this screen able to make a sound, and on watch? `siteIds`: for these sites; absent: for all it sees. */
  watch: (state: { onDuty: boolean; soundRunning: boolean; siteIds?: readonly string[] }) => void
}

export type HelloReply = { snapshot: Snapshot } | { facts: readonly LiveFact[]; seq: number }

export type RecentActivity = { at: Instant; kind: ReadingKind; value: number; room: string; deviceId: string }

/** GET /api/alarms/:id — everything an operator needs, in one answer. */
export type AlarmCard = {
  alarm: Alarm
  place: Place
  /** null for an area alarm. `home.doorCode` is '' until this user's site acknowledged the alarm. */
  card: ResidentCard | null
  /** For an area alarm: every home it holds. */
  homes: readonly { residentId: string; label: string; person: string; phone: string }[]
  lastActiveAt: Instant | null
  lastActiveRoom: string
  recent: readonly RecentActivity[]
  notices: readonly StoredNotice[]
  earlier: readonly Alarm[]
  /** Who could be at the door soonest, the nearest first. */
  near: readonly NearPerson[]
  /** Of contacts whose hours are understood: whether they can be reached now, on the clocks of the home. */
  reach: readonly ContactReach[]
  /** The drawn plan of the flat, and whether there is a picture of the resident to ask for. */
  flat: FlatPlan | null
  photo: boolean
  /** Display names of the others who have this card open now. */
  others: readonly string[]
}
export type ContactReach = { id: string } & Reach

/** `minutes`: on foot; null: nobody knows where they are. */
export type NearPerson = Pick<Contact, 'id' | 'name' | 'relation' | 'phone' | 'hasKey'> & { minutes: number | null }

export type { Me, PasswordRequest, SetupRequest, SetupState, SignInRequest } from './contracts-accounts.ts'

/** Every refused request: a code for programs, a sentence for people. */
export type Refused = {
  code: string
  message: string
  fields?: readonly { path: string; message: string }[]
  /** 409 on an alarm: who has it, or who closed it (a display name, as in `alarm.by`). */
  by?: string
}

/** `from`: the display name of who has it, to take it over on purpose. */
export type AcknowledgeRequest = { from?: string; fromId?: string }
/** Only alarms about devices, for at most 8 hours. */
export type ShelveRequest = { until: Instant; text: string }
/** `result`: what the call came to. `coming`: who is on the way, and in how many minutes; the elder's terminal says so. */
export type NoteRequest = { action: Action; text: string; result?: CallResult; coming?: Coming }
export type ResolveRequest = { outcome: Outcome; text: string }

export type { ImportAnswer } from './contracts-upkeep.ts'

/*
 * The HTTP paths, as the web project calls them (`dashboard/web/shared/api.ts`). Every request but GET carries `x-csrf-token`.
 *   GET  /api/alarms/:id → AlarmCard    POST /api/alarms/:id/acknowledge · /notes · /resolve · /shelve → WallAlarm
 *   GET  /api/rows → DirectoryRows      GET  /api/export/:table (text/csv)     POST /api/import/:table (text/csv, raw bytes) → ImportAnswer
 *   POST /api/devices/:id/token → DeviceToken       GET /api/users → StaffRow[]    POST /api/users StaffNew → StaffRow    PATCH /api/users/:id StaffChange → StaffRow
 *   GET  /api/quarantine → QuarantineList
 */
export type CsvTable = 'sites' | 'homes' | 'residents' | 'contacts' | 'devices'
/** Shown once; only its HMAC is kept. */
export type DeviceToken = { deviceId: string; token: string }
export type QuarantineRow = {
  id: number
  at: Instant
  senderId: string
  topic: string
  reason: string
  why: string
  payloadText: string
  bytes: number
}
/** GET /api/telemetry/refused (admin): the newest lines that InfluxDB refused. `total`: ever; at most 10,000 are kept. */
export type RefusedReadings = { total: number; entries: readonly { id: number; at: Instant; line: string; why: string }[] }
export type QuarantineList = { counts: Readonly<Record<string, number>>; entries: readonly QuarantineRow[] }

/** GET /api/sweeps: the figures. GET /api/sweeps/:id: everybody on it, the worst risk first. POST /api/sweeps/:id/tick { residentIds, note } → SweepTicked. */
export type SweepRow = Sweep & { siteName: string; timeZone: string }
export type SweepHomeRow = SweepHome & {
  person: string
  birthYear: number | null
  label: string
  phone: string
  /** Who else can be asked, or nobody. */
  contact: { name: string; phone: string } | null
}
export type SweepPage = { sweep: SweepRow; homes: readonly SweepHomeRow[] }
/** Who was newly ticked off. */
export type SweepTicked = { residentIds: readonly string[] }

/*
 * More paths, for programs and later pages.
 *   GET  /api/health → HealthAnswer (no sign-in)        GET  /api/wall → Snapshot        GET /api/openapi.json
 *   GET  /api/residents?name= → FoundResident[] (the audited way to a card without an alarm)
 *   GET  /api/residents/:id → ResidentCard              POST /api/me/password PasswordRequest → Me
 *   GET  /api/rows/:table?siteId= → rows                PUT  /api/rows/:table/:id → the row        DELETE /api/rows/:table/:id → 204
 *   GET  /api/plans → StoredPlan[]                      PUT  /api/plans/:id StoredPlan → StoredPlan, or 422 with a PlanProblem's code
 *   GET  /api/alarms/:id/colleagues → Colleague[]         POST /api/alarms/:id/hand-over HandOverRequest → WallAlarm
 *   GET  /api/call-backs → CallBackRow[]                POST /api/call-backs/:id/done { note } → 204
 *   GET  /api/call-backs/made → CallBackMadeRow[] (7 days)   POST /api/call-backs/:id/not-reached { note?, dueAt? } → 204
 *   DELETE /api/plans/:id → 204                         POST /api/plans/preview PreviewRequest → PlanPreview
 *   DELETE /api/devices/:id/token → 204 (all tokens)    GET  /api/audit?after=&limit= → AuditLine[]
 *   GET  /api/export/:table?encoding=utf-8|gb18030&labels=en|zh&siteId=       POST /api/import/:table?encoding=
 */
/** `screens` counts connections; `unpainted` counts how often nobody painted in time, `waiting` how many are unpainted now. */
export type HealthAnswer = {
  state: 'ok' | 'degraded'
  reasons: readonly { code: string; message: string }[]
  screens: {
    connected: number
    onDuty: number
    sounding: number
    painted: number
    sounded: number
    unpainted: number
    waiting: number
  }
}
/** By name or telephone; the card itself is another look. */
export type FoundResident = { residentId: string; person: string; label: string; siteName: string }

/** Who may be given an alarm: display names of colleagues who may answer at its site, without the reader. */
/** A call owed after an alarm (回访); `person` and `label` are '' for somebody who moved to where the reader may not look. */
export type CallBackRow = CallBack & { person: string; label: string; timeZone: string }
export type CallBackMadeRow = CallBackRow & { done: CallBackDone }

/** `plan` null: the one in force. For a resident the places are filled from her contacts; `exampleId`: whose are shown for a plan for many. */
export type PreviewRequest = Omit<StoredPlan, 'plan'> & { plan: Plan | null; exampleId?: string | null }
/** `person` is a name, or '' where it is a place. `problem`: why this plan would not be taken. */
export type PlanPreview = {
  plan: Plan
  problem: PlanProblem | null
  repeatSeconds: number
  /** Names of the channels that are set up; null: not known. */
  channels: readonly string[] | null
  calls: readonly (PreviewedCall & { person: string })[]
}

/*
 * Silence.
 *   POST /api/residents/:id/mode ModeRequest → ModeAnswer         GET /api/residents/:id/silence → SilenceAnswer
 *   GET  /api/sites/:id/changes → ChangesAnswer (the weekly notice of slow change)
 */
/** `until` null: after the usual length of that mode. Every mode but `home` has an end. */
export type ModeRequest = { mode: Mode; until: Instant | null }
/** How it stands with somebody's silence, and today's silence over what is usual for her: what the card draws. */
export type SilenceAnswer = {
  at: Instant
  timeZone: string
  /** What keeps the home from being seen: `seen`, or which of the other kinds of silence it is, and since when. */
  sight: 'seen' | 'sensor' | 'terminal' | 'area'
  blindSince: Instant | null
  isPartlySeen: boolean
  mode: Mode
  modeUntil: Instant | null
  /** Since when she was seen at home again before the end of the mode that said she was away; null when that is a day ago, or never was. */
  returnedAt: Instant | null
  lastAt: Instant | null
  lastRoom: string
  /** The first sign of life of this morning: safe and well. */
  upAt: Instant | null
  /** When the silence that is running becomes an alarm; null while it is not judged or too little is known. */
  dueAt: Instant | null
  /** Every ten minutes of the local day from its beginning: how long she had been silent then, in minutes; null where nobody knows. */
  today: { from: Instant; step: number; silent: readonly (number | null)[] }
  /** At the same moments, how long a silence that is running then usually is at most, and ever was; empty while too little is known. */
  usual: { within: readonly number[]; longest: readonly number[] }
}
/** The weekly notice: whose days have slowly changed for the worse. No alarm. `lastDay` null: not worked out yet. */
export type ChangesAnswer = {
  lastDay: string | null
  people: readonly { residentId: string; person: string; label: string; changes: readonly SlowChange[] }[]
}
export type ModeAnswer = { residentId: string; mode: Mode; modeUntil: Instant | null }

/*
 * History. `format=csv` answers the same as a spreadsheet.
 *   GET  /api/residents/:id/history?from=&to=&series=&points=&format=      GET  /api/devices/:id/history?… → HistoryAnswer
 *   GET  /api/residents/:id/days?from=2026-11-01&to=2026-11-22&format= → DaysAnswer
 *   GET  /api/sites/:id/last-seen?format= → LastSeenAnswer
 */
export type HistoryGroup = 'activity' | 'heartbeats' | 'battery' | 'signal' | 'vitals' | 'door'
export type HistorySeries = {
  group: HistoryGroup
  /** What was measured; 'activity' where several kinds count together. */
  kind: ReadingKind | 'activity'
  /** null where devices count together: a room's activity, a person's vital signs. */
  deviceId: string | null
  room: string
  /** One for each span. Counts are 0 when the home was heard and nothing happened; null is a gap: nobody knows. */
  values: readonly (number | null)[]
}
/** Span i begins at `at[i]` and ends where the next begins, the last one at `to`. */
export type HistoryAnswer = {
  from: Instant
  to: Instant
  /** Usual length of a span in milliseconds; a day of 23 or 25 hours is one span all the same. */
  step: number
  timeZone: string
  at: readonly Instant[]
  series: readonly HistorySeries[]
}
export type DaysAnswer = { timeZone: string; days: readonly DayFacts[] }
/** Columns: index i of each is one device. `heardAt` 0 = never, or not since the register began. */
export type LastSeenAnswer = { at: Instant; deviceIds: readonly string[]; heardAt: readonly number[]; silent: readonly number[] }
