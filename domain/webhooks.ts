/** Webhooks (事件推送): which other systems are told what happens here, and what became of each telling. */
import type { Instant } from './time.ts'

/** What a webhook may ask to be told. `daily-facts`: once a day for each elder, what the day came to. */
export const webhookKinds = [
  'alarm-raised',
  'alarm-repeated',
  'alarm-escalated',
  'alarm-acknowledged',
  'alarm-returned',
  'alarm-resolved',
  'device-trouble',
  'device-well',
  'daily-facts',
] as const
export type WebhookKind = (typeof webhookKinds)[number]

export type Webhook = {
  id: string
  /** Who is told, for people: "一网统管". */
  name: string
  /** Whole address; it may hold a key in its path, so it is shown to admins only and never logged. */
  url: string
  /** Standard Webhooks, `whsec_…` in base64; two, separated by a space, while it is being changed. Shown once. */
  secret: string
  /** Of these sites; 'all' also of those that are yet to come. */
  siteIds: readonly string[] | 'all'
  kinds: readonly WebhookKind[]
  /** Nothing is sent while it is off, and nothing is made up for. */
  enabled: boolean
  madeAt: Instant
}

/** One telling that was tried. `eventId` is the CloudEvent's; a test send has `kind` 'test'. */
export type WebhookDelivery = {
  webhookId: string
  at: Instant
  eventId: string
  kind: WebhookKind | 'test'
  outcome: 'delivered' | 'retry' | 'refused'
  /** HTTP status; null when nobody answered. */
  status: number | null
  /** A sentence without address or secret; '' when delivered. */
  why: string
  tookMs: number
}

/** Deliveries kept of each webhook; the newest. */
export const deliveriesKept = 200
