/** How a sign of life is signed, and how the watcher knows that it is fresh and ours: HMAC-SHA-256 over the moment and the body. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { between, type Instant, instant, minutes } from '../../domain/time.ts'

export const signatureHeader = 'anling-signature'
/** A secret that can be guessed would let anybody keep a dead platform alive. */
export const secretLengthMin = 16
/** The two machines' clocks may differ by this much. */
export const skewMax = minutes(5)

const proof = (secret: string, at: number, body: string): Buffer => createHmac('sha256', secret).update(`${at}.${body}`).digest()

/** `t=<milliseconds>,v1=<hex>`. */
export const signatureFor = (secret: string, at: Instant, body: string): string => `t=${at},v1=${proof(secret, at, body).toString('hex')}`

export type Heard = { ok: true; at: Instant } | { ok: false; why: string }

/** Whether `header` signs `body` with `secret`, now, and later than `lastAt`: a sign that was caught and sent again is none. */
export function readSignature(header: string, body: string, expected: { secret: string; now: Instant; lastAt: Instant }): Heard {
  const parts = /^t=(\d{1,16}),v1=([0-9a-f]{64})$/.exec(header)
  if (!parts) return { ok: false, why: 'not signed' }
  const at = instant(Number(parts[1]))
  if (!timingSafeEqual(Buffer.from(parts[2] ?? '', 'hex'), proof(expected.secret, at, body)))
    return { ok: false, why: 'signed with another secret' }
  if (Math.abs(between(at, expected.now)) > skewMax)
    return { ok: false, why: 'the clocks of the two machines differ by more than 5 minutes' }
  if (at <= expected.lastAt) return { ok: false, why: 'a sign that was heard before' }
  return { ok: true, at }
}
