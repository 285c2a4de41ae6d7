/** Who was last heard, and when that becomes worrying: a register of everyone who should be heard, never a query. */
import type { KnownDevice } from '../domain/device.ts'
import type { Instant } from '../domain/time.ts'
import type { RegisterPage, WatchedDevice, WatchedResident } from '../store/store.ts'
import { type DeviceColumns, enrolDevices, isDeclared, markHeardAgain, noteHomes, openDeviceColumns } from './silence/devices.ts'
import { markDirty, type Register, takeDirty, write } from './silence/register.ts'
import { enrolResidents, openResidentColumns, type ResidentColumns, residentFlag } from './silence/residents.ts'

export type Silence = {
  /** Any live message of this device. O(1), no allocation. */
  heard(device: Pick<KnownDevice, 'number'>, at: Instant): void
  /** A live sign of life of this resident, by this device. */
  active(residentNumber: number, deviceNumber: number, at: Instant): void
  /** 0 = never. */
  lastHeardAt(deviceNumber: number): Instant
  lastActiveAt(residentNumber: number): Instant
  /** Number of the device that gave the last sign of life, 0 = none. */
  lastActiveDevice(residentNumber: number): number
  /** True while this device is declared silent. */
  isSilent(deviceNumber: number): boolean
}

/** The whole register, as the loops that judge and save it need it. */
export type SilenceRegister = Silence & {
  devices: DeviceColumns
  residents: ResidentColumns
  /** Takes the whole directory again; the state of those already known is kept, those no longer named are not watched any more. */
  enrol(directory: Enrolment, at: Instant): void
  /** True while nothing can be seen of this resident's home: its silence means nothing. */
  isBlind(residentNumber: number): boolean
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
export type SilenceNeeds = Enrolment & { pages: readonly RegisterPage[]; at: Instant }

/** The register of who was heard, from the directory and the pages that were kept. Stamps from a future clock are taken as `at`. */
export function openSilence(needs: SilenceNeeds): SilenceRegister {
  const devices = openDeviceColumns(needs.pages)
  const residents = openResidentColumns(needs.pages)
  const registers = [residents.activeAt, residents.activeDevice, residents.freshAt, devices.heardAt]
  for (const register of [residents.activeAt, residents.freshAt, devices.heardAt]) clampTo(register, needs.at)
  const enrol = (directory: Enrolment, at: Instant) => {
    enrolResidents(residents, directory.residents, at)
    enrolDevices(devices, directory.devices, at)
    noteHomes(devices, residents)
  }
  enrol(needs, needs.at)
  return { devices, residents, enrol, ...listening(devices, residents), ...questions(devices, residents), ...saving(registers, devices) }
}

function listening(devices: DeviceColumns, residents: ResidentColumns) {
  return {
    heard(device: Pick<KnownDevice, 'number'>, at: Instant) {
      // A message also proves the gateway that carried it; a gateway may itself stand behind one.
      let number = device.number
      for (let hop = 0; number > 0 && hop < 4; hop += 1) {
        write(devices.heardAt, number, at)
        markHeardAgain(devices, number)
        number = devices.gateway[number] ?? 0
      }
    },
    active(residentNumber: number, deviceNumber: number, at: Instant) {
      write(residents.activeAt, residentNumber, at)
      if (residents.activeDevice.values[residentNumber] !== deviceNumber) write(residents.activeDevice, residentNumber, deviceNumber)
      const flags = residents.flags[residentNumber] ?? 0
      if (flags & residentFlag.noticed) residents.flags[residentNumber] = flags | residentFlag.activeAgain
    },
    shift(jump: ClockJump) {
      for (const register of [devices.heardAt, residents.activeAt, residents.freshAt]) shiftRegister(register, jump)
    },
  }
}

function questions(devices: DeviceColumns, residents: ResidentColumns) {
  return {
    lastHeardAt: (number: number) => (devices.heardAt.values[number] ?? 0) as Instant,
    lastActiveAt: (number: number) => (residents.activeAt.values[number] ?? 0) as Instant,
    lastActiveDevice: (number: number) => residents.activeDevice.values[number] ?? 0,
    isSilent: (number: number) => isDeclared(devices, number) || isDeclared(devices, devices.gateway[number] ?? 0),
    isBlind: (number: number) => ((residents.flags[number] ?? 0) & residentFlag.blind) !== 0,
  }
}

function saving(registers: readonly Register[], devices: DeviceColumns) {
  let from = 0
  return {
    dirtyPages(limit: number) {
      const pages: RegisterPage[] = []
      for (const register of registers) {
        const taken = takeDirty(register, register === devices.heardAt ? { from, limit } : { from: 0, limit: Number.POSITIVE_INFINITY })
        if (register === devices.heardAt) from = taken.next
        for (const page of taken.pages) pages.push(page)
      }
      return pages
    },
    giveBack(pages: readonly RegisterPage[]) {
      for (const page of pages) {
        const register = registers.find(({ name }) => name === page.register)
        if (register) markDirty(register, page.page)
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
