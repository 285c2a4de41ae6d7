/** Where each number of a profile stands in its 16-bit words. Changing anything here is a new `profileVersion`. */
import type { Profile } from './words.ts'

export const profileVersion = 1
/** Six weeks are remembered, each by its longest silences; the seventh forgets the first. */
export const weeks = 6
export const bins = 48
export const rooms = 16

/** Longest silences by pace (0 calm, 1 busy), week and half-hour of their start, in minutes. */
const starts = 32
const afterStarts = starts + 2 * weeks * bins
/** By kind of day (0 weekday, 1 weekend) and hour of the start; fades instead of being forgotten by weeks. */
const dayKinds = afterStarts
/** For each room: source (2 words), day last heard, then by night and day and week. */
const roomTable = dayKinds + 2 * 24
export const roomWords = 3 + 2 * weeks
/** Longest absences by quarter of the day and week. */
const absences = roomTable + rooms * roomWords
/** The latest first sign of the morning, by week: minutes after midnight. */
const mornings = absences + 4 * weeks
/** What profiles of version 1 had. What follows was added to it: a profile without it goes on with zeros. */
export const firstProfileWords = mornings + weeks
/** Silences that came near their limit, in thousandths, fading; then when she left her bed (seconds since 1970), 0 = she lies in it or has none. */
const misses = firstProfileWords
const bedLeftAt = misses + 1
/** The longest silence out of bed in the night, by week. */
const nightTrips = bedLeftAt + 2

export const field = {
  version: 0,
  /** Seconds since 1970, two words each. */
  lastAt: 1,
  since: 3,
  exitAt: 5,
  /** Judged time that taught, in seconds, at most six weeks. */
  learned: 7,
  source: 9,
  flags: 11,
  /** Of the last sign: its half-hour, its room + 1, its pace; kind of day. */
  bin: 12,
  room: 13,
  /** Weeks since 1970, local. */
  week: 14,
  /** Minutes with a sign, fading with `paceMinutes`, × 64; and their slow mean × 64. */
  pace: 15,
  paceMean: 16,
  /** Minutes since 1970, two words. */
  paceMinute: 17,
  /** Margin added after false alarms, in thousandths. */
  caution: 19,
  /** Today's first sign: day since 1970, minute of day. Mean of the mornings × 16 and how many. */
  upDay: 20,
  upMinute: 21,
  upMean: 22,
  upCount: 23,
  starts,
  dayKinds,
  roomTable,
  absences,
  mornings,
  misses,
  bedLeftAt,
  nightTrips,
} as const

export const profileWords = nightTrips + weeks

export const flag = {
  /** The running silence will not be learned from. */
  untaught: 1,
  fresh: 2,
  afterExit: 4,
  /** The last sign was alone and not certain: it only pushes the limit. */
  stray: 8,
  busy: 16,
  night: 32,
  weekend: 64,
  state: 128,
  /** An exit contact was heard at least once. */
  hasExit: 256,
  /** She got up in the night, and the silence began while she was out of bed. */
  nightTrip: 512,
} as const

export const get = (profile: Profile, index: number): number => profile[index] as number

export const getLong = (profile: Profile, index: number): number => (profile[index] as number) + (profile[index + 1] as number) * 65_536

export function setLong(profile: Profile, index: number, value: number): void {
  profile[index] = value % 65_536
  profile[index + 1] = Math.floor(value / 65_536)
}

export const has = (profile: Profile, bit: number): boolean => (get(profile, field.flags) & bit) !== 0

export function put(profile: Profile, bit: number, on: boolean): void {
  const flags = get(profile, field.flags)
  profile[field.flags] = on ? flags | bit : flags & ~bit
}

export const startIndex = (pace: number, week: number, bin: number): number => field.starts + (pace * weeks + week) * bins + bin
export const dayKindIndex = (weekend: number, hourOfDay: number): number => field.dayKinds + weekend * 24 + hourOfDay
export const roomIndex = (room: number): number => field.roomTable + room * roomWords
export const roomWeekIndex = (room: number, isDay: number, week: number): number => roomIndex(room) + 3 + isDay * weeks + week
export const absenceIndex = (quarter: number, week: number): number => field.absences + quarter * weeks + week
