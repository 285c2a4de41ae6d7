/** Zigbee2MQTT 1.x and 2.x: topics under the gateway's base, friendly names as they come (never trimmed), states that may be stored ones. */
import type { KnownDevice } from '../../domain/device.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import type { Instant } from '../../domain/time.ts'
import {
  type Body,
  bodyOf,
  type Decoded,
  type Decoder,
  type DeviceHint,
  isBody,
  jsonOf,
  nothing,
  textOf,
  undecodable,
  unknownTopic,
} from './decoder.ts'
import { readDevice } from './zigbee2mqtt-device.ts'
import { type Bridge, flagNames, openBridges } from './zigbee2mqtt-memory.ts'

const usualBase = 'zigbee2mqtt'
const nameLengthMost = 200
const devicesMost = 400

/** Properties that may have a topic of their own, with a bare value (`advanced.output: attribute`). */
const attributes: ReadonlySet<string> = new Set<string>([
  ...flagNames,
  'action',
  'click',
  'battery',
  'battery_low',
  'fall_status',
  'fall_down_status',
])

const request = /\/(?:set|get)(?:\/[^/]+)?$/

/** Opens the decoder with its bounded memory of bridges and devices. */
export function openZigbee2mqtt(): Decoder {
  const bridgeOf = openBridges()
  return {
    family: 'zigbee2mqtt',
    decode: (message, sender) => decode(message, sender, bridgeOf(sender.id)),
    forget: (senderId, deviceKey) => bridgeOf(senderId).forget(deviceKey),
  }
}

function decode(message: InboundMessage, sender: KnownDevice, bridge: Bridge): Decoded {
  const base = `${sender.base === '' ? usualBase : sender.base}/`
  if (!message.topic.startsWith(base)) return unknownTopic('the topic is not under the base of this gateway')
  const name = message.topic.slice(base.length)
  if (name === '' || name.length > nameLengthMost) return unknownTopic('no device name of a usable length in the topic')
  if (name.startsWith('bridge/')) return decodeBridge(name.slice(7), message, bridge)
  if (name.endsWith('/availability')) return decodeAvailability(name.slice(0, -13), message.payload)
  // What others ask of a device is nothing that it said.
  if (request.test(name)) return nothing
  return decodeDevice(name, message, bridge)
}

/** `{"state":"online"}`, or the bare word of version 1; null when it is neither. */
function stateOf(payload: Uint8Array): boolean | null {
  const text = textOf(payload)
  const value = jsonOf(text)
  const word = isBody(value) ? value.state : text
  return word === 'online' ? true : word === 'offline' ? false : null
}

/** The bridge's own opinion, stored and sent again at each start: told, but never proof that the device lives. */
function decodeAvailability(deviceKey: string, payload: Uint8Array): Decoded {
  if (payload.length === 0) return nothing
  const online = stateOf(payload)
  if (online === null) return undecodable('availability is neither online nor offline')
  return { signals: [{ deviceKey, kind: 'availability', origin: 'synthetic', active: online }], problem: null }
}

function decodeDevice(name: string, message: InboundMessage, bridge: Bridge): Decoded {
  if (message.payload.length === 0) return nothing // the deletion of a retained message
  const at = { bridge, receivedAt: message.receivedAt }
  const text = textOf(message.payload)
  const value = jsonOf(text)
  if (isBody(value)) return devicePayload(name, value, at)
  const slash = name.lastIndexOf('/')
  const attribute = name.slice(slash + 1)
  if (slash < 1 || !attributes.has(attribute)) return undecodable('the payload is not a JSON object')
  const bare = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : value === null ? null : text
  return devicePayload(name.slice(0, slash), { [attribute]: bare }, at)
}

function devicePayload(name: string, body: Body, at: { bridge: Bridge; receivedAt: Instant }): Decoded {
  const signals = readDevice(name, body, at)
  const ieee = isBody(body.device) ? body.device.ieeeAddr : undefined
  return isName(ieee) && ieee !== name ? { signals, problem: null, aliases: [[name, ieee]] } : { signals, problem: null }
}

function decodeBridge(what: string, message: InboundMessage, bridge: Bridge): Decoded {
  switch (what) {
    case 'state':
      return decodeBridgeState(message, bridge)
    case 'devices':
      return decodeDevices(message.payload)
    case 'event':
      return decodeEvent(message.payload)
    case 'health':
      return decodeHealth(message.payload, bridge)
    default:
      return nothing // info, logging, groups, definitions, answers: nothing about a person or a device
  }
}

function decodeBridgeState(message: InboundMessage, bridge: Bridge): Decoded {
  if (message.payload.length === 0) return nothing
  const online = stateOf(message.payload)
  if (online === null) return undecodable('the state of the bridge is neither online nor offline')
  if (online) bridge.startedAt = message.receivedAt
  return { signals: [{ deviceKey: '', kind: 'availability', origin: online ? 'live' : 'last-will', active: online }], problem: null }
}

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= nameLengthMost

/** The list of devices says which name and which address belong together. */
function decodeDevices(payload: Uint8Array): Decoded {
  const list = jsonOf(textOf(payload))
  if (!Array.isArray(list)) return undecodable('the list of devices is not a JSON array')
  const aliases: [string, string][] = []
  const hints: DeviceHint[] = []
  for (const entry of list.slice(0, devicesMost)) {
    if (!isBody(entry)) continue
    const { friendly_name: name, ieee_address: ieee } = entry
    if (isName(name) && isName(ieee) && name !== ieee) aliases.push([name, ieee])
    if (isName(name) && entry.type !== 'Coordinator')
      hints.push({ ...hintOf(name, entry.definition), ...firmwareOf(entry.software_build_id) })
  }
  return { signals: [], problem: null, aliases, hints }
}

/** Maker, model and what the maker says it is; version 1 of the bridge has none for devices it does not support. */
function hintOf(deviceKey: string, definition: unknown): DeviceHint {
  const { vendor, model, description } = isBody(definition) ? definition : {}
  return {
    deviceKey,
    ...(isName(vendor) && { vendor }),
    ...(isName(model) && { model }),
    ...(isName(description) && { name: description }),
  }
}

const firmwareOf = (build: unknown) => (isName(build) ? { firmware: build } : {})

function decodeEvent(payload: Uint8Array): Decoded {
  const body = bodyOf(payload)
  const data = body && isBody(body.data) ? body.data : null
  if (!body || !data) return undecodable('an event without its data')
  const deviceKey = data.friendly_name
  if (!isName(deviceKey)) return nothing
  if (body.type === 'device_leave') return { signals: [{ deviceKey, kind: 'availability', origin: 'live', active: false }], problem: null }
  if (body.type === 'device_announce' || body.type === 'device_joined')
    return { signals: [{ deviceKey, kind: 'heartbeat', origin: 'live' }], problem: null }
  return nothing
}

/** The bridge lives; and a device whose count of messages grew was heard, a second witness beside its own messages. */
function decodeHealth(payload: Uint8Array, bridge: Bridge): Decoded {
  const body = bodyOf(payload)
  if (!body) return undecodable('health is not a JSON object')
  const signals: Signal[] = [{ deviceKey: '', kind: 'heartbeat', origin: 'live' }]
  if (!isBody(body.devices)) return { signals, problem: null }
  for (const [ieee, counts] of Object.entries(body.devices).slice(0, devicesMost)) {
    if (!isBody(counts) || typeof counts.messages !== 'number' || !isName(ieee)) continue
    const former = bridge.counted(ieee, counts.messages)
    if (former !== undefined && counts.messages > former) signals.push({ deviceKey: ieee, kind: 'heartbeat', origin: 'live' })
  }
  return { signals, problem: null }
}
