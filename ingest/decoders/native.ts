/** The native family, `care/<deviceId>/<kind>` with a JSON object: docs/protocol.md. A press needs no readable payload. */
import type { InboundMessage } from '../../domain/message.ts'
import { isMode } from '../../domain/modes.ts'
import type { ReadingKind } from '../../domain/reading.ts'
import type { Origin, Signal, SignalKind } from '../../domain/signal.ts'
import { parseUpTopic, type UpKind } from '../../domain/topics.ts'
import {
  type Body,
  bodyOf,
  credibleClaim,
  type Decoded,
  type Decoder,
  flagOf,
  incredibleClaim,
  numberIn,
  undecodable,
  unknownTopic,
} from './decoder.ts'

/** The parts that every signal of one message shares. */
type Shared = { deviceKey: string; origin: Origin; claimedAt?: NonNullable<Signal['claimedAt']>; saidAt?: NonNullable<Signal['saidAt']> }
type Reader = (body: Body, shared: Shared) => readonly Signal[] | null

type Range = readonly [field: string, kind: ReadingKind, least: number, most: number]

const vitalRanges: readonly Range[] = [
  ['heartRate', 'heart-rate', 20, 300],
  ['respiration', 'respiration', 1, 100],
  ['oxygen', 'oxygen', 30, 100],
  ['systolic', 'systolic', 30, 300],
  ['diastolic', 'diastolic', 10, 250],
  ['temperature', 'body-temperature', 20, 46],
  ['glucose', 'glucose', 0.3, 60],
  ['weight', 'weight', 1, 500],
  ['steps', 'steps', 0, 200_000],
]

const environmentRanges: readonly Range[] = [
  ['temperature', 'temperature', -60, 120],
  ['humidity', 'humidity', 0, 100],
  ['illuminance', 'illuminance', 0, 200_000],
  ['co2', 'carbon-dioxide', 0, 50_000],
]

const readers: Readonly<Record<UpKind, Reader>> = {
  sos: (body, shared) => [pressed('sos', body, shared)],
  cancel: (body, shared) => [pressed('cancel', body, shared)],
  test: (body, shared) => [pressed('test', body, shared)],
  heartbeat: readHeartbeat,
  motion: (body, shared) => onOff('motion', body.active, shared),
  door: (body, shared) => onOff('contact', body.open, shared),
  bed: (body, shared) => onOff('bed', body.occupied, shared),
  vitals: (body, shared) => numbersOf('vitals', vitalRanges, { body, shared }),
  environment: (body, shared) => numbersOf('environment', environmentRanges, { body, shared }),
  battery: readBattery,
  fall: readFall,
  smoke: (body, shared) => readHazard('smoke', body, shared),
  gas: (body, shared) => readHazard('gas', body, shared),
  'carbon-monoxide': (body, shared) => readHazard('carbon-monoxide', body, shared),
  water: (body, shared) => readHazard('water-leak', body, shared),
  power: (body, shared) => onOff('power', body.mains, shared),
  tamper: (body, shared) => onOff('tamper', body.active, shared),
  'reply-seen': (body, shared) => (typeof body.id === 'string' ? [{ ...shared, kind: 'acknowledgement', value: body.id }] : null),
  answer: (_body, shared) => [{ ...shared, kind: 'answer' }],
  mode: readMode,
}

/** Opens the native decoder. It remembers nothing: every native message speaks for itself. */
export function openNative(): Decoder {
  return { family: 'native', decode, forget() {} }
}

function decode(message: InboundMessage): Decoded {
  const topic = parseUpTopic(message.topic)
  if (!topic) return unknownTopic('not a native topic')
  const body = bodyOf(message.payload)
  if (body === null) return unreadable(topic.deviceId, topic.kind)
  const signals = readers[topic.kind](body, sharedOf(topic.deviceId, body, message))
  return signals ? { signals, problem: null } : undecodable(`no usable value in a ${topic.kind} message`)
}

function sharedOf(deviceKey: string, body: Body, message: InboundMessage): Shared {
  const origin: Origin = body.replay === true ? 'replay' : 'live'
  const claimedAt = credibleClaim(body.at, message.receivedAt)
  if (claimedAt !== undefined) return { deviceKey, origin, claimedAt }
  const saidAt = incredibleClaim(body.at, message.receivedAt)
  return saidAt === undefined ? { deviceKey, origin } : { deviceKey, origin, saidAt }
}

/** On the topics of a call for help the topic alone speaks; elsewhere an unreadable payload says nothing. */
function unreadable(deviceKey: string, kind: UpKind): Decoded {
  const why = 'the payload is not a JSON object'
  if (kind !== 'sos' && kind !== 'fall') return undecodable(why)
  const signal: Signal = { deviceKey, kind, origin: 'live', unreadable: true }
  if (kind === 'fall') signal.level = 'possible'
  return { signals: [signal], problem: { reason: 'undecodable', why } }
}

function pressed(kind: 'sos' | 'cancel' | 'test', body: Body, shared: Shared): Signal {
  const pressId = pressIdOf(body)
  return pressId === undefined ? { ...shared, kind } : { ...shared, kind, pressId }
}

/** A bare counter starts again at one when its device restarts; then the claimed time tells the presses apart. */
const counter = /^\d{1,9}$/

function pressIdOf(body: Body): string | undefined {
  const id = typeof body.id === 'number' && Number.isFinite(body.id) ? String(body.id) : body.id
  if (typeof id !== 'string' || id === '') return undefined
  const claimed = typeof body.at === 'string' || typeof body.at === 'number' ? body.at : ''
  return counter.test(id) && claimed !== '' ? `${id}@${claimed}` : id
}

function onOff(kind: SignalKind, value: unknown, shared: Shared): readonly Signal[] | null {
  return typeof value === 'boolean' ? [{ ...shared, kind, active: value }] : null
}

function readHeartbeat(body: Body, shared: Shared): readonly Signal[] {
  const beat: Signal = { ...shared, kind: 'heartbeat' }
  const strength = numberIn(body.signal, -200, 255)
  if (strength !== undefined) beat.value = strength
  const battery = numberIn(body.battery, 0, 100)
  const mains = flagOf(body.mains)
  if (battery === undefined && mains === undefined) return [beat]
  const signals: Signal[] = [beat]
  if (battery !== undefined) signals.push({ ...shared, kind: 'battery', value: battery })
  if (mains !== undefined) signals.push({ ...shared, kind: 'power', active: mains })
  return signals
}

function readMode(body: Body, shared: Shared): readonly Signal[] | null {
  if (!isMode(body.mode)) return null
  const hours = numberIn(body.hours, 0.25, 24 * 180)
  const signal: Signal = { ...shared, kind: 'mode', value: body.mode }
  return [hours === undefined ? signal : { ...signal, numbers: { hours } }]
}

function readBattery(body: Body, shared: Shared): readonly Signal[] | null {
  const signal: Signal = { ...shared, kind: 'battery' }
  const percent = numberIn(body.percent, 0, 100)
  const low = flagOf(body.low)
  if (percent !== undefined) signal.value = percent
  if (low !== undefined) signal.active = low
  return percent === undefined && low === undefined ? null : [signal]
}

/** A detector that names no level says "fall" and means it. */
function readFall(body: Body, shared: Shared): readonly Signal[] {
  const signal: Signal = { ...shared, kind: 'fall', active: true, level: body.level === 'possible' ? 'possible' : 'confirmed' }
  const pressId = pressIdOf(body)
  if (pressId !== undefined) signal.pressId = pressId
  return [signal]
}

function readHazard(kind: SignalKind, body: Body, shared: Shared): readonly Signal[] | null {
  const active = flagOf(body.active)
  if (active === undefined) return null
  const signal: Signal = { ...shared, kind, active }
  if (body.test === true) signal.origin = 'test'
  const pressId = pressIdOf(body)
  if (pressId !== undefined) signal.pressId = pressId
  return [signal]
}

function numbersOf(
  kind: 'vitals' | 'environment',
  ranges: readonly Range[],
  from: { body: Body; shared: Shared },
): readonly Signal[] | null {
  const numbers: Record<string, number> = {}
  let found = false
  for (const [field, name, least, most] of ranges) {
    const value = numberIn(from.body[field], least, most)
    if (value === undefined) continue
    numbers[name] = value
    found = true
  }
  return found ? [{ ...from.shared, kind, numbers }] : null
}
