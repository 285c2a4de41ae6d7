/** GPS watches that speak for themselves, as a plain forwarder hands their frames on: the bracket protocol of SeTracker watches, and GT06 frames. */
import type { KnownDevice } from '../../domain/device.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import { type Decoded, type Decoder, looseNumberIn, textOf, undecodable } from './decoder.ts'
import { type Marks, markKey, openMarks } from './marks.ts'
import { decodeGt06 } from './watch/gt06.ts'

const frame = /^\[([A-Z0-9]{2})\*([A-Za-z0-9]{4,20})\*(?:[0-9A-Fa-f]{4}\*)?([0-9A-Fa-f]{4})\*([^\]]*)\]?$/
const gt06Start = 0x78
const gt06LongStart = 0x79

export function openWatch(): Decoder {
  const marks = openMarks()
  return {
    family: 'watch',
    decode: (message, sender) => decode(message, sender, marks),
    forget: (senderId, deviceKey) => marks.forget(markKey(senderId, deviceKey)),
  }
}

/** Frames that a forwarder read in one go. */
const framesMost = 16

function decode(message: InboundMessage, sender: KnownDevice, marks: Marks): Decoded {
  const [first, second] = message.payload
  if ((first === gt06Start || first === gt06LongStart) && first === second) return decodeGt06(message.payload)
  const frames = textOf(message.payload).match(/\[[^[\]]*\]?/g) ?? []
  const read = frames.slice(0, framesMost).map((text) => frameOf(text, message.topic, { marks, senderId: sender.id }))
  const whole = read.filter((each) => each !== null)
  if (whole.length === 0) return undecodable('neither a bracket frame nor a GT06 frame')
  const replies = whole.flatMap((each) => each.replies ?? [])
  return { signals: whole.flatMap(({ signals }) => signals), problem: null, ...(replies.length > 0 && { replies }) }
}

function frameOf(text: string, topic: string, { marks, senderId }: { marks: Marks; senderId: string }): Omit<Decoded, 'problem'> | null {
  const found = frame.exec(text)
  if (!found) return null
  const [, maker = '', device = '', , content = ''] = found
  const [command = '', ...fields] = content.split(',')
  const shared = { deviceKey: device, origin: 'live' as const }
  const isCalling = isNewCall(command, fields, (active) => marks.changed(markKey(senderId, device), 'call', active))
  const signals = signalsOf(command, fields, { ...shared, isCalling })
  return { signals, ...answerTo({ maker, device, command }, topic) }
}

/** In its regular report a watch tells the bit of a call for as long as it stands: its change is one. `UD2` is a back-fill and never one. */
function isNewCall(command: string, fields: readonly string[], changed: (active: boolean) => boolean): boolean {
  if (!/^(AL|UD)(_|$)/.test(command)) return false
  const isAlarm = command.startsWith('AL')
  const status = statusOf(fields)
  const isOn = bit(status, 16) || bit(status, 21) || bit(status, 22)
  return (changed(isOn) && isOn) || isAlarm
}

type Shared = { deviceKey: string; origin: 'live' }

/** Life signs and alarms are repeated until they are answered in kind. */
function answerTo({ maker, device, command }: { maker: string; device: string; command: string }, topic: string): Pick<Decoded, 'replies'> {
  const word = /^AL/.test(command) ? 'AL' : command === 'LK' ? 'LK' : null
  return word && topic !== '' ? { replies: [{ topic: `${topic}/reply`, payload: `[${maker}*${device}*0002*${word}]` }] } : {}
}

function signalsOf(
  command: string,
  fields: readonly string[],
  { isCalling, ...shared }: Shared & { isCalling: boolean },
): readonly Signal[] {
  const beat: Signal = { ...shared, kind: 'heartbeat' }
  if (command === 'LK') return [beat, ...lifeSign(fields, shared)]
  if (/^AL(_|$)/.test(command)) return alarmOf(fields, shared)
  if (/^UD/.test(command)) return [beat, ...stateOf(fields, shared, isCalling)]
  const vitals = vitalsOf(command, fields)
  return vitals ? [{ ...shared, kind: 'vitals', numbers: vitals }, beat] : command === '' ? [] : [beat]
}

/** Steps, turns in sleep, battery; with two values only, makers differ in what they are. */
function lifeSign(fields: readonly string[], shared: Shared): readonly Signal[] {
  if (fields.length < 3) return []
  const [steps, battery] = [looseNumberIn(fields[0], 0, 200_000), looseNumberIn(fields[2], 0, 100)]
  return [
    ...(battery === undefined ? [] : [{ ...shared, kind: 'battery', value: battery } as Signal]),
    ...(steps === undefined || steps === 0 ? [] : [{ ...shared, kind: 'vitals', numbers: { steps } } as Signal]),
  ]
}

const places = { valid: 2, latitude: 3, north: 4, longitude: 5, east: 6, battery: 12, status: 15 } as const

const bit = (value: number, place: number): boolean => Math.floor(value / 2 ** place) % 2 === 1

/** The watch says in one word of bits why it calls. A call whose reason nobody can read is a call. */
function alarmOf(fields: readonly string[], shared: Shared): readonly Signal[] {
  const state = stateOf(fields, shared, true)
  return state.some(({ kind }) => kind !== 'battery' && kind !== 'location') || state.some(({ active }) => active === true)
    ? state
    : [{ ...shared, kind: 'sos', active: true, unreadable: true }, ...state]
}

const statusOf = (fields: readonly string[]): number =>
  /^[0-9A-Fa-f]{4,8}$/.test(fields[places.status] ?? '') ? Number.parseInt(fields[places.status] ?? '', 16) : 0

function stateOf(fields: readonly string[], shared: Shared, isAlarm: boolean): readonly Signal[] {
  const status = statusOf(fields)
  const place = placeOf(fields)
  const numbers = place && { numbers: place }
  const battery = looseNumberIn(fields[places.battery], 0, 100)
  const isLow = bit(status, 0) || bit(status, 17)
  const signals: Signal[] = []
  if (isAlarm && bit(status, 16)) signals.push({ ...shared, kind: 'sos', active: true, ...numbers })
  if (isAlarm && (bit(status, 21) || bit(status, 22)))
    signals.push({ ...shared, kind: 'fall', active: true, level: 'confirmed', ...numbers })
  if (bit(status, 20)) signals.push({ ...shared, kind: 'tamper', active: true })
  if (battery !== undefined || isLow)
    signals.push({ ...shared, kind: 'battery', ...(battery !== undefined && { value: battery }), ...(isLow && { active: true }) })
  if (place) signals.push({ ...shared, kind: 'location', numbers: place })
  return signals
}

function placeOf(fields: readonly string[]): Record<string, number> | null {
  if (fields[places.valid] !== 'A') return null
  const [latitude, longitude] = [
    looseNumberIn(fields[places.latitude]?.trim(), 0, 90),
    looseNumberIn(fields[places.longitude]?.trim(), 0, 180),
  ]
  if (latitude === undefined || longitude === undefined) return null
  return { latitude: fields[places.north] === 'S' ? -latitude : latitude, longitude: fields[places.east] === 'W' ? -longitude : longitude }
}

function vitalsOf(command: string, fields: readonly string[]): Record<string, number> | null {
  const number = (place: number, least: number, most: number) => looseNumberIn(fields[place], least, most)
  const named = (values: Record<string, number | undefined>): Record<string, number> | null => {
    const found = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined)
    return found.length > 0 ? Object.fromEntries(found) : null
  }
  switch (command) {
    case 'bphrt':
      return named({ systolic: number(0, 30, 300), diastolic: number(1, 10, 250), 'heart-rate': number(2, 20, 300) })
    case 'BLOOD':
    case 'blood':
      return named({ systolic: number(0, 30, 300), diastolic: number(1, 10, 250) })
    case 'oxygen':
      return named({ oxygen: number(1, 30, 100) })
    case 'btemp2':
      return named({ 'body-temperature': number(1, 20, 46) })
    case 'heart':
    case 'PULSE':
      return named({ 'heart-rate': number(0, 20, 300) })
    default:
      return null
  }
}
