/** The watcher's door: takes signs of life by HTTP, answers /health, and tells a stranger nothing. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../../domain/log.ts'
import { type Clock, instant } from '../../domain/time.ts'
import { readSignature, signatureHeader } from '../heartbeat/signature.ts'
import type { Listening } from './listening.ts'

export type DoorNeeds = { listening: Pick<Listening, 'sign' | 'state'>; secret: string; clock: Pick<Clock, 'now'>; log: Log }

const bodyBytesMax = 4_096
const patienceMs = 5_000

/** Resolves with the port when it listens. Rejects when the port is taken. */
export async function openDoor(needs: DoorNeeds, where: { host: string; port: number }) {
  const isSign = openCheck(needs)
  const server = createServer({ requestTimeout: patienceMs, headersTimeout: patienceMs, connectionsCheckingInterval: 1_000 })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => {})
    answer(needs, isSign, { request, response }).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where.port, where.host, resolve)
  })
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { port: (server.address() as AddressInfo).port, close }
}

type Visit = { request: IncomingMessage; response: ServerResponse }
type Check = (request: IncomingMessage, body: string) => { ok: true } | { ok: false; why: string }

async function answer({ listening, log }: DoorNeeds, isSign: Check, { request, response }: Visit): Promise<void> {
  const path = request.url?.split('?')[0]
  if (path === '/health' && request.method === 'GET') return tellHealth(listening, response)
  if (path !== '/sign' || !['GET', 'POST'].includes(request.method ?? '')) return say(response, 404, 'Not here.')
  const body = await bodyOf(request)
  if (body === null) return say(response, 413, 'Too long.')
  const checked = isSign(request, body)
  if (!checked.ok) {
    log('warn', `Something that is no sign of life was sent here: ${checked.why}.`)
    return say(response, 401, `Refused: ${checked.why}.`)
  }
  listening.sign()
  return say(response, 200, 'Heard.')
}

/** Signed, or with the secret as bearer token for those who cannot sign. */
function openCheck({ secret, clock }: DoorNeeds): Check {
  let lastAt = instant(0)
  return ({ headers }, body) => {
    const signature = headers[signatureHeader]
    if (typeof signature !== 'string') return bearer(headers.authorization ?? '', secret)
    const heard = readSignature(signature, body, { secret, now: clock.now(), lastAt })
    if (heard.ok) lastAt = heard.at
    return heard
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function bearer(given: string, secret: string): { ok: true } | { ok: false; why: string } {
  return timingSafeEqual(digest(given), digest(`Bearer ${secret}`)) ? { ok: true } : { ok: false, why: 'without the secret' }
}

/** 200 while all is well, 503 while the platform is silent: for whoever watches the watcher. */
function tellHealth(listening: DoorNeeds['listening'], response: ServerResponse): void {
  const state = listening.state()
  response.writeHead(state.state === 'silent' ? 503 : 200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(state))
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${text}\n`)
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > bodyBytesMax) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}
