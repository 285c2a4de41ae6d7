/** What is remembered of every resident's signs of life: numbers by `Resident.number`. */
import { modes } from '../../domain/people.ts'
import { hours, type Instant, minutes } from '../../domain/time.ts'
import type { RegisterPage, WatchedResident } from '../../store/store.ts'
import {
  grownFloat32,
  grownFloat64,
  grownUint8,
  grownUint16,
  grownUint32,
  openRegister,
  type Register,
  reserve,
  write,
} from './register.ts'

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
  /** She was asked whether she is all right, about the silence that is running. */
  asked: 64,
  /** Somebody was asked to call, because her home cannot be seen. */
  unseen: 128,
  /** Some of the sensors of her home are silent: what is left sees less than what taught us. */
  partly: 256,
} as const

/** What keeps a home from being seen, from the least to the most. */
export const sights = ['seen', 'sensor', 'terminal', 'area'] as const
export type Sight = (typeof sights)[number]

export type ResidentColumns = {
  /** Highest number + 1. */
  size: number
  activeAt: Register
  activeDevice: Register
  /** Silence before this moment does not count. */
  freshAt: Register
  /** Since when she was seen at home again, although she was said to be away. */
  returnedAt: Register
  flags: Uint16Array
  /** Nothing about her can become due before this moment. */
  lookAt: Float64Array
  /** Index into `sights`, and since when it cannot be seen; 0 = it can. */
  sight: Uint8Array
  blindSince: Float64Array
  /** Number of the terminal in her home, 0 = none. */
  terminal: Uint32Array
  /** Index into `siteIds`. */
  site: Uint32Array
  /** Hours set by hand; 0 = not watched, NaN = none set: then what was learned decides. */
  dayHours: Float32Array
  nightHours: Float32Array
  /** False alarms a month; NaN = the city's default. */
  budget: Float32Array
  /** Index into `modes`, and its end: Infinity = no end known. */
  mode: Uint8Array
  modeUntil: Float64Array
  /** When that was first known. */
  modeSince: Float64Array
  /** The shortest limit of anybody, in hours: whoever was active since needs no second look. */
  hoursLeast: number
  ids: string[]
  siteIds: string[]
}

/** Hours without a sign of life by day and by night, while too little is known of somebody. */
export const defaultHours = { day: 12, night: 14 } as const

export function openResidentColumns(pages: readonly RegisterPage[]): ResidentColumns {
  return {
    size: 1,
    activeAt: openRegister('resident-active', pages),
    activeDevice: openRegister('resident-active-device', pages),
    freshAt: openRegister('resident-fresh', pages),
    returnedAt: openRegister('resident-returned', pages),
    ...{ flags: new Uint16Array(1), lookAt: new Float64Array(1), sight: new Uint8Array(1), blindSince: new Float64Array(1) },
    ...{ terminal: new Uint32Array(1), site: new Uint32Array(1), dayHours: new Float32Array(1), nightHours: new Float32Array(1) },
    ...{ budget: new Float32Array(1), mode: new Uint8Array(1), modeUntil: new Float64Array(1), modeSince: new Float64Array(1) },
    ...{ hoursLeast: 0, ids: [''], siteIds: [''] },
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
    setRule(residents, resident, at)
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

/** What the directory says about when to worry; who is not as before is looked at at once. */
function setRule(residents: ResidentColumns, resident: WatchedResident, at: Instant): void {
  const { number } = resident
  const until = resident.mode === 'home' ? 0 : (resident.modeUntil ?? Number.POSITIVE_INFINITY)
  const isElsewhere = [set(residents.mode, number, modes.indexOf(resident.mode)), set(residents.modeUntil, number, until)].includes(true)
  if (isElsewhere) residents.modeSince[number] = at
  const changed = [
    isElsewhere,
    set(residents.dayHours, number, resident.inactivityDayHours ?? Number.NaN),
    set(residents.nightHours, number, resident.inactivityNightHours ?? Number.NaN),
    set(residents.budget, number, resident.silenceBudget ?? Number.NaN),
  ]
  if (changed.includes(true)) residents.lookAt[number] = 0
}

/** True when it was something else before. */
function set(column: Float32Array | Float64Array | Uint8Array, number: number, value: number): boolean {
  const before = column[number]
  column[number] = value
  return !Object.is(before, column[number])
}

/** No silence shorter than this is ever judged, so that a sign of life costs no more than to say so. */
export const leastLook = (residents: ResidentColumns): number => Math.min(minutes(20), hours(residents.hoursLeast))

function hoursLeast(watched: readonly WatchedResident[]): number {
  let least = Math.min(defaultHours.day, defaultHours.night)
  for (const { inactivityDayHours: byDay, inactivityNightHours: byNight } of watched) {
    if (byDay) least = Math.min(least, byDay)
    if (byNight) least = Math.min(least, byNight)
  }
  return least
}

function growTo(residents: ResidentColumns, number: number): void {
  for (const register of [residents.activeAt, residents.activeDevice, residents.freshAt, residents.returnedAt]) reserve(register, number)
  residents.size = Math.max(residents.size, number + 1)
  if (number < residents.flags.length) return
  const size = Math.max(number + 1, residents.flags.length * 2)
  residents.flags = grownUint16(residents.flags, size)
  for (const column of ['sight', 'mode'] as const) residents[column] = grownUint8(residents[column], size)
  for (const column of ['site', 'terminal'] as const) residents[column] = grownUint32(residents[column], size)
  for (const column of ['dayHours', 'nightHours', 'budget'] as const) residents[column] = grownFloat32(residents[column], size)
  for (const column of ['lookAt', 'blindSince', 'modeUntil', 'modeSince'] as const)
    residents[column] = grownFloat64(residents[column], size)
}
