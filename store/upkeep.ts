/** The contracts of the centre's upkeep: cases of broken devices, which systems are told what happens, and what else its admins set up. */
import type { ApiKey } from '../domain/api-keys.ts'
import type { Consent, Photo } from '../domain/resident-file.ts'
import type { Instant } from '../domain/time.ts'
import type { Trouble, TroubleNote } from '../domain/trouble.ts'
import type { Webhook, WebhookDelivery } from '../domain/webhooks.ts'
import type { AuditLine } from './staff.ts'

/** Who is told by webhook. Everything with the line of who did it, or neither. */
export type WebhookStore = {
  /** All of them, oldest first, with their secrets. */
  list(): Promise<readonly Webhook[]>
  /** Inserts or replaces by id; when it was made stays. */
  put(webhook: Webhook, line?: AuditLine): Promise<void>
  /** With its deliveries. False, and no line, when there was none. */
  remove(id: string, line?: AuditLine): Promise<boolean>
  /** Keeps the newest of each webhook; nothing for one that is gone. */
  logDelivery(delivery: WebhookDelivery): Promise<void>
  /** Newest first. */
  deliveries(webhookId: string, limit: number): Promise<readonly WebhookDelivery[]>
}

/** What becomes of a case in one step. */
export type TroubleChange = { owner?: Trouble['owner']; note?: TroubleNote; told?: Trouble['told']; done?: NonNullable<Trouble['done']> }

/** Cases of broken devices. Each change with the line of who did it, or neither. */
export type TroubleStore = {
  /** All that are open, the most urgent first. */
  open(siteIds: readonly string[] | 'all'): Promise<readonly Trouble[]>
  /** Closed since `since`, newest first. */
  done(siteIds: readonly string[] | 'all', since: Instant, limit: number): Promise<readonly Trouble[]>
  find(id: string): Promise<Trouble | null>
  /** Open, out of time, and nobody was called for it yet. */
  untold(now: Instant): Promise<readonly Trouble[]>
  /** False, and no line, when this device has an open case already. */
  put(trouble: Omit<Trouble, 'owner' | 'notes' | 'done' | 'told'> & Partial<Pick<Trouble, 'notes'>>, line?: AuditLine): Promise<boolean>
  /** False, and no line, when the case is closed already, or there is none. */
  change(id: string, change: TroubleChange, line?: AuditLine): Promise<boolean>
}

/** What residents agreed to, and their pictures. Each change with the line of who did it, or neither; false when it changed nothing. */
export type ResidentFileStore = {
  /** Newest first, the withdrawn ones too. */
  consents(residentId: string): Promise<readonly Consent[]>
  consent(id: string): Promise<Consent | null>
  addConsent(consent: Omit<Consent, 'withdrawn'>, line?: AuditLine): Promise<boolean>
  /** False when it was withdrawn before. */
  withdraw(id: string, withdrawn: NonNullable<Consent['withdrawn']>, line?: AuditLine): Promise<boolean>
  photo(residentId: string): Promise<Photo | null>
  /** Of which moment her picture is; null: there is none. */
  photoAt(residentId: string): Promise<Instant | null>
  putPhoto(residentId: string, photo: Photo, line?: AuditLine): Promise<boolean>
  removePhoto(residentId: string, line?: AuditLine): Promise<boolean>
}

/** API keys, found by the SHA-256 of their secret. */
export type ApiKeyStore = {
  /** Newest first, the revoked ones too. */
  list(): Promise<readonly ApiKey[]>
  /** Null for one that is unknown or revoked. */
  find(hash: string): Promise<ApiKey | null>
  add(key: Omit<ApiKey, 'usedAt' | 'revokedAt'>, hash: string, line?: AuditLine): Promise<void>
  /** False, and no line, when it was revoked before, or there is none. */
  revoke(id: string, at: Instant, line?: AuditLine): Promise<boolean>
  used(id: string, at: Instant): Promise<void>
}
