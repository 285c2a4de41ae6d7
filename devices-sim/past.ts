/** What a simulated home would have told in the days before: the same person as in the fleet, as readings. For a demonstration that begins with a past. */
import type { KnownDevice } from '../domain/device.ts'
import type { Reading, ReadingKind } from '../domain/reading.ts'
import { type Instant, instant } from '../domain/time.ts'
import { type SimHome, sensorFor } from './home.ts'
import { dayOf, habitOf } from './person.ts'
import { openRandom, type Random } from './random.ts'

export type PastNeeds = {
  home: SimHome
  devices: readonly Pick<KnownDevice, 'id' | 'number' | 'residentNumber' | 'role'>[]
  /** Of the fleet, and the home's place in it: the past is then this very person's. */
  seed: number
  index: number
  from: Instant
  to: Instant
  utcOffset: number
}

const msPerDay = 86_400_000
const msPerMinute = 60_000
/** One in so many heartbeats: enough to show that the home was heard. */
const beatEvery = 5 * msPerMinute
const vitalsEvery = 15 * msPerMinute
const batteryEvery = 6 * 60 * msPerMinute
const batteryDaysBefore = 45
const kinds: Readonly<Record<string, readonly [ReadingKind, string]>> = {
  motion: ['motion', 'active'],
  door: ['door', 'open'],
  bed: ['bed', 'occupied'],
}

/** Oldest first within each device; some hours without a line are left out, as they happen. */
export function pastOf(needs: PastNeeds): Reading[] {
  const random = openRandom(needs.seed, 900_000 + needs.index)
  const isAway = outages(needs, random)
  const at = openAt(needs)
  const readings = [...lived(needs, at), ...beats(needs, at, random), ...batteries(needs, at, random), ...vitals(needs, at, random)]
  return readings.filter(({ at: moment, kind }) => (moment >= needs.from || kind === 'battery') && moment < needs.to && !isAway(moment))
}

type At = (id: string, of: { kind: ReadingKind; moment: number; value: number }) => Reading[]

/** One reading of a device of this home, when it has it. */
function openAt({ devices }: PastNeeds): At {
  const known = new Map(devices.map((device) => [device.id, device]))
  return (id, { kind, moment, value }) => {
    const device = known.get(id)
    return device ? [{ device: device.number, resident: device.residentNumber ?? 0, kind, at: instant(Math.round(moment)), value }] : []
  }
}

/** Two spells without a line in two weeks, of some hours. */
function outages({ from, to }: PastNeeds, random: Random): (moment: number) => boolean {
  const spells = [0, 1].map(() => {
    const begin = from + random.next() * (to - from)
    return { begin, end: begin + random.whole(2, 9) * 60 * msPerMinute }
  })
  return (moment) => spells.some(({ begin, end }) => moment >= begin && moment < end)
}

function lived({ home, seed, index, from, to, utcOffset }: PastNeeds, at: At): Reading[] {
  const habit = habitOf(seed * 1_000_003 + index)
  const readings: Reading[] = []
  for (let day = Math.floor((from + utcOffset) / msPerDay); day * msPerDay < to + utcOffset; day += 1) {
    for (const happening of dayOf(habit, day)) {
      const sensor = sensorFor(happening, home)
      const [kind, field] = kinds[sensor?.kind ?? ''] ?? []
      if (!sensor || !kind || !field) continue
      const moment = day * msPerDay - utcOffset + happening.minute * msPerMinute
      readings.push(...at(sensor.id, { kind, moment, value: sensor.body[field] ? 1 : 0 }))
    }
  }
  return readings
}

function beats({ home, from, to }: PastNeeds, at: At, random: Random): Reading[] {
  const readings: Reading[] = []
  const signal = -random.whole(45, 85)
  for (let moment = from + random.whole(0, beatEvery); moment < to; moment += beatEvery)
    readings.push(...at(home.terminal.id, { kind: 'heartbeat', moment, value: signal + random.whole(-3, 3) }))
  return readings
}

/** How full the battery of a device is now, in percent, and what it loses in a day: made up from its number. */
export function batteryOf(id: string): { now: number; daily: number } {
  const number = Number(/\d+/.exec(id)?.[0] ?? 0)
  return { now: 30 + ((number * 37) % 70), daily: 0.05 + ((number * 13) % 90) / 150 }
}

/** A battery loses a little every day; it is known for longer than anything else, once a day. */
function batteries({ home, from, to }: PastNeeds, at: At, random: Random): Reading[] {
  return home.devices.flatMap(({ id }) => {
    const { now, daily } = batteryOf(id)
    const levelAt = (moment: number) => Math.min(100, Math.round(now + ((to - moment) / msPerDay) * daily))
    const early = Array.from({ length: batteryDaysBefore }, (_, day) => from - (day + 1) * msPerDay)
    const readings = early.flatMap((moment) => at(id, { kind: 'battery', moment, value: levelAt(moment) }))
    for (let moment = from + random.whole(0, batteryEvery); moment < to; moment += batteryEvery)
      readings.push(...at(id, { kind: 'battery', moment, value: levelAt(moment) }))
    return readings
  })
}

/** A mat under the mattress feels heart and breath while somebody lies on it. */
function vitals({ devices, home, from, to, utcOffset }: PastNeeds, at: At, random: Random): Reading[] {
  const mat = home.devices.find(({ id }) => devices.some((device) => device.id === id && device.role === 'bed'))
  if (!mat) return []
  const [rate, breath] = [random.whole(56, 78), random.whole(13, 18)]
  const readings: Reading[] = []
  for (let moment = from + random.whole(0, vitalsEvery); moment < to; moment += vitalsEvery) {
    const hour = Math.floor(((moment + utcOffset) % msPerDay) / 3_600_000)
    if (hour >= 7 && hour < 22) continue
    readings.push(...at(mat.id, { kind: 'heart-rate', moment, value: Math.round(random.about(rate, 3)) }))
    readings.push(...at(mat.id, { kind: 'respiration', moment, value: Math.round(random.about(breath, 1)) }))
  }
  return readings
}
