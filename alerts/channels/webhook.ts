/** Posts each call as a CloudEvent, signed by the Standard Webhooks rules. Never logs or returns the address's path or the secret. */
import { createHmac } from 'node:crypto'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { sentenceOf } from '../../domain/log.ts'
import { type Clock, milliseconds, minutes, type Span, seconds } from '../../domain/time.ts'
import { within } from '../within.ts'
import { type Address, resolveOutside } from './addresses.ts'
import { type Channel, delivered, type Letter, type Sent } from './channel.ts'

export type WebhookNeeds = {
  url: string
  /** `whsec_…` in base64; several, separated by spaces, while a secret is being changed: each signs. */
  secret: string
  /** Allow private and loopback addresses, and plain HTTP. */
  allowPrivate: boolean
  clock: Clock
  /** More trusted certificate authorities (PEM), for a centre with its own. */
  authorities?: string
}

const patience = seconds(10)
/** What a receiver may ask us to wait at most: somebody may be lying on the floor. */
const retryAfterMax = minutes(5)
const secretBytesMin = 24

/** Throws RangeError, without quoting them, for an address or a secret that cannot be used. */
export function openWebhookChannel(needs: WebhookNeeds): Channel {
  const target = targetOf(needs)
  const keys = keysOf(needs.secret)
  return {
    name: 'webhook',
    async send(letter, signal) {
      try {
        const waiting = { clock: needs.clock, limit: patience, what: 'The webhook', until: signal }
        return await within(waiting, (ended) => post({ needs, target, keys }, letter, ended))
      } catch (error) {
        return { outcome: 'retry', why: whyOf(error) }
      }
    },
  }
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

function targetOf({ url, allowPrivate }: WebhookNeeds): URL {
  const target = URL.parse(url)
  if (!target || !['http:', 'https:'].includes(target.protocol)) throw new RangeError('The webhook needs an address of http or https.')
  if (target.protocol === 'http:' && !allowPrivate) throw new RangeError('A webhook outside the own network must use https.')
  if (target.username !== '' || target.password !== '') throw new RangeError("The webhook's address must not hold a password.")
  return target
}

type Post = { needs: WebhookNeeds; target: URL; keys: readonly Uint8Array[] }

async function post({ needs, target, keys }: Post, letter: Letter, signal: AbortSignal): Promise<Sent> {
  const address = await resolveOutside(target.hostname, needs.allowPrivate)
  if (!address) return { outcome: 'refused', why: 'The webhook leads to a private address.' }
  const body = JSON.stringify(cloudEventOf(letter))
  const timestamp = Math.floor(needs.clock.now() / 1_000)
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'anling',
    'webhook-id': letter.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureOf(keys, { id: letter.id, timestamp, body }),
  }
  return exchange({ needs, target, address, signal }, { headers, body })
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

type Route = { needs: WebhookNeeds; target: URL; address: Address; signal: AbortSignal }

/** One request, to that very address; a redirect is an answer like another and is not followed. */
function exchange({ needs, target, address, signal }: Route, { headers, body }: { headers: Record<string, string>; body: string }) {
  return new Promise<Sent>((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      // The status is the answer; a body that drips for minutes is not waited for.
      response.destroy()
      resolve(meaningOf(response))
    }
    const request: ClientRequest = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
      method: 'POST',
      headers,
      signal,
      agent: false,
      lookup: (_host, options, done) =>
        options.all
          ? done(null, [address])
          : (done as (error: null, address: string, family: number) => void)(null, address.address, address.family),
      ...(needs.authorities === undefined ? {} : { ca: needs.authorities }),
    })
    request.on('response', answered)
    request.on('error', reject)
    request.end(body)
  })
}

function meaningOf(response: IncomingMessage): Sent {
  const status = response.statusCode ?? 0
  const why = `HTTP ${status}`
  if (status >= 200 && status < 300) return delivered
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { outcome: 'retry', why, ...retryAfterOf(response) }
  return { outcome: 'refused', why }
}

/** Seconds, or a date: measured from the receiver's own clock, since ours may differ. */
function retryAfterOf({ headers }: IncomingMessage): { retryAfter?: Span } {
  const text = headers['retry-after'] ?? ''
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.parse(headers.date ?? '')
  return wait >= 0 ? { retryAfter: milliseconds(Math.min(wait, retryAfterMax)) } : {}
}

/** Error codes name no address; messages do. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown trouble'
  if (error.name === 'AbortError') return 'called off'
  return 'code' in error ? String(error.code) : sentenceOf(error)
}
