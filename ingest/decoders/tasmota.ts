/** Tasmota: `tele/<name>/…` and `stat/<name>/…` in the usual order of topic parts, or `<name>/tele/…`; its own inputs, Zigbee devices and 433 MHz pendants it hears. */
import type { KnownDevice } from '../../domain/device.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import {
  type Body,
  type Decoded,
  type Decoder,
  isBody,
  jsonOf,
  looseNumberIn,
  nothing,
  numberIn,
  textOf,
  undecodable,
  unknownTopic,
} from './decoder.ts'
import { type Shared, sharedAt } from './shared.ts'
import { zigbeeSignals } from './tasmota/zigbee.ts'

type Parsed = { kind: 'tele' | 'stat'; what: string }

export function openTasmota(): Decoder {
  return { family: 'tasmota', decode, forget() {} }
}

/** `%prefix%/%topic%/` is usual, `%topic%/%prefix%/` the other common order. */
function parse(topic: string): Parsed | null {
  const levels = topic.split('/')
  const at = levels.findIndex((level) => level === 'tele' || level === 'stat')
  const what = levels[levels.length - 1]
  if (at < 0 || !what || levels.length < 3) return null
  return { kind: levels[at] as Parsed['kind'], what }
}

function decode(message: InboundMessage, _sender: KnownDevice): Decoded {
  const topic = parse(message.topic)
  if (!topic) return unknownTopic('no topic of Tasmota')
  const text = textOf(message.payload).trim()
  if (topic.what === 'LWT') return decodeWill(text)
  const value = jsonOf(text)
  const body = isBody(value) ? value : isBody(jsonOf(`${text}}`)) ? (jsonOf(`${text}}`) as Body) : null
  // One brace short is how such messages are printed and, cut off, how they come.
  const shared = sharedAt({ deviceKey: '', origin: 'live' }, body?.Time, message.receivedAt)
  if (body) return { signals: bodySignals(body, topic, shared), problem: null }
  return decodeWord(topic, text, shared)
}

function decodeWill(word: string): Decoded {
  const [isOn, isOff] = [/^online$/i.test(word), /^offline$/i.test(word)]
  if (!isOn && !isOff) return undecodable('LWT is neither Online nor Offline')
  const online = isOn
  return { signals: [{ deviceKey: '', kind: 'availability', origin: online ? 'live' : 'last-will', active: online }], problem: null }
}

/** `stat/<name>/PIR1` with a bare word: an input that somebody named after what hangs on it. */
function decodeWord({ kind, what }: Parsed, word: string, shared: Shared): Decoded {
  if (kind !== 'stat') return undecodable('the payload is not a JSON object')
  if (word !== 'ON' && word !== 'OFF' && word !== 'TOGGLE') return nothing
  const signal = inputSignal(what, word, shared)
  return signal ? { signals: [signal], problem: null } : nothing
}

const inputNames: readonly (readonly [RegExp, Signal['kind']])[] = [
  [/^(PIR|MOTION|OCCUPANCY|SWITCH)\d*$/i, 'motion'],
  [/^(DOOR|WINDOW|CONTACT)\d*$/i, 'contact'],
  [/^(SMOKE)\d*$/i, 'smoke'],
  [/^(FLOOD|LEAK|WATER)\d*$/i, 'water-leak'],
  [/^(GAS)\d*$/i, 'gas'],
]

function inputSignal(name: string, word: string, shared: Shared): Signal | null {
  const found = inputNames.find(([pattern]) => pattern.test(name))
  if (!found) return /^(SOS|ALARM|PANIC)\d*$/i.test(name) && word === 'ON' ? { ...shared, kind: 'button', value: 'on' } : null
  return { ...shared, kind: found[1], active: word === 'ON' }
}

function bodySignals(body: Body, topic: Parsed, shared: Shared): readonly Signal[] {
  const signals: Signal[] = [...inputsOf(body, shared), ...radioOf(body, shared), ...radarOf(body, shared)]
  if (isBody(body.ZbReceived)) signals.push(...zigbeeSignals(body.ZbReceived, shared))
  if (topic.what === 'STATE') signals.push(stateOf(body, shared))
  signals.push(...environmentOf(body, shared))
  return signals.length > 0 ? signals : [{ ...shared, kind: 'heartbeat' }]
}

/** Buttons say what a finger did; a switch is whatever hangs on it, most often a motion sensor. */
function inputsOf(body: Body, shared: Shared): readonly Signal[] {
  return Object.entries(body)
    .slice(0, 64)
    .flatMap(([name, value]): readonly Signal[] => {
      if (/^Button\d+$/.test(name) && isBody(value) && typeof value.Action === 'string') return buttonOf(value.Action, name, shared)
      if (!/^Switch\d+$/.test(name)) return []
      const word = isBody(value) ? value.Action : value
      return word === 'ON' || word === 'OFF' ? [{ ...shared, kind: 'motion', active: word === 'ON' }] : []
    })
}

function buttonOf(action: string, name: string, shared: Shared): readonly Signal[] {
  const value = action.toLowerCase()
  if (value === '' || value.length > 40 || value === 'clear') return []
  return [{ ...shared, kind: 'button', value, numbers: { button: Number(name.slice(6)) } }]
}

/** 433 MHz: the code is the device. It has no battery, no life sign, and anybody may send it again. */
function radioOf(body: Body, shared: Shared): readonly Signal[] {
  const received = body.RfReceived
  if (!isBody(received)) return []
  // A number where the firmware is set to decimals.
  const code = typeof received.Data === 'number' ? String(received.Data) : received.Data
  if (typeof code !== 'string' || code === '' || code.length > 40) return []
  return [{ ...shared, deviceKey: code.toLowerCase(), kind: 'button', value: 'rf' }]
}

/** 24 GHz radar: a distance is told for as long as somebody is there. */
function radarOf(body: Body, shared: Shared): readonly Signal[] {
  const radar = isBody(body.LD2410) ? body.LD2410 : isBody(body.LD2402) ? body.LD2402 : null
  if (!radar) return []
  const distance = Array.isArray(radar.Distance) ? numberIn(radar.Distance[0], 0, 5_000) : numberIn(radar.Distance, 0, 5_000)
  return distance === undefined ? [] : [{ ...shared, kind: 'presence', active: distance > 0 }]
}

function stateOf(body: Body, shared: Shared): Signal {
  const strength = isBody(body.Wifi) ? numberIn(body.Wifi.Signal, -200, 0) : undefined
  return { ...shared, kind: 'heartbeat', ...(strength !== undefined && { value: strength }) }
}

const sensors: ReadonlySet<string> = new Set([
  'AM2301',
  'BME280',
  'BME680',
  'DHT11',
  'DHT22',
  'DS18B20',
  'SHT3X',
  'SI7021',
  'HTU21',
  'BH1750',
  'SCD30',
  'SCD40',
  'MHZ19B',
])

function environmentOf(body: Body, shared: Shared): readonly Signal[] {
  return Object.entries(body)
    .slice(0, 64)
    .flatMap(([name, value]): readonly Signal[] => {
      if (!isBody(value) || !sensors.has(name.split('-')[0] ?? '')) return []
      const numbers = numbersOf(value)
      return Object.keys(numbers).length > 0 ? [{ ...shared, kind: 'environment', numbers }] : []
    })
}

export function numbersOf(value: Body): Record<string, number> {
  const temperature = looseNumberIn(value.Temperature, -60, 120)
  const humidity = looseNumberIn(value.Humidity, 0, 100)
  const illuminance = looseNumberIn(value.Illuminance, 0, 200_000)
  const co2 = looseNumberIn(value.CarbonDioxide, 0, 50_000)
  return {
    ...(temperature !== undefined && { temperature }),
    ...(humidity !== undefined && { humidity }),
    ...(illuminance !== undefined && { illuminance }),
    ...(co2 !== undefined && { 'carbon-dioxide': co2 }),
  }
}
