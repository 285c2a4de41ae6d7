/**
 * Sends what is owed, signed by the Standard Webhooks rules. A receiver that is away is waited for as a whole; an event that it will not take is
 * tried a few times more, then given up, kept and said; the others go on.
 */
import { type Log, sentenceOf } from '../../domain/log.ts'
import { after, between, type Clock, days, hours, minutes, type Span, seconds } from '../../domain/time.ts'
import type { OwedWebhookEvent, WebhookQueue } from '../../domain/webhook-events.ts'
import type { Webhook, WebhookDelivery } from '../../domain/webhooks.ts'
import type { WebhookStore } from '../../store/store.ts'
import type { Sent } from '../channels/channel.ts'
import { ask, meaningOfStatus, type Outside, type Request, targetOf } from '../channels/shared/post.ts'
import { keysOf, signatureOf } from '../channels/webhook.ts'

export type DeliveryNeeds = { webhooks: WebhookStore; queue: WebhookQueue; clock: Clock; log: Log; outside: Outside }

/** Of one webhook at once, each of another alarm. */
const atOnce = 8
/** How long a receiver that is away is left alone, by failures in a row. */
const restAfter: readonly Span[] = [1, 2, 5, 15, 30, 60, 120, 300].map(seconds)
/** When an event that was refused is tried again; after the last it is given up. */
const againAfter: readonly Span[] = [seconds(10), minutes(1), minutes(5), minutes(30), hours(2)]
/** An event older than this is given up: whoever was away for so long reads the list. */
const givenUpAfter = days(3)
/** "Gone": the receiver itself says that it never wants this. */
const gone = 410

type Away = { failures: number; until: number }

export function openDelivery(needs: DeliveryNeeds) {
  const { webhooks, queue, clock, log } = needs
  const away = new Map<string, Away>()
  const off = new Set<string>()
  const underWay = new Map<number, Promise<void>>()
  const calledOff = new AbortController()

  async function one(webhook: Webhook, event: OwedWebhookEvent): Promise<void> {
    const { sent, status } = await post(needs, { webhook, event, signal: calledOff.signal })
    if (calledOff.signal.aborted && sent.outcome !== 'delivered') return
    await settled(needs, { event, sent, status })
    const failures = sent.outcome === 'retry' ? (away.get(webhook.id)?.failures ?? 0) + 1 : 0
    if (sent.outcome !== 'retry') away.delete(webhook.id)
    else away.set(webhook.id, { failures, until: clock.elapsed() + restOf(failures, sent) })
  }
  /** Begins whatever may be sent now; resolves when all of it was tried. */
  async function pumpOne(webhook: Webhook): Promise<void> {
    while (!calledOff.signal.aborted && (away.get(webhook.id)?.until ?? 0) <= clock.elapsed()) {
      const due = (await queue.due(webhook.id, clock.now(), atOnce)).filter(({ number }) => !underWay.has(number))
      if (due.length === 0) return
      const sending = due.map((event) => {
        const sent = one(webhook, event).finally(() => underWay.delete(event.number))
        underWay.set(event.number, sent)
        return sent
      })
      await Promise.all(sending)
    }
  }
  const pumping = new Map<string, Promise<void>>()
  function pump(webhook: Webhook): void {
    if (pumping.has(webhook.id)) return
    const work = pumpOne(webhook)
      .catch((error: unknown) =>
        log('warn', 'A webhook could not be served; it is tried again.', { webhook: webhook.id, why: sentenceOf(error) }),
      )
      .finally(() => pumping.delete(webhook.id))
    pumping.set(webhook.id, work)
  }

  return {
    /** No webhook waits for another. */
    async pump(): Promise<void> {
      for (const webhook of await webhooks.list()) {
        if (webhook.enabled) {
          off.delete(webhook.id)
          pump(webhook)
        } else if (!off.has(webhook.id)) {
          await queue.drop(webhook.id)
          off.add(webhook.id)
        }
      }
    },
    async stop(): Promise<void> {
      calledOff.abort()
      await Promise.all([...underWay.values(), ...pumping.values()])
    },
  }
}

const restOf = (failures: number, sent: Sent): Span => {
  const own = restAfter[Math.min(failures, restAfter.length) - 1] ?? seconds(300)
  return sent.outcome === 'retry' && sent.retryAfter !== undefined && sent.retryAfter > own ? sent.retryAfter : own
}

type Posting = { webhook: Webhook; event: OwedWebhookEvent; signal: AbortSignal }

/** One try, and its line in the list of deliveries. */
async function post(needs: DeliveryNeeds, { webhook, event, signal }: Posting) {
  const { clock, outside, webhooks } = needs
  const began = clock.elapsed()
  let status: number | null = null
  const asked = {
    what: 'The webhook',
    request: () => requestOf(needs, webhook, event),
    meaning: (answer: Parameters<typeof meaningOfStatus>[0]) => {
      status = answer.status
      return meaningOfStatus(answer)
    },
  }
  const sent = await ask(outside, asked, signal)
  const delivery: WebhookDelivery = {
    ...{ webhookId: webhook.id, at: clock.now(), eventId: event.eventId, kind: event.kind },
    ...{ outcome: sent.outcome, status, why: sent.why, tookMs: clock.elapsed() - began },
  }
  if (!signal.aborted) await webhooks.logDelivery(delivery)
  return { sent, status: status as number | null }
}

function requestOf({ clock, outside }: DeliveryNeeds, { url, secret }: Webhook, { eventId, body }: Posting['event']): Request {
  const timestamp = Math.floor(clock.now() / 1_000)
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureOf(keysOf(secret), { id: eventId, timestamp, body }),
  }
  return { url: targetOf(url, outside, 'The webhook'), headers, body, readMax: 0 }
}

type Tried = { event: OwedWebhookEvent; sent: Sent; status: number | null }

async function settled({ queue, clock, log }: DeliveryNeeds, { event, sent, status }: Tried): Promise<void> {
  const now = clock.now()
  if (sent.outcome === 'delivered') return queue.settle(event.number, 'delivered', now)
  const wait = sent.outcome === 'refused' ? againAfter[event.attempts] : seconds(0)
  const isOver = wait === undefined || status === gone || between(event.madeAt, now) > givenUpAfter
  if (!isOver) return queue.retry(event.number, after(now, wait))
  log('warn', 'A webhook did not take an event; it was given up and is kept.', { webhook: event.webhookId, event: event.eventId })
  return queue.settle(event.number, 'dead', now)
}
