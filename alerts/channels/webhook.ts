/** Posts each call as a CloudEvent, signed by the Standard Webhooks rules. Never logs or returns the address's path or the secret. */
import { createHmac } from 'node:crypto'
import { type Clock, seconds } from '../../domain/time.ts'
import type { Channel, Letter } from './channel.ts'
import { ask, meaningOfStatus, type Outside, type Request, targetOf } from './shared/post.ts'
import { throttled } from './shared/throttle.ts'

export type WebhookNeeds = Outside & {
  url: string
  /** `whsec_…` in base64; several, separated by spaces, while a secret is being changed: each signs. */
  secret: string
}

const secretBytesMin = 24

/** Throws RangeError, without quoting them, for an address or a secret that cannot be used. */
export function openWebhookChannel(needs: WebhookNeeds): Channel {
  const url = targetOf(needs.url, needs, 'The webhook')
  const keys = keysOf(needs.secret)
  const channel: Channel = {
    name: 'webhook',
    // Whoever receives it knows the contact by its id.
    reaches: async ({ recipient }) => recipient.contactId !== null,
    send: (letter, signal) =>
      ask(
        needs,
        { what: 'The webhook', request: () => requestOf({ url, keys, clock: needs.clock }, letter), meaning: meaningOfStatus },
        signal,
      ),
  }
  return throttled(channel, { clock: needs.clock, limits: [], rest: seconds(5) })
}

/** `v1,…` for each key, over id, time in seconds and body. */
export function signatureOf(keys: readonly Uint8Array[], message: { id: string; timestamp: number; body: string }): string {
  const signed = `${message.id}.${message.timestamp}.${message.body}`
  return keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`).join(' ')
}

export function keysOf(secret: string): readonly Uint8Array[] {
  const keys = secret
    .split(/\s+/)
    .filter((part) => part !== '')
    .map(keyOf)
  if (keys.length === 0) throw new RangeError('The webhook has no secret.')
  return keys
}

function keyOf(part: string): Uint8Array {
  const text = part.replace(/^whsec_/, '')
  const key = Buffer.from(text, 'base64')
  if (key.length < secretBytesMin || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw new RangeError(`The webhook's secret must be whsec_ and at least ${secretBytesMin} bytes in base64.`)
  }
  return key
}

function requestOf({ url, keys, clock }: { url: URL; keys: readonly Uint8Array[]; clock: Clock }, letter: Letter): Request {
  const body = JSON.stringify(cloudEventOf(letter))
  const timestamp = Math.floor(clock.now() / 1_000)
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': letter.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureOf(keys, { id: letter.id, timestamp, body }),
  }
  // The status is the answer; a body that drips for minutes is not waited for.
  return { url, headers, body, readMax: 0 }
}

/** The call as a CloudEvent 1.0. Ids and kinds; what they mean is for the receiver to look up. */
export function cloudEventOf(letter: Letter): Record<string, unknown> {
  const { id, alarmId, dueAt, raisedAt, recipient, attempt: _, ...about } = letter
  return {
    specversion: '1.0',
    id,
    source: 'urn:anling',
    type: 'anling.call-for-help',
    subject: alarmId,
    time: new Date(dueAt).toISOString(),
    datacontenttype: 'application/json',
    data: { alarmId, ...about, raisedAt: new Date(raisedAt).toISOString(), contactId: recipient.contactId },
  }
}
