/** One device message of Zigbee2MQTT: property by property, where null, empty and absent are three things and none of them is "no". */
import type { ReadingKind } from '../../domain/reading.ts'
import type { Origin, Signal, SignalKind } from '../../domain/signal.ts'
import type { Instant } from '../../domain/time.ts'
import { type Body, credibleClaim, flagOf, looseNumberIn, momentOf } from './decoder.ts'
import { type Bridge, type FlagName, flagNames, freshMemory, originOf, type Remembered } from './zigbee2mqtt-memory.ts'

type Reading = {
  body: Body
  origin: Origin
  former: Remembered
  signals: Signal[]
  shared: { deviceKey: string; claimedAt?: Instant }
}

/** Actions that are a call for help whatever the device is. All others depend on its role. */
const callsForHelp: ReadonlySet<string> = new Set(['emergency', 'panic', 'sos'])
/** Actions that a sensor does, not a person. */
const sensorActions: ReadonlySet<string> = new Set(['vibration', 'tilt', 'drop'])

const flagKinds: readonly (readonly [FlagName, SignalKind])[] = [
  ['occupancy', 'motion'],
  ['presence', 'presence'],
  ['vibration', 'vibration'],
  ['smoke', 'smoke'],
  ['gas', 'gas'],
  ['carbon_monoxide', 'carbon-monoxide'],
  ['water_leak', 'water-leak'],
  ['tamper', 'tamper'],
]
const hazards: ReadonlySet<SignalKind> = new Set<SignalKind>(['smoke', 'gas', 'carbon-monoxide', 'water-leak'])

/** property → its words for a possible and for a certain fall. */
const fallWords: readonly (readonly [property: string, possible: string, confirmed: string])[] = [
  ['fall_down_status', 'maybe_fall', 'fall'],
  ['fall_status', 'fall_warning', 'fall_alarm'],
  ['status', '', 'falling'],
]

const vitalNumbers: readonly (readonly [string, ReadingKind, number, number])[] = [
  ['breathing_rate', 'respiration', 1, 100],
  ['heart_rate', 'heart-rate', 20, 300],
]
const environmentNumbers: readonly (readonly [string, ReadingKind, number, number])[] = [
  ['temperature', 'temperature', -60, 120],
  ['humidity', 'humidity', 0, 100],
  ['illuminance', 'illuminance', 0, 200_000],
  ['co2', 'carbon-dioxide', 0, 50_000],
]

/** The signals of one device message; the bridge's memory of the device is brought up to date. */
export function readDevice(deviceKey: string, body: Body, at: { bridge: Bridge; receivedAt: Instant }): readonly Signal[] {
  const known = at.bridge.device(deviceKey)
  const former = known ?? freshMemory()
  const claimedAt = credibleClaim(body.last_seen, at.receivedAt)
  const shared = claimedAt === undefined ? { deviceKey } : { deviceKey, claimedAt }
  const reading: Reading = { body, origin: originOf(body, known, at), former, signals: [], shared }
  readAction(reading)
  readSosFlag(reading)
  readFlags(reading)
  readContact(reading)
  readFalls(reading)
  readBattery(reading)
  readNumbers(reading, 'vitals', vitalNumbers)
  readNumbers(reading, 'environment', environmentNumbers)
  readHeartbeat(reading)
  at.bridge.remember(deviceKey, remembered(reading, at.bridge.startedAt))
  return reading.signals
}

const add = (reading: Reading, signal: Omit<Signal, 'deviceKey' | 'claimedAt'>): void =>
  void reading.signals.push({ ...reading.shared, ...signal })

function readAction(reading: Reading): void {
  // Before version 1.21 a press was a `click`.
  const action = reading.body.action ?? reading.body.click
  if (typeof action !== 'string' || action === '' || action.length > 64 || sensorActions.has(action)) return
  // An action is never stored by the bridge: outside a replay it is a press of now, even in the same second as the last one.
  const origin = reading.origin === 'replay' ? 'replay' : 'live'
  const lastSeenAt = momentOf(reading.body.last_seen)
  const pressId = lastSeenAt === undefined ? {} : { pressId: `${action}@${lastSeenAt}` }
  if (callsForHelp.has(action)) add(reading, { kind: 'sos', origin, active: true, value: action, ...pressId })
  else if (action.startsWith('region_')) readRegion(reading, action)
  else add(reading, { kind: 'button', origin, value: action, ...pressId })
}

function readRegion(reading: Reading, action: string): void {
  if (action.endsWith('_enter') || action.endsWith('_occupied')) add(reading, { kind: 'presence', origin: reading.origin, active: true })
}

/** `sos: true` stays in the stored state: a press is its change, or its repetition in a message that reports nothing else. */
function readSosFlag(reading: Reading): void {
  if (reading.body.sos !== true) return
  const again = reading.former.flags.sos === true
  if (again && (reading.origin !== 'live' || reading.former.likeness !== likenessOf(reading.body))) return
  const lastSeenAt = momentOf(reading.body.last_seen)
  const pressId = lastSeenAt === undefined ? {} : { pressId: `sos@${lastSeenAt}` }
  add(reading, { kind: 'sos', origin: originOfFlag(reading, 'sos'), active: true, ...pressId })
}

/** A timer can only end something: what has just become true was transmitted, even within the same second. */
function originOfFlag(reading: Reading, name: FlagName): Origin {
  const { body, former, origin } = reading
  return origin === 'synthetic' && body[name] === true && former.flags[name] === false ? 'live' : origin
}

function readFlags(reading: Reading): void {
  for (const [name, kind] of flagKinds) {
    const active = flagOf(reading.body[name])
    if (active === undefined) continue
    const test = reading.body.test === true && hazards.has(kind) && reading.origin === 'live'
    if (test && reading.former.flags[name] === true) continue // the same test, stored and sent along again
    // A fall radar says "occupancy" of somebody it sees all the time, not of a movement.
    const means = name === 'occupancy' && typeof reading.body.fall_status === 'string' ? 'presence' : kind
    add(reading, { kind: means, active, origin: test ? 'test' : originOfFlag(reading, name) })
  }
}

/** `contact: true` means closed. */
function readContact(reading: Reading): void {
  const closed = flagOf(reading.body.contact)
  if (closed === undefined) return
  const changed = reading.former.flags.contact !== undefined && reading.former.flags.contact !== closed
  const origin = reading.origin === 'synthetic' && changed ? 'live' : reading.origin
  add(reading, { kind: 'contact', origin, active: !closed })
}

/** A fall is told once, when the word changes: the stored word comes again with every later message. */
function readFalls(reading: Reading): void {
  for (const [property, possible, confirmed] of fallWords) {
    const word = reading.body[property]
    if (typeof word !== 'string' || word === '' || word === reading.former.words[property]) continue
    const origin = reading.origin === 'synthetic' ? 'live' : reading.origin
    if (word === confirmed) add(reading, { kind: 'fall', origin, active: true, level: 'confirmed' })
    else if (word === possible) add(reading, { kind: 'fall', origin, active: true, level: 'possible' })
  }
  readPosture(reading)
}

/** Radars over a bed say in `status` where the person is. */
function readPosture(reading: Reading): void {
  const status = reading.body.status
  if (status === 'on_the_bed') add(reading, { kind: 'bed', origin: reading.origin, active: true })
  else if (status === 'occupied' || status === 'sitting' || status === 'low_posture')
    add(reading, { kind: 'presence', origin: reading.origin, active: true })
  else if (status === 'unoccupied') add(reading, { kind: 'presence', origin: reading.origin, active: false })
}

function readBattery(reading: Reading): void {
  const percent = looseNumberIn(reading.body.battery, 0, 100)
  const low = flagOf(reading.body.battery_low)
  if (percent === undefined && low === undefined) return
  const signal: Omit<Signal, 'deviceKey'> = { kind: 'battery', origin: reading.origin }
  if (percent !== undefined) signal.value = percent
  if (low !== undefined) signal.active = low
  add(reading, signal)
}

/** Numbers that came anew; the stored ones that come along with another report are left out. */
function readNumbers(reading: Reading, kind: 'vitals' | 'environment', names: typeof vitalNumbers): void {
  const numbers: Record<string, number> = {}
  for (const [property, name, least, most] of names) {
    const value = looseNumberIn(reading.body[property], least, most)
    if (value !== undefined && value !== reading.former.numbers[property]) numbers[name] = value
  }
  if (Object.keys(numbers).length > 0) add(reading, { kind, origin: reading.origin, numbers })
}

/** The device itself was heard only when this is a transmission of now and the bridge says so in some way. */
function readHeartbeat(reading: Reading): void {
  if (reading.origin !== 'live') return
  const quality = looseNumberIn(reading.body.linkquality, 0, 255)
  const said = quality !== undefined || momentOf(reading.body.last_seen) !== undefined || reading.signals.length > 0
  if (said)
    add(reading, quality === undefined ? { kind: 'heartbeat', origin: 'live' } : { kind: 'heartbeat', origin: 'live', value: quality })
}

function remembered(reading: Reading, startSeen: number): Remembered {
  const { body, former } = reading
  const memory: Remembered = {
    lastSeenAt: momentOf(body.last_seen) ?? former.lastSeenAt,
    flags: { ...former.flags },
    words: { ...former.words },
    numbers: { ...former.numbers },
    likeness: body.sos === true ? likenessOf(body) : '',
    startSeen,
  }
  for (const name of flagNames) {
    const value = flagOf(body[name])
    if (value !== undefined) memory.flags[name] = value
  }
  for (const [property] of fallWords) {
    const word = body[property]
    if (typeof word === 'string' && word.length <= 64) memory.words[property] = word
  }
  for (const [property, , least, most] of [...vitalNumbers, ...environmentNumbers]) {
    const value = looseNumberIn(body[property], least, most)
    if (value !== undefined) memory.numbers[property] = value
  }
  return memory
}

const passing: ReadonlySet<string> = new Set(['linkquality', 'last_seen', 'elapsed', 'update', 'update_available'])

function likenessOf(body: Body): string {
  const lasting = Object.entries(body).filter(([name]) => !passing.has(name))
  return JSON.stringify(lasting.sort(([a], [b]) => (a < b ? -1 : 1))).slice(0, 500)
}
