/** The six weeks that a profile remembers: where a silence is written down, and what fades. O(1) for each. */
import {
  absenceIndex,
  bins,
  dayKindIndex,
  field,
  flag,
  get,
  getLong,
  has,
  roomIndex,
  rooms,
  roomWeekIndex,
  roomWords,
  setLong,
  startIndex,
  weeks,
} from './layout.ts'
import type { Profile } from './words.ts'

const minutesPerDay = 1_440
/** A silence of a day or more is a hole in what was seen, not a habit. */
const teachableMin = 5
const teachableMax = minutesPerDay
const secondsPerDay = 86_400
const learnedMost = weeks * 7 * secondsPerDay

/** The clock on her wall. */
export type LocalTime = { day: number; week: number; minute: number; bin: number; isWeekend: boolean; isNight: boolean }

/** `seconds` since 1970 UTC and local minus UTC in minutes. 1970-01-01 was a Thursday; weeks begin on Monday. */
export function localTime(seconds: number, offset: number): LocalTime {
  const minutes = Math.floor(seconds / 60) + offset
  const day = Math.floor(minutes / minutesPerDay)
  const minute = minutes - day * minutesPerDay
  const weekday = (day + 3) % 7
  const isNight = minute < 5 * 60 || minute >= 21 * 60
  return { day, week: Math.floor((day + 3) / 7), minute, bin: Math.floor(minute / 30), isWeekend: weekday >= 5, isNight }
}

/** The slot of a week among the six. */
export const slotOf = (week: number): number => week % weeks

/** Opens the slots of the weeks that began since: what they held is six weeks old and forgotten. */
export function rollWeeks(profile: Profile, week: number): void {
  const known = get(profile, field.week)
  if (known === 0) profile[field.week] = week
  // A clock that went back teaches into the week it was in.
  if (known === 0 || week <= known) return
  for (let next = Math.max(known + 1, week - weeks + 1); next <= week; next += 1) clearSlot(profile, slotOf(next))
  fade(profile, week - known)
  profile[field.week] = week
}

function clearSlot(profile: Profile, slot: number): void {
  for (let pace = 0; pace < 2; pace += 1) profile.fill(0, startIndex(pace, slot, 0), startIndex(pace, slot, 0) + bins)
  for (let room = 0; room < rooms; room += 1) {
    profile[roomWeekIndex(room, 0, slot)] = 0
    profile[roomWeekIndex(room, 1, slot)] = 0
  }
  for (let quarter = 0; quarter < 4; quarter += 1) profile[absenceIndex(quarter, slot)] = 0
  profile[field.mornings + slot] = 0
}

/** Kinds of day lose a sixteenth a week; caution after false alarms a tenth. */
function fade(profile: Profile, by: number): void {
  for (let n = 0; n < Math.min(by, weeks); n += 1) {
    for (let index = field.dayKinds; index < field.dayKinds + 48; index += 1)
      profile[index] = get(profile, index) - Math.ceil(get(profile, index) / 16)
    profile[field.misses] = Math.floor((get(profile, field.misses) * (weeks - 1)) / weeks)
    profile[field.caution] = Math.floor(get(profile, field.caution) * 0.9)
  }
}

const raise = (profile: Profile, index: number, minutes: number): void => {
  if (minutes > get(profile, index)) profile[index] = minutes
}

/** The silence that began with the last sign ended after `seconds`: remembered as what it was, a silence at home or an absence. */
export function rememberSilence(profile: Profile, seconds: number): void {
  const minutes = Math.min(Math.round(seconds / 60), 65_535)
  setLong(profile, field.learned, Math.min(learnedMost, getLong(profile, field.learned) + Math.min(seconds, secondsPerDay)))
  if (minutes <= teachableMin || minutes >= teachableMax) return
  const slot = slotOf(get(profile, field.week))
  const bin = get(profile, field.bin)
  if (has(profile, flag.afterExit)) {
    raise(profile, absenceIndex(Math.floor(bin / 12), slot), minutes)
    return
  }
  if (has(profile, flag.nightTrip)) raise(profile, field.nightTrips + slot, minutes)
  raise(profile, startIndex(has(profile, flag.busy) ? 1 : 0, slot, bin), minutes)
  raise(profile, dayKindIndex(has(profile, flag.weekend) ? 1 : 0, bin >> 1), minutes)
  const room = get(profile, field.room)
  if (room > 0) raise(profile, roomWeekIndex(room - 1, has(profile, flag.night) ? 0 : 1, slot), minutes)
}

/** The room table's slot of a source (+1); the one heard longest ago makes place for a new one. */
export function roomOf(profile: Profile, source: number, day: number): number {
  let oldest = 0
  for (let room = 0; room < rooms; room += 1) {
    const index = roomIndex(room)
    if (getLong(profile, index) === source) {
      profile[index + 2] = day
      return room + 1
    }
    if (get(profile, index + 2) < get(profile, roomIndex(oldest) + 2)) oldest = room
  }
  const index = roomIndex(oldest)
  profile.fill(0, index, index + roomWords)
  setLong(profile, index, source)
  profile[index + 2] = day
  return oldest + 1
}
