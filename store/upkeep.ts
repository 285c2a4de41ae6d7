/** The contracts of the centre's upkeep: which systems are told what happens, and what else its admins set up. */
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
