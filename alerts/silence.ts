/** Who was last heard, and when that becomes worrying: a register of everyone who should be heard, never a query. */
import type { KnownDevice } from '../domain/device.ts'
import { type Instant, instant, minutes } from '../domain/time.ts'
import type { RegisterPage, WatchedDevice, WatchedResident } from '../store/store.ts'
import {
  type DeviceColumns,
  deviceFlag,
  enrolDevices,
  isDeclared,
  markHeardAgain,
  noteHomes,
  openDeviceColumns,
} from './silence/devices.ts'
import { look, type Seen } from './silence/look.ts'
import { unlikeHer } from './silence/modes.ts'
import { markDirty, type Register, takeDirty, write } from './silence/register.ts'
import { enrolResidents, leastLook, openResidentColumns, type ResidentColumns, residentFlag } from './silence/residents.ts'
import { openReturning, type Returned, type Returning } from './silence/returning.ts'
import { openRoutines, type Routines, type Sign } from './silence/routines.ts'
import { type Standing, standingOf, type UsualHalfHour, usualOf } from './silence/standing.ts'

export type { Seen } from './silence/look.ts'
export type { Standing, UsualHalfHour } from './silence/standing.ts'

export type Silence = {
  /** Any live message of this device. O(1), no allocation. */
  heard(device: Pick<KnownDevice, 'number'>, at: Instant): void
  /** It said goodbye, or its last will was told; forgotten when it is heard again. Absent: nobody looks. */
  left?(device: Pick<KnownDevice, 'number'>, at: Instant): void
  /** A live sign of life of this resident, by this device. */
  active(residentNumber: number, deviceNumber: number, at: Instant): void
  /** What this device says since now: 1 = open, occupied or begun. Devices without two states need not say it. */
  noteState(deviceNumber: number, state: 0 | 1): void
  /** 0 = never. */
  lastHeardAt(deviceNumber: number): Instant
  lastActiveAt(residentNumber: number): Instant
  /** Number of the device that gave the last sign of life, 0 = none. */
  lastActiveDevice(residentNumber: number): number
  /** True while this device is declared silent. */
  isSilent(deviceNumber: number): boolean
  /** True while it comes and goes; absent: nobody looks. */
  isFlapping?(deviceNumber: number): boolean
  /** Both of many devices at once, into the first entries of the columns given: what a whole site is shown by. */
  look(deviceNumbers: Uint32Array, into: Seen): void
  /** How it stands with this person's silence now, for whoever asks: which kind it is, since when, and what is usual. */
  standing(residentNumber: number, now: Instant): Standing
  /** For each half-hour of her day, how long silences that begin then usually are, and the longest; null while nothing is known. */
  usual(residentNumber: number): readonly UsualHalfHour[] | null
}

/** The whole register, as the loops that judge and save it need it. */
export type SilenceRegister = Silence & {
  devices: DeviceColumns
  residents: ResidentColumns
  routines: Routines
  /** Numbers of devices that left, and when. */
  departures: Map<number, Instant>
  /** Numbers of devices that come and go. */
  flapping: Set<number>
  /** Takes the whole directory again; the state of those already known is kept, those no longer named are not watched any more. */
  enrol(directory: Enrolment, at: Instant): void
  /** True while nothing can be seen of this resident's home: its silence means nothing. */
  isBlind(residentNumber: number): boolean
  /** Her silence counts anew from `at`: the end of a blind time, of an absence, or somebody looked after her. */
  startAnew(residentNumber: number, at: Instant): void
  /** Who was seen at home again since this was asked last, although she is said to be away. */
  takeReturned(): Returned[]
  /** Once a second: takes in what waited because the clock looked strange. */
  settle(now: Instant): void
  /** The wall clock jumped; lengths of silence stay what they were. */
  shift(jump: ClockJump): void
  /** Changed pages since they were last taken, at most `limit` of the devices' (the residents' all): to be saved now. */
  dirtyPages(limit: number): RegisterPage[]
  /** Pages that could not be saved. */
  giveBack(pages: readonly RegisterPage[]): void
}

/** By how many milliseconds the wall clock jumped. Stamps from `from` to `now` already follow the new clock. */
export type ClockJump = { by: number; from: Instant; now: Instant }
export type Enrolment = { devices: readonly WatchedDevice[]; residents: readonly WatchedResident[] }
export type SilenceNeeds = Enrolment & {
  pages: readonly RegisterPage[]
  at: Instant
  /** IANA zone of a site; without it, or when it knows none, China's. */
  zoneOf?: (siteId: string) => string | undefined
}

/** The zone of a site that names none. */
export const zoneDefault = 'Asia/Shanghai'
/** Profiles saved in one round: about half a megabyte. Whoever is silent comes first; what the others learn meanwhile is saved later. */
const profilesAtOnce = 256
/** Whoever was heard so lately will soon be heard again: her profile can wait. */
const busyFor = 30_000

/** The register of who was heard, from the directory and the pages that were kept. Stamps from a future clock are taken as `at`. */
export function openSilence({ pages, at, zoneOf, ...directory }: SilenceNeeds): SilenceRegister {
  const devices = openDeviceColumns(pages)
  const residents = openResidentColumns(pages)
  const siteOf = (number: number) => residents.siteIds[residents.site[number] ?? 0] ?? ''
  const routines = openRoutines({ pages, zoneOf: (number) => zoneOf?.(siteOf(number)) ?? zoneDefault })
  const registers = [residents.activeAt, residents.activeDevice, residents.freshAt, residents.returnedAt, devices.heardAt]
  const stamps = [residents.activeAt, residents.freshAt, residents.returnedAt, devices.heardAt]
  const ahead = Math.max(...stamps.map(lastOf)) - at
  // The clock was turned back while we were off: lengths of silence stay what they were.
  if (ahead > 0) routines.shift(-ahead)
  for (const register of stamps) clampTo(register, at)
  const enrol = (next: Enrolment, now: Instant) => {
    enrolResidents(residents, next.residents, now)
    enrolDevices(devices, next.devices, now)
    noteHomes(devices, residents)
  }
  enrol(directory, at)
  const returning = openReturning({ devices, residents }, at)
  const flapping = new Set<number>()
  const departures = new Map<number, Instant>()
  const left = ({ number }: Pick<KnownDevice, 'number'>, now: Instant) => void departures.set(number, now)
  const columns: Columns = { devices, residents, routines, returning, moment: { heardAt: 0, lookedAt: 0, held: [] } }
  catchUp(columns)
  const isFlapping = (number: number) => flapping.has(number)
  const asked = { ...questions(columns), isFlapping, departures, left }
  return { devices, residents, routines, flapping, enrol, ...listening(columns), ...asked, ...saving(registers, columns) }
}

/** When anybody was heard last, and when the watch last looked (0 = it does not): by this is seen that the clock jumped before it was told. */
type Latest = { heardAt: number; lookedAt: number; held: { resident: number; device: number; at: Instant }[] }
type Columns = Pick<SilenceRegister, 'devices' | 'residents' | 'routines'> & { returning: Returning; moment: Latest }

const lastOf = ({ values }: Register): number => values.reduce((last, value) => Math.max(last, value), 0)

/** The last sign of life is saved each second, a profile now and then: one that is older learns what it missed, as far as anybody knows. */
function catchUp({ devices, residents, routines }: Columns): void {
  for (let number = 1; number < residents.size; number += 1) {
    const at = residents.activeAt.values[number] ?? 0
    const silence = at > 0 ? routines.silence(number, 1) : null
    if (!silence || routines.wall(silence.lastAt) >= at - 1_000) continue
    routines.untaught(number, instant(at), 'blind')
    routines.sign(number, signOf(devices, residents.activeDevice.values[number] ?? 0, instant(at)), null)
  }
}

const signOf = (devices: DeviceColumns, device: number, at: Instant): Sign => ({
  at,
  source: Math.max(1, device),
  state: devices.says[device] === 0 ? 0 : 1,
  certainty: (devices.certainty[device] ?? 100) / 100,
  isExit: ((devices.flags[device] ?? 0) & deviceFlag.exit) !== 0,
  isBed: ((devices.flags[device] ?? 0) & deviceFlag.bed) !== 0,
})

function listening(columns: Columns) {
  const { devices, residents, routines, returning, moment } = columns
  return {
    takeReturned: () => returning.take(),
    heard(device: Pick<KnownDevice, 'number'>, at: Instant) {
      // A message also proves the gateway that carried it; a gateway may itself stand behind one.
      moment.heardAt = at
      let number = device.number
      for (let hop = 0; number > 0 && hop < 4; hop += 1) {
        write(devices.heardAt, number, at)
        markHeardAgain(devices, number)
        number = devices.gateway[number] ?? 0
      }
    },
    active(residentNumber: number, deviceNumber: number, at: Instant) {
      if (isStrange(moment, at)) moment.held.push({ resident: residentNumber, device: deviceNumber, at })
      else if (isWatched(residents, residentNumber)) learnSign(columns, { resident: residentNumber, device: deviceNumber, at })
      returning.sign(residentNumber, deviceNumber, at)
      write(residents.activeAt, residentNumber, at)
      if (residents.activeDevice.values[residentNumber] !== deviceNumber) write(residents.activeDevice, residentNumber, deviceNumber)
      const flags = residents.flags[residentNumber] ?? 0
      if (flags & (residentFlag.noticed | residentFlag.asked)) residents.flags[residentNumber] = flags | residentFlag.activeAgain
      if (flags & residentFlag.watched) residents.lookAt[residentNumber] = at + leastLook(residents)
    },
    noteState(deviceNumber: number, state: 0 | 1) {
      if (deviceNumber < devices.size) devices.says[deviceNumber] = state
    },
    startAnew(residentNumber: number, at: Instant) {
      write(residents.freshAt, residentNumber, at)
      residents.lookAt[residentNumber] = at
      routines.freshStart(residentNumber, at)
    },
    shift(jump: ClockJump) {
      returning.startOver()
      for (const register of [devices.heardAt, residents.activeAt, residents.freshAt, residents.returnedAt]) shiftRegister(register, jump)
      for (const column of [residents.lookAt, residents.blindSince]) {
        for (let number = 1; number < residents.size; number += 1) {
          const value = column[number] ?? 0
          if (value > 0) column[number] = Math.max(1, value + jump.by)
        }
      }
      routines.shift(jump.by)
    },
    settle(now: Instant) {
      moment.lookedAt = now
      for (const held of moment.held.splice(0)) if (isWatched(residents, held.resident)) learnSign(columns, held)
    },
  }
}

const isWatched = ({ flags }: ResidentColumns, number: number): boolean => ((flags[number] ?? 0) & residentFlag.watched) !== 0

/** Far from the last look: the clock may just have jumped, and the routine must not take the jump for time. It waits for the next look. */
const isStrange = ({ lookedAt, held }: Latest, at: Instant): boolean =>
  lookedAt > 0 && Math.abs(at - lookedAt) > strangeAfter && held.length < heldMax
const strangeAfter = 30_000
const heldMax = 100_000

function learnSign({ devices, residents, routines }: Columns, { resident, device, at }: Latest['held'][number]): void {
  const before = residents.activeAt.values[resident] ?? 0
  const sign = signOf(devices, device, at)
  routines.sign(resident, sign, unlikeHer(residents, resident, at) ?? (isVisit(sign, before) ? 'visitor' : null))
}

/** A silence that ends with the front door opening was ended by somebody who came in. */
const isVisit = ({ isExit, state, at }: Sign, before: number): boolean => isExit && state === 1 && at - before > visitAfter
const visitAfter = minutes(30)

function questions(columns: Columns) {
  const { devices, residents } = columns
  return {
    lastHeardAt: (number: number) => (devices.heardAt.values[number] ?? 0) as Instant,
    lastActiveAt: (number: number) => (residents.activeAt.values[number] ?? 0) as Instant,
    lastActiveDevice: (number: number) => residents.activeDevice.values[number] ?? 0,
    isSilent: (number: number) => isDeclared(devices, number) || isDeclared(devices, devices.gateway[number] ?? 0),
    look: (numbers: Uint32Array, into: Seen) => look(devices, numbers, into),
    isBlind: (number: number) => ((residents.flags[number] ?? 0) & residentFlag.blind) !== 0,
    standing: (number: number, now: Instant) => standingOf(columns, number, now),
    usual: (number: number) => usualOf(columns, number),
  }
}

function saving(registers: readonly Register[], { devices, residents, routines, moment }: Columns) {
  let from = 0
  return {
    dirtyPages(limit: number) {
      const pages: RegisterPage[] = []
      for (const register of registers) {
        const taken = takeDirty(register, register === devices.heardAt ? { from, limit } : { from: 0, limit: Number.POSITIVE_INFINITY })
        if (register === devices.heardAt) from = taken.next
        for (const page of taken.pages) pages.push(page)
      }
      const profiles = Number.isFinite(limit) ? profilesAtOnce : limit
      const isBusy = (number: number) => (residents.activeAt.values[number] ?? 0) > moment.heardAt - busyFor
      for (const page of routines.takeDirty(profiles, isBusy)) pages.push(page)
      return pages
    },
    giveBack(pages: readonly RegisterPage[]) {
      for (const page of pages) {
        const register = registers.find(({ name }) => name === page.register)
        if (register) markDirty(register, page.page)
        else routines.giveBack(page)
      }
    },
  }
}

function clampTo(register: Register, at: Instant): void {
  for (let index = 0; index < register.values.length; index += 1) {
    if ((register.values[index] ?? 0) > at) write(register, index, at)
  }
}

function shiftRegister(register: Register, { by, from, now }: ClockJump): void {
  const { values } = register
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0
    if (value === 0 || (value >= from && value <= now)) continue
    write(register, index, Math.min(now, Math.max(1, value + by)))
  }
}
