/** A retained message may be years old: never a press, never a sign of life. A call for help among them is shown to a human. */
import type { KnownDevice } from '../domain/device.ts'
import type { Signal } from '../domain/signal.ts'
import { type Context, raising } from './meaning.ts'
import { promote } from './roles.ts'

const calls: ReadonlySet<string> = new Set(['sos', 'fall', 'smoke', 'gas', 'carbon-monoxide', 'water-leak'])

/** Adds what a human must look at; says why the message belongs in quarantine, or null when it is retained by the custom of its family. */
export function interpretRetained(raw: Signal, device: KnownDevice, context: Context): { reason: 'retained'; why: string } | null {
  const isCall = raw.origin === 'live' || (raw.origin === 'replay' && context.family === 'native')
  const signal: Signal = { ...promote(raw, device.role), origin: isCall ? 'retained' : raw.origin }
  if (signal.kind === 'availability') return hearBridge(raw, device, context)
  if (calls.has(signal.kind) && signal.active !== false && signal.origin === 'retained') {
    const event = raising({ signal, device, context })
    const draft = { ...event, kind: 'device-troubled' as const, reason: 'retained-press' as const }
    context.effects.events.push({
      draft: { ...draft, causeId: `retained:${event.causeId}`, detail: { ...event.detail, signal: signal.kind } },
    })
    return { reason: 'retained', why: `a retained ${signal.kind} is not a call of now` }
  }
  return context.family === 'native' ? { reason: 'retained', why: 'native messages must not be retained' } : null
}

/** A bridge always asks that its "online" be kept for others; it sent it just now all the same, over its own connection. */
function hearBridge(raw: Signal, device: KnownDevice, context: Context): null {
  if (raw.deviceKey === '' && raw.origin === 'live' && raw.active === true) context.silence.heard(device, context.message.receivedAt)
  // So it is with its goodbye: the last word that is kept of it is that it is gone.
  if (raw.deviceKey === '' && raw.origin === 'last-will' && raw.active === false) context.silence.left?.(device, context.message.receivedAt)
  return null
}
