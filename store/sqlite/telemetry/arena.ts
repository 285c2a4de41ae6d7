/** Durable readings that are not sealed yet, in memory: flat buffers, each record pointing at the one before it of the same owner. No object per reading. */
import { doublesEach, type Packed, wordsEach } from './batch.ts'
import { addTo, type Columns } from './chunk.ts'

const segmentRecords = 8_192
const none = 2 ** 32 - 1

/** Sealed runs are sorted by owner: the resident, or the device itself when it belongs to no one person. Below 2^33. */
export const ownerOf = (device: number, resident: number): number => (resident > 0 ? resident : 2 ** 32 + device)
export const residentOf = (owner: number): number => (owner < 2 ** 32 ? owner : 0)
export const ownersMax = 2 ** 33

export type Arena = {
  count(): number
  /** Readings of the owner that has most of them. */
  longest(): number
  add(batch: Packed, wanted?: (owner: number) => boolean): void
  /** Every owner, ascending. */
  owners(): Float64Array
  has(owner: number): boolean
  /** Appends the owner's readings to `columns` in the order recorded. */
  collect(owner: number, columns: Columns): void
}

type Segment = { doubles: Float64Array; words: Uint32Array }

function newSegment(): Segment {
  const buffer = new ArrayBuffer(segmentRecords * wordsEach * 4)
  return { doubles: new Float64Array(buffer), words: new Uint32Array(buffer) }
}

export function openArena(): Arena {
  const segments: Segment[] = []
  const heads = new Map<number, number>()
  let count = 0
  let longest = 0

  function addOne(batch: Packed, i: number, owner: number): void {
    const offset = count % segmentRecords
    if (offset === 0) segments.push(newSegment())
    const { doubles, words } = segments[segments.length - 1] as Segment
    const before = heads.get(owner)
    // The kind shares its word with how many readings of this owner stand before this one.
    const depth = before === undefined ? 0 : ((wordAt(before, 6) >>> 8) + 1) & 0xffffff
    doubles[offset * doublesEach] = batch.doubles[i * doublesEach] as number
    doubles[offset * doublesEach + 1] = batch.doubles[i * doublesEach + 1] as number
    words[offset * wordsEach + 4] = batch.words[i * wordsEach + 4] as number
    words[offset * wordsEach + 5] = batch.words[i * wordsEach + 5] as number
    words[offset * wordsEach + 6] = (batch.words[i * wordsEach + 6] as number) | (depth << 8)
    words[offset * wordsEach + 7] = before ?? none
    heads.set(owner, count++)
    if (depth >= longest) longest = depth + 1
  }

  function wordAt(index: number, word: number): number {
    const segment = segments[Math.floor(index / segmentRecords)] as Segment
    return segment.words[(index % segmentRecords) * wordsEach + word] as number
  }

  function addRecord(index: number, columns: Columns): void {
    const segment = segments[Math.floor(index / segmentRecords)] as Segment
    const double = (index % segmentRecords) * doublesEach
    const [at, value] = [segment.doubles[double] as number, segment.doubles[double + 1] as number]
    addTo(columns, { device: wordAt(index, 4), kind: wordAt(index, 6) & 255, at, value })
  }

  return {
    count: () => count,
    longest: () => longest,
    add(batch, wanted) {
      for (let i = 0; i < batch.count; i++) {
        const owner = ownerOf(batch.words[i * wordsEach + 4] as number, batch.words[i * wordsEach + 5] as number)
        if (!wanted || wanted(owner)) addOne(batch, i, owner)
      }
    },
    owners: () => Float64Array.from(heads.keys()).sort(),
    has: (owner) => heads.has(owner),
    collect(owner, columns) {
      const newestFirst: number[] = []
      for (let index = heads.get(owner) ?? none; index !== none; index = wordAt(index, 7)) newestFirst.push(index)
      for (let i = newestFirst.length - 1; i >= 0; i--) addRecord(newestFirst[i] as number, columns)
    },
  }
}
