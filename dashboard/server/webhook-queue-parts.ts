/** What main gives of webhooks to those who look after them: the webhooks, and what is on its way to them. */
import type { WebhookQueue } from '../../domain/webhook-events.ts'
import type { WebhookStore } from '../../store/store.ts'

export type WebhookQueueParts = { webhooks: Pick<WebhookStore, 'list'>; queue: WebhookQueue }
