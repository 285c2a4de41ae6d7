/** One owner's readings of a stretch of time as one short string of bytes and back, losing nothing: every millisecond and every value returns exactly. Pure. */
import {
  align,
  alignSource,
  newSink,
  readBits,
  readVarint,
  rewind,
  type Sink,
  type Source,
  unzigzag,
  writeBits,
  writeVarint,
  written,
  zigzag,
} from './bits.ts'
import { readTimes, writeTimes } from './times.ts'
import { readValues, writeValues } from './values.ts'

/** Readings of one owner side by side, in the order recorded. */
export type Columns = { count: number; device: Uint32Array; kind: Uint8Array; at: Float64Array; value: Float64Array }
/** One device's readings of one kind, oldest first. */
export type Group = { device: number; kind: number; at: Float64Array; value: Float64Array }

/** Readings of one chunk at most; a longer one is damage, not data. */
const readingsMax = 2 ** 24

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
export function groupsOf(columns: Columns): Group[] {
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
  const at = new Float64Array(members.length)
  const value = new Float64Array(members.length)
  members.forEach((i, n) => {
    at[n] = moments[i] as number
    value[n] = columns.value[i] as number
  })
  return { device: Math.floor(key / 256), kind: key % 256, ...withoutRepeats(at, value) }
}

/** Oldest first; an exact repeat of the reading before it is one reading. Works in place. */
export function withoutRepeats(at: Float64Array, value: Float64Array): Pick<Group, 'at' | 'value'> {
  let kept = 0
  for (let i = 0; i < at.length; i++) {
    const isRepeat = kept > 0 && at[kept - 1] === at[i] && Object.is(value[kept - 1], value[i])
    if (isRepeat) continue
    if (kept < i) {
      at[kept] = at[i] as number
      value[kept] = value[i] as number
    }
    kept++
  }
  return kept === at.length ? { at, value } : { at: at.subarray(0, kept), value: value.subarray(0, kept) }
}

const scratch: Sink = newSink(4_096)

/** The chunk, good until the next is made, and how many readings it holds. `base` is any moment near the readings; the reader must give the same. */
export function encodeChunk(columns: Columns, base: number): { bytes: Uint8Array; readings: number } {
  return encodeGroups(groupsOf(columns), base)
}

/** The same of groups in their order: by device, then kind; none of them empty. */
export function encodeGroups(groups: readonly Group[], base: number): { bytes: Uint8Array; readings: number } {
  rewind(scratch)
  writeVarint(scratch, groups.length)
  let readings = 0
  let device = 0
  for (const group of groups) {
    writeVarint(scratch, zigzag(group.device - device))
    writeBits(scratch, group.kind, 8)
    writeVarint(scratch, group.at.length)
    const switches = writeValues(scratch, group.value) ? group.value : null
    writeTimes(scratch, group.at, { base, switches })
    align(scratch)
    device = group.device
    readings += group.at.length
  }
  return { bytes: written(scratch), readings }
}

/** The readings of a chunk, device by device, kind by kind. Throws a RangeError for bytes that are no chunk. */
export function decodeChunk(bytes: Uint8Array, base: number): Group[] {
  const source: Source = { bytes, bit: 0 }
  const decoded: Group[] = []
  let [device, readings] = [0, 0]
  for (let groups = readVarint(source); groups > 0; groups--) {
    device += unzigzag(readVarint(source))
    const kind = readBits(source, 8)
    const count = readVarint(source)
    readings += count
    if (count === 0 || readings > readingsMax) throw new RangeError('A sealed chunk promises more readings than there can be.')
    const value = readValues(source, count)
    const at = readTimes(source, value, base)
    alignSource(source)
    decoded.push({ device, kind, at, value })
  }
  return decoded
}
