/** Traccar forwards what GPS watches and pendants of two hundred protocols say: events and positions, over MQTT (`events`, `positions`) or HTTP. */
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import { type Body, bodyOf, type Decoded, type Decoder, flagOf, isBody, looseNumberIn, nothing, numberIn, undecodable } from './decoder.ts'
import { type Shared, sharedAt } from './shared.ts'

export function openTraccar(): Decoder {
  return { family: 'traccar', decode, forget() {} }
}

function decode(message: InboundMessage): Decoded {
  const body = bodyOf(message.payload)
  if (!body) return undecodable('the payload is not a JSON object')
  const { event, position, device } = body
  const deviceKey = keyOf(device, event, position)
  if (deviceKey === null) return undecodable('neither an event nor a position of a device')
  if (isBody(event)) return decodeEvent(event, sharedAt({ deviceKey, origin: 'live' }, event.eventTime, message.receivedAt), position)
  if (!isBody(position)) return nothing
  const shared = sharedAt({ deviceKey, origin: 'live' }, position.fixTime ?? position.deviceTime, message.receivedAt)
  return { signals: positionSignals(position, shared), problem: null }
}

/** The IMEI or what else is printed on it; where the device is not told, Traccar's own number for it. */
function keyOf(device: unknown, event: unknown, position: unknown): string | null {
  const unique = isBody(device) ? device.uniqueId : undefined
  if (typeof unique === 'string' && unique !== '' && unique.length <= 64) return unique
  const number = isBody(event) ? event.deviceId : isBody(position) ? position.deviceId : undefined
  return typeof number === 'number' && Number.isFinite(number) ? `traccar-${number}` : null
}

function decodeEvent(event: Body, shared: Shared, position: unknown): Decoded {
  const said = (signals: readonly Signal[]): Decoded => ({ signals, problem: null })
  const id = numberIn(event.id, 1, 2 ** 53)
  const press = id === undefined ? {} : { pressId: `event-${id}` }
  switch (event.type) {
    case 'deviceOnline':
      return said([{ ...shared, kind: 'availability', active: true }])
    case 'deviceOffline':
      // What Traccar has not heard for a while: its opinion, as is "inactive".
      return said([{ ...shared, kind: 'availability', origin: 'synthetic', active: false }])
    case 'deviceUnknown':
    case 'deviceInactive':
      return said([{ ...shared, kind: 'availability', origin: 'synthetic', active: false }])
    case 'alarm': {
      const own = isBody(event.attributes) ? event.attributes.alarm : undefined
      const alarms = own ?? (isBody(position) && isBody(position.attributes) ? position.attributes.alarm : undefined)
      return said(alarmSignals(alarms, { ...shared, ...press, ...placeOf(position) }))
    }
    default:
      return said([{ ...shared, kind: 'heartbeat' }])
  }
}

type Alarmed = Shared & { pressId?: string; numbers?: Record<string, number> }

/** One word, or several with commas between. */
function alarmSignals(alarms: unknown, shared: Alarmed): readonly Signal[] {
  const words = typeof alarms === 'string' ? alarms.split(',').slice(0, 16) : []
  const { numbers: _, pressId: __, ...plain } = shared
  const signals = words.flatMap((word) => alarmOf(word.trim(), shared, plain))
  return [...signals, { ...plain, kind: 'heartbeat' }]
}

function alarmOf(word: string, shared: Alarmed, plain: Shared): readonly Signal[] {
  switch (word) {
    case 'sos':
      return [{ ...shared, kind: 'sos', active: true }]
    case 'fallDown':
      return [{ ...shared, kind: 'fall', active: true, level: 'confirmed' }]
    case 'lowBattery':
    case 'lowPower':
      return [{ ...plain, kind: 'battery', active: true }]
    case 'removing':
    case 'tampering':
      return [{ ...plain, kind: 'tamper', active: true }]
    case 'powerCut':
    case 'powerOff':
      return [{ ...plain, kind: 'power', active: false }]
    case 'powerRestored':
    case 'powerOn':
      return [{ ...plain, kind: 'power', active: true }]
    default:
      return [] // speeding, geofences, towing: nothing about a person in need
  }
}

function placeOf(position: unknown): { numbers?: Record<string, number> } {
  if (!isBody(position)) return {}
  const [latitude, longitude] = [numberIn(position.latitude, -90, 90), numberIn(position.longitude, -180, 180)]
  return latitude === undefined || longitude === undefined ? {} : { numbers: { latitude, longitude } }
}

/** A position that the server did not fix anew, or that is from before, is no place of now; its alarm counts all the same. */
function positionSignals(position: Body, shared: Shared): readonly Signal[] {
  const said = isBody(position.attributes) ? position.attributes : {}
  const place = placeOf(position)
  const id = numberIn(position.id, 1, 2 ** 53)
  const own = id === undefined ? {} : { pressId: `position-${id}` }
  const signals: Signal[] = [...alarmSignals(said.alarm, { ...shared, ...own, ...place })]
  if (flagOf(position.valid) !== false && place.numbers) signals.push({ ...shared, kind: 'location', ...place })
  const battery = looseNumberIn(said.batteryLevel, 0, 100)
  if (battery !== undefined) signals.push({ ...shared, kind: 'battery', value: battery })
  const numbers = vitalsOf(said)
  if (numbers) signals.push({ ...shared, kind: 'vitals', numbers })
  if (flagOf(said.motion) === true) signals.push({ ...shared, kind: 'motion', active: true })
  return signals
}

function vitalsOf(said: Body): Record<string, number> | null {
  const found: Record<string, number> = {}
  for (const [field, name, least, most] of [
    ['heartRate', 'heart-rate', 20, 300],
    ['bloodOxygen', 'oxygen', 30, 100],
    ['pressureHigh', 'systolic', 30, 300],
    ['pressureLow', 'diastolic', 10, 250],
    ['bodyTemp', 'body-temperature', 20, 46],
    ['steps', 'steps', 0, 200_000],
  ] as const) {
    const value = looseNumberIn(said[field], least, most)
    if (value !== undefined) found[name] = value
  }
  return Object.keys(found).length > 0 ? found : null
}
