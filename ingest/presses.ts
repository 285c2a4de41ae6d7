/** The identity of a press: the same for each resend and for each way it comes by, new for everything else, whatever the device managed to say. */
import { createHash } from 'node:crypto'
import type { InboundMessage } from '../domain/message.ts'
import type { Signal } from '../domain/signal.ts'
import { type Instant, seconds } from '../domain/time.ts'
import { openBoundedMap } from './bounded.ts'
import { openTwins } from './twins.ts'

/** The same bytes again within this time are a resend; later they are a new press. */
export const resendWithin = seconds(2)
const devicesMost = 50_000

export type Presses = { idOf(deviceId: string, signal: Signal, message: InboundMessage): string }

/** Ids that need no rewriting to stand in a URL or a log line. */
const plainId = /^[A-Za-z0-9_.@-]{1,64}$/
const digestOf = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex').slice(0, 16)

export function openPresses(): Presses {
  const latest = openBoundedMap<string, { digest: string; at: Instant; id: string }>(devicesMost)
  const twins = openTwins(devicesMost)

  /** A press without an id of its own is known by its bytes, for a moment. */
  const byBytes = (device: string, message: InboundMessage): string => {
    const digest = digestOf(message.payload)
    const former = latest.get(device)
    if (former && former.digest === digest && Math.abs(message.receivedAt - former.at) <= resendWithin) return former.id
    const id = `${message.receivedAt}~${digest.slice(0, 8)}`
    latest.set(device, { digest, at: message.receivedAt, id })
    return id
  }

  const ownId = (scope: string, { pressId }: Signal, message: InboundMessage): string => {
    if (pressId === undefined) return `${scope}:${byBytes(scope, message)}`
    return `${scope}:${plainId.test(pressId) ? pressId : `~${digestOf(pressId)}`}`
  }

  return {
    idOf(deviceId, signal, message) {
      // Kinds are kept apart: a test with the number of a press must never hide the press.
      const scope = signal.kind === 'sos' ? deviceId : `${deviceId}:${signal.kind}`
      const id = ownId(scope, signal, message)
      return mayHaveTwin(deviceId, signal, message) ? twins.first(id, { scope, message }) : id
    },
  }
}

/** Only a call of now, of a device that we know: two pendants that nobody registered are two, although one gateway stands for both. */
function mayHaveTwin(
  deviceId: string,
  { kind, origin, claimedAt, deviceKey }: Signal,
  { senderId, dup, receivedAt }: InboundMessage,
): boolean {
  if ((kind !== 'sos' && kind !== 'fall') || origin !== 'live' || dup) return false
  if (claimedAt !== undefined && Math.abs(receivedAt - claimedAt) > seconds(5)) return false
  return deviceId !== senderId || deviceKey === '' || deviceKey === deviceId
}
