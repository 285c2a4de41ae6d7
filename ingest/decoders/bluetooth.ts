/** Bluetooth devices heard by Theengs Gateway or OpenMQTTGateway (`<base>/<gateway>/BTtoMQTT/<address>` and its sisters for LoRa and 433 MHz), and BTHome bytes as such. */
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import { readBthome } from './bluetooth/bthome.ts'
import { signalsOfObjects } from './bluetooth/objects.ts'
import { type Body, bodyOf, type Decoded, type Decoder, nothing, numberIn, textOf, undecodable, unknownTopic } from './decoder.ts'
import { decodeFrame } from './lorawan/frames.ts'
import { type Shared, sharedAt } from './shared.ts'

const gatewayTopic = /(?:^|\/)(BT|LORAWAN|LORA|433|RF|PilightMQTT|SRFB|RTL_433|IR)toMQTT(?:\/([^/]+))?(?:\/([^/]+))?$/
/** One topic for all that a gateway sees near it. */
const presenceTopic = /(?:^|\/)(?:home_)?presence\/[^/]+$/
const statusTopic = /(?:^|\/)(LWT|SYStoMQTT|version)$/
const advertisementTopic = /(?:^|\/)bthome\/([0-9A-Fa-f:]{12,17})$/

export function openBluetooth(): Decoder {
  return { family: 'bluetooth', decode, forget() {} }
}

function decode(message: InboundMessage): Decoded {
  const advertised = advertisementTopic.exec(message.topic)
  if (advertised) return decodeAdvertisement(addressOf(advertised[1] ?? ''), message)
  const status = statusTopic.exec(message.topic)
  if (status) return decodeStatus(status[1] ?? '', message)
  if (presenceTopic.test(message.topic)) return decodePresence(message)
  const heard = gatewayTopic.exec(message.topic)
  if (!heard) return unknownTopic('no topic of Theengs Gateway or OpenMQTTGateway')
  const body = bodyOf(message.payload)
  if (!body) return undecodable('the payload is not a JSON object')
  const radio = heard[1]
  if (radio === '433' || radio === 'RF' || radio === 'SRFB' || radio === 'PilightMQTT') return decodeRadio(body)
  if (radio === 'RTL_433') return decodeReceiver(body)
  if (radio === 'IR') return nothing
  const deviceKey = keyOf(body, heard[2])
  if (deviceKey === '') return undecodable('no device in topic or payload')
  const shared = sharedAt({ deviceKey, origin: 'live' }, body.UTC_TIME ?? body.time, message.receivedAt)
  return { signals: radio === 'BT' ? bluetoothSignals(body, shared) : loraSignals(body, shared), problem: null }
}

const addressOf = (text: string): string => text.replaceAll(':', '').toUpperCase()

function decodePresence(message: InboundMessage): Decoded {
  const body = bodyOf(message.payload)
  const deviceKey = body ? keyOf(body, undefined) : ''
  if (!body || deviceKey === '') return undecodable('nobody named as present')
  const shared = sharedAt({ deviceKey, origin: 'live' }, body.UTC_TIME ?? body.time, message.receivedAt)
  const signals: Signal[] = [
    { ...shared, kind: 'presence', active: true },
    { ...shared, kind: 'heartbeat' },
  ]
  return { signals, problem: null }
}

/** The address without colons: one device has one name, on the topic and inside. */
function keyOf(body: Body, onTopic: string | undefined): string {
  const inside = body.mac ?? body.id
  const text = onTopic ?? (typeof inside === 'string' ? inside : '')
  return text.length <= 40 ? addressOf(text) : ''
}

/** BTHome bytes, as an ESP32 that only listens passes them on. Encrypted ones prove that the device lives. */
function decodeAdvertisement(deviceKey: string, message: InboundMessage): Decoded {
  const read = readBthome(message.payload)
  if (!read) return undecodable('these are no bytes of BTHome version 2')
  const shared: Shared = { deviceKey, origin: 'live', claimedAt: message.receivedAt }
  return { signals: signalsOfObjects(read.objects, shared, numberIn(read.objects.pid, 0, 255)), problem: null }
}

function decodeStatus(what: string, message: InboundMessage): Decoded {
  if (what !== 'LWT') return { signals: [{ deviceKey: '', kind: 'heartbeat', origin: 'live' }], problem: null }
  const word = textOf(message.payload).trim().toLowerCase()
  if (word !== 'online' && word !== 'offline') return undecodable('LWT is neither online nor offline')
  const online = word === 'online'
  return { signals: [{ deviceKey: '', kind: 'availability', origin: online ? 'live' : 'last-will', active: online }], problem: null }
}

/** 433 MHz: the code itself is the device; it says nothing else, has no battery and no life sign, and anybody may send it again. */
function decodeRadio(body: Body): Decoded {
  const code = body.value ?? body.raw
  if (typeof code !== 'number' && (typeof code !== 'string' || code.length > 40)) return undecodable('a radio message without its code')
  return { signals: [{ deviceKey: `rf-${code}`, kind: 'button', origin: 'live', value: 'rf' }], problem: null }
}

/** What the library of receivers makes of a code: maker's name and number. A command is somebody's finger. */
function decodeReceiver({ model, id, cmd, button }: Body): Decoded {
  if (typeof model !== 'string' || (typeof id !== 'number' && typeof id !== 'string')) return undecodable('a radio message of nobody')
  const shared = { deviceKey: `${model}-${id}`.slice(0, 80), origin: 'live' as const }
  const isCommand = cmd !== undefined || button !== undefined
  const signal: Signal = isCommand ? { ...shared, kind: 'button', value: 'rf' } : { ...shared, kind: 'heartbeat' }
  return { signals: [signal], problem: null }
}

/** What the gateway's library prints for two of the codes of a button. */
const printed: Readonly<Record<number, number>> = { 9: 4, 11: 254 }

function bluetoothSignals(body: Body, shared: Shared): readonly Signal[] {
  const code = typeof body.button === 'number' ? (printed[body.button] ?? body.button) : body.button
  const raw = bytesOf(body)
  const at = { ...raw, ...body, button: code ?? raw?.button }
  const signals = signalsOfObjects(at, shared, numberIn(body.packet ?? raw?.pid, 0, 255))
  // A phone or a tag that is heard is at home; that it is not heard says nothing yet.
  if (body.track === true || body.type === 'TRACK' || body.presence === true)
    return [{ ...shared, kind: 'presence', active: true }, ...signals.filter(({ kind }) => kind !== 'presence')]
  return signals
}

/** BTHome that the gateway's own library did not know, handed on as it was heard. */
function bytesOf({ servicedata, servicedatauuid }: Body): Body | undefined {
  if (typeof servicedata !== 'string' || servicedata.length > 128 || !/^(0x)?fcd2$/i.test(String(servicedatauuid))) return undefined
  return readBthome(Buffer.from(servicedata, 'hex'))?.objects
}

function loraSignals(body: Body, shared: Shared): readonly Signal[] {
  const bytes = typeof body.payload === 'string' && body.payload.length <= 1_024 ? Buffer.from(body.payload, 'hex') : new Uint8Array()
  const port = numberIn(body.fport, 0, 255) ?? 0
  const described = [body.model, body.name].filter((word) => typeof word === 'string').join(' ')
  const read = decodeFrame(described, port, bytes) ?? []
  const count = numberIn(body.fcnt, 0, 2 ** 32)
  const signals = read.map(
    (signal): Signal => ({
      ...shared,
      origin: 'live',
      ...signal,
      ...(signal.kind === 'button' && count !== undefined && { pressId: `${count}@${shared.claimedAt ?? 0}` }),
    }),
  )
  return [...signals, { ...shared, kind: 'heartbeat' }]
}
