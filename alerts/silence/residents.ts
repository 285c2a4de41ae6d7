/** What is remembered of every resident's signs of life: numbers by `Resident.number`. */
import type { Instant } from '../../domain/time.ts'
import type { RegisterPage, WatchedResident } from '../../store/store.ts'
import { grownFloat32, grownFloat64, grownUint8, grownUint32, openRegister, type Register, reserve, write } from './register.ts'

export const residentFlag = {
  /** Nothing can be seen of the home. */
  blind: 1,
  /** The home has a device that shows signs of life. */
  sensed: 2,
  /** Her inactivity was announced. */
  noticed: 4,
  /** … and a sign of life came since. */
  activeAgain: 8,
  /** Not judged at the last look: away, in hospital, or blind. */
  suspended: 16,
  watched: 32,
  /** `awayUntil` says until when. */
  away: 64,
} as const

export type ResidentColumns = {
  /** Highest number + 1. */
  size: number
  activeAt: Register
  activeDevice: Register
  /** Silence before this moment does not count. */
  freshAt: Register
  flags: Uint8Array
  /** Index into `siteIds`. */
  site: Uint32Array
  /** Hours; 0 = not watched. */
  dayHours: Float32Array
  nightHours: Float32Array
  /** Away or in hospital until then; 0 = at home, Infinity = no end known. */
  awayUntil: Float64Array
  /** The shortest limit of anybody, in hours: whoever was active since needs no second look. */
  hoursLeast: number
  ids: string[]
  siteIds: string[]
}

/** The site's default: hours without a sign of life by day and by night. */
export const defaultHours = { day: 12, night: 14 } as const

export function openResidentColumns(pages: readonly RegisterPage[]): ResidentColumns {
  return {
    size: 1,
    activeAt: openRegister('resident-active', pages),
    activeDevice: openRegister('resident-active-device', pages),
    freshAt: openRegister('resident-fresh', pages),
    ...{ flags: new Uint8Array(1), site: new Uint32Array(1), dayHours: new Float32Array(1), nightHours: new Float32Array(1) },
    ...{ awayUntil: new Float64Array(1), hoursLeast: 0, ids: [''], siteIds: [''] },
  }
}

/** Takes the directory's residents: the state of those known is kept, those no longer named are not watched any more. */
export function enrolResidents(residents: ResidentColumns, watched: readonly WatchedResident[], at: Instant): void {
  const sites = new Map(residents.siteIds.map((id, index) => [id, index]))
  for (let number = 1; number < residents.size; number += 1) {
    residents.flags[number] = (residents.flags[number] ?? 0) & ~residentFlag.watched
  }
  residents.hoursLeast = hoursLeast(watched)
  for (const resident of watched) {
    const { number } = resident
    growTo(residents, number)
    if (residents.ids[number] !== resident.id) startFresh(residents, resident, at)
    residents.flags[number] = (residents.flags[number] ?? 0) | residentFlag.watched
    residents.site[number] = siteIndex(residents, sites, resident.siteId)
    residents.dayHours[number] = resident.inactivityDayHours ?? defaultHours.day
    residents.nightHours[number] = resident.inactivityNightHours ?? defaultHours.night
    setAway(residents, number, awayUntil(resident))
  }
}

/** Somebody never seen before starts now; somebody kept from before the start goes on where she was. */
function startFresh(residents: ResidentColumns, { number, id }: WatchedResident, at: Instant): void {
  residents.ids[number] = id
  residents.flags[number] = 0
  const known = (residents.activeAt.values[number] ?? 0) > 0 || (residents.freshAt.values[number] ?? 0) > 0
  if (!known) write(residents.freshAt, number, at)
}

function siteIndex(residents: ResidentColumns, sites: Map<string, number>, siteId: string): number {
  let index = sites.get(siteId)
  if (index === undefined) {
    index = residents.siteIds.push(siteId) - 1
    sites.set(siteId, index)
  }
  return index
}

function setAway(residents: ResidentColumns, number: number, until: number): void {
  const flags = residents.flags[number] ?? 0
  residents.awayUntil[number] = until
  residents.flags[number] = until > 0 ? flags | residentFlag.away : flags & ~residentFlag.away
}

function hoursLeast(watched: readonly WatchedResident[]): number {
  let least = Math.min(defaultHours.day, defaultHours.night)
  for (const { inactivityDayHours: byDay, inactivityNightHours: byNight } of watched) {
    if (byDay) least = Math.min(least, byDay)
    if (byNight) least = Math.min(least, byNight)
  }
  return least
}

function awayUntil(resident: WatchedResident): number {
  if (resident.mode !== 'away' && resident.mode !== 'hospital') return 0
  return resident.modeUntil ?? Number.POSITIVE_INFINITY
}

function growTo(residents: ResidentColumns, number: number): void {
  for (const register of [residents.activeAt, residents.activeDevice, residents.freshAt]) reserve(register, number)
  residents.size = Math.max(residents.size, number + 1)
  if (number < residents.flags.length) return
  const size = Math.max(number + 1, residents.flags.length * 2)
  residents.flags = grownUint8(residents.flags, size)
  residents.site = grownUint32(residents.site, size)
  residents.dayHours = grownFloat32(residents.dayHours, size)
  residents.nightHours = grownFloat32(residents.nightHours, size)
  residents.awayUntil = grownFloat64(residents.awayUntil, size)
}
