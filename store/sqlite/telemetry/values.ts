/** What one device measured of one kind as bits and back, in the way that costs least. Pure, losing nothing. */
import { readBits, readSmall, type Sink, type Source, unzigzag, writeBits, writeSmall, zigzag } from './bits.ts'
import { newPlan, planColumn, readColumn, writeColumn } from './column.ts'

/** Values are kept as whole numbers of 1, 0.1, 0.01 or 0.001 when that is exact, else as the eight bytes they are. */
const scales = [1, 10, 100, 1_000] as const
const asBytes = scales.length
/** On and off, 1 and 0: only where the same comes twice is told. */
const switching = 5
const valuesBits = 4
const scaledMax = 2 ** 50
const stepsFollow = 8

/** Columns in the making; used by one series after the other, so that a reading costs no object. */
const room = { one: new Float64Array(1_024), two: new Float64Array(1_024) }
const [planOne, planTwo] = [newPlan(), newPlan()]
const nobody = new Float64Array(0)

function reserve(count: number): void {
  if (room.one.length >= count) return
  room.one = new Float64Array(count * 2)
  room.two = new Float64Array(count * 2)
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

/** Whether all are 1 or 0; `room.one` then has how far each that is like the one before it is from the last such, and `alike` their number. */
function doSwitch(values: Float64Array): boolean {
  reserve(values.length)
  let [before, last] = [Number.NaN, -1]
  alike = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value !== 1 && !Object.is(value, 0)) return false
    if (value === before) {
      room.one[alike++] = i - last - 1
      last = i
    }
    before = value
  }
  return true
}
let alike = 0

/** Written as what switches on and off when it does so often enough; then true. */
export function writeValues(sink: Sink, values: Float64Array): boolean {
  // What stays on is a column of one number.
  if (doSwitch(values) && (alike * 3 < values.length || values.length < 3)) {
    writeBits(sink, switching, valuesBits)
    writeBits(sink, values[0] as number, 1)
    writeSmall(sink, alike)
    planColumn(planOne, room.one, alike)
    if (alike > 0) writeColumn(sink, room.one, { count: alike, plan: planOne })
    return true
  }
  writeNumbers(sink, values)
  return false
}

function writeNumbers(sink: Sink, values: Float64Array): void {
  const scale = scaleInto(values)
  if (scale === asBytes) {
    writeBits(sink, asBytes, valuesBits)
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
    writeBits(sink, stepsFollow + scale, valuesBits)
    writeSmall(sink, zigzag(wholes[0] as number))
    writeColumn(sink, steps, { count, plan: planTwo })
  } else {
    writeBits(sink, scale, valuesBits)
    writeColumn(sink, wholes, { count: values.length, plan: planOne })
  }
}

export function readValues(source: Source, count: number): Float64Array {
  const how = readBits(source, valuesBits)
  if (how === asBytes) return readRaw(source, count)
  if (how === switching) return readSwitching(source, count)
  const scale = scales[how % stepsFollow]
  if (scale === undefined || how >= 2 * stepsFollow) throw new RangeError('Values of a sealed chunk are written in no way we know.')
  const values = how < stepsFollow ? readColumn(source, count) : addUp(unzigzag(readSmall(source)), readColumn(source, count - 1))
  if (scale !== 1) for (let i = 0; i < count; i++) values[i] = (values[i] as number) / scale
  return values
}

function readSwitching(source: Source, count: number): Float64Array {
  const values = new Float64Array(count)
  let value = readBits(source, 1)
  const repeats = readSmall(source)
  if (repeats > count) throw new RangeError('Values of a sealed chunk repeat more often than there are any.')
  const gaps = repeats > 0 ? readColumn(source, repeats) : nobody
  values[0] = value
  let next = 0
  let until = repeats > 0 ? (gaps[0] as number) : -1
  for (let i = 1; i < count; i++) {
    if (i === until) until = ++next < repeats ? i + 1 + (gaps[next] as number) : -1
    else value = 1 - value
    values[i] = value
  }
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
