/** The identity of a press: the same for each resend, new for everything else, whatever the device managed to say. */
import { createHash } from 'node:crypto'
import type { InboundMessage } from '../domain/message.ts'
import type { Signal } from '../domain/signal.ts'
import { type Instant, seconds } from '../domain/time.ts'
import { openBoundedMap } from './bounded.ts'

/** The same bytes again within this time are a resend; later they are a new press. */
export const resendWithin = seconds(2)
const devicesMost = 50_000

export type Presses = { idOf(deviceId: string, signal: Signal, message: InboundMessage): string }

/** Ids that need no rewriting to stand in a URL or a log line. */
const plainId = /^[A-Za-z0-9_.@-]{1,64}$/
const digestOf = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex').slice(0, 16)

export function openPresses(): Presses {
  const latest = openBoundedMap<string, { digest: string; at: Instant; id: string }>(devicesMost)

  /** A press without an id of its own is known by its bytes, for a moment. */
  const byBytes = (device: string, message: InboundMessage): string => {
    const digest = digestOf(message.payload)
    const former = latest.get(device)
    if (former && former.digest === digest && Math.abs(message.receivedAt - former.at) <= resendWithin) return former.id
    const id = `${message.receivedAt}~${digest.slice(0, 8)}`
    latest.set(device, { digest, at: message.receivedAt, id })
    return id
  }

  return {
    idOf(deviceId, signal, message) {
      // Kinds are kept apart: a test with the number of a press must never hide the press.
      const scope = signal.kind === 'sos' ? deviceId : `${deviceId}:${signal.kind}`
      if (signal.pressId === undefined) return `${scope}:${byBytes(scope, message)}`
      return `${scope}:${plainId.test(signal.pressId) ? signal.pressId : `~${digestOf(signal.pressId)}`}`
    },
  }
}
