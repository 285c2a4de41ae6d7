/** One sign of life taken into a profile: the silence before it is remembered, and a new one begins. */

import { field, flag, get, getLong, has, put, setLong } from './layout.ts'
import { noteMiss } from './limit.ts'
import { type LocalTime, localTime, rememberSilence, rollWeeks, roomOf } from './memory.ts'
import { noteMorning } from './morning.ts'
import type { Population } from './population.ts'
import type { Profile, RoutineEvent, SignOfLife } from './words.ts'

/** A silence that begins within so long after the exit may be an absence. */
const afterExitSeconds = 180
/** Signs this close keep each other company: together they are certain. */
const companySeconds = 3_600
/** Signs within a minute are one sign. */
const sameSignSeconds = 60
/** Half-life, about, of the pace; and the weight of one sign in its slow mean. */
const paceMinutes = 45
const paceMeanShare = 1 / 200
const paceUnit = 64

/** A night trip is over after so long: then she is up, or did not say that she lies down again. */
const nightTripSeconds = 3 * 3_600

/** Takes a live sign of life. One older than the last is ignored. */
export function hearSign(profile: Profile, sign: SignOfLife, people: Population): void {
  const seconds = Math.floor(sign.at / 1_000)
  const lastAt = getLong(profile, field.lastAt)
  if (seconds < lastAt) return
  const local = localTime(seconds, sign.offset)
  rollWeeks(profile, local.week)
  if (lastAt > 0 && !has(profile, flag.untaught)) {
    noteMiss(profile, seconds - lastAt, people)
    rememberSilence(profile, seconds - lastAt)
  }
  notePace(profile, Math.floor(seconds / 60))
  noteCertainty(profile, sign.certainty, seconds)
  beginSilence(profile, local, seconds)
  profile[field.room] = roomOf(profile, placeOf(sign), local.day)
  setLong(profile, field.source, sign.source)
  if (sign.isExit) setLong(profile, field.exitAt, seconds)
  if (sign.isExit) put(profile, flag.hasExit, true)
  put(profile, flag.afterExit, seconds - getLong(profile, field.exitAt) <= afterExitSeconds)
  put(profile, flag.untaught | flag.fresh, false)
  put(profile, flag.busy, get(profile, field.pace) > get(profile, field.paceMean))
  noteBed(profile, sign, local)
  noteMorning(profile, local)
}

/** Out of a bed that she had lain in, in the night: a short silence is to be expected, whatever the hour. */
function noteBed(profile: Profile, { isBed = false, state, isExit }: SignOfLife, { isNight }: LocalTime): void {
  const seconds = getLong(profile, field.lastAt)
  if (isBed) setLong(profile, field.bedLeftAt, state === 0 && isNight ? seconds : 0)
  if (isExit) setLong(profile, field.bedLeftAt, 0)
  const leftAt = getLong(profile, field.bedLeftAt)
  put(profile, flag.nightTrip, leftAt > 0 && seconds - leftAt < nightTripSeconds)
}

/** What the room table knows a sign by: a bed that she lies down in is another place than the bed that she left. A sensor without certainty has one state. */
const placeOf = ({ source, state, certainty }: SignOfLife): number => source * 2 + (certainty < 1 ? 0 : state)

/** The silence counts anew; nobody knows what was before, so its length teaches nothing. */
export function startFresh(profile: Profile, { at, offset }: Extract<RoutineEvent, { kind: 'fresh-start' }>): void {
  const seconds = Math.floor(at / 1_000)
  if (seconds < getLong(profile, field.lastAt)) return
  const local = localTime(seconds, offset)
  rollWeeks(profile, local.week)
  beginSilence(profile, local, seconds)
  setLong(profile, field.since, seconds)
  profile[field.room] = 0
  put(profile, flag.afterExit | flag.stray | flag.busy | flag.nightTrip, false)
  put(profile, flag.untaught | flag.fresh, true)
}

function beginSilence(profile: Profile, local: LocalTime, seconds: number): void {
  setLong(profile, field.lastAt, seconds)
  profile[field.bin] = local.bin
  put(profile, flag.night, local.isNight)
  put(profile, flag.weekend, local.isWeekend)
}

/** A certain sign, or one that has company, ends the silence; a lone uncertain one only pushes its limit. */
function noteCertainty(profile: Profile, certainty: number, seconds: number): void {
  const lastAt = getLong(profile, field.lastAt)
  const apart = seconds - lastAt
  const isSame = lastAt > 0 && apart < sameSignSeconds && has(profile, flag.stray)
  const isAlone = certainty < 1 && (lastAt === 0 || isSame || apart > companySeconds || has(profile, flag.fresh))
  put(profile, flag.stray, isAlone && lastAt > 0)
  if (!isAlone || lastAt === 0) setLong(profile, field.since, seconds)
}

/** Minutes with a sign lately: fades by τ / (τ + Δ), which needs no exponential. */
function notePace(profile: Profile, minute: number): void {
  const last = getLong(profile, field.paceMinute)
  if (minute <= last) return
  const apart = last === 0 ? 65_535 : minute - last
  const pace = Math.min(65_535, (get(profile, field.pace) * paceMinutes) / (paceMinutes + apart) + paceUnit)
  profile[field.pace] = pace
  const mean = get(profile, field.paceMean)
  profile[field.paceMean] = mean === 0 ? pace : Math.round(mean + (pace - mean) * paceMeanShare)
  setLong(profile, field.paceMinute, minute)
}
