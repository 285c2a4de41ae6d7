/** `deeds`: what this person may do; screens offer nothing else. `mustAddFactor`: a second factor is required and there is none yet. */
export type Me = {
  id: string
  name: string
  displayName: string
  role: UserRole
  siteIds: readonly string[]
  deeds: readonly Deed[]
  mustAddFactor: boolean
  csrfToken: string
  /** Of the first site this person works for, '' when there is none: what belongs to no home is told in it. Only `GET /api/me` says it. */
  timeZone?: string
}

/** What the server and the screens say about accounts, second factors, sessions and the record. Types only. */
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type { Instant } from '../domain/time.ts'
import type { Area, ChainCheck, Factor, StoredAuditLine, UserRole } from '../store/store.ts'
import type { Deed } from './deeds.ts'

/*
 *   GET  /api/setup → SetupState      POST /api/setup SetupRequest → Me      GET /api/me → Me, or 401      POST /api/sign-out
 *   POST /api/sign-in { name, password } → Me | SecondStep      POST /api/sign-in/second { ticket, code } → Me
 *   POST /api/sign-in/passkey/options → PasskeyQuestion         POST /api/sign-in/passkey { answer } → Me
 *   GET  /api/me/account → OwnAccount                           POST /api/me/confirm { password } → 204
 *   POST /api/me/one-time-code → NewOneTimeCode                 POST /api/me/one-time-code/confirm { code } → FactorMade
 *   DELETE /api/me/one-time-code → 204                          POST /api/me/recovery-codes → { recoveryCodes }
 *   POST /api/me/passkeys/options → PasskeyOffer                POST /api/me/passkeys { label, answer } → FactorMade
 *   PATCH /api/me/passkeys { id, label } → 204                  DELETE /api/me/passkeys?id= → 204
 *   DELETE /api/me/sessions?id= → 204 (no id: all but this one)
 *   GET  /api/users/:id/sessions → SessionRow[]                 DELETE /api/users/:id/sessions → 204
 *   DELETE /api/users/:id/second-factor → 204
 *   GET  /api/audit/page?… → AuditPage      GET /api/audit/csv?… → text/csv      GET /api/audit/chain → ChainCheck
 */
export type SetupState = { needed: boolean }
export type SetupRequest = { code: string; name: string; displayName: string; password: string }
export type SignInRequest = { name: string; password: string }
export type PasswordRequest = { current: string; next: string }
export type SecondWay = Exclude<Factor, 'password'>
/** The password was right; what it earned is a ticket, good for five minutes, for one of these ways. */
export type SecondStep = { second: { ticket: string; ways: readonly SecondWay[] } }
export type SignInAnswer = Me | SecondStep
export type PasskeyQuestion = PublicKeyCredentialRequestOptionsJSON
export type PasskeyOffer = PublicKeyCredentialCreationOptionsJSON

export type SessionRow = {
  id: string
  label: string
  place: string
  factor: Factor
  createdAt: Instant
  usedAt: Instant
  expiresAt: Instant
  /** The one that asks. */
  own: boolean
}
export type PasskeyRow = { id: string; label: string; madeAt: Instant; usedAt: Instant | null }
/** `isFresh`: what guards the account may be changed now; otherwise the password is asked for first. */
export type OwnAccount = {
  oneTimeCodeSince: Instant | null
  recoveryCodesLeft: number
  passkeys: readonly PasskeyRow[]
  sessions: readonly SessionRow[]
  isFresh: boolean
  isRequired: boolean
  /** Whether browsers make passkeys for the address this was asked at. */
  canHavePasskeys: boolean
}
/** Shown once. */
export type NewOneTimeCode = { uri: string; secret: string }
/** The session is a new one. `recoveryCodes`: shown once, with the first second factor; null: those that were given still hold. */
export type FactorMade = { me: Me; recoveryCodes: readonly string[] | null }

/** Somebody of the staff, as an admin sees them. `siteIds`: those given one by one. */
export type StaffRow = {
  id: string
  name: string
  displayName: string
  role: UserRole
  siteIds: readonly string[]
  areas: readonly Area[]
  disabled: boolean
  oneTimeCode: boolean
  passkeys: number
  sessions: number
}

export type StaffNew = Pick<StaffRow, 'name' | 'displayName' | 'role' | 'siteIds' | 'areas'> & { password: string }
export type StaffChange = Partial<Omit<StaffNew, 'name'> & { disabled: boolean }>

/** `userName`: '' for nobody and for a program; `subject`: what the id is now, such as a door, a masked name, a site; '' when it is gone. */
export type AuditRow = StoredAuditLine & { userName: string; subject: string }
/** GET /api/audit/staff: whom the reader may filter by. */
export type StaffName = { id: string; displayName: string }
export type AuditPage = { lines: readonly AuditRow[]; more: boolean }
export type { ChainCheck }
