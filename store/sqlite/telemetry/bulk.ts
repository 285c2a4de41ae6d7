/** History by the million: sorted once, packed owner by owner straight into a run of its own and summed up in the same transactions, a slice at a time. */
import type { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../../domain/clock.ts'
import { ownerOf, residentOf } from './arena.ts'
import type { Packed } from './batch.ts'
import { decodeChunk, encodeGroups, type Group, groupsOf, newColumns, withoutRepeats } from './chunk.ts'
import { withoutKnown } from './counted.ts'
import type { Journal } from './journal.ts'
import { cutOfBulk, grownBy, newRun, type Run, type Runs } from './runs.ts'
import { inTransaction } from './schema.ts'
import type { Shelf } from './shelf.ts'
import { type Groups, type Sorted, sortBatch } from './sort.ts'
import { encodeSums } from './sums.ts'

export type BulkNeeds = {
  database: DatabaseSync
  runs: Runs
  /** Runs of hourly sums. */
  sums: Runs
  journal: Pick<Journal, 'learn' | 'forget'>
  shelf: Pick<Shelf, 'collect'>
}
export type Bulk = {
  /** Packs owners for about `budgetMs` and makes them durable; false when all are. After a failure the rest is lost, and what was durable is known when it is given again. */
  step(budgetMs: number): boolean
  added(): number
  /** Bytes written so far, roughly. */
  bytes(): number
}

/** Readings with their groups, and what retention counts from. */
export type Given = { batch: Packed; groups: Groups; recordedAt: number }

/** One owner's share, ready to be written; the next owner's begins at group `to`. */
type Share = { owner: number; groups: readonly Group[]; to: number }
type Ranged = Sorted & { range: Range }

export function openBulk(needs: BulkNeeds, { batch, groups, recordedAt }: Given): Bulk {
  const { runs, sums } = needs
  let sorted: Ranged | null = null
  let [next, added, bytes] = [0, 0, 0]
  let [run, sum]: [Run | null, Run | null] = [null, null]

  /** The run as it stands; a new one at first, and when upkeep has dropped it meanwhile, since its readings were too old to be kept. */
  const into = (of: Runs, before: Run | null): Run =>
    of.all().find(({ id, state }) => id === before?.id && state === 'kept') ??
    newRun({ id: of.nextId(), level: 1, state: 'kept', recordedAt, journalCut: cutOfBulk })

  function writeSome(columns: Ranged, deadline: number): { run: Run; sum: Run; added: number } {
    let grown = { run: into(runs, run), sum: into(sums, sum), added: 0 }
    const [writer, sumWriter] = [runs.writer(grown.run), sums.writer(grown.sum)]
    do {
      const { owner, groups, to } = shareAt(needs, columns, { group: next, own: grown.run })
      next = to
      if (groups.length === 0) continue
      for (const { device } of groups) needs.journal.learn(device, residentOf(owner))
      const packed = { chunk: encodeGroups(groups, recordedAt), sums: encodeSums(groups, recordedAt) }
      writer.add(owner, packed.chunk.bytes)
      sumWriter.add(owner, packed.sums.bytes)
      grown = {
        run: grownBy(grown.run, owner, { at: endsOf(groups), readings: packed.chunk.readings }),
        sum: grownBy(grown.sum, owner, { at: packed.sums.at, readings: packed.sums.sums }),
        added: grown.added + packed.chunk.readings,
      }
      bytes += packed.chunk.bytes.length + packed.sums.bytes.length
    } while (next < columns.groups && systemClock.elapsed() < deadline)
    writer.flush()
    sumWriter.flush()
    if (grown.added > 0) {
      runs.save(grown.run)
      sums.save(grown.sum)
    }
    return grown
  }

  return {
    added: () => added,
    bytes: () => bytes,
    step(budgetMs) {
      if (batch.count === 0) return false
      if (!sorted) {
        const columns = sortBatch(batch, groups)
        sorted = { ...columns, range: rangeOf(columns) }
        return true
      }
      const columns = sorted
      const grown = durably(needs, () => writeSome(columns, systemClock.elapsed() + budgetMs))
      if (grown.added > 0) {
        ;[run, sum] = [grown.run, grown.sum]
        runs.remember(run)
        sums.remember(sum)
        added += grown.added
      }
      return next < columns.groups
    },
  }
}

/** What is new of the owner whose first group it is. */
function shareAt(needs: BulkNeeds, columns: Ranged, { group: first, own }: { group: number; own: Run }): Share {
  const owner = ownerAt(columns, first)
  const others = knownGroups(needs, owner, { range: columns.range, own })
  const groups: Group[] = []
  let to = first
  for (; to < columns.groups && ownerAt(columns, to) === owner; to++) {
    const group = withoutKnown(groupAt(columns, to), others)
    if (group.at.length > 0) groups.push(group)
  }
  return { owner, groups, to }
}

function durably<T>({ database, journal }: BulkNeeds, work: () => T): T {
  try {
    return inTransaction(database, work)
  } catch (error) {
    journal.forget()
    throw error
  }
}

const ownerAt = ({ device, resident }: Sorted, group: number): number => ownerOf(device[group] as number, resident[group] as number)

function groupAt({ device, kind, from, at, value }: Sorted, group: number): Group {
  const [start, end] = [from[group] as number, from[group + 1] as number]
  const columns = withoutRepeats(at.subarray(start, end), value.subarray(start, end))
  return { device: device[group] as number, kind: kind[group] as number, ...columns }
}

type Range = { from: number; to: number }

function rangeOf({ groups, from, at }: Sorted): Range {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < groups; i++) {
    first = Math.min(first, at[from[i] as number] as number)
    last = Math.max(last, at[(from[i + 1] as number) - 1] as number)
  }
  return { from: first, to: last }
}

/** What is there of an owner about the same time, sealed or not. */
function knownGroups({ runs, shelf }: BulkNeeds, owner: number, { range, own }: { range: Range; own: Run }): readonly Group[] {
  const known: Group[] = []
  for (const run of runs.visible()) {
    if (run.id === own.id || run.toAt < range.from || run.fromAt > range.to) continue
    const chunk = runs.chunkOf(run, owner)
    if (chunk) known.push(...decodeChunk(chunk, run.recordedAt))
  }
  const waiting = newColumns(0)
  shelf.collect(owner, waiting)
  return waiting.count === 0 ? known : [...known, ...groupsOf(waiting)]
}

/** The first and the last moment of each group. */
function endsOf(groups: readonly Group[]): Float64Array {
  const ends = new Float64Array(groups.length * 2)
  groups.forEach(({ at }, i) => {
    ends[i * 2] = at[0] as number
    ends[i * 2 + 1] = at[at.length - 1] as number
  })
  return ends
}
