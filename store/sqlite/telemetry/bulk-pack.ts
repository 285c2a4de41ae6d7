/** A part of a bulk, ready to be written: sorted, and each owner's share packed and summed up as if nothing of it were known. Pure; done beside the worker that writes. */
import { ownerOf } from './arena.ts'
import { newSink, rewind, taken, writeBytes } from './bits.ts'
import { encodeGroups, type Group, withoutRepeats } from './chunk.ts'
import { type Groups, type Part, type Sorted, sortPart } from './sort.ts'
import { encodeSums } from './sums.ts'

/** Of one owner: its groups, where its chunks end in `bytes`, how much is in them and from when to when. */
export type Share = {
  owner: number
  fromGroup: number
  toGroup: number
  chunkFrom: number
  sumsFrom: number
  to: number
  readings: number
  sums: number
  fromAt: number
  toAt: number
  sumsFromAt: number
  sumsToAt: number
}
/** Shares one after the other, each `shareEach` numbers. */
export type PackedPart = { sorted: Sorted; shares: Float64Array; bytes: Uint8Array; recordedAt: number }
export const shareEach = 12

const sink = newSink(2 ** 20)

/** `recordedAt` is the base of the chunks' moments. What it gives lies in the part's room until that is used again. */
export function packPart(part: Part, groups: Groups, recordedAt: number): PackedPart {
  const sorted = sortPart(part, groups)
  rewind(sink)
  const shares: number[] = []
  for (let group = 0; group < sorted.groups; ) {
    const from = group
    const owner = ownerAt(sorted, from)
    const mine: Group[] = []
    for (; group < sorted.groups && ownerAt(sorted, group) === owner; group++) mine.push(uniqueGroup(sorted, group))
    const chunkFrom = sink.at
    const chunk = encodeGroups(mine, recordedAt)
    writeBytes(sink, chunk.bytes)
    const sumsFrom = sink.at
    const sums = encodeSums(mine, recordedAt)
    writeBytes(sink, sums.bytes)
    const [fromAt, toAt] = endsOf(mine)
    shares.push(owner, from, group, chunkFrom, sumsFrom, sink.at, chunk.readings, sums.sums, fromAt, toAt)
    shares.push(sums.at[0] as number, sums.at[1] as number)
  }
  return { sorted, shares: Float64Array.from(shares), bytes: taken(sink), recordedAt }
}

export function shareAt({ shares }: PackedPart, i: number): Share {
  const at = (n: number) => shares[i * shareEach + n] as number
  return {
    ...{ owner: at(0), fromGroup: at(1), toGroup: at(2), chunkFrom: at(3), sumsFrom: at(4), to: at(5) },
    ...{ readings: at(6), sums: at(7), fromAt: at(8), toAt: at(9), sumsFromAt: at(10), sumsToAt: at(11) },
  }
}

/** What travels without a copy; the readings themselves lie in memory that is shared. */
export const buffersOf = ({ sorted: { device, resident, kind, from, to }, shares, bytes }: PackedPart): ArrayBuffer[] =>
  [device, resident, kind, from, to, shares, bytes].map((column) => column.buffer as ArrayBuffer)

const ownerAt = ({ device, resident }: Sorted, group: number): number => ownerOf(device[group] as number, resident[group] as number)

/** The group without exact repeats; what is left out of it is left out for good. */
function uniqueGroup(sorted: Sorted, group: number): Group {
  const unique = groupAt(sorted, group)
  const kept = withoutRepeats(unique.at, unique.value)
  sorted.to[group] = (sorted.from[group] as number) + kept.at.length
  return { ...unique, ...kept }
}

export function groupAt({ device, kind, from, to, at, value }: Sorted, group: number): Group {
  const [start, end] = [from[group] as number, to[group] as number]
  return {
    ...{ device: device[group] as number, kind: kind[group] as number },
    ...{ at: at.subarray(start, end), value: value.subarray(start, end) },
  }
}

/** The first and the last moment of all. */
export function endsOf(groups: readonly Group[]): readonly [number, number] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { at } of groups) {
    first = Math.min(first, at[0] as number)
    last = Math.max(last, at[at.length - 1] as number)
  }
  return [first, last]
}
