/** One device's moments of one kind as bits and back, in the way that costs least. Pure, losing nothing. */
import { readBits, readVarint, type Sink, type Source, unzigzag, writeBits, writeVarint, zigzag } from './bits.ts'
import { newPlan, planColumn, readColumn, writeColumn } from './column.ts'

/** How moments are kept: by distances, by how far distances are from the usual one, or by how far each is from a regular beat. */
const inSteps = 0
const inOffBeats = 1
const onGrid = 2
/** Distances after "on" apart from those after "off": a movement lasts a minute, the next may be hours away. */
const apart = 3
const timesBits = 2
/** Apart is worth two headers from so many readings on, when the one are on average this many times the others. */
const apartReadings = 16
const apartTimes = 1.5
/** A beat is kept to this part of a millisecond, so that a clock that runs a little fast does not leave it. */
const beatParts = 1_024
const gridMax = 2 ** 42
/** Missed and doubled beats that a grid may have, one for so many readings. */
const readingsPerMiss = 16

/** Columns in the making; used by one series after the other, so that a reading costs no object. */
const room = { one: new Float64Array(1_024), two: new Float64Array(1_024) }
const [planOne, planTwo] = [newPlan(), newPlan()]

function reserve(count: number): void {
  if (room.one.length >= count) return
  room.one = new Float64Array(count * 2)
  room.two = new Float64Array(count * 2)
}

/** Ascending moments; `base` is any moment near them, and the reader must give the same, as `switches` the values where those switch on and off. */
export function writeTimes(sink: Sink, at: Float64Array, { base, switches }: { base: number; switches: Float64Array | null }): void {
  const count = at.length - 1
  writeVarint(sink, zigzag((at[0] as number) - base))
  if (count === 0) return
  reserve(count)
  const steps = room.one
  if (switches && splitSteps(at, switches)) {
    writeBits(sink, apart, timesBits)
    writeApart(sink)
    return
  }
  for (let i = 0; i < count; i++) steps[i] = (at[i + 1] as number) - (at[i] as number)
  const beat = beatOf(steps, count)
  if (beat === 0) {
    writeBits(sink, inSteps, timesBits)
    planColumn(planOne, steps, count)
    writeColumn(sink, steps, { count, plan: planOne })
  } else writeBeating(sink, at, beat)
}

const split = { on: 0, off: 0 }

/** Distances after "on" into `room.one`, after "off" into `room.two`; whether that is worth it. */
function splitSteps(at: Float64Array, switches: Float64Array): boolean {
  const count = at.length - 1
  if (count < apartReadings) return false
  const [ons, offs] = [room.one, room.two]
  let [on, off, onFor] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    const step = (at[i + 1] as number) - (at[i] as number)
    if (switches[i] === 1) {
      ons[on++] = step
      onFor += step
    } else offs[off++] = step
  }
  split.on = on
  split.off = off
  const offFor = (at[count] as number) - (at[0] as number) - onFor
  if (on === 0 || off === 0) return false
  const [meanOn, meanOff] = [onFor / on, offFor / off]
  return meanOff > meanOn * apartTimes || meanOn > meanOff * apartTimes
}

function writeApart(sink: Sink): void {
  for (const [column, count] of [
    [room.one, split.on],
    [room.two, split.off],
  ] as const) {
    planColumn(planOne, column, count)
    writeColumn(sink, column, { count, plan: planOne })
  }
}

/** In `room.one` are the distances. */
function writeBeating(sink: Sink, at: Float64Array, beat: number): void {
  const count = at.length - 1
  const grid = gridOf(at, beat)
  const offBeat = room.one
  for (let i = 0; i < count; i++) offBeat[i] = zigzag((offBeat[i] as number) - beat)
  planColumn(planOne, offBeat, count)
  if (grid) planColumn(planTwo, room.two, count)
  if (grid && planTwo.bits + grid.misses.length * 12 < planOne.bits) {
    writeBits(sink, onGrid, timesBits)
    writeVarint(sink, grid.parts)
    writeVarint(sink, grid.misses.length / 2)
    for (const miss of grid.misses) writeVarint(sink, miss)
    writeColumn(sink, room.two, { count, plan: planTwo })
  } else {
    writeBits(sink, inOffBeats, timesBits)
    writeVarint(sink, beat)
    writeColumn(sink, offBeat, { count, plan: planOne })
  }
}

const sampleMax = 31
const sample = new Float64Array(sampleMax)

/** The usual distance when most are near it, as for heartbeats; else 0. Looks at some of them. */
function beatOf(steps: Float64Array, count: number): number {
  const few = Math.min(count, sampleMax)
  for (let i = 0; i < few; i++) insert(i, steps[Math.floor((i * count) / few)] as number)
  const beat = sample[few >> 1] as number
  const spread = (sample[(few * 3) >> 2] as number) - (sample[few >> 2] as number)
  return spread * 2 <= beat ? beat : 0
}

/** Into the first `length` of the sample, which ascend. */
function insert(length: number, step: number): void {
  let i = length
  for (; i > 0 && (sample[i - 1] as number) > step; i--) sample[i] = sample[i - 1] as number
  sample[i] = step
}

/**
 * The beat: how far the later half of the moments is from the earlier half, by how many beats (in `room.two`). All tell it together, since each
 * alone may be late. NaN when it cannot be told.
 */
function partsOf(at: Float64Array): number {
  const count = at.length - 1
  let [time, beats] = [0, 0]
  for (let i = 0; i < count >> 1; i++) {
    time += (at[count - i] as number) - (at[i + 1] as number)
    beats += (room.two[count - 1 - i] as number) - (room.two[i] as number)
  }
  return Math.round((time / beats) * beatParts)
}

/** The usual beat, and where the count of beats is not one more than before: (readings since the last such, beats), in pairs. */
type Grid = { parts: number; misses: readonly number[] }

/** Fills `room.two` with how far each moment but the first is from its beat. */
function gridOf(at: Float64Array, beat: number): Grid | null {
  const count = at.length - 1
  const misses: number[] = []
  let [beats, since] = [0, 0]
  for (let i = 0; i < count; i++) {
    const step = (room.one[i] as number) === beat ? 1 : Math.round((room.one[i] as number) / beat)
    beats += step
    room.two[i] = beats
    if (step !== 1) misses.push(since, step)
    since = step === 1 ? since + 1 : 0
  }
  const start = at[0] as number
  const length = (at[count] as number) - start
  if (length > gridMax || misses.length * readingsPerMiss > count + 2 * readingsPerMiss) return null
  const parts = partsOf(at)
  if (!(parts > 0 && beats * parts < 2 ** 53)) return null
  for (let i = 0; i < count; i++) room.two[i] = (at[i + 1] as number) - start - Math.floor(((room.two[i] as number) * parts) / beatParts)
  return { parts, misses }
}

/** `values`: those of the same readings. */
export function readTimes(source: Source, values: Float64Array, base: number): Float64Array {
  const count = values.length
  const at = new Float64Array(count)
  const start = base + unzigzag(readVarint(source))
  at[0] = start
  if (count === 1) return at
  const how = readBits(source, timesBits)
  if (how === onGrid) return readGrid(source, at)
  if (how === apart) return readApart(source, at, values)
  const beat = how === inOffBeats ? readVarint(source) : 0
  const steps = readColumn(source, count - 1)
  let last = start
  for (let i = 1; i < count; i++) {
    const step = steps[i - 1] as number
    last += how === inOffBeats ? beat + unzigzag(step) : step
    at[i] = last
  }
  return at
}

function readApart(source: Source, at: Float64Array, values: Float64Array): Float64Array {
  let on = 0
  for (let i = 0; i < at.length - 1; i++) if (values[i] === 1) on++
  const ons = readColumn(source, on)
  const offs = readColumn(source, at.length - 1 - on)
  let [nextOn, nextOff] = [0, 0]
  for (let i = 1; i < at.length; i++) {
    const step = values[i - 1] === 1 ? ons[nextOn++] : offs[nextOff++]
    at[i] = (at[i - 1] as number) + (step as number)
  }
  return at
}

function readGrid(source: Source, at: Float64Array): Float64Array {
  const parts = readVarint(source)
  const misses: number[] = []
  for (let left = readVarint(source) * 2; left > 0; left--) misses.push(readVarint(source))
  const offsets = readColumn(source, at.length - 1)
  const start = at[0] as number
  let [beats, next] = [0, 0]
  let until = misses[0] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i < at.length; i++) {
    if (until-- > 0) beats++
    else {
      beats += misses[next + 1] as number
      next += 2
      until = misses[next] ?? Number.POSITIVE_INFINITY
    }
    at[i] = start + Math.floor((beats * parts) / beatParts) + (offsets[i - 1] as number)
  }
  return at
}
