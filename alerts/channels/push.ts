/** Web Push to the family's telephones (RFC 8291, VAPID): encrypted for the browser that asked for it, urgent, and gone when it is no longer news. */

import webPush from 'web-push'
import type { PushSubscription } from '../../domain/reach.ts'
import { type Instant, seconds } from '../../domain/time.ts'
import { type Channel, delivered, type Letter, type Sent } from './channel.ts'
import { contextOf, type PersonOf } from './shared/people.ts'
import { ask, meaningOfStatus, type Outside, type Request, targetOf } from './shared/post.ts'
import { throttled } from './shared/throttle.ts'
import { bodyOf, type Language, titleOf } from './shared/words.ts'

export type VapidKeys = { publicKey: string; privateKey: string }

export type PushNeeds = Outside & {
  keys: VapidKeys
  /** Whom a push service may write to: mailto:… or https://… */
  contact: string
  personOf: PersonOf
  subscriptions: PushSubscriptions
  /** Where a touch on the message leads; '' for none. */
  link: (letter: Letter) => string
}

/** Where browsers are remembered. */
export type PushSubscriptions = {
  subscriptionsOf(personId: string): Promise<readonly PushSubscription[]>
  /** The push service says that it is gone for ever: the family page must ask for a new one. */
  buried(id: string, at: Instant): Promise<void>
  /** A message arrived at the push service. */
  used(id: string, at: Instant): Promise<void>
}

/** What the service worker is given. `id` comes back in its receipt. */
export type PushMessage = { id: string; alarmId: string; title: string; body: string; link: string; urgent: boolean; language: Language }

/** A push that waited longer is no news any more: by then the plan has long moved on. */
const lifetimeSeconds = 300
/** An ordinary message waits for the telephone to be switched on: it is still news at noon. */
const plainLifetimeSeconds = 6 * 3_600

export function openPushChannel(needs: PushNeeds): Channel {
  const alive = async ({ recipient, plain }: Pick<Letter, 'recipient' | 'plain'>) => {
    const all = recipient.contactId === null ? [] : await needs.subscriptions.subscriptionsOf(recipient.contactId)
    return all.filter(({ id, deadAt }) => deadAt === null && (plain?.pushId === undefined || plain.pushId === id))
  }
  const channel: Channel = {
    name: 'push',
    reaches: async (letter) => (await alive(letter)).length > 0,
    async send(letter, signal) {
      try {
        const [person, subscriptions] = await Promise.all([needs.personOf(letter), alive(letter)])
        if (!person || subscriptions.length === 0) return { outcome: 'refused', why: 'No telephone of this person takes pushes.' }
        const context = contextOf(person, needs.link(letter))
        const message = messageOf(letter, {
          title: titleOf(letter, context),
          body: bodyOf(letter, { ...context, link: '' }),
          link: context.link,
          language: person.language,
        })
        return best(await Promise.all(subscriptions.map((subscription) => push({ needs, message, letter }, subscription, signal))))
      } catch {
        return { outcome: 'retry', why: 'The subscriptions could not be read.' }
      }
    },
  }
  return throttled(channel, { clock: needs.clock, limits: [{ count: 200, per: seconds(1) }], rest: seconds(5) })
}

const messageOf = ({ id, alarmId, priority }: Letter, words: Pick<PushMessage, 'title' | 'body' | 'link' | 'language'>): PushMessage => ({
  id,
  alarmId,
  urgent: priority === 1,
  ...words,
})

type Push = { needs: PushNeeds; message: PushMessage; letter: Letter }

async function push({ needs, message, letter }: Push, subscription: PushSubscription, signal: AbortSignal): Promise<Sent> {
  const request = () => requestOf({ needs, message, letter }, subscription)
  const sent = await ask(needs, { what: 'The push service', request, meaning: meaningOfStatus }, signal)
  await remember(needs, subscription, sent)
  return ofOneBrowser(sent)
}

function requestOf({ needs, message, letter }: Push, { endpoint, p256dh, auth }: PushSubscription): Request | Sent {
  try {
    const url = targetOf(endpoint, needs, 'The push service')
    const { headers, body } = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(message), {
      TTL: letter.plain ? plainLifetimeSeconds : lifetimeSeconds,
      urgency: letter.priority < 3 || letter.plain?.pushId !== undefined ? 'high' : 'normal',
      vapidDetails: { subject: needs.contact, ...needs.keys },
    })
    const written = Object.entries(headers as Record<string, unknown>).map(([name, value]) => [name.toLowerCase(), String(value)])
    return { url, headers: Object.fromEntries(written), body, readMax: 0 }
  } catch {
    // Keys and addresses come from browsers; what cannot be encrypted or called now never can.
    return { outcome: 'refused', why: 'The subscription cannot be used.' }
  }
}

/** 404 and 410: the browser took its permission back or is gone. Other refusals may be our own mistake, and bury nobody. */
const isGone = (sent: Sent): boolean => sent.outcome === 'refused' && /^HTTP (404|410)$/.test(sent.why)

/** What one browser's push service says is about that browser; but 401 and 403 are about our own key. */
function ofOneBrowser(sent: Sent): Sent {
  if (sent.outcome === 'delivered') return sent
  const { outcome, why } = sent
  if (outcome === 'refused') return /^HTTP 40[13]$/.test(why) ? sent : { outcome, why }
  return sent.retryAfter === undefined ? { outcome, why } : { outcome, why, retryAfter: sent.retryAfter }
}

async function remember({ subscriptions, clock }: PushNeeds, { id }: PushSubscription, sent: Sent): Promise<void> {
  try {
    if (isGone(sent)) await subscriptions.buried(id, clock.now())
    else if (sent.outcome === 'delivered') await subscriptions.used(id, clock.now())
  } catch {
    // The message is what counts; the next one finds the same out again.
  }
}

/** One telephone that got it is enough; one that may get it later is hope. */
function best(all: readonly Sent[]): Sent {
  if (all.some(({ outcome }) => outcome === 'delivered')) return delivered
  return all.find(({ outcome }) => outcome === 'retry') ?? all[0] ?? { outcome: 'refused', why: 'No telephone takes pushes.' }
}
