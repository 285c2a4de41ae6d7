/**
 * Homes that never existed, lived for weeks: the signs of life of one person each, with holidays, guests, illness, sensor outages, power cuts and
 * changes of the clock. Pure: a seed makes the whole set, so that a detector can be measured where no outside data may go.
 */
import { dayNumber, dayPlus, startOfDay } from '../domain/calendar.ts'
import { dayOf, type Habit, type Happening, habitOf } from './person.ts'
import { openRandom, type Random } from './random.ts'

export type LivedSign = { at: number; offset: number; source: number; state: 0 | 1; certainty: number; isExit: boolean; isBed?: boolean }
export type Cause = 'holiday' | 'guest' | 'illness' | 'sensor outage' | 'power cut' | 'clock change'
export type LivedStretch = { from: number; to: number; why: Cause }
export type LivedHome = {
  name: string
  zone: string
  signs: LivedSign[]
  /** What was out of the ordinary. */
  lived: LivedStretch[]
  /** What of it the platform knows: announced modes, and outages from the moment that a heartbeat is missed. */
  told: LivedStretch[]
}

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
const sources = { bedroom: 1, bathroom: 2, kitchen: 3, living: 4, bed: 5, door: 6 } as const
/** A home begins on the first of these days by its number; both European ones hold a change of the clock. */
const places = [
  { zone: 'Asia/Shanghai', from: '2026-03-02' },
  { zone: 'Europe/Berlin', from: '2026-03-02' },
  { zone: 'Asia/Shanghai', from: '2026-09-07' },
  { zone: 'Europe/Berlin', from: '2026-09-07' },
] as const
/** An outage is known when heartbeats were missed for so long. */
const noticed = { 'sensor outage': 20 * minuteMs, 'power cut': 5 * minuteMs } as const

/** `count` homes of `days` days; the same seed gives the same homes. */
export function livedHomes({ count, days, seed }: { count: number; days: number; seed: number }): LivedHome[] {
  return Array.from({ length: count }, (_, number) => livedHome(number, { days, seed }))
}

/** One home of the set. */
export function livedHome(number: number, { days, seed }: { days: number; seed: number }): LivedHome {
  const random = openRandom(seed, 10_000 + number)
  const place = places[number % places.length] ?? places[0]
  const habit = habitOf(seed * 1_000 + number)
  const ways = { hasBed: number % 3 !== 1, restless: random.next() }
  const signs: LivedSign[] = []
  for (let n = 0; n < days; n += 1) {
    const day = dayPlus(place.from, n)
    signs.push(...signsOf(habit, { zone: place.zone, day, ways, random }))
  }
  signs.sort((a, b) => a.at - b.at)
  const home: LivedHome = { name: `lived-${String(number).padStart(3, '0')}`, zone: place.zone, signs, lived: [], told: [] }
  trouble(home, { random, from: startOfDay(place.zone, place.from), days })
  home.lived.push(...clockChanges(place.zone, place.from, days))
  return home
}

type Ways = { hasBed: boolean; restless: number }
type Day = { zone: string; day: string; ways: Ways; random: Random }

function signsOf(habit: Habit, { zone, day, ways, random }: Day): LivedSign[] {
  const quiet = quietHours(random, ways)
  const clock = { midnight: dayNumber(day) * dayMs, ...offsetsOf(zone, day) }
  return dayOf(habit, dayNumber(day))
    .filter(({ minute }) => !quiet.some(({ from, to }) => minute >= from && minute < to))
    .map((happening) => signOf(happening, clock, ways))
    .filter((sign) => sign !== null)
}

/** A long book, a nap on the sofa, a morning in bed: hours in which nothing moves. Most days none, rarely very long. */
function quietHours(random: Random, { restless }: Ways): { from: number; to: number }[] {
  const spells: { from: number; to: number }[] = []
  while (random.chance(0.45)) {
    const from = random.whole(360, 1_260)
    const minutes = Math.min(300, (30 + 40 * restless) * random.next() ** -0.45)
    spells.push({ from, to: from + minutes })
  }
  return spells
}

type WallClock = { midnight: number; before: number; after: number }

/** Minutes that local time is ahead of UTC, before and after three in the morning: where clocks change, they change by then. */
function offsetsOf(zone: string, day: string): { before: number; after: number } {
  const ahead = (of: string): number => (dayNumber(of) * dayMs - startOfDay(zone, of)) / minuteMs
  return { before: ahead(day), after: ahead(dayPlus(day, 1)) }
}

function signOf(happening: Happening, { midnight, before, after }: WallClock, ways: Ways): LivedSign | null {
  const offset = happening.minute < 180 ? before : after
  const at = Math.round(midnight + (happening.minute - offset) * minuteMs)
  switch (happening.kind) {
    case 'motion':
      if (!happening.active) return null
      return { at, offset, source: sources[happening.room], state: 1, certainty: 0.5, isExit: false }
    case 'bed':
      return ways.hasBed
        ? { at, offset, source: sources.bed, state: happening.occupied ? 1 : 0, certainty: 1, isExit: false, isBed: true }
        : null
    case 'door':
      return { at, offset, source: sources.door, state: happening.open ? 1 : 0, certainty: 1, isExit: true }
  }
}

type Life = { random: Random; from: number; days: number }

/** Something of each kind may happen once, after the first ten days, to a home. */
function trouble(home: LivedHome, life: Life): void {
  const { random } = life
  if (random.chance(0.4)) holiday(home, life)
  if (random.chance(0.4)) guest(home, life)
  if (random.chance(0.4)) illness(home, life)
  if (random.chance(0.6)) outage(home, spell(life, { least: 6, most: 60 }), 'sensor outage')
  if (random.chance(0.6)) outage(home, spell(life, { least: 0.5, most: 9 }), 'power cut')
}

/** Some hours that begin at any time after the tenth day. */
function spell({ random, from, days }: Life, { least, most }: { least: number; most: number }): { from: number; to: number } {
  const begin = from + (10 + random.next() * (days - 22)) * dayMs
  return { from: begin, to: begin + (least + random.next() * (most - least)) * 60 * minuteMs }
}

const remove = (home: LivedHome, is: (sign: LivedSign) => boolean): void => {
  home.signs = home.signs.filter((sign) => !is(sign))
}
const isWithin = ({ at }: LivedSign, { from, to }: { from: number; to: number }): boolean => at >= from && at < to
const offsetAt = (home: LivedHome, at: number): number => home.signs.findLast((sign) => sign.at <= at)?.offset ?? 0

/** Out by the front door and back by it, days later; half of them told the centre before. */
function holiday(home: LivedHome, life: Life): void {
  const away = spell(life, { least: 60, most: 200 })
  const offset = offsetAt(home, away.from)
  remove(home, (sign) => isWithin(sign, away))
  const door = (at: number): LivedSign => ({ at: Math.round(at), offset, source: sources.door, state: 1, certainty: 1, isExit: true })
  home.signs = [...home.signs, door(away.from), door(away.to - 30_000)].sort((a, b) => a.at - b.at)
  home.lived.push({ ...away, why: 'holiday' })
  if (life.random.chance(0.5)) home.told.push({ ...away, why: 'holiday' })
}

/** Somebody else's steps between her own. */
function guest(home: LivedHome, life: Life): void {
  const stay = spell(life, { least: 20, most: 70 })
  const { random } = life
  const steps = home.signs
    .filter((sign) => isWithin(sign, stay) && !sign.isExit && sign.source !== sources.bed)
    .map((sign) => ({ ...sign, at: Math.round(sign.at + random.about(0, 40) * minuteMs), source: random.whole(1, 4) }))
  home.signs = [...home.signs, ...steps].sort((a, b) => a.at - b.at)
  home.lived.push({ ...stay, why: 'guest' })
  if (random.chance(0.6)) home.told.push({ ...stay, why: 'guest' })
}

/** Mostly in bed: three of four signs are missing, and nobody was told. */
function illness(home: LivedHome, life: Life): void {
  const ill = spell(life, { least: 24, most: 90 })
  remove(home, (sign) => isWithin(sign, ill) && life.random.chance(0.75))
  home.lived.push({ ...ill, why: 'illness' })
}

/** One sensor, or the whole home, is not heard. What the platform knows of it begins a little later. */
function outage(home: LivedHome, dark: { from: number; to: number }, why: 'sensor outage' | 'power cut'): void {
  const dead = why === 'power cut' ? 0 : (home.signs[Math.floor(home.signs.length / 2)]?.source ?? 1)
  remove(home, (sign) => isWithin(sign, dark) && (dead === 0 || sign.source === dead))
  home.lived.push({ ...dark, why })
  home.told.push({ from: Math.min(dark.to, dark.from + noticed[why]), to: dark.to, why })
}

function clockChanges(zone: string, first: string, days: number): LivedStretch[] {
  const changes: LivedStretch[] = []
  for (let n = 0; n < days; n += 1) {
    const day = dayPlus(first, n)
    const { before, after } = offsetsOf(zone, day)
    if (before !== after) changes.push({ from: startOfDay(zone, day), to: startOfDay(zone, dayPlus(day, 1)), why: 'clock change' })
  }
  return changes
}
