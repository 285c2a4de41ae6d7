/**
 * Tells other systems what happened: follows the committed facts with a cursor of its own, so that no press waits for it and no crash loses an
 * event; each is sent until it is taken, in the order of its alarm.
 */
import type { Bus } from '../../bus/bus.ts'
import type { AlarmFact } from '../../domain/alarm.ts'
import { lifeSignSite } from '../../domain/life-sign.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { before, type Clock, days, milliseconds, seconds } from '../../domain/time.ts'
import { alarmEvent, type NewWebhookEvent, type Told, type WebhookQueue, wants, webhookKindOf } from '../../domain/webhook-events.ts'
import type { Webhook } from '../../domain/webhooks.ts'
import type { CareStore, Directory, HistoryStore, StoredFact, WebhookStore } from '../../store/store.ts'
import type { Outside } from '../channels/shared/post.ts'
import { startDays } from './webhook-days.ts'
import { openDelivery } from './webhook-delivery.ts'
import { referenceFor } from './webhook-reference.ts'

export type WebhooksNeeds = {
  webhooks: WebhookStore
  queue: WebhookQueue
  store: Pick<CareStore, 'factsSince' | 'lastSeq'>
  directory: Pick<Directory, 'site' | 'sites' | 'card' | 'residents'>
  history: Pick<HistoryStore, 'days'>
  bus: Pick<Bus, 'subscribe'>
  clock: Clock
  log: Log
  outside: Outside
  /** Makes pseudonyms: 32 secret bytes. */
  pepper: Uint8Array
  /** Where events say they are from: the platform's origin. */
  source: string
}

export type OutgoingWebhooks = Awaited<ReturnType<typeof startWebhooks>>

/** Facts whose events are written at once: few, for a press waits while they are. */
const page = 20
const rest = milliseconds(5)
const lookEvery = seconds(1)
/** After a commit, so that what was committed together is read together, and nobody who was pressed for is held up. */
const followAfter = milliseconds(50)
/** How often the cursor is written down when there was nothing to tell. */
const writeEvery = seconds(10)
const forgetEvery = seconds(600)
const keptFor = { delivered: days(7), dead: days(30) }

/** Resolves when it is written down from where it follows: before that nothing may happen that is to be told. */
export async function startWebhooks(needs: WebhooksNeeds) {
  const { clock, log, queue } = needs
  const delivery = openDelivery(needs)
  const follower = openFollower(needs, await beginning(needs))
  let running: Promise<void> | null = null
  let isRung = false
  let isStopped = false
  const work = async (): Promise<void> => {
    do {
      isRung = false
      await follower.follow()
    } while (isRung && !isStopped)
    await delivery.pump()
  }
  const run = (): Promise<void> => {
    running ??= work()
      .catch((error: unknown) => log('warn', 'Webhooks could not be followed; it is tried again.', { why: sentenceOf(error) }))
      .finally(() => {
        running = null
      })
    return running
  }
  let stopWaiting = () => {}
  const ring = () => {
    if (!isRung) stopWaiting = clock.later(followAfter, () => void run())
    isRung = true
  }
  const forget = () => queue.forget({ delivered: before(clock.now(), keptFor.delivered), dead: before(clock.now(), keptFor.dead) })
  const told = startDays(needs, ring)
  const stops = [
    needs.bus.subscribe(ring),
    clock.every(lookEvery, () => void run()),
    clock.every(writeEvery, () => void follower.write().catch(() => {})),
    clock.every(forgetEvery, () => void forget().catch(() => {})),
  ]
  return {
    queue,
    /** Writes down and sends what is due now; resolves when it was tried. */
    run,
    days: told,
    /** What was not taken stays owed. */
    async stop(): Promise<void> {
      isStopped = true
      for (const stop of [...stops, stopWaiting]) stop()
      await Promise.all([running, told.stop(), delivery.stop()])
      await follower.write().catch(() => {})
    },
  }
}

/** The first start of all: what happened before nobody asked to be told. */
async function beginning({ queue, store }: WebhooksNeeds): Promise<number> {
  const kept = await queue.cursor()
  if (kept !== null) return kept
  const cursor = await store.lastSeq()
  await queue.add({ events: [], cursor })
  return cursor
}

/** From facts to events that are owed. */
function openFollower(needs: WebhooksNeeds, from: number) {
  const { queue, store, clock } = needs
  let cursor = from
  let written = from
  const write = async (): Promise<void> => {
    if (cursor === written) return
    await queue.add({ events: [], cursor })
    written = cursor
  }
  return {
    write,
    async follow(): Promise<void> {
      for (;;) {
        const facts = await store.factsSince(cursor, page)
        const last = facts.at(-1)?.seq
        if (last === undefined) return
        const events = await eventsOf(needs, facts)
        if (events.length > 0) {
          await queue.add({ events, cursor: last })
          written = last
        }
        cursor = last
        if (facts.length === page) await new Promise<void>((rested) => void clock.later(rest, rested))
      }
    },
  }
}

async function eventsOf(needs: WebhooksNeeds, facts: readonly StoredFact[]): Promise<readonly NewWebhookEvent[]> {
  const webhooks = (await needs.webhooks.list()).filter(({ enabled }) => enabled)
  const events: NewWebhookEvent[] = []
  for (const { seq, fact } of webhooks.length > 0 ? facts : []) {
    const kind = webhookKindOf(fact)
    if (kind === null || fact.kind === 'test-pressed' || fact.siteId === lifeSignSite) continue
    for (const webhook of webhooks.filter((each) => wants(each, kind, fact))) {
      const event = alarmEvent(kind, { seq, fact }, await toldOf(needs, webhook, fact))
      const owed = { webhookId: webhook.id, eventId: event.id, kind, orderKey: fact.alarm.id, madeAt: needs.clock.now() }
      events.push({ ...owed, body: JSON.stringify(event) })
    }
  }
  return events
}

/** Her address only under an agreement, and only while the alarm is about her home. */
async function toldOf(
  { directory, queue, pepper, source }: WebhooksNeeds,
  { id }: Webhook,
  { siteId, subjectId }: AlarmFact,
): Promise<Told> {
  const [site, agreement] = await Promise.all([directory.site(siteId), queue.agreement(id)])
  const card = agreement ? await directory.card(subjectId) : null
  return { source, site, reference: referenceFor(pepper, id), home: card?.home ?? null }
}
