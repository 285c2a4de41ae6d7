/** One device's readings of one kind as bits and back: their moments, then their values, each in the way that costs least. Pure, losing nothing. */
import { readBits, readVarint, type Sink, type Source, unzigzag, writeBits, writeVarint, zigzag } from './bits.ts'
import { newPlan, planColumn, readColumn, writeColumn } from './column.ts'

/** How moments are kept: by distances, by how far distances are from the usual one, or by how far each is from a regular beat. */
const inSteps = 0
const inOffBeats = 1
const onGrid = 2
/** A beat is kept to this part of a millisecond, so that a clock that runs a little fast does not leave it. */
const beatParts = 1_024
const gridMax = 2 ** 42
/** Missed and doubled beats that a grid may have, one for so many readings. */
const readingsPerMiss = 16

/** Values are kept as whole numbers of 1, 0.1, 0.01 or 0.001 when that is exact, else as the eight bytes they are. */
const scales = [1, 10, 100, 1_000] as const
const asBytes = scales.length
const scaledMax = 2 ** 50
const stepsFollow = 8

/** Columns in the making; used by one series after the other, so that a reading costs no object. */
const room = { one: new Float64Array(1_024), two: new Float64Array(1_024) }
const [planOne, planTwo] = [newPlan(), newPlan()]

function reserve(count: number): void {
  if (room.one.length >= count) return
  room.one = new Float64Array(count * 2)
  room.two = new Float64Array(count * 2)
}

/** Ascending moments; `base` is any moment near them, and the reader must give the same. */
export function writeTimes(sink: Sink, at: Float64Array, base: number): void {
  const count = at.length - 1
  writeVarint(sink, zigzag((at[0] as number) - base))
  if (count === 0) return
  reserve(count)
  const steps = room.one
  for (let i = 0; i < count; i++) steps[i] = (at[i + 1] as number) - (at[i] as number)
  const beat = beatOf(steps, count)
  if (beat === 0) {
    writeBits(sink, inSteps, 8)
    planColumn(planOne, steps, count)
    writeColumn(sink, steps, { count, plan: planOne })
  } else writeBeating(sink, at, beat)
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
    writeBits(sink, onGrid, 8)
    writeVarint(sink, grid.parts)
    writeVarint(sink, grid.misses.length / 2)
    for (const miss of grid.misses) writeVarint(sink, miss)
    writeColumn(sink, room.two, { count, plan: planTwo })
  } else {
    writeBits(sink, inOffBeats, 8)
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

export function readTimes(source: Source, count: number, base: number): Float64Array {
  const at = new Float64Array(count)
  const start = base + unzigzag(readVarint(source))
  at[0] = start
  if (count === 1) return at
  const how = readBits(source, 8)
  if (how === onGrid) return readGrid(source, at)
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

/** Fills `room.one` with the values as whole numbers of a scale; the scale's index, or `asBytes`. */
function scaleInto(values: Float64Array): number {
  reserve(values.length)
  for (const [index, scale] of scales.entries()) if (isWhole(values, scale)) return index
  return asBytes
}

function isWhole(values: Float64Array, scale: number): boolean {
  const wholes = room.one
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    const whole = Math.round(value * scale)
    if (whole / scale !== value || whole > scaledMax || whole < -scaledMax || (value === 0 && Object.is(value, -0))) return false
    wholes[i] = whole
  }
  return true
}

export function writeValues(sink: Sink, values: Float64Array): void {
  const scale = scaleInto(values)
  if (scale === asBytes) {
    writeBits(sink, asBytes, 8)
    const bytes = new Uint8Array(values.slice().buffer)
    for (const byte of bytes) writeBits(sink, byte, 8)
    return
  }
  const [wholes, steps] = [room.one, room.two]
  const count = values.length - 1
  planColumn(planOne, wholes, values.length)
  // A bit each is as little as distances could do.
  const isShort = planOne.bits <= values.length
  if (!isShort) for (let i = 0; i < count; i++) steps[i] = zigzag((wholes[i + 1] as number) - (wholes[i] as number))
  if (!isShort) planColumn(planTwo, steps, count)
  if (!isShort && planTwo.bits + 16 < planOne.bits) {
    writeBits(sink, stepsFollow + scale, 8)
    writeVarint(sink, zigzag(wholes[0] as number))
    writeColumn(sink, steps, { count, plan: planTwo })
  } else {
    writeBits(sink, scale, 8)
    writeColumn(sink, wholes, { count: values.length, plan: planOne })
  }
}

export function readValues(source: Source, count: number): Float64Array {
  const how = readBits(source, 8)
  if (how === asBytes) return readRaw(source, count)
  const scale = scales[how % stepsFollow]
  if (scale === undefined || how >= 2 * stepsFollow) throw new RangeError('Values of a sealed chunk are written in no way we know.')
  const values = how < stepsFollow ? readColumn(source, count) : addUp(unzigzag(readVarint(source)), readColumn(source, count - 1))
  if (scale !== 1) for (let i = 0; i < count; i++) values[i] = (values[i] as number) / scale
  return values
}

function addUp(first: number, steps: Float64Array): Float64Array {
  const values = new Float64Array(steps.length + 1)
  values[0] = first
  for (let i = 0; i < steps.length; i++) values[i + 1] = (values[i] as number) + unzigzag(steps[i] as number)
  return values
}

function readRaw(source: Source, count: number): Float64Array {
  const raw = new Uint8Array(count * 8)
  for (let i = 0; i < raw.length; i++) raw[i] = readBits(source, 8)
  return new Float64Array(raw.buffer)
}
