/** One owner's readings of a stretch of time as one short string of bytes and back, losing nothing: every millisecond and every value returns exactly. Pure. */
import {
  align,
  bestShift,
  newSink,
  readBits,
  readColumn,
  readVarint,
  rewind,
  type Sink,
  type Source,
  unzigzag,
  writeBits,
  writeColumn,
  writeVarint,
  zigzag,
} from './bits.ts'

/** Readings of one owner side by side, in the order recorded. */
export type Columns = { count: number; device: Uint32Array; kind: Uint8Array; at: Float64Array; value: Float64Array }
/** One device's readings of one kind, oldest first. */
export type Group = { device: number; kind: number; at: number[]; value: number[] }

/** Values are kept as whole numbers of 1, 0.1, 0.01 or 0.001 when that is exact, else as the eight bytes they are. */
const scales = [1, 10, 100, 1_000] as const
/** In place of a scale and shift; no shift is this large. */
const asBytes = 63
const scaledMax = 2 ** 50
/** Set in a time header when distances are kept as differences from the usual one, as for heartbeats. */
const periodic = 64

export function newColumns(capacity: number): Columns {
  return {
    count: 0,
    device: new Uint32Array(capacity),
    kind: new Uint8Array(capacity),
    at: new Float64Array(capacity),
    value: new Float64Array(capacity),
  }
}

/** Appends a reading, growing when full. */
export function addTo(columns: Columns, reading: { device: number; kind: number; at: number; value: number }): void {
  if (columns.count === columns.at.length) grow(columns)
  const i = columns.count++
  columns.device[i] = reading.device
  columns.kind[i] = reading.kind
  columns.at[i] = reading.at
  columns.value[i] = reading.value
}

function grow(columns: Columns): void {
  const wider = newColumns(Math.max(64, columns.at.length * 2))
  wider.device.set(columns.device)
  wider.kind.set(columns.kind)
  wider.at.set(columns.at)
  wider.value.set(columns.value)
  Object.assign(columns, { device: wider.device, kind: wider.kind, at: wider.at, value: wider.value })
}

/** Device by device, kind by kind, oldest first; readings of one moment stay in the order recorded. */
function groupsOf(columns: Columns): Group[] {
  const members = new Map<number, number[]>()
  for (let i = 0; i < columns.count; i++) {
    const key = (columns.device[i] as number) * 256 + (columns.kind[i] as number)
    const group = members.get(key)
    if (group) group.push(i)
    else members.set(key, [i])
  }
  const keys = [...members.keys()].sort((a, b) => a - b)
  return keys.map((key) => groupOf(columns, key, members.get(key) ?? []))
}

/** An exact repeat of the reading before it (a message sent again) is one reading. */
function groupOf(columns: Columns, key: number, members: number[]): Group {
  const moments = columns.at
  const isInOrder = members.every((i, n) => n === 0 || (moments[members[n - 1] as number] as number) <= (moments[i] as number))
  if (!isInOrder) members.sort((a, b) => (moments[a] as number) - (moments[b] as number) || a - b)
  const at: number[] = []
  const value: number[] = []
  for (const i of members) {
    const moment = moments[i] as number
    const measured = columns.value[i] as number
    if (at.length > 0 && at.at(-1) === moment && Object.is(value.at(-1), measured)) continue
    at.push(moment)
    value.push(measured)
  }
  return { device: Math.floor(key / 256), kind: key % 256, at, value }
}

const scratch: Sink = newSink(4_096)

/** The chunk and how many readings it holds. `base` is any moment near the readings; the reader must give the same. */
export function encodeChunk(columns: Columns, base: number): { bytes: Uint8Array; readings: number } {
  rewind(scratch)
  const groups = groupsOf(columns)
  writeVarint(scratch, groups.length)
  let readings = 0
  let device = 0
  for (const group of groups) {
    writeVarint(scratch, zigzag(group.device - device))
    writeBits(scratch, group.kind, 8)
    writeVarint(scratch, group.at.length)
    writeTimes(scratch, group.at, base)
    writeValues(scratch, group.value)
    align(scratch)
    device = group.device
    readings += group.at.length
  }
  return { bytes: scratch.bytes.slice(0, scratch.bit >> 3), readings }
}

function writeTimes(sink: Sink, at: readonly number[], base: number): void {
  writeVarint(sink, zigzag((at[0] as number) - base))
  if (at.length === 1) return
  const steps: number[] = []
  for (let i = 1; i < at.length; i++) steps.push((at[i] as number) - (at[i - 1] as number))
  const period = middleOf(steps)
  const offBeat = steps.map((step) => zigzag(step - period))
  const plain = bestShift(steps)
  const beating = bestShift(offBeat)
  if (beating.bits + 24 < plain.bits) {
    writeBits(sink, periodic + beating.shift, 8)
    writeVarint(sink, period)
    writeColumn(sink, offBeat, beating.shift)
  } else {
    writeBits(sink, plain.shift, 8)
    writeColumn(sink, steps, plain.shift)
  }
}

const sorting = new Float64Array(256)

/** The median, of the first few hundred when there are more: the usual distance of a regular series. */
function middleOf(steps: readonly number[]): number {
  const few = sorting.subarray(0, Math.min(steps.length, sorting.length))
  for (let i = 0; i < few.length; i++) few[i] = steps[i] as number
  return few.sort()[few.length >> 1] as number
}

function scaleFor(values: readonly number[]): number {
  return scales.findIndex((scale) => values.every((value) => isExact(value, scale)))
}

function isExact(value: number, scale: number): boolean {
  const whole = Math.round(value * scale)
  return Math.abs(whole) <= scaledMax && !Object.is(value, -0) && whole / scale === value
}

function writeValues(sink: Sink, values: readonly number[]): void {
  const index = scaleFor(values)
  if (index < 0) {
    writeBits(sink, asBytes, 8)
    for (const byte of new Uint8Array(Float64Array.from(values).buffer)) writeBits(sink, byte, 8)
    return
  }
  const scale = scales[index] as number
  const first = Math.round((values[0] as number) * scale)
  const steps: number[] = []
  let last = first
  for (let i = 1; i < values.length; i++) {
    const whole = Math.round((values[i] as number) * scale)
    steps.push(zigzag(whole - last))
    last = whole
  }
  const { shift } = bestShift(steps)
  writeBits(sink, index, 2)
  writeBits(sink, shift, 6)
  writeVarint(sink, zigzag(first))
  writeColumn(sink, steps, shift)
}

/** The readings of a chunk, device by device, kind by kind. Throws a RangeError for bytes that are no chunk. */
export function decodeChunk(bytes: Uint8Array, base: number): Group[] {
  const source: Source = { bytes, bit: 0 }
  const decoded: Group[] = []
  let device = 0
  for (let groups = readVarint(source); groups > 0; groups--) {
    device += unzigzag(readVarint(source))
    const kind = readBits(source, 8)
    const count = readVarint(source)
    // Every reading but the first costs at least one bit in each column: a longer count is damage, not data.
    if (count > bytes.length * 8 + 1) throw new RangeError('A sealed chunk promises more readings than it has room for.')
    const at = readTimes(source, count, base)
    const value = readValues(source, count)
    align(source)
    decoded.push({ device, kind, at, value })
  }
  return decoded
}

function readTimes(source: Source, count: number, base: number): number[] {
  let last = base + unzigzag(readVarint(source))
  const at = [last]
  if (count === 1) return at
  const header = readBits(source, 8)
  const isPeriodic = header >= periodic
  const period = isPeriodic ? readVarint(source) : 0
  for (const step of readColumn(source, count - 1, header % periodic)) {
    last += isPeriodic ? period + unzigzag(step) : step
    at.push(last)
  }
  return at
}

function readValues(source: Source, count: number): number[] {
  const header = readBits(source, 8)
  if (header === asBytes) {
    const raw = new Uint8Array(count * 8)
    for (let i = 0; i < raw.length; i++) raw[i] = readBits(source, 8)
    return Array.from(new Float64Array(raw.buffer))
  }
  const scale = scales[header >> 6] as number
  let whole = unzigzag(readVarint(source))
  const values = [whole / scale]
  for (const step of readColumn(source, count - 1, header % 64)) {
    whole += unzigzag(step)
    values.push(whole / scale)
  }
  return values
}
