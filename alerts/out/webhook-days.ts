/** Once a day, site by site, what the day came to goes to the webhooks that asked for it; what a stop left out is caught up for a week. */
import { dayIn, dayPlus, daySpan } from '../../domain/calendar.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { Site } from '../../domain/people.ts'
import { before, type Clock, hours, milliseconds, minutes } from '../../domain/time.ts'
import { dayEvent, type NewWebhookEvent, type WebhookQueue } from '../../domain/webhook-events.ts'
import type { Webhook } from '../../domain/webhooks.ts'
import type { Directory, HistoryStore, WebhookStore } from '../../store/store.ts'
import { referenceFor } from './webhook-reference.ts'

export type DaysNeeds = {
  webhooks: Pick<WebhookStore, 'list'>
  queue: Pick<WebhookQueue, 'add' | 'lastDay'>
  directory: Pick<Directory, 'sites' | 'residents'>
  history: Pick<HistoryStore, 'days'>
  clock: Clock
  log: Log
  pepper: Uint8Array
  source: string
}

/** By then the days of the night before are written, also of a whole city. */
const afterMidnight = hours(3)
const caughtUpMost = 7
const lookEvery = minutes(10)
/** People in one event. */
const peopleAtOnce = 200
const restMs = milliseconds(5)

/** `told` is called when there is something new to send. */
export function startDays(needs: DaysNeeds, told: () => void) {
  let running: Promise<number> | null = null
  let isStopped = false
  const run = (): Promise<number> => {
    running ??= tellDue(needs, () => isStopped)
      .then((events) => {
        if (events > 0) told()
        return events
      })
      .catch((error: unknown) => {
        needs.log('warn', 'What days came to could not be told; it is tried again.', { why: sentenceOf(error) })
        return 0
      })
      .finally(() => {
        running = null
      })
    return running
  }
  const stopLooking = needs.clock.every(lookEvery, () => void run())
  return {
    /** Tells what is due; resolves with how many events that were. */
    run,
    async stop(): Promise<void> {
      isStopped = true
      stopLooking()
      await running
    },
  }
}

async function tellDue(needs: DaysNeeds, isStopped: () => boolean): Promise<number> {
  const asking = (await needs.webhooks.list()).filter(({ enabled, kinds }) => enabled && kinds.includes('daily-facts'))
  const sites = asking.length > 0 ? await needs.directory.sites() : []
  const pairs = sites.flatMap((site) =>
    asking.filter(({ siteIds }) => siteIds === 'all' || siteIds.includes(site.id)).map((webhook) => ({ site, webhook })),
  )
  let events = 0
  for (const { site, webhook } of pairs) {
    for (const day of await dueDays(needs, webhook, site)) events += isStopped() ? 0 : await tellDay(needs, webhook, { site, day })
  }
  return events
}

/** Days that are over, that the webhook was there for, and that it was not told. */
async function dueDays({ queue, clock }: DaysNeeds, { id, madeAt }: Webhook, { id: siteId, timeZone }: Site): Promise<readonly string[]> {
  const yesterday = dayPlus(dayIn(timeZone, before(clock.now(), afterMidnight)), -1)
  const last = await queue.lastDay(id, siteId)
  const due: string[] = []
  for (let day = dayPlus(yesterday, 1 - caughtUpMost); day <= yesterday; day = dayPlus(day, 1)) {
    if ((last === null || day > last) && daySpan(timeZone, day).to > madeAt) due.push(day)
  }
  return due
}

async function tellDay(needs: DaysNeeds, webhook: Webhook, { site, day }: { site: Site; day: string }): Promise<number> {
  const { directory, history, queue, clock, pepper, source } = needs
  const people: Parameters<typeof dayEvent>[0]['people'][number][] = []
  for (const [place, { resident }] of (await directory.residents([site.id])).entries()) {
    const [facts] = await history.days({ resident: resident.number, from: day, to: day })
    if (facts) people.push({ residentId: resident.id, facts: withoutNumber(facts) })
    if (place % peopleAtOnce === 0) await new Promise<void>((resolve) => void clock.later(restMs, resolve))
  }
  const events: NewWebhookEvent[] = []
  for (let part = 0; part * peopleAtOnce < people.length; part += 1) {
    const some = people.slice(part * peopleAtOnce, (part + 1) * peopleAtOnce)
    const event = dayEvent({ site, day, part, people: some, at: clock.now() }, { source, reference: referenceFor(pepper, webhook.id) })
    const owed = {
      webhookId: webhook.id,
      eventId: event.id,
      kind: 'daily-facts' as const,
      orderKey: `${site.id} days`,
      madeAt: clock.now(),
    }
    events.push({ ...owed, body: JSON.stringify(event) })
  }
  await queue.add({ events, day: { webhookId: webhook.id, siteId: site.id, day } })
  return events.length
}

const withoutNumber = <T extends { resident: number }>({ resident: _, ...facts }: T): Omit<T, 'resident'> => facts
