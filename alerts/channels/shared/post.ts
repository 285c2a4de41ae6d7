/** One HTTP request to a provider: to an address that was looked at first, within ten seconds, and told without naming address or secret. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { sentenceOf } from '../../../domain/log.ts'
import { type Clock, milliseconds, minutes, type Span, seconds } from '../../../domain/time.ts'
import { within } from '../../within.ts'
import { type Address, resolveOutside } from '../addresses.ts'
import { delivered, type Sent } from '../channel.ts'

/** Where requests go, and what is allowed on the way. */
export type Outside = {
  clock: Clock
  /** Allow private and loopback addresses, and plain HTTP. */
  allowPrivate: boolean
  /** More trusted certificate authorities (PEM), for a centre with its own. */
  authorities?: string
}

export type Request = {
  method?: 'POST' | 'GET'
  url: URL
  headers: Readonly<Record<string, string>>
  body: string | Uint8Array
  /** Bytes of the answer that are read; 0: the status is the answer, and its body is not waited for. */
  readMax: number
}
export type Answer = { status: number; retryAfter: Span | null; body: string }

const patience = seconds(10)
/** What a receiver may ask us to wait at most: somebody may be lying on the floor. */
export const retryAfterMax = minutes(5)

/** The address as it may be used, or a RangeError that quotes nothing of it. `what` begins the sentence: "The webhook". */
export function targetOf(url: string, { allowPrivate }: Pick<Outside, 'allowPrivate'>, what: string): URL {
  const target = URL.parse(url)
  if (!target || !['http:', 'https:'].includes(target.protocol)) throw new RangeError(`${what} needs an address of http or https.`)
  if (target.protocol === 'http:' && !allowPrivate) throw new RangeError(`${what} outside the own network must use https.`)
  if (target.username !== '' || target.password !== '') throw new RangeError(`${what}'s address must not hold a password.`)
  return target
}

/**
 * Makes one request and reads its meaning. Never throws; trouble on the way, a call that was called off and an answer that does
 * not come within ten seconds are `retry`. `what` begins the sentence: "The webhook".
 */
export async function ask(outside: Outside, asked: Asked, signal: AbortSignal): Promise<Sent> {
  const { what, request, meaning } = asked
  try {
    const waiting = { clock: outside.clock, limit: patience, what, until: signal }
    return await within(waiting, async (ended) => {
      const made = await request()
      if ('outcome' in made) return made
      const address = await resolveOutside(made.url.hostname, outside.allowPrivate)
      if (!address) return { outcome: 'refused', why: `${what} leads to a private address.` }
      return meaning(await exchange({ outside, address, signal: ended }, made))
    })
  } catch (error) {
    return { outcome: 'retry', why: whyOf(error) }
  }
}

export type Asked = {
  what: string
  /** The request, or what became of the letter without one (nobody to call, say). */
  request: () => Promise<Request | Sent> | Request | Sent
  meaning: (answer: Answer) => Sent
}

type Route = { outside: Outside; address: Address; signal: AbortSignal }

/** To that very address; a redirect is an answer like another and is not followed. */
function exchange({ outside, address, signal }: Route, { method = 'POST', url, headers, body, readMax }: Request): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const request: ClientRequest = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      headers: { 'user-agent': 'anling', ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
      agent: false,
      lookup: (_host, options, done) =>
        options.all
          ? done(null, [address])
          : (done as (error: null, address: string, family: number) => void)(null, address.address, address.family),
      ...(outside.authorities === undefined ? {} : { ca: outside.authorities }),
    })
    request.on('response', (response) => read(response, readMax).then((text) => resolve(answerOf(response, text)), reject))
    request.on('error', reject)
    request.end(body)
  })
}

/** At most `max` bytes: what a provider says is short, and what does not end is not waited for. */
async function read(response: IncomingMessage, max: number): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  if (max > 0) {
    for await (const part of response) {
      parts.push(part as Buffer)
      size += (part as Buffer).length
      if (size >= max) break
    }
  }
  response.destroy()
  return Buffer.concat(parts).subarray(0, max).toString()
}

const answerOf = (response: IncomingMessage, body: string): Answer => ({
  status: response.statusCode ?? 0,
  retryAfter: retryAfterOf(response),
  body,
})

/** Seconds, or a date: measured from the receiver's own clock, since ours may differ. */
function retryAfterOf({ headers }: IncomingMessage): Span | null {
  const text = headers['retry-after'] ?? ''
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.parse(headers.date ?? '')
  return wait >= 0 ? milliseconds(Math.min(wait, retryAfterMax)) : null
}

/** What the status alone says. */
export function meaningOfStatus({ status, retryAfter }: Answer): Sent {
  const why = `HTTP ${status}`
  if (status >= 200 && status < 300) return delivered
  const wait = retryAfter === null ? {} : { retryAfter }
  if (status === 429) return { outcome: 'retry', why, ...wait, busy: true }
  if (status === 408 || status === 425 || status >= 500) return { outcome: 'retry', why, ...wait }
  return { outcome: 'refused', why, broken: true }
}

/** The body as an object; null for anything else. */
export function objectOf({ body }: Pick<Answer, 'body'>): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Error codes name no address; messages do. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown trouble'
  if (error.name === 'AbortError') return 'called off'
  return 'code' in error ? String(error.code) : sentenceOf(error)
}
