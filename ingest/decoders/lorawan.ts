/** LoRaWAN over ChirpStack v4 or The Things Stack v3: two envelopes around the device's own bytes, which are decoded here and not by whatever script the network server holds. */
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import type { Instant } from '../../domain/time.ts'
import {
  type Body,
  bodyOf,
  credibleClaim,
  type Decoded,
  type Decoder,
  type DeviceHint,
  isBody,
  looseNumberIn,
  nothing,
  numberIn,
  undecodable,
  unknownTopic,
} from './decoder.ts'
import type { FrameSignal } from './lorawan/frame.ts'
import { decodeFrame, frameOf } from './lorawan/frames.ts'
import { readNamed } from './lorawan/named.ts'
import { type Marks, markKey, openMarks } from './marks.ts'

/** What both network servers tell of one uplink. */
type Uplink = {
  deviceKey: string
  /** Profile, brand and model, and the given name: whatever names the model. */
  described: string
  /** The same for whoever enrols it: maker, model and given name, as far as they are told. */
  words: { vendor: unknown; model: unknown; name: unknown }
  port: number
  bytes: Uint8Array
  /** What the server's own script made of it; used only when nobody here can read the bytes. */
  named: unknown
  pressId: string
  at: Instant | undefined
  rssi: number | undefined
}

const chirpstackTopic = /(?:^|\/)application\/[^/]+\/device\/([^/]+)\/event\/([a-z]+)$/
const thingsStackTopic = /(?:^|\/)v3\/[^/]+\/devices\/([^/]+)\/(up|join|location\/solved|down\/\w+|service\/data)$/
const framePayloadMost = 512

export function openLorawan(): Decoder {
  const marks = openMarks()
  return {
    family: 'lorawan',
    decode: (message, sender) => decode(message, { marks, senderId: sender.id }),
    forget: (senderId, deviceKey) => marks.forget(markKey(senderId, deviceKey)),
  }
}

type Memory = { marks: Marks; senderId: string }

function decode(message: InboundMessage, memory: Memory): Decoded {
  const chirpstack = chirpstackTopic.exec(message.topic)
  const thingsStack = chirpstack ? null : thingsStackTopic.exec(message.topic)
  if (!chirpstack && !thingsStack) return unknownTopic('neither a topic of ChirpStack v4 nor of The Things Stack v3')
  const body = bodyOf(message.payload)
  if (!body) return undecodable('the payload is not a JSON object')
  if (chirpstack) return decodeChirpstack(chirpstack, body, { message, memory })
  return decodeThingsStack(thingsStack as RegExpExecArray, body, { message, memory })
}

type At = { message: InboundMessage; memory: Memory }

function decodeChirpstack([, eui = '', event = '']: RegExpExecArray, body: Body, at: At): Decoded {
  const deviceKey = eui.toLowerCase()
  const claimedAt = credibleClaim(body.time, at.message.receivedAt)
  const said = (signal: Omit<Signal, 'deviceKey' | 'origin'>): Decoded => one({ deviceKey, ...(claimedAt && { claimedAt }) }, signal)
  switch (event) {
    case 'up':
      return decodeUplink(chirpstackUplink(deviceKey, body, claimedAt), at)
    case 'join':
      return said({ kind: 'heartbeat' })
    case 'status':
      return status(deviceKey, body)
    case 'location':
      return isBody(body.location) ? located(deviceKey, body.location) : nothing
    case 'log':
      // The network server's own opinion: the device was not understood, which is no sign of its life.
      return { signals: [{ deviceKey, kind: 'availability', origin: 'synthetic' }], problem: null }
    default:
      return nothing // acknowledgements of what was sent down, and messages of integrations
  }
}

function chirpstackUplink(deviceKey: string, body: Body, at: Instant | undefined): Uplink {
  const info = isBody(body.deviceInfo) ? body.deviceInfo : {}
  const tags = isBody(info.tags) ? info.tags : {}
  return {
    ...{ deviceKey, at, port: numberIn(body.fPort, 0, 255) ?? 0, bytes: bytesOf(body.data), named: body.object },
    described: wordsOf([info.deviceProfileName, tags.brand, tags.model, info.deviceName]),
    words: { vendor: tags.brand, model: tags.model ?? info.deviceProfileName, name: info.deviceName },
    pressId: textOr(body.deduplicationId) ?? `${deviceKey}/${numberIn(body.fCnt, 0, 2 ** 32) ?? 0}`,
    rssi: rssiOf(body.rxInfo),
  }
}

function status(deviceKey: string, body: Body): Decoded {
  const percent = looseNumberIn(body.batteryLevel, 0, 100)
  const isKnown = percent !== undefined && body.externalPowerSource !== true && body.batteryLevelUnavailable !== true
  const beat: Signal = { deviceKey, kind: 'heartbeat', origin: 'live' }
  return { signals: isKnown ? [{ deviceKey, kind: 'battery', origin: 'live', value: percent }, beat] : [beat], problem: null }
}

function decodeThingsStack([, id = '', event = '']: RegExpExecArray, body: Body, at: At): Decoded {
  const ids = isBody(body.end_device_ids) ? body.end_device_ids : {}
  const eui = textOr(ids.dev_eui)?.toLowerCase()
  const deviceKey = eui ?? id
  const decoded = thingsStackEvent({ deviceKey, event }, body, at)
  return eui === undefined || decoded.signals.length === 0 ? decoded : { ...decoded, aliases: [[eui, id]] }
}

function thingsStackEvent({ deviceKey, event }: { deviceKey: string; event: string }, body: Body, at: At): Decoded {
  if (event === 'join') return one({ deviceKey }, { kind: 'heartbeat' })
  if (event === 'location/solved') {
    const solved = isBody(body.location_solved) ? body.location_solved.location : undefined
    return isBody(solved) ? located(deviceKey, solved) : nothing
  }
  if (event !== 'up') return nothing
  const uplink = body.uplink_message
  if (!isBody(uplink)) return undecodable('an uplink without its message')
  const version = isBody(uplink.version_ids) ? uplink.version_ids : {}
  const session = textOr(uplink.session_key_id) ?? ''
  return decodeUplink(
    {
      ...{ deviceKey, port: numberIn(uplink.f_port, 0, 255) ?? 0, bytes: bytesOf(uplink.frm_payload), named: uplink.decoded_payload },
      described: wordsOf([version.brand_id, version.model_id, isBody(body.end_device_ids) ? body.end_device_ids.device_id : '']),
      words: { vendor: version.brand_id, model: version.model_id, name: isBody(body.end_device_ids) ? body.end_device_ids.device_id : '' },
      // Zero is left out by this server.
      pressId: `${session}/${numberIn(uplink.f_cnt, 0, 2 ** 32) ?? 0}/${textOr(body.received_at) ?? ''}`,
      at: credibleClaim(body.received_at ?? uplink.received_at, at.message.receivedAt),
      rssi: rssiOf(uplink.rx_metadata),
    },
    at,
  )
}

function decodeUplink(uplink: Uplink, { memory }: At): Decoded {
  const { deviceKey, at, rssi } = uplink
  const shared = { deviceKey, ...(at && { claimedAt: at }) }
  const read = decodeFrame(uplink.described, uplink.port, uplink.bytes) ?? (isBody(uplink.named) ? readNamed(uplink.named) : [])
  const falls = fallsOf(read, deviceKey, memory)
  const signals = read
    .filter((signal) => signal.kind !== 'fall' || falls.includes(signal))
    .map((signal) => signalOf(signal, uplink, shared))
  if (!signals.some(({ kind }) => kind === 'heartbeat'))
    signals.push({ ...shared, kind: 'heartbeat', origin: 'live', ...(rssi !== undefined && { value: rssi }) })
  return { signals, problem: null, hints: hintsOf(uplink) }
}

/** Where nobody told the maker, the model may. */
function hintsOf({ deviceKey, described, words }: Uplink): readonly DeviceHint[] {
  const [vendor, model, name] = [textOr(words.vendor) ?? frameOf(described)?.vendor, textOr(words.model), textOr(words.name)]
  if (vendor === undefined && model === undefined && name === undefined) return []
  return [{ deviceKey, ...(vendor && { vendor }), ...(model && { model }), ...(name && { name }) }]
}

const presses: ReadonlySet<string> = new Set(['button', 'sos', 'fall'])

function signalOf(signal: FrameSignal, { pressId }: Uplink, shared: Pick<Signal, 'deviceKey'>): Signal {
  const named = presses.has(signal.kind) ? { pressId: signal.pressId ? `${signal.pressId}/${pressId}` : pressId } : {}
  return { ...shared, origin: 'live', ...signal, ...named }
}

/** The falls that are news: a radar repeats "fall" as a state for as long as somebody lies there; an alarm with a number is news of its own. */
function fallsOf(read: readonly FrameSignal[], deviceKey: string, { marks, senderId }: Memory): readonly FrameSignal[] {
  const key = markKey(senderId, deviceKey)
  const falls = read.filter(({ kind, active }) => kind === 'fall' && active !== false)
  const isState = ({ kind, origin }: FrameSignal) => origin !== 'historic' && (kind === 'presence' || kind === 'bed' || kind === 'fall')
  if (falls.length === 0 && read.some(isState)) marks.changed(key, 'fall', '')
  return falls.filter((fall) => fall.origin === 'historic' || marks.changed(key, 'fall', fall.pressId ?? 'state'))
}

const one = (shared: Pick<Signal, 'deviceKey'>, signal: Omit<Signal, 'deviceKey' | 'origin'>): Decoded => ({
  signals: [{ ...shared, origin: 'live', ...signal }],
  problem: null,
})

function located(deviceKey: string, place: Body): Decoded {
  const [latitude, longitude] = [numberIn(place.latitude, -90, 90), numberIn(place.longitude, -180, 180)]
  if (latitude === undefined || longitude === undefined) return nothing
  return one({ deviceKey }, { kind: 'location', numbers: { latitude, longitude } })
}

const textOr = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined
const wordsOf = (values: readonly unknown[]): string => values.filter((value) => textOr(value) !== undefined).join(' ')

function bytesOf(value: unknown): Uint8Array {
  return typeof value === 'string' && value.length <= framePayloadMost * 2 ? Buffer.from(value, 'base64') : new Uint8Array()
}

/** Of the gateway that heard it best. */
function rssiOf(list: unknown): number | undefined {
  if (!Array.isArray(list)) return undefined
  const heard = list.slice(0, 64).flatMap((entry) => (isBody(entry) ? (numberIn(entry.rssi, -200, 50) ?? []) : []))
  return heard.length > 0 ? Math.max(...heard) : undefined
}
