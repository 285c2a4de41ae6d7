/** The contracts of the centre's own people and work: who signs in, what they looked at, whom they still owe a call, who may have been unheard. */
import type { CallBack, CallBackDone } from '../domain/call-backs.ts'
import type { Sweep, SweepHome, SweepTick } from '../domain/sweep.ts'
import type { Instant } from '../domain/time.ts'

export const userRoles = ['operator', 'supervisor', 'technician', 'auditor', 'admin'] as const
export type UserRole = (typeof userRoles)[number]
export type User = { id: string; name: string; displayName: string; role: UserRole; siteIds: readonly string[]; disabled: boolean }
export type Session = { id: string; userId: string; createdAt: Instant; expiresAt: Instant; csrfToken: string }

/** Mapping profiles as they were written. Synchronous to read: they are few, and read at the start and after a change. */
export type ProfileStore = {
  all(): readonly { id: string; text: string }[]
  put(profile: { id: string; text: string }, line: AuditLine): Promise<void>
  remove(id: string, line: AuditLine): Promise<boolean>
}

export type AuditLine = { at: Instant; userId: string; action: string; subjectId: string; detail: string }

/** People who sign in, their sessions, and the record of what they looked at. */
export type Accounts = {
  countUsers(): Promise<number>
  users(): Promise<readonly User[]>
  userByName(name: string): Promise<(User & { passwordHash: string }) | null>
  user(id: string): Promise<User | null>
  /** Changing somebody ends their sessions: nothing that was opened under the old rights goes on. `line` is stored with it, or neither is. */
  putUser(user: User, passwordHash?: string, line?: AuditLine): Promise<void>
  /** `idHash` is SHA-256 of the cookie's secret: the table alone opens no session. */
  putSession(idHash: string, session: Session): Promise<void>
  session(idHash: string): Promise<Session | null>
  endSession(idHash: string): Promise<void>
  endSessionsOf(userId: string): Promise<void>
  audit(line: AuditLine): Promise<void>
  auditLines(afterId: number, limit: number): Promise<readonly (AuditLine & { id: number })[]>
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
