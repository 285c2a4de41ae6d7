/** Hourly sums of one owner as one short string of bytes and back, losing nothing: column by column, moments within their hour. Pure. */
import {
  align,
  alignSource,
  newSink,
  readBits,
  readVarint,
  rewind,
  type Source,
  taken,
  unzigzag,
  writeBits,
  writeVarint,
  zigzag,
} from './bits.ts'
import { newPlan, planColumn, readColumn, writeColumn } from './column.ts'
import { hourMs, hourOf, type Series, type Sum } from './hours.ts'
import { readValues, writeValues } from './values.ts'

/** Sums of one chunk at most, a century of one device's hours; a longer one is damage. */
const sumsMax = 2 ** 20
const scratch = newSink(4_096)
const plan = newPlan()
let room = new Float64Array(256)

/** The chunk and how many sums it holds; series without sums are left out. `base` is any moment near them; the reader must give the same. */
export function encodeSums(list: readonly Series[], base: number): { bytes: Uint8Array; sums: number } {
  const full = list.filter(({ sums }) => sums.length > 0)
  rewind(scratch)
  writeVarint(scratch, full.length)
  let [device, count] = [0, 0]
  for (const series of full) {
    writeVarint(scratch, zigzag(series.device - device))
    writeBits(scratch, series.kind, 8)
    writeVarint(scratch, series.sums.length)
    writeSums(series.sums, hourOf(base))
    align(scratch)
    device = series.device
    count += series.sums.length
  }
  return { bytes: taken(scratch), sums: count }
}

/** The first and the last moment of each series. */
export function momentsOf(list: readonly Series[]): Float64Array {
  const full = list.filter(({ sums }) => sums.length > 0)
  return Float64Array.from(full.flatMap(({ sums }) => [(sums[0] as Sum).firstAt, (sums[sums.length - 1] as Sum).lastAt]))
}

const startOf = (sum: Sum): number => hourOf(sum.firstAt) * hourMs

function writeSums(sums: readonly Sum[], baseHour: number): void {
  const hours = sums.map((sum) => hourOf(sum.firstAt))
  writeVarint(scratch, zigzag((hours[0] as number) - baseHour))
  writeNumbers(hours.slice(1), (hour, i) => hour - (hours[i] as number))
  writeNumbers(sums, (sum) => sum.count)
  writeNumbers(sums, (sum) => sum.lastAt - startOf(sum))
  writeValues(
    scratch,
    filled(sums, (sum) => sum.last),
  )
  // A reading alone in its hour is its own sum, least, most and first.
  const several = sums.filter(({ count }) => count > 1)
  if (several.length === 0) return
  writeNumbers(several, (sum) => sum.firstAt - startOf(sum))
  for (const of of valuesOfSeveral)
    writeValues(
      scratch,
      filled(several, (sum) => sum[of]),
    )
}

const valuesOfSeveral = ['first', 'sum', 'min', 'max'] as const

function filled<T>(rows: readonly T[], of: (row: T, i: number) => number): Float64Array {
  if (rows.length > room.length) room = new Float64Array(rows.length * 2)
  for (let i = 0; i < rows.length; i++) room[i] = of(rows[i] as T, i)
  return room.subarray(0, rows.length)
}

function writeNumbers<T>(rows: readonly T[], of: (row: T, i: number) => number): void {
  const column = filled(rows, of)
  planColumn(plan, column, column.length)
  writeColumn(scratch, column, { count: column.length, plan })
}

/** Calls `visit` for every sum of a chunk. Throws a RangeError for bytes that are none. */
export function readSums(bytes: Uint8Array, base: number, visit: (series: Omit<Series, 'sums'>, sum: Sum) => void): void {
  const source: Source = { bytes, bit: 0 }
  let [device, total] = [0, 0]
  for (let left = readVarint(source); left > 0; left--) {
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
  let hour = baseHour + unzigzag(readVarint(source))
  const steps = readColumn(source, length - 1)
  const counts = readColumn(source, length)
  const lastAfter = readColumn(source, length)
  const lasts = readValues(source, length)
  const sums: Sum[] = []
  for (let i = 0; i < length; i++) {
    if (i > 0) hour += steps[i - 1] as number
    const [lastAt, last, count] = [hour * hourMs + (lastAfter[i] as number), lasts[i] as number, counts[i] as number]
    sums.push({ count, sum: last, min: last, max: last, first: last, firstAt: lastAt, last, lastAt })
  }
  const several = sums.filter(({ count }) => count > 1)
  if (several.length === 0) return sums
  const firstAfter = readColumn(source, several.length)
  several.forEach((sum, i) => {
    sum.firstAt = startOf(sum) + (firstAfter[i] as number)
  })
  for (const of of valuesOfSeveral) {
    const values = readValues(source, several.length)
    several.forEach((sum, i) => {
      sum[of] = values[i] as number
    })
  }
  return sums
}
