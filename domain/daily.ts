/** What a day of one person came to, estimated from what the home's sensors saw: sleep, getting up, the bathroom at night, activity, time out. Pure. */
import { dayPlus, daySpan } from './calendar.ts'
import { type Stay, sleepOf, timeOut } from './daily-spells.ts'
import type { Device } from './device.ts'
import type { Reading } from './reading.ts'
import { after, hours, type Instant, instant, minutes } from './time.ts'

/** Estimates of one local day; null where the home has no sensor for it, or was not heard enough to say. */
export type DayFacts = {
  /** Local, `2026-11-22`. */
  day: string
  /** Hours of the day in which anything of the home was heard: how far the rest can be trusted. */
  heardHours: number
  /** The night that ended on this day. */
  asleepAt: Instant | null
  wokeAt: Instant | null
  /** The first time outside the bedroom after waking. */
  firstUpAt: Instant | null
  nightBathroomVisits: number | null
  /** Minutes in which somebody was seen to do something. */
  activeMinutes: number | null
  outMinutes: number | null
}

export type DayInput = {
  day: string
  timeZone: string
  /** All readings of the resident from `daysFrom(day)` to the day's end, oldest first. */
  readings: readonly Reading[]
  devices: readonly Pick<Device, 'number' | 'role' | 'room'>[]
}

/** Where a room's name says what it is for. */
const bathroomWords = /卫生间|浴室|厕所|洗手间|bath|toilet|wc|restroom/i
const bedroomWords = /卧室|卧房|睡房|bedroom/i

/** Hours of a day that must have been heard before "nothing seen" means anything. */
const heardHoursMin = 12
/** Two movements in the bathroom with less between them are one visit. */
const oneVisit = minutes(10)
const hourMs = 3_600_000
const minuteMs = 60_000

/** From when the readings of a day are needed: the evening before. */
export const nightFrom = (timeZone: string, day: string): Instant => after(daySpan(timeZone, dayPlus(day, -1)).from, hours(18))

/** Something that only a person does. */
export function isActivity({ kind, value }: Pick<Reading, 'kind' | 'value'>): boolean {
  if (kind === 'motion' || kind === 'presence') return value > 0
  return kind === 'door' || kind === 'bed' || kind === 'vibration' || kind === 'button'
}

/** What the day came to. */
export function dayFacts({ day, timeZone, readings, devices }: DayInput): DayFacts {
  const span = daySpan(timeZone, day)
  const seen = readings.filter(isActivity)
  const today = seen.filter(({ at }) => at >= span.from && at < span.to)
  const heardHours = countOf(
    readings.filter(({ at }) => at >= span.from && at < span.to),
    hourMs,
  )
  const isHeard = heardHours >= heardHoursMin
  const doors = numbersOf(devices, ({ role }) => role === 'front-door')
  const sleep = isHeard ? nightOf({ day, timeZone, seen, readings, doors }) : null
  const usual = { from: instant(span.from - 2 * hourMs), to: after(span.from, hours(6)) }
  const night = sleep ?? (isHeardIn(readings, usual) ? usual : null)
  return {
    day,
    heardHours,
    asleepAt: sleep?.from ?? null,
    wokeAt: sleep?.to ?? null,
    firstUpAt: isHeard ? firstUp({ seen, devices, from: sleep?.to ?? after(span.from, hours(4)), to: span.to }) : null,
    nightBathroomVisits: isHeard && night ? visits(seen, bathroomsOf(devices), night) : null,
    activeMinutes: isHeard ? countOf(today, minuteMs) : null,
    outMinutes: isHeard && doors.size > 0 ? Math.round(timeOut({ seen, doors, span }) / minuteMs) : null,
  }
}

const numbersOf = (devices: DayInput['devices'], is: (device: DayInput['devices'][number]) => boolean): ReadonlySet<number> =>
  new Set(devices.filter(is).map(({ number }) => number))

const bathroomsOf = (devices: DayInput['devices']) =>
  numbersOf(devices, ({ role, room }) => bathroomWords.test(room) && (role === 'motion' || role === 'presence' || role === 'door'))

/** In how many pieces of `size` milliseconds at least one of them lies. */
const countOf = (readings: readonly Reading[], size: number): number => new Set(readings.map(({ at }) => Math.floor(at / size))).size

type Night = { day: string; timeZone: string; seen: readonly Reading[]; readings: readonly Reading[]; doors: ReadonlySet<number> }

/** The sleep that ended on this day, when the home was heard through it. */
function nightOf({ day, timeZone, seen, readings, doors }: Night): Stay | null {
  const from = nightFrom(timeZone, day)
  const to = after(daySpan(timeZone, day).from, hours(14))
  const sleep = sleepOf(seen, { from, to }, doors)
  return sleep && isHeardIn(readings, sleep) ? sleep : null
}

/** Was anything of the home heard in every hour of it? */
function isHeardIn(readings: readonly Reading[], { from, to }: Stay): boolean {
  const heard = new Set(readings.map(({ at }) => Math.floor(at / hourMs)))
  for (let hour = Math.floor(from / hourMs); hour < to / hourMs; hour += 1) if (!heard.has(hour)) return false
  return true
}

type Seeking = { seen: readonly Reading[]; devices: DayInput['devices']; from: Instant; to: Instant }

function firstUp({ seen, devices, from, to }: Seeking): Instant | null {
  const inBed = numbersOf(devices, ({ role, room }) => role === 'bed' || bedroomWords.test(room))
  const rooms = devices.length > inBed.size ? inBed : new Set<number>()
  return seen.find(({ at, device, kind }) => at >= from && at < to && kind !== 'button' && !rooms.has(device))?.at ?? null
}

function visits(seen: readonly Reading[], bathrooms: ReadonlySet<number>, night: Stay): number | null {
  if (bathrooms.size === 0) return null
  let count = 0
  let last = Number.NEGATIVE_INFINITY
  for (const { at, device } of seen) {
    if (at < night.from || at >= night.to || !bathrooms.has(device)) continue
    if (at - last > oneVisit) count += 1
    last = at
  }
  return count
}
