/** What pages and server say to each other about what goes out: Home Assistants that listen, and what is on its way to webhooks. */
import type { Instant } from '../domain/time.ts'
import type { WebhookAgreement } from '../domain/webhook-events.ts'
import type { WebhookKind } from '../domain/webhooks.ts'

/** `contactId` null: the elder's own home. */
export type HomeAssistantRow = { id: string; label: string; madeAt: Instant; madeBy: string; contactId: string | null }
/** Shown once. `user` is also the MQTT client id; `elders`: how many it hears of. */
export type HomeAssistantMade = { id: string; user: string; password: string; prefix: string; elders: number }

/** Events themselves are not shown: under an agreement they hold an address. */
export type GivenUpEvent = { eventId: string; kind: WebhookKind; madeAt: Instant; attempts: number }
export type WebhookQueueView = { owed: number; oldestOwedAt: Instant | null; dead: number; givenUp: readonly GivenUpEvent[] }
export type WebhookAgreementView = { agreement: WebhookAgreement | null }
