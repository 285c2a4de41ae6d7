/** The contracts of what must not be lost. `sqlite/` is the default for all; each has one suite of tests that every implementation passes. */
import type { Alarm, AlarmKind, Fact, Notice, OpenAlarm, Plan } from '../domain/alarm.ts'
import type { DayFacts } from '../domain/daily.ts'
import type { Device, KnownDevice } from '../domain/device.ts'
import type { CareEvent } from '../domain/event.ts'
import type { StoredCredential } from '../domain/message.ts'
import type { Contact, Home, Mode, Resident, Site } from '../domain/people.ts'
import type { PushSubscription, Reach, Receipt, SentCall } from '../domain/reach.ts'
import type { Reading, ReadingKind } from '../domain/reading.ts'
import type { Situation } from '../domain/situation.ts'
import type { Instant, Span } from '../domain/time.ts'
import type { Along, AuditLine } from './staff.ts'

export type { MapStore, StoredSitePlan } from './maps.ts'
export {
  type Accounts,
  type Area,
  type AuditLine,
  type AuditQuery,
  type CallBacks,
  type ChainCheck,
  type Factor,
  isStaffOf,
  type OneTimeSecret,
  type Passkey,
  type ProfileStore,
  type SecondFactors,
  type Session,
  type StoredAuditLine,
  type Sweeps,
  sitesOf,
  type User,
  type UserRole,
  userRoles,
} from './staff.ts'
export type { ApiKeyStore, ResidentFileStore, TroubleChange, TroubleStore, WebhookStore } from './upkeep.ts'

/** A fact with its place in the one order of all facts. `seq` grows without gaps from 1. */
export type StoredFact = { seq: number; fact: Fact }

/** One decision to make durable: all of it or nothing. */
export type Turn = {
  event: CareEvent
  before: Situation
  after: Situation
  facts: readonly Fact[]
  /** Inserted after `withdrawn` was carried out; an id that is already there stays as it is. */
  notices: readonly Notice[]
  /** Calls that are no longer wanted: ids of notices, or ids of alarms (then every unsent notice of that alarm). Only owed ones change. */
  withdrawn: readonly string[]
  /** Who of the staff or the family did it: written to the record in the same transaction. Nobody for a press: it costs one nothing. */
  line?: AuditLine
}

/** One journal line: the event and the facts it led to. */
export type JournalEntry = { seq: number; event: CareEvent; facts: readonly Fact[] }

export type NoticeState = 'owed' | 'delivered' | 'refused' | 'withdrawn'
export type StoredNotice = Notice & { state: NoticeState; attempts: number; nextTryAt: Instant; lastError: string }
export type NoticeResult = { id: string; state: NoticeState; attempts: number; nextTryAt: Instant; lastError: string; at: Instant }

/** The journal, the alarms and the notices. Everything on the path of help. */
export type CareStore = {
  /** What deciding needs about one subject, with `pressId` looked up among all presses ever recorded. */
  load(subjectId: string, pressId?: string): Promise<Situation>
  /** Resolves when the turn is on stable storage (commits made in the same moment share one fsync). Throws StoreTrouble; then nothing of it happened. */
  commit(turn: Turn): Promise<readonly StoredFact[]>
  /** Open alarms whose deadline is at or before `now`, oldest first. */
  dueAlarms(now: Instant, limit: number): Promise<readonly OpenAlarm[]>
  openAlarms(siteIds: readonly string[] | 'all'): Promise<readonly OpenAlarm[]>
  alarm(id: string): Promise<Alarm | null>
  /** Newest first. */
  alarmsOf(subjectId: string, limit: number): Promise<readonly Alarm[]>
  /** Closed since `since`, newest first. */
  resolvedSince(siteIds: readonly string[] | 'all', since: Instant, limit: number): Promise<readonly Alarm[]>
  /** Facts after `seq`, oldest first. */
  factsSince(seq: number, limit: number): Promise<readonly StoredFact[]>
  lastSeq(): Promise<number>
  /** Journal entries of one subject (or of all: null) after `seq`, oldest first. */
  journal(subjectId: string | null, afterSeq: number, limit: number): Promise<readonly JournalEntry[]>
  /** Notices whose try is due, oldest first. */
  owedNotices(now: Instant, limit: number): Promise<readonly StoredNotice[]>
  noticesOf(alarmId: string): Promise<readonly StoredNotice[]>
  /** What became of one try. A notice that was withdrawn meanwhile is never owed again. */
  recordNotice(result: NoticeResult): Promise<void>
  close(): Promise<void>
}

/** Storage could not do its work; the caller must not thank anybody. */
export class StoreTrouble extends Error {
  readonly code: 'disk-full' | 'io-error' | 'conflict' | 'closed' | 'busy'
  constructor(code: StoreTrouble['code'], message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StoreTrouble'
    this.code = code
  }
}

export type ReadingQuery = { resident?: number; device?: number; from: Instant; to: Instant; limit: number }

/** Measurements, thousands a second. */
export type TelemetryStore = {
  /** Resolves when the readings are on stable storage. All calls of one window share one commit, and promises in groups. Throws StoreTrouble. */
  record(readings: readonly Reading[]): Promise<void>
  /** Oldest first. */
  readings(query: ReadingQuery): Promise<readonly Reading[]>
  counts(): Promise<{ readings: number; bytes: number; commits: number; droppedReadings: number }>
  close(): Promise<void>
}

/** What became of readings given in bulk. `known`: they were there already, or came twice in the same call. */
export type BulkResult = { added: number; known: number }

/** History by the million: moved from another store, or caught up after a long absence. */
export type BulkStore = {
  /**
   * Resolves when all of it is on stable storage and summed up; answers are then as if each had been recorded. The same readings again are the
   * same readings: a call that failed, or whose answer was lost, may be kept in part and is made again. `recordedAt` (default: now) is what
   * retention counts from. Readings are not sent on to another store. Compact and quick with whole days of some hundred residents in one
   * call (100,000 readings to some millions), in any order, two calls at a time.
   * Throws a RangeError for a reading that is no measurement, StoreTrouble when the disk will not take it.
   */
  bulk(readings: readonly Reading[], recordedAt?: Instant): Promise<BulkResult>
}

/** Readings summed up span by span: span i is `[bounds[i], bounds[i + 1])`. Of one resident, or of one device (then whosoever it was). */
export type SummaryQuery = { resident?: number; device?: number; kinds?: readonly ReadingKind[]; bounds: readonly Instant[] }
/** One device's readings of one kind, a number for each span; where `count` is 0 nothing was measured and the others mean nothing. */
export type SummarySeries = {
  device: number
  kind: ReadingKind
  count: Float64Array
  sum: Float64Array
  min: Float64Array
  max: Float64Array
  first: Float64Array
  last: Float64Array
}
/** Spans that one question may ask for. */
export const summarySpansMax = 2_000

/** What a resident's day came to, by the resident's number. */
export type StoredDay = DayFacts & { resident: number }

/** What is kept for years: summaries of readings, and what days came to. */
export type HistoryStore = {
  /** How long readings are kept one by one: spans within an hour are known this far back. */
  readonly fineFor: Span
  /**
   * By device, then kind. Whole hours are known for 3 years; bounds within an hour count only readings that are still kept one by one.
   * A reading that came late counts where it belongs. Throws a RangeError for bounds that do not ascend or are too many.
   */
  summaries(query: SummaryQuery): Promise<readonly SummarySeries[]>
  /** Inserts or replaces; durable when resolved. */
  saveDays(days: readonly StoredDay[]): Promise<void>
  /** From day to day, both included, oldest first. */
  days(query: { resident: number; from: string; to: string }): Promise<readonly StoredDay[]>
  /** The newest stored day of each resident that has one. */
  newestDays(): Promise<ReadonlyMap<number, string>>
}

/** Registers of who was last heard and last active, kept as pages of numbers so that a restart forgets nothing. */
/**
 * `resident-fresh`: silence before this moment does not count (end of a blind time, of a hospital stay).
 * `resident-returned`: since when she was seen at home again before the end of the mode that said she was away.
 * `resident-routine`: one page for each resident, the bytes of her learned routine; page 0 belongs to the register itself.
 */
export const registerNames = [
  'device-heard',
  'resident-active',
  'resident-active-device',
  'resident-fresh',
  'resident-returned',
  'resident-routine',
] as const
export type RegisterName = (typeof registerNames)[number]
export type RegisterPage = { register: RegisterName; page: number; values: Float64Array }
export type RegisterStore = {
  loadPages(register: RegisterName): Promise<readonly RegisterPage[]>
  savePages(pages: readonly RegisterPage[]): Promise<void>
}

/** A message that meant nothing to us: kept to be looked at, bounded, counted. */
export type QuarantineReason = 'unknown-device' | 'unknown-topic' | 'undecodable' | 'retained' | 'will' | 'too-large'
export type QuarantineEntry = { at: Instant; senderId: string; topic: string; reason: QuarantineReason; why: string; payload: Uint8Array }
export type Quarantine = {
  /** Durable when resolved. Keeps the newest `limit` entries and counts all. */
  put(entry: QuarantineEntry): Promise<void>
  list(limit: number): Promise<readonly (QuarantineEntry & { id: number })[]>
  counts(): Promise<Readonly<Record<QuarantineReason, number>>>
}

/** What the silence register must know of each device and resident, and no more. */
export type WatchedDevice = Pick<
  Device,
  'id' | 'number' | 'siteId' | 'residentId' | 'gatewayId' | 'power' | 'heartbeatSeconds' | 'role' | 'room'
> & {
  residentNumber: number | null
  building: string
}
export type WatchedResident = Pick<
  Resident,
  'id' | 'number' | 'siteId' | 'mode' | 'modeUntil' | 'inactivityDayHours' | 'inactivityNightHours' | 'silenceBudget'
>

/** One row of a card: all that is said of a resident at once. */
export type ResidentCard = { resident: Resident; home: Home; site: Site; contacts: readonly Contact[]; devices: readonly Device[] }

export type DirectoryRows = {
  sites: readonly Site[]
  homes: readonly Home[]
  residents: readonly Omit<Resident, 'number'>[]
  contacts: readonly Contact[]
  devices: readonly Omit<Device, 'number'>[]
}

/** Who lives where, who can be asked, which devices report. What changes takes the `line` for the record of who did it, and both are stored or neither. */
export type Directory = {
  /** Grows with every change; whoever caches compares. Synchronous and free. */
  version(): number
  sites(): Promise<readonly Site[]>
  site(id: string): Promise<Site | null>
  card(residentId: string): Promise<ResidentCard | null>
  /** Cards of many at once (a wall's first picture), in no order; unknown ids are left out. */
  cards(residentIds: readonly string[]): Promise<readonly ResidentCard[]>
  /** Only who lives where, of many at once, as `cards` has it: quicker, for it is asked on the way of a press. */
  whereabouts(residentIds: readonly string[]): Promise<readonly Pick<ResidentCard, 'resident' | 'home' | 'site'>[]>
  /** Resident and home of every resident of these sites. */
  residents(siteIds: readonly string[] | 'all'): Promise<readonly { resident: Resident; home: Home }[]>
  /** Residents of these sites whose name or telephone holds the typed letters, by name, at most `limit`. */
  findResidents(typed: string, siteIds: readonly string[] | 'all', limit: number): Promise<readonly { resident: Resident; home: Home }[]>
  device(id: string): Promise<KnownDevice | null>
  /** A device behind a gateway, by what its family calls it. */
  deviceByKey(gatewayId: string, key: string): Promise<KnownDevice | null>
  devices(siteIds: readonly string[] | 'all'): Promise<readonly Device[]>
  watchedDevices(): Promise<readonly WatchedDevice[]>
  watchedResidents(): Promise<readonly WatchedResident[]>
  eachWatchedDevice(each: (device: WatchedDevice) => void): Promise<void>
  eachWatchedResident(each: (resident: WatchedResident) => void): Promise<void>
  /** The plan in force for a subject (resident id or `area:…`) and kind of alarm: the resident's, else the site's, else the built-in one. */
  planFor(subjectId: string, siteId: string, kind: AlarmKind): Promise<Plan>
  plans(): Promise<readonly StoredPlan[]>
  putPlan(plan: StoredPlan, line?: AuditLine): Promise<void>
  /** False, and no line, when there was no such plan. Alarms that run keep the plan they were raised with. */
  removePlan(id: string, line?: AuditLine): Promise<boolean>
  /** Inserts or replaces by id; all of it or nothing. Throws a RangeError naming a reference that does not exist. */
  put(rows: Partial<DirectoryRows>, line?: AuditLine, along?: Along): Promise<void>
  /** Where she is, and until when; false when there is no such resident. */
  setMode(residentId: string, stay: { mode: Mode; until: Instant | null }, line?: AuditLine): Promise<boolean>
  /** False, and no line, when there was no such row. */
  remove(table: keyof DirectoryRows, id: string, line?: AuditLine): Promise<boolean>
  rows(siteIds: readonly string[] | 'all'): Promise<DirectoryRows>
  /** One row, or null. */
  row<Table extends keyof DirectoryRows>(table: Table, id: string): Promise<DirectoryRows[Table][number] | null>
  /** To which site a row belongs (a site: to itself; a contact: to its resident's), or null when there is no such row. What keeps one site's people out of another's rows. */
  siteOf(table: keyof DirectoryRows, id: string): Promise<string | null>
  credential(clientId: string): Promise<StoredCredential | null>
  /** Keeps at most the two newest hashes of a device. */
  putCredential(deviceId: string, tokenHash: Uint8Array, line?: AuditLine): Promise<void>
  revokeCredentials(deviceId: string, line?: AuditLine): Promise<void>
  /** Only its newest credential stays. */
  endRotation(deviceId: string, line?: AuditLine): Promise<void>
}

/** `residentId` and `siteId` null: for everybody. */
export type StoredPlan = { plan: Plan; siteId: string | null; residentId: string | null; kind: AlarmKind | 'any' }

/** A call that a provider took, and its latest receipt; `state` null: none came yet. */
export type StoredReceipt = {
  channel: string
  reference: string
  noticeId: string
  sentAt: Instant
  state: Receipt['state'] | null
  code: string
  at: Instant | null
}

/** How people are reached: their wishes, the browsers that may be pushed to, and what providers reported. */
export type ReachStore = {
  reach(personId: string): Promise<Reach | null>
  /** With the line of the record, when one is given: both or neither. */
  putReach(reach: Reach, line?: AuditLine): Promise<void>
  /** The wishes and the browsers. */
  removeReach(personId: string): Promise<void>
  /** Oldest first, the dead ones too. */
  subscriptionsOf(personId: string): Promise<readonly PushSubscription[]>
  /** Inserts, or replaces by id; alive again. A person keeps the ten used last. */
  putSubscription(subscription: PushSubscription, line?: AuditLine): Promise<void>
  /** False when this person has no such browser. */
  removeSubscription(personId: string, id: string, line?: AuditLine): Promise<boolean>
  buried(id: string, at: Instant): Promise<void>
  used(id: string, at: Instant): Promise<void>
  recordSent(sent: SentCall): Promise<void>
  /** For each the id of the notice it belongs to, or null when the call is not known (yet). A final state is never replaced. */
  recordReceipts(receipts: readonly Receipt[]): Promise<readonly (string | null)[]>
  receiptsOf(noticeIds: readonly string[]): Promise<readonly StoredReceipt[]>
  /** Calls of `[from, to)` of which no provider has said the last word, oldest first. */
  unconfirmed(span: { from: Instant; to: Instant; limit: number }): Promise<readonly StoredReceipt[]>
}
