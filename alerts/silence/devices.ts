/** What is remembered of every device that should be heard: 32 bytes of numbers each, beside the strings the directory gave. */
import type { Role } from '../../domain/device.ts'
import { type Instant, milliseconds, type Span, seconds } from '../../domain/time.ts'
import type { RegisterPage, WatchedDevice } from '../../store/store.ts'
import { grownUint8, grownUint32, openRegister, type Register, reserve } from './register.ts'
import { type ResidentColumns, residentFlag } from './residents.ts'

/** How the silence of one device stands. The order matters: from `declared` on it was announced. */
export const deviceState = { unwatched: 0, heard: 1, overdue: 2, covered: 3, declared: 4, grouped: 5 } as const
/** Bit on top of the state: a message came since the device was overdue. */
export const heardAgain = 0x80
export const deviceFlag = { mains: 1, sensor: 2, terminal: 4, button: 8, exit: 16, bed: 32 } as const

export type DeviceColumns = {
  /** Highest number + 1. */
  size: number
  heardAt: Register
  state: Uint8Array
  flags: Uint8Array
  /** How surely a sign of life of this device is one, in percent. */
  certainty: Uint8Array
  /** What it last said: 1 = open, occupied or begun. */
  says: Uint8Array
  /** Promised interval in seconds, 0 = no promise. */
  heartbeat: Uint32Array
  /** Number of the device that carries this one, 0 = none. */
  gateway: Uint32Array
  /** Resident number, 0 = serves no one person. */
  resident: Uint32Array
  /** Index into `places`. */
  place: Uint32Array
  /** Silence before this moment does not count; in seconds since 1970, rounded up. */
  freshSeconds: Uint32Array
  ids: string[]
  rooms: string[]
  places: Place[]
  placeIndex: Map<string, number>
}

/** One building of one site, and how many watched homes it and its site have. */
export type Place = { siteId: string; building: string; homes: number }

const sensorRoles: ReadonlySet<Role> = new Set<Role>(['motion', 'presence', 'front-door', 'door', 'bed'])
/** The sun on a motion sensor, a pet or a robot can look like a person; a bed, a door or a button hardly. */
const certainties: Readonly<Partial<Record<Role, number>>> = { motion: 50, presence: 70, environment: 50, other: 70 }
const terminalRoles: ReadonlySet<Role> = new Set<Role>(['terminal', 'gateway'])

export function openDeviceColumns(pages: readonly RegisterPage[]): DeviceColumns {
  const none = () => new Uint32Array(1)
  return {
    size: 1,
    heardAt: openRegister('device-heard', pages),
    ...{ state: new Uint8Array(1), flags: new Uint8Array(1), certainty: new Uint8Array(1), says: new Uint8Array(1) },
    ...{ heartbeat: none(), gateway: none(), resident: none(), place: none(), freshSeconds: none() },
    ...{ ids: [''], rooms: [''], places: [{ siteId: '', building: '', homes: 0 }], placeIndex: new Map() },
  }
}

/** True while this device is announced as silent. */
export const isDeclared = (devices: DeviceColumns, number: number): boolean =>
  ((devices.state[number] ?? 0) & ~heardAgain) >= deviceState.declared

export function markHeardAgain(devices: DeviceColumns, number: number): void {
  const state = devices.state[number] ?? 0
  if (state >= deviceState.overdue) devices.state[number] = state | heardAgain
}

/** Longest silence of a mains-powered device before it is looked at; with the group's window and the tick the alarm is out within 180 s. */
const mainsLimit = seconds(155)

/**
 * How long this device may be silent: 2.5 of its promised intervals, and at most 155 s on mains. A mains device that
 * promises less than once in two minutes is given 1.25 intervals, or its every interval would be an alarm.
 */
export function limitOf(devices: DeviceColumns, number: number): Span {
  const heartbeat = (devices.heartbeat[number] ?? 0) * 1_000
  const plain = heartbeat * 2.5
  if (!((devices.flags[number] ?? 0) & deviceFlag.mains)) return milliseconds(plain)
  return milliseconds(Math.max(Math.min(plain, mainsLimit), heartbeat * 1.25))
}

/** From when on a device is noticeably late, though not overdue: its neighbours' silence then has company. */
export const lateAfter = (devices: DeviceColumns, number: number): Span =>
  milliseconds(Math.max(limitOf(devices, number) * 0.6, (devices.heartbeat[number] ?? 0) * 1_100))

/** Since when this device's silence counts: last heard, enrolled, or given a fresh start. A stamp from the future counts as now. */
export function silentSince(devices: DeviceColumns, number: number, now: Instant): Instant {
  const heard = Math.min(devices.heardAt.values[number] ?? 0, now)
  return Math.max(heard, (devices.freshSeconds[number] ?? 0) * 1_000) as Instant
}

export const giveFreshStart = (devices: DeviceColumns, number: number, at: Instant): void => {
  devices.freshSeconds[number] = Math.ceil(at / 1_000)
}

/** Takes the directory's devices: the state of those known is kept; those no longer named become unwatched and are left to be cleared. */
export function enrolDevices(devices: DeviceColumns, watched: readonly WatchedDevice[], at: Instant): void {
  const named = new Uint8Array(watched.reduce((highest, { number }) => Math.max(highest, number), devices.size - 1) + 1)
  const rooms = new Map<string, string>()
  for (const device of watched) {
    named[device.number] = 1
    place(devices, device, at)
    if (devices.rooms[device.number] !== device.room) devices.rooms[device.number] = interned(rooms, device.room)
  }
  enrolGateways(devices, watched)
  for (let number = 1; number < devices.size; number += 1) {
    if (!named[number]) devices.state[number] = deviceState.unwatched
  }
}

/** Ids are looked up only for those whose gateway changed: an edit of one card must not stop the platform for a city's worth of look-ups. */
function enrolGateways(devices: DeviceColumns, watched: readonly WatchedDevice[]): void {
  const changed = watched.filter(({ number, gatewayId }) => devices.ids[devices.gateway[number] ?? 0] !== (gatewayId ?? ''))
  if (changed.length === 0) return
  const numberOf = new Map(watched.map(({ id, number }) => [id, number]))
  for (const { number, gatewayId } of changed) devices.gateway[number] = gatewayId === null ? 0 : (numberOf.get(gatewayId) ?? 0)
}

function place(devices: DeviceColumns, device: WatchedDevice, at: Instant): void {
  const { number } = device
  growTo(devices, number)
  const fresh = devices.state[number] === deviceState.unwatched || devices.ids[number] !== device.id
  devices.ids[number] = device.id
  devices.heartbeat[number] = device.heartbeatSeconds ?? 0
  devices.resident[number] = device.residentNumber ?? 0
  devices.place[number] = placeOf(devices, device)
  devices.flags[number] = flagsOf(device)
  devices.certainty[number] = certainties[device.role] ?? 100
  if (!fresh) return
  devices.state[number] = deviceState.heard
  devices.says[number] = 1
  giveFreshStart(devices, number, at)
}

const flagsOf = (device: WatchedDevice): number =>
  (device.power === 'mains' ? deviceFlag.mains : 0) |
  (sensorRoles.has(device.role) ? deviceFlag.sensor : 0) |
  (terminalRoles.has(device.role) ? deviceFlag.terminal : 0) |
  (device.role === 'sos-button' ? deviceFlag.button : 0) |
  (device.role === 'front-door' ? deviceFlag.exit : 0) |
  (device.role === 'bed' ? deviceFlag.bed : 0)

function placeOf(devices: DeviceColumns, device: WatchedDevice): number {
  const before = devices.place[device.number] ?? 0
  const known = devices.places[before]
  if (known?.siteId === device.siteId && known.building === device.building) return before
  const key = `${device.siteId}/${device.building}`
  let index = devices.placeIndex.get(key)
  if (index === undefined) {
    index = devices.places.push({ siteId: device.siteId, building: device.building, homes: 0 }) - 1
    devices.placeIndex.set(key, index)
  }
  return index
}

function interned(known: Map<string, string>, text: string): string {
  const found = known.get(text)
  if (found === undefined) known.set(text, text)
  return found ?? text
}

function growTo(devices: DeviceColumns, number: number): void {
  reserve(devices.heardAt, number)
  devices.size = Math.max(devices.size, number + 1)
  if (number < devices.state.length) return
  const size = Math.max(number + 1, devices.state.length * 2)
  devices.state = grownUint8(devices.state, size)
  devices.flags = grownUint8(devices.flags, size)
  devices.certainty = grownUint8(devices.certainty, size)
  devices.says = grownUint8(devices.says, size)
  for (const column of ['heartbeat', 'gateway', 'resident', 'place', 'freshSeconds'] as const) {
    devices[column] = grownUint32(devices[column], size)
  }
}

/** Counts the homes of each place, and notes which residents can show a sign of life at all. */
export function noteHomes(devices: DeviceColumns, residents: ResidentColumns): void {
  for (const known of devices.places) known.homes = 0
  for (let number = 1; number < residents.size; number += 1) {
    residents.flags[number] = (residents.flags[number] ?? 0) & ~residentFlag.sensed
    residents.terminal[number] = 0
  }
  const counted = new Uint8Array(residents.size)
  for (let number = 1; number < devices.size; number += 1) {
    const resident = devices.resident[number] ?? 0
    if (devices.state[number] === deviceState.unwatched || resident === 0 || resident >= residents.size) continue
    const home = devices.places[devices.place[number] ?? 0]
    if (home && !counted[resident]) home.homes += 1
    counted[resident] = 1
    const flags = devices.flags[number] ?? 0
    if (flags & deviceFlag.sensor) residents.flags[resident] = (residents.flags[resident] ?? 0) | residentFlag.sensed
    if (flags & deviceFlag.terminal) residents.terminal[resident] = number
  }
}
