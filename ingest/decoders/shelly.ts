/** Shelly of the first generation (`shellies/<model>-<id>/…`), of the later ones (`<id>/events/rpc`, `<id>/status/…`), and Bluetooth devices heard by them. */
import type { KnownDevice } from '../../domain/device.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import {
  type Body,
  bodyOf,
  type Decoded,
  type Decoder,
  flagOf,
  isBody,
  looseNumberIn,
  nothing,
  numberIn,
  textOf,
  undecodable,
  unknownTopic,
} from './decoder.ts'
import { type Shared, sharedAt } from './shared.ts'
import { componentSignals, eventSignals } from './shelly/components.ts'
import { gen1Button, gen1Sensor, gen1Status } from './shelly/gen1.ts'

const idPattern = /^[A-Za-z0-9_.:-]{1,100}$/
const gen1Prefix = 'shellies/'

export function openShelly(): Decoder {
  return { family: 'shelly', decode, forget() {} }
}

function decode(message: InboundMessage, sender: KnownDevice): Decoded {
  // A device that speaks for itself has its own prefix as base; behind another broker many share one.
  const own = sender.base === '' ? '' : `${sender.base}/`
  const isOwn = own !== '' && own !== gen1Prefix && message.topic.startsWith(own)
  const isFirst = message.topic.startsWith(gen1Prefix)
  const rest = isOwn ? message.topic.slice(own.length) : isFirst ? message.topic.slice(gen1Prefix.length) : message.topic
  if (isFirst && rest === 'announce') return decodeAnnounce(message, isOwn)
  const slash = isOwn ? -1 : rest.indexOf('/')
  const id = isOwn ? '' : rest.slice(0, Math.max(0, slash))
  if (!isOwn && !idPattern.test(id)) return unknownTopic('no device in the topic')
  const at = { shared: { deviceKey: id, origin: 'live' as const }, message }
  return decodeOf(rest.slice(slash + 1), at)
}

type At = { shared: Shared; message: InboundMessage }

function decodeOf(what: string, at: At): Decoded {
  const { payload } = at.message
  if (what === 'online') return decodeOnline(payload, at.shared)
  if (what === 'events/rpc') return decodeRpc(bodyOf(payload), at)
  if (what.startsWith('status/')) return decodeComponent(what.slice(7), bodyOf(payload), at)
  if (what === 'status' || what === 'info') return decodeStatus(bodyOf(payload), at)
  const input = /^input_event\/(\d)$/.exec(what)?.[1]
  if (input !== undefined) return decodeInput(input, bodyOf(payload), at.shared)
  if (what.startsWith('sensor/')) return decodeSensor(what.slice(7), textOf(payload).trim(), at.shared)
  if (what.endsWith('command') || what.startsWith('rpc')) return nothing // what others ask of it
  return said([{ ...at.shared, kind: 'heartbeat' }])
}

const said = (signals: readonly Signal[]): Decoded => ({ signals, problem: null })
const notAnObject = undecodable('the payload is not a JSON object')

/** It is normal that a battery device is offline: told, never judged. */
function decodeOnline(payload: Uint8Array, shared: Shared): Decoded {
  const word = textOf(payload).trim()
  if (word !== 'true' && word !== 'false') return undecodable('online is neither true nor false')
  const online = word === 'true'
  return said([{ ...shared, kind: 'availability', origin: online ? 'live' : 'last-will', active: online }])
}

function decodeAnnounce(message: InboundMessage, isOwn: boolean): Decoded {
  const body = bodyOf(message.payload)
  if (!body) return notAnObject
  if (typeof body.id !== 'string' || !idPattern.test(body.id)) return undecodable('an announcement without an id')
  return said([{ deviceKey: isOwn ? '' : body.id, kind: 'heartbeat', origin: 'live' }])
}

function decodeInput(input: string, body: Body | null, shared: Shared): Decoded {
  if (!body) return notAnObject
  const button = gen1Button(body, input, shared)
  return button ? said([button]) : nothing
}

function decodeSensor(name: string, word: string, shared: Shared): Decoded {
  if (name === 'battery') {
    const value = looseNumberIn(word, 0, 100)
    return value === undefined ? undecodable('battery is not a percentage') : said([{ ...shared, kind: 'battery', value }])
  }
  const signals = gen1Sensor(name, word, shared)
  return signals ? said(signals) : nothing
}

function decodeStatus(body: Body | null, { shared, message }: At): Decoded {
  return body ? said(gen1Status(body, sharedAt(shared, body.timestamp, message.receivedAt))) : notAnObject
}

function decodeComponent(component: string, body: Body | null, { shared }: At): Decoded {
  return body ? said(componentSignals(component, body, shared)) : notAnObject
}

const eventsMost = 32

/** NotifyStatus and NotifyFullStatus carry components by name, NotifyEvent a list of events; a script may send its event bare. */
function decodeRpc(body: Body | null, { shared, message }: At): Decoded {
  if (!body) return notAnObject
  if (typeof body.event === 'string') return said(eventSignals(body, sharedAt(shared, body.ts, message.receivedAt)))
  const params = isBody(body.params) ? body.params : {}
  if (flagOf(params.wakeup) !== undefined && Object.keys(params).length === 1) return said([{ ...shared, kind: 'heartbeat' }])
  const at = sharedAt(shared, numberIn(params.ts, 1e9, 1e10), message.receivedAt)
  const signals: Signal[] = []
  if (Array.isArray(params.events))
    for (const event of params.events.slice(0, eventsMost)) if (isBody(event)) signals.push(...eventSignals(event, at))
  for (const [name, value] of Object.entries(params).slice(0, 64)) if (isBody(value)) signals.push(...componentSignals(name, value, at))
  return said(signals.length > 0 ? signals : [{ ...at, kind: 'heartbeat' }])
}
