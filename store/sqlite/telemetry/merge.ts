/** The runs of a finished day become one, a slice at a time: a card then reads one chunk for each day instead of one for each hour. */
import type { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../../domain/clock.ts'
import { days } from '../../../domain/time.ts'
import { addTo, type Columns, decodeChunk, encodeChunk, newColumns } from './chunk.ts'
import { type Chunk, grownBy, newRun, type Run, type Runs } from './runs.ts'
import { inTransaction } from './schema.ts'

/** Hourly runs of one day that are merged even before the day is over: a flood seals often. */
const unmergedMax = 48

export type Merge = {
  isMerging(): boolean
  /** Begins with the oldest day that has something to merge; false when none has. */
  begin(now: number): boolean
  /** Merges owners for about `budgetMs` and makes them durable. */
  mergeSome(budgetMs: number): void
}

const dayOf = (at: number): number => Math.floor(at / days(1))

export type MergeNeeds = {
  database: DatabaseSync
  runs: Runs
  /** Runs up to this journal row are summed up: they stay as they are, or nobody knows any more what is in the sums. */
  takenSeq: () => number
}

export function openMerge({ database, runs, takenSeq }: MergeNeeds): Merge {
  const columns = newColumns(256)
  const merging = () => runs.all().find((run) => run.state === 'merging')
  const partsOf = (run: Run) => runs.all().filter((part) => part.mergedInto === run.id)

  /** What a step changed, all at once: durable first, then known. */
  function change(work: () => readonly Run[]): void {
    const changed = inTransaction(database, () => {
      const list = work()
      for (const run of list) runs.save(run)
      return list
    })
    for (const run of changed) runs.remember(run)
  }

  function mergeOwners(run: Run, heads: Heads, deadline: number): Run {
    const writer = runs.writer(run)
    let grown = run
    for (let owner = firstOf(heads); owner !== null; owner = firstOf(heads)) {
      columns.count = 0
      gather(columns, owner, heads)
      const { bytes, readings } = encodeChunk(columns, run.recordedAt)
      writer.add(owner, bytes)
      grown = grownBy(grown, owner, { at: columns.at.subarray(0, columns.count), readings })
      if (systemClock.elapsed() >= deadline) break
    }
    writer.flush()
    return firstOf(heads) === null ? { ...grown, state: 'kept' } : grown
  }

  return {
    isMerging: () => merging() !== undefined,
    begin(now) {
      const parts = partsToMerge(
        runs.all().filter((run) => run.journalCut > takenSeq()),
        now,
      )
      const run = runOf(parts, runs.nextId())
      if (parts.length > 0) change(() => [run, ...parts.map((part) => ({ ...part, mergedInto: run.id }))])
      return parts.length > 0
    },
    mergeSome(budgetMs) {
      const run = merging()
      if (!run) return
      const parts = partsOf(run)
      const deadline = systemClock.elapsed() + budgetMs
      const heads = parts.map((part) => headOf(part, runs.chunksAfter(part, run.sealedOwner)))
      try {
        change(() => {
          const merged = mergeOwners(run, heads, deadline)
          return merged.state === 'kept' ? [merged, ...parts.map((part) => ({ ...part, state: 'dropped' as const }))] : [merged]
        })
      } finally {
        for (const head of heads) head.rest.return(undefined)
      }
    },
  }
}

function runOf(parts: readonly Run[], id: number): Run {
  const recordedAt = Math.max(...parts.map((part) => part.recordedAt))
  const journalCut = Math.max(...parts.map((part) => part.journalCut))
  return newRun({ id, level: 1, state: 'merging', recordedAt, journalCut })
}

type Head = { part: Run; rest: Generator<Chunk>; chunk: Chunk | null }
type Heads = readonly Head[]

const headOf = (part: Run, rest: Generator<Chunk>): Head => ({ part, rest, chunk: rest.next().value ?? null })

/** All readings of one owner from every part, in the order recorded. */
function gather(columns: Columns, owner: number, heads: Heads): void {
  for (const head of heads) {
    if (head.chunk?.owner !== owner) continue
    for (const { device, kind, at, value } of decodeChunk(head.chunk.bytes, head.part.recordedAt)) {
      for (let i = 0; i < at.length; i++) addTo(columns, { device, kind, at: at[i] as number, value: value[i] as number })
    }
    head.chunk = head.rest.next().value ?? null
  }
}

function firstOf(heads: Heads): number | null {
  let first: number | null = null
  for (const { chunk } of heads) if (chunk && (first === null || chunk.owner < first)) first = chunk.owner
  return first
}

function partsToMerge(runs: readonly Run[], now: number): readonly Run[] {
  const hourly = runs.filter((run) => run.level === 0 && run.state === 'kept' && run.mergedInto === 0)
  for (const day of new Set(hourly.map((run) => dayOf(run.recordedAt)))) {
    const parts = hourly.filter((run) => dayOf(run.recordedAt) === day)
    if (parts.length >= unmergedMax || (parts.length > 1 && day < dayOf(now))) return parts
  }
  return []
}
