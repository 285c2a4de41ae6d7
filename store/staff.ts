/** The contracts of the centre's own people and work: who signs in, what they looked at, whom they still owe a call, who may have been unheard. */
import type { CallBack, CallBackDone } from '../domain/call-backs.ts'
import type { Sweep, SweepHome, SweepTick } from '../domain/sweep.ts'
import type { Instant } from '../domain/time.ts'

export type { Along } from '../domain/record.ts'

export const userRoles = ['operator', 'supervisor', 'technician', 'auditor', 'admin'] as const
export type UserRole = (typeof userRoles)[number]
/** A city, a district of it, or a street of that: '' below means all of it. Its sites are those that say so of themselves, now and later. */
export type Area = { city: string; district: string; street: string }
export type User = {
  id: string
  name: string
  displayName: string
  role: UserRole
  /** Sites given one by one. */
  siteIds: readonly string[]
  /** Whole areas given. */
  areas?: readonly Area[]
  /** The sites that `areas` come to at this moment: worked out when somebody is read, and never stored. */
  areaSiteIds?: readonly string[]
  disabled: boolean
}

/** The sites somebody is there for: all for an admin, otherwise exactly those given and those of the given areas (none given = none). */
export function sitesOf({ role, siteIds, areaSiteIds = [] }: Pick<User, 'role' | 'siteIds' | 'areaSiteIds'>): readonly string[] | 'all' {
  if (role === 'admin') return 'all'
  return areaSiteIds.length === 0 ? siteIds : [...new Set([...siteIds, ...areaSiteIds])]
}

/** Whoever was let go, or moved to other sites, is told nothing of this one any more, whatever an old rota says. */
export function isStaffOf(user: User, siteId: string): boolean {
  const sites = sitesOf(user)
  return !user.disabled && (sites === 'all' || sites.includes(siteId))
}

/** By what somebody proved who they are: a password alone, a password and a second factor, or a passkey (which is both). */
export const factors = ['password', 'one-time-code', 'recovery-code', 'passkey'] as const
export type Factor = (typeof factors)[number]
/** `label`: browser and system in words; `place`: the network it came from, as far as a person needs it to know it again. */
export type Session = {
  id: string
  userId: string
  createdAt: Instant
  expiresAt: Instant
  csrfToken: string
  usedAt: Instant
  label: string
  place: string
  factor: Factor
}

export type Passkey = {
  id: string
  userId: string
  publicKey: Uint8Array<ArrayBuffer>
  counter: number
  transports: readonly string[]
  label: string
  madeAt: Instant
  usedAt: Instant | null
}
/** `sealed`: encrypted with a key that is not in the database. Not `confirmed`: shown once, and not yet proven to be in an app. */
export type OneTimeSecret = { userId: string; sealed: Uint8Array; madeAt: Instant; confirmed: boolean }

/** What people have besides a password. Every change takes its line of the record along: both or neither. */
export type SecondFactors = {
  passkeysOf(userId: string): Promise<readonly Passkey[]>
  passkey(id: string): Promise<Passkey | null>
  addPasskey(passkey: Passkey, line: AuditLine): Promise<void>
  /** False, and no line, when this person has no such passkey. */
  renamePasskey(of: { userId: string; id: string; label: string }, line: AuditLine): Promise<boolean>
  removePasskey(userId: string, id: string, line: AuditLine): Promise<boolean>
  /** The authenticator counts its signatures; false when it is not ahead of what it said last (a copy), unless it never counts. */
  usedPasskey(of: { id: string; counter: number; at: Instant }): Promise<boolean>
  oneTimeSecret(userId: string): Promise<OneTimeSecret | null>
  /** Replaces what was not confirmed; a confirmed one stays and this is false. */
  putOneTimeSecret(secret: Omit<OneTimeSecret, 'confirmed'>): Promise<boolean>
  /** Uses up the half minute `step`: true once for each, and never for an older one. Confirms the secret; `line` is stored when it was true. */
  useStep(userId: string, step: number, line?: AuditLine): Promise<boolean>
  removeOneTimeSecret(userId: string, line: AuditLine): Promise<boolean>
  /** Replaces all of them. */
  putRecoveryCodes(userId: string, hashes: readonly string[], line: AuditLine): Promise<void>
  recoveryCodesLeft(userId: string): Promise<number>
  /** True once for each code. */
  useRecoveryCode(of: { userId: string; hash: string; at: Instant }, line: AuditLine): Promise<boolean>
  /** Takes everything but the password away, and ends the sessions. */
  removeAll(userId: string, line: AuditLine): Promise<void>
}

/** Mapping profiles as they were written. Synchronous to read: they are few, and read at the start and after a change. */
export type ProfileStore = {
  all(): readonly { id: string; text: string }[]
  put(profile: { id: string; text: string }, line: AuditLine): Promise<void>
  remove(id: string, line: AuditLine): Promise<boolean>
}

export type AuditLine = { at: Instant; userId: string; action: string; subjectId: string; detail: string }

/** A line as it stands in the record. `hash`: SHA-256 over the hash before it and this line; '' only before the chain began. */
export type StoredAuditLine = AuditLine & { id: number; hash: string }
/** Which lines are asked for. `siteIds`: only what concerns these sites: their people, rows and staff. */
export type AuditQuery = {
  siteIds: readonly string[] | 'all'
  userIds?: readonly string[]
  subjectIds?: readonly string[]
  /** The beginning of the action's name: `look` finds `look-alarm` too. */
  action?: string
  from?: Instant
  to?: Instant
  /** Lines before this one. */
  beforeId?: number
  limit: number
}
/** `brokenId`: the first line that does not fit; null: whole up to `lastId`, whose hash is `head`. `begins`: the first line of the chain. */
export type ChainCheck = { lines: number; begins: number | null; lastId: number; head: string; brokenId: number | null; why: string }

/** The record of who looked at whom and who changed what: it can only grow, and each line holds the ones before it. */
export type AuditStore = {
  audit(line: AuditLine): Promise<void>
  /** All of them in one transaction. */
  auditAll(lines: readonly AuditLine[]): Promise<void>
  /** Oldest first. */
  auditLines(afterId: number, limit: number): Promise<readonly (AuditLine & { id: number })[]>
  /** Newest first. */
  auditPage(query: AuditQuery): Promise<readonly StoredAuditLine[]>
  /** Goes through the whole chain, in slices with room for others between them. */
  checkChain(): Promise<ChainCheck>
}

/** People who sign in, their sessions, and the record of what they looked at. */
export type Accounts = AuditStore & {
  countUsers(): Promise<number>
  users(): Promise<readonly User[]>
  userByName(name: string): Promise<(User & { passwordHash: string }) | null>
  user(id: string): Promise<User | null>
  /** Changing somebody ends their sessions: nothing that was opened under the old rights goes on. `line` is stored with it, or neither is. */
  putUser(user: User, passwordHash?: string, line?: AuditLine): Promise<void>
  /** `idHash` is SHA-256 of the cookie's secret: the table alone opens no session. `line` is stored with it, or neither is. */
  putSession(idHash: string, session: Session, line?: AuditLine): Promise<void>
  session(idHash: string): Promise<Session | null>
  /** Of one person, the one used last first; over ones too, until they are swept. */
  sessionsOf(userId: string): Promise<readonly (Session & { idHash: string })[]>
  usedSession(idHash: string, at: Instant): Promise<void>
  endSession(idHash: string, line?: AuditLine): Promise<void>
  endSessionsOf(userId: string, line?: AuditLine): Promise<void>
}

/** Calls owed to people after their alarm was closed (回访); each is added in the very turn that closes the alarm. */
export type CallBacks = {
  /** Not yet made, the most urgent first. */
  open(siteIds: readonly string[] | 'all', limit: number): Promise<readonly CallBack[]>
  find(id: string): Promise<(CallBack & { done: CallBackDone | null }) | null>
  /** Made since `since`, newest first. */
  made(siteIds: readonly string[] | 'all', since: Instant, limit: number): Promise<readonly (CallBack & { done: CallBackDone })[]>
  /** Nobody was reached: owed until `dueAt` from now on. False, and no line, when it was made before, or there is none. */
  again(id: string, tried: CallBackDone & { dueAt: Instant }, line?: AuditLine): Promise<boolean>
  /** False, and no line, when it was made before, or there is none. */
  tick(id: string, done: CallBackDone, line?: AuditLine): Promise<boolean>
}

/** Welfare sweeps (逐户确认): who may have been unheard in an outage, until all of them were heard or asked. */
export type Sweeps = {
  /** Durable whole; false when this sweep is there already, or nobody is on it. `list` in the order in which people are to be asked. */
  put(sweep: Pick<Sweep, 'id' | 'siteId' | 'cause' | 'from' | 'until' | 'madeAt'>, list: readonly SweepHome[]): Promise<boolean>
  /** The open ones, and those closed after `closedSince`; newest first, the open ones above. */
  current(siteIds: readonly string[] | 'all', closedSince: Instant): Promise<readonly Sweep[]>
  find(id: string): Promise<{ sweep: Sweep; homes: readonly SweepHome[] } | null>
  /** Who was ticked by this call: only those not ticked before. The last one closes the sweep. Lines whose subject was ticked are stored with it. */
  tick(tick: SweepTick, lines: readonly AuditLine[]): Promise<readonly string[]>
  /** When this platform last was alive and well; null: never. */
  aliveAt(): Promise<Instant | null>
  live(at: Instant): Promise<void>
}
