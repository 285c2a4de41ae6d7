/** History from one store to the other: part by part, resumable after each, counted on both sides at the end. */
import type { Reading } from '../domain/reading.ts'
import type { Instant } from '../domain/time.ts'
import type { SummarySeries } from './store.ts'

/** Sums of one resident's device, hour by hour. */
export type MovedSums = { resident: number; series: SummarySeries; hours: readonly Instant[] }
/** What is written at once. `position`: from here it goes on, were this part the last. `recordedAt`: from when its readings are kept. */
export type Part = { position: string; readings: readonly Reading[]; sums: readonly MovedSums[]; recordedAt: Instant }

export type MoveSource = {
  name: string
  /** About how many readings there are, to show how far it is. */
  total(): Promise<number>
  /** Everything after a position, or from the beginning. */
  parts(after: string | null): AsyncIterable<Part>
  /** Readings of each device that parts are made of. */
  counts(): Promise<ReadonlyMap<number, number>>
  /** Readings that it knows as sums only, which the other side cannot take. */
  left(): Promise<number>
}
export type MoveTarget = {
  name: string
  /** Durable when resolved; the same part again changes nothing. Resolves with why readings were refused, one by one. */
  write(part: Part): Promise<readonly string[]>
  /** Readings that it has of these devices where the source has any. */
  counts(devices: readonly number[]): Promise<ReadonlyMap<number, number>>
}

/** How far a move is; durable between parts. */
export type Cursor = { from: string; to: string; position: string | null; moved: number; refused: number }
export type CursorFile = { read(): Cursor | null; write(cursor: Cursor): void; remove(): void }

export type MoveResult = {
  moved: number
  refused: number
  /** Why the first of them was. */
  why: string
  source: number
  target: number
  /** Readings of which only sums are left, and stay where they are. */
  left: number
  /** Devices that have fewer or more there than here. */
  differing: number
}
export type MoveNeeds = { from: MoveSource; to: MoveTarget; cursor: CursorFile; tell: (moved: number, total: number) => void }

/** A move of other stores was begun and not ended. */
export class OtherMove extends Error {
  constructor({ from, to }: Cursor) {
    super(`A move from ${from} to ${to} was begun and has not ended.`)
    this.name = 'OtherMove'
  }
}

/** Throws OtherMove, and what the sides throw: then the same again goes on where it was. */
export async function moveHistory({ from, to, cursor, tell }: MoveNeeds): Promise<MoveResult> {
  const begun = cursor.read()
  if (begun && (begun.from !== from.name || begun.to !== to.name)) throw new OtherMove(begun)
  const total = await from.total()
  let at: Cursor = begun ?? { from: from.name, to: to.name, position: null, moved: 0, refused: 0 }
  let why = ''
  tell(at.moved, total)
  for await (const part of from.parts(at.position)) {
    const refused = await to.write(part)
    why ||= refused[0] ?? ''
    at = { ...at, position: part.position, moved: at.moved + sizeOf(part), refused: at.refused + refused.length }
    cursor.write(at)
    tell(at.moved, Math.max(total, at.moved))
  }
  const counted = await countBoth(from, to)
  cursor.remove()
  return { moved: at.moved, refused: at.refused, why, ...counted, left: await from.left() }
}

/** Readings, those that are only in sums too. */
const sizeOf = ({ readings, sums }: Part): number =>
  sums.reduce((all, { series }) => series.count.reduce((sum, count) => sum + count, all), readings.length)

async function countBoth(from: MoveSource, to: MoveTarget): Promise<Pick<MoveResult, 'source' | 'target' | 'differing'>> {
  const here = await from.counts()
  const there = await to.counts([...here.keys()])
  const all = (counts: ReadonlyMap<number, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0)
  return {
    source: all(here),
    target: all(there),
    differing: [...here].filter(([device, count]) => (there.get(device) ?? 0) !== count).length,
  }
}
