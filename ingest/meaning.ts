/** From a signal and its device to what it means: care events for the desk, readings for telemetry, signs of life for the register of silence. */

import type { Silence } from '../alerts/silence.ts'
import type { Reason } from '../domain/alarm.ts'
import type { Family, KnownDevice } from '../domain/device.ts'
import type { CareEventDraft } from '../domain/event.ts'
import type { InboundMessage } from '../domain/message.ts'
import { isMode, modeEnd } from '../domain/modes.ts'
import type { Mode } from '../domain/people.ts'
import type { Reading, ReadingKind } from '../domain/reading.ts'
import type { Signal, SignalKind } from '../domain/signal.ts'
import { after, hours, type Instant } from '../domain/time.ts'
import { type Conditions, remindOfDangerAfter, remindOfTroubleAfter } from './conditions.ts'
import type { Last, Quantity } from './last.ts'
import type { Presses } from './presses.ts'
import { promote } from './roles.ts'

/** What must be made durable before the message is thanked. `failed` puts the memory back when it could not be. */
export type Effects = {
  events: { draft: CareEventDraft; failed?: () => void }[]
  readings: Reading[]
  /** The resident's own button said where she is. */
  modes?: { residentId: string; deviceId: string; at: Instant; mode: Mode; until: Instant | null }[]
  /** Writes under way that say a device is proven by this very message. */
  proofs?: Promise<void>[]
}

export type Memory = { presses: Presses; conditions: Conditions; last: Last; silence: Silence }
export type Context = Memory & {
  message: InboundMessage
  family: Family
  effects: Effects
  /** Who was noted as heard by this message already: its other signals need not say it again. */
  heard: KnownDevice | null
}

const batteryLowAt = 15
const batteryGoodAt = 25
const lateAfterSeconds = 30
/** A bridge repeats itself: one heartbeat reading per device and minute is enough. */
const bridgeBeatMinutes = 1

/** Adds to `context.effects` what this signal means. The message is not a retained one. */
export function interpret(raw: Signal, device: KnownDevice, context: Context): void {
  const signal = promote(raw, device.role)
  if (signal.origin === 'live') hear(device, context)
  meanings[signal.kind](signal, device, context)
}

type Meaning = (signal: Signal, device: KnownDevice, context: Context) => void

const hazard =
  (reason: Hazard): Meaning =>
  (signal, device, context) =>
    takeHazard(reason, { signal, device, context })
type Hazard = 'smoke' | 'gas' | 'carbon-monoxide' | 'water-leak'

const meanings: Readonly<Record<SignalKind, Meaning>> = {
  sos: takeSos,
  cancel: takeCancel,
  test: takeTest,
  fall: takeFall,
  button(signal, device, context) {
    live(signal, device, context)
    read('button', 1, { signal, device, context })
  },
  motion(signal, device, context) {
    if (signal.active) live(signal, device, context)
    read('motion', signal.active ? 1 : 0, { signal, device, context })
  },
  presence(signal, device, context) {
    if (signal.active) live(signal, device, context)
    readChange('presence', 'presence', { signal, device, context })
  },
  bed: (signal, device, context) => takeChange('bed', { signal, device, context }),
  contact: (signal, device, context) => takeChange('door', { signal, device, context }),
  vibration(signal, device, context) {
    if (signal.active) read('vibration', 1, { signal, device, context })
  },
  smoke: hazard('smoke'),
  gas: hazard('gas'),
  'carbon-monoxide': hazard('carbon-monoxide'),
  'water-leak': hazard('water-leak'),
  tamper: (signal, device, context) => takeTrouble('tamper', signal.active === true, { signal, device, context }),
  power(signal, device, context) {
    takeTrouble('mains-lost', signal.active === false, { signal, device, context })
    readChange('mains', 'power', { signal, device, context })
  },
  battery: takeBattery,
  vitals(signal, device, context) {
    live(signal, device, context)
    readNumbers(signal, device, context)
  },
  environment: readNumbers,
  availability(signal, device, context) {
    if (signal.origin === 'live' && signal.active === false) takeTrouble('device-silent', true, { signal, device, context })
    if (signal.origin === 'last-will' && signal.active === false) context.silence.left?.(device, context.message.receivedAt)
  },
  heartbeat(signal, device, context) {
    if (context.family !== 'native' && !beatIsDue(device, context)) return
    read('heartbeat', typeof signal.value === 'number' ? signal.value : 0, { signal, device, context })
  },
  acknowledgement() {},
  answer(signal, device, context) {
    live(signal, device, context)
    read('button', 1, { signal, device, context })
  },
  mode: takeMode,
  state() {},
  location() {},
}

type Case = { signal: Signal; device: KnownDevice; context: Context }

/** Resident, or the device's own "area" when it belongs to no one person: a press must reach a wall even then. */
export const subjectOf = (device: KnownDevice): string => device.residentId ?? `area:${device.id}`

function hear(device: KnownDevice, context: Context): void {
  if (context.heard === device) return
  context.heard = device
  context.silence.heard(device, context.message.receivedAt)
  const left = { deviceId: device.id, reason: 'device-silent' as Reason }
  if (context.conditions.end(left)) clear('device-silent', device, context)
}

/** A sign of life: something that only a person does, seen just now. */
function live(signal: Signal, device: KnownDevice, context: Context): void {
  if (signal.origin !== 'live' || device.residentNumber === null) return
  context.silence.active(device.residentNumber, device.number, context.message.receivedAt)
}

/** A native device that stored a call while offline means it. A bridge's stored state is only a memory of one. */
const counts = (signal: Signal, context: Context): boolean =>
  signal.origin === 'live' || (signal.origin === 'replay' && context.family === 'native')

function takeSos(signal: Signal, device: KnownDevice, context: Context): void {
  if (!counts(signal, context)) return
  live(signal, device, context)
  read('button', 1, { signal, device, context })
  context.effects.events.push({ draft: { kind: 'sos-pressed', ...raising({ signal, device, context }) } })
}

function takeFall(signal: Signal, device: KnownDevice, context: Context): void {
  if (!counts(signal, context) || signal.active === false) return
  const level = signal.level ?? 'confirmed'
  context.effects.events.push({ draft: { kind: 'fall-detected', level, ...raising({ signal, device, context }) } })
}

function takeCancel(signal: Signal, device: KnownDevice, context: Context): void {
  live(signal, device, context)
  context.effects.events.push({ draft: { kind: 'cancel-pressed', ...base(device, context), deviceId: device.id } })
}

function takeTest(signal: Signal, device: KnownDevice, context: Context): void {
  live(signal, device, context)
  read('button', 1, { signal, device, context })
  const causeId = context.presses.idOf(device.id, signal, context.message)
  context.effects.events.push({ draft: { kind: 'test-pressed', ...base(device, context), deviceId: device.id, causeId } })
}

function takeHazard(reason: Hazard, at: Case): void {
  const { signal, device, context } = at
  const condition = { deviceId: device.id, reason }
  if (signal.origin === 'test') {
    if (signal.active) takeTest({ ...signal, pressId: signal.pressId ?? `${reason}@${context.message.receivedAt}` }, device, context)
    return
  }
  if (signal.active === false) {
    if ((signal.origin === 'synthetic' || counts(signal, context)) && context.conditions.end(condition)) clear(reason, device, context)
    return
  }
  if (!counts(signal, context) || !context.conditions.begin(condition, context.message.receivedAt, remindOfDangerAfter)) return
  context.effects.events.push({
    draft: { kind: 'environment-detected', hazard: reason, ...raising(at) },
    failed: () => void context.conditions.end(condition),
  })
}

/** Only what is pressed now: an old press that was stored says where she was. Coming home, and going out, are signs of life. */
function takeMode(signal: Signal, device: KnownDevice, context: Context): void {
  if (signal.origin !== 'live' || device.residentId === null || !isMode(signal.value)) return
  live(signal, device, context)
  read('button', 1, { signal, device, context })
  const at = context.message.receivedAt
  const asked = signal.numbers?.hours === undefined ? null : after(at, hours(signal.numbers.hours))
  const until = modeEnd(signal.value, at, asked)
  const wanted = { residentId: device.residentId, deviceId: device.id, at, mode: signal.value, until }
  context.effects.modes = [...(context.effects.modes ?? []), wanted]
}

function takeTrouble(reason: 'battery-low' | 'tamper' | 'mains-lost' | 'device-silent', begins: boolean, at: Case): void {
  const { signal, device, context } = at
  const condition = { deviceId: device.id, reason }
  if (!begins) {
    if (counts(signal, context) && context.conditions.end(condition)) clear(reason, device, context)
    return
  }
  if (!counts(signal, context) || !context.conditions.begin(condition, context.message.receivedAt, remindOfTroubleAfter)) return
  const causeId = `${device.id}:${reason}:${context.message.receivedAt}`
  context.effects.events.push({
    draft: { kind: 'device-troubled', reason, ...raising(at), causeId, detail: { role: device.role } },
    failed: () => void context.conditions.end(condition),
  })
}

/** The end of a condition; when it cannot be recorded the condition stands again, and its end will be told again. */
function clear(reason: Reason, device: KnownDevice, context: Context): void {
  const at = context.message.receivedAt
  context.effects.events.push({
    draft: { kind: 'condition-cleared', ...base(device, context), reason, deviceId: device.id },
    failed: () => void context.conditions.begin({ deviceId: device.id, reason }, at, remindOfTroubleAfter),
  })
}

/** Low at 15 %, well again at 25 %: a battery that wavers between is not news twice a day. */
function takeBattery(signal: Signal, device: KnownDevice, context: Context): void {
  const percent = typeof signal.value === 'number' ? signal.value : undefined
  const low = signal.active === true || (percent !== undefined && percent <= batteryLowAt)
  const good = signal.active !== true && (percent === undefined || percent >= batteryGoodAt)
  if (low || good) takeTrouble('battery-low', low, { signal, device, context })
  if (percent === undefined || !counts(signal, context)) return
  if (context.last.note('battery', device.number, Math.fround(percent)) !== Math.fround(percent))
    read('battery', percent, { signal, device, context })
}

/** Doors and beds: what counts is the change. The first state a bridge tells is none; a native device speaks only of changes. */
function takeChange(kind: 'door' | 'bed', { signal, device, context }: Case): void {
  const value = signal.active ? 1 : 0
  const former = context.last.note(kind, device.number, value)
  if (former === value) return
  context.silence.noteState(device.number, value)
  if (context.family === 'native' || !Number.isNaN(former)) live(signal, device, context)
  read(kind, value, { signal, device, context })
}

function readChange(quantity: Quantity, kind: ReadingKind, at: Case): void {
  const value = at.signal.active ? 1 : 0
  if (counts(at.signal, at.context) && at.context.last.note(quantity, at.device.number, value) !== value) read(kind, value, at)
}

function beatIsDue(device: KnownDevice, context: Context): boolean {
  const minute = Math.floor(context.message.receivedAt / 60_000) % 1_000_000
  const former = context.last.note('beat', device.number, minute)
  return Number.isNaN(former) || Math.abs(minute - former) >= bridgeBeatMinutes
}

function readNumbers(signal: Signal, device: KnownDevice, context: Context): void {
  for (const [kind, value] of Object.entries(signal.numbers ?? {})) read(kind as ReadingKind, value, { signal, device, context })
}

/** One reading. A stored message counts at the time it claims; without one it is not known when it was, and it is left out. */
function read(kind: ReadingKind, value: number, { signal, device, context }: Case): void {
  const { origin, claimedAt } = signal
  const late = origin === 'replay' && context.family === 'native' ? claimedAt : undefined
  const at = origin === 'live' || origin === 'synthetic' || origin === 'test' ? context.message.receivedAt : late
  // A device without a number is the platform's own button: nothing is measured of it.
  if (at === undefined || device.number === 0) return
  context.effects.readings.push({ device: device.number, resident: device.residentNumber ?? 0, kind, at, value })
}

const base = (device: KnownDevice, context: Context) => ({
  subjectId: subjectOf(device),
  siteId: device.siteId,
  at: context.message.receivedAt,
})

/** The common part of every event that may raise an alarm. */
export function raising({ signal, device, context }: Case) {
  return {
    ...base(device, context),
    deviceId: device.id,
    room: device.room,
    causeId: context.presses.idOf(device.id, signal, context.message),
    claimedAt: signal.claimedAt ?? null,
    unreadable: signal.unreadable === true,
    detail: device.retired ? { ...detailOf(signal, context.message), retired: 1 } : detailOf(signal, context.message),
  }
}

/** A call that comes late is marked with its age. */
function detailOf(signal: Signal, message: InboundMessage): Record<string, string | number> {
  const detail: Record<string, string | number> = {}
  if (signal.origin === 'replay') detail.storedOffline = 1
  const age = signal.claimedAt === undefined ? 0 : Math.round((message.receivedAt - signal.claimedAt) / 1_000)
  if (age >= lateAfterSeconds) detail.ageSeconds = age
  return detail
}
