/** Hourly sums of one owner as one short string of bytes and back: column by column, moments to the minute, everything else exactly. Pure. */
import {
  align,
  alignSource,
  newSink,
  readBits,
  readSmall,
  readVarint,
  rewind,
  type Source,
  unzigzag,
  writeBits,
  writeSmall,
  writeVarint,
  written,
  zigzag,
} from './bits.ts'
import type { Group } from './chunk.ts'
import { newPlan, planColumn, readColumn, writeColumn } from './column.ts'
import { hourMs, hourOf, minuteMs, newSumColumns, type Sum, type SumColumn, type SumColumns, sumUp } from './hours.ts'
import { readValues, writeValues } from './values.ts'

/** Sums of one chunk at most, a century of one device's hours; a longer one is damage. */
const sumsMax = 2 ** 20
const scratch = newSink(4_096)
const plan = newPlan()
let columns = newSumColumns(1_024)
let room = new Float64Array(1_024)

/** `bytes`: good until the next is made. `sums`: how many. `at`: within which hours they lie, about; empty when there is none. */
export type SumChunk = { bytes: Uint8Array; sums: number; at: Float64Array }
/** Whether a reading of this device and kind is in another sum already. */
type Counted = (device: number, kind: number) => (at: number, value: number) => boolean

/** Sums up an owner's groups; series without sums are left out. `base` is any moment near them; the reader must give the same. */
export function encodeSums(groups: readonly Group[], base: number, counted?: Counted): SumChunk {
  rewind(scratch)
  let [device, count] = [0, 0]
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const group of groups) {
    reserve(group.at.length)
    sumUp(columns, group, counted?.(group.device, group.kind))
    const { length } = columns
    if (length === 0) continue
    writeVarint(scratch, zigzag(group.device - device))
    writeBits(scratch, group.kind, 8)
    writeVarint(scratch, length)
    writeSums(columns, hourOf(base))
    align(scratch)
    device = group.device
    count += length
    from = Math.min(from, (columns.hour[0] as number) * hourMs)
    to = Math.max(to, (columns.hour[length - 1] as number) * hourMs + hourMs - 1)
  }
  return { bytes: written(scratch), sums: count, at: count === 0 ? new Float64Array(0) : Float64Array.of(from, to) }
}

function reserve(count: number): void {
  if (room.length >= count) return
  columns = newSumColumns(count * 2)
  room = new Float64Array(count * 2)
}

function writeSums(of: SumColumns, baseHour: number): void {
  const { length, hour, count } = of
  writeSmall(scratch, zigzag((hour[0] as number) - baseHour))
  for (let i = 1; i < length; i++) room[i - 1] = (hour[i] as number) - (hour[i - 1] as number)
  writeNumbers(room, length - 1)
  writeNumbers(count, length)
  writeNumbers(of.lastMinute, length)
  writeValues(scratch, of.last.subarray(0, length))
  // A reading alone in its hour is its own sum, least, most and first.
  const several = severalInto(of.firstMinute, of)
  if (several === 0) return
  writeNumbers(room, several)
  for (const name of valuesOfSeveral) {
    severalInto(of[name], of)
    writeValues(scratch, room.subarray(0, several))
  }
}

/** Those of hours with several readings, into `room`; how many. */
function severalInto(column: Float64Array, { length, count }: SumColumns): number {
  let several = 0
  for (let i = 0; i < length; i++) if ((count[i] as number) > 1) room[several++] = column[i] as number
  return several
}

const valuesOfSeveral = ['first', 'sum', 'min', 'max'] as const satisfies readonly SumColumn[]

function writeNumbers(column: Float64Array, count: number): void {
  planColumn(plan, column, count)
  writeColumn(scratch, column, { count, plan })
}

/** Calls `visit` for every sum of a chunk. Throws a RangeError for bytes that are none. */
export function readSums(bytes: Uint8Array, base: number, visit: (series: { device: number; kind: number }, sum: Sum) => void): void {
  const source: Source = { bytes, bit: 0 }
  let [device, total] = [0, 0]
  while (source.bit < bytes.length * 8) {
    device += unzigzag(readVarint(source))
    const kind = readBits(source, 8)
    const count = readVarint(source)
    total += count
    if (count === 0 || total > sumsMax) throw new RangeError('A sealed chunk promises more sums than there can be.')
    for (const sum of readSeries(source, count, hourOf(base))) visit({ device, kind }, sum)
    alignSource(source)
  }
}

function readSeries(source: Source, length: number, baseHour: number): readonly Sum[] {
  let hour = baseHour + unzigzag(readSmall(source))
  const steps = readColumn(source, length - 1)
  const counts = readColumn(source, length)
  const lastMinutes = readColumn(source, length)
  const lasts = readValues(source, length)
  const sums: Sum[] = []
  for (let i = 0; i < length; i++) {
    if (i > 0) hour += steps[i - 1] as number
    const [lastAt, last, count] = [hour * hourMs + (lastMinutes[i] as number) * minuteMs, lasts[i] as number, counts[i] as number]
    sums.push({ count, sum: last, min: last, max: last, first: last, firstAt: lastAt, last, lastAt })
  }
  const several = sums.filter(({ count }) => count > 1)
  if (several.length === 0) return sums
  const firstMinutes = readColumn(source, several.length)
  several.forEach((sum, i) => {
    sum.firstAt = hourOf(sum.lastAt) * hourMs + (firstMinutes[i] as number) * minuteMs
  })
  for (const of of valuesOfSeveral) {
    const values = readValues(source, several.length)
    several.forEach((sum, i) => {
      sum[of] = values[i] as number
    })
  }
  return sums
}
