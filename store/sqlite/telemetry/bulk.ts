/** History by the million: what was packed owner by owner goes straight into a run of its own with its sums in the same transactions, a slice at a time; what is known already is left out. */
import type { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../../domain/clock.ts'
import { residentOf } from './arena.ts'
import { endsOf, groupAt, type PackedPart, type Share, shareAt, shareEach } from './bulk-pack.ts'
import { decodeChunk, encodeGroups, type Group, groupsOf, newColumns } from './chunk.ts'
import { withoutKnown } from './counted.ts'
import type { Journal } from './journal.ts'
import { type BlockWriter, cutOfBulk, grownBy, newRun, type Run, type Runs } from './runs.ts'
import { inTransaction } from './schema.ts'
import type { Shelf } from './shelf.ts'
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
  /** Writes owners for about `budgetMs` and makes them durable; false when all are. After a failure the rest is lost, and what was durable is known when it is given again. */
  step(budgetMs: number): boolean
  added(): number
  /** Bytes written so far, roughly. */
  bytes(): number
}

/** What is new of one owner, as it is written. */
type New = { chunk: Uint8Array; readings: number; at: Float64Array; sumChunk: Uint8Array; sums: number; sumsAt: Float64Array }
type Range = { from: number; to: number }
/** A run as it grows, and the pen for it. */
type Growing = { run: Run; writer: BlockWriter }

export function openBulk(needs: BulkNeeds, part: PackedPart): Bulk {
  const { runs, sums } = needs
  const { recordedAt } = part
  const count = part.shares.length / shareEach
  const range = rangeOf(part, count)
  let [next, added, bytes] = [0, 0, 0]
  let [run, sum]: [Run | null, Run | null] = [null, null]

  /** The run as it stands; a new one at first, and when upkeep has dropped it meanwhile, since its readings were too old to be kept. */
  const into = (of: Runs, before: Run | null): Growing => {
    const grown =
      of.all().find(({ id, state }) => id === before?.id && state === 'kept') ??
      newRun({ id: of.nextId(), level: 1, state: 'kept', recordedAt, journalCut: cutOfBulk })
    return { run: grown, writer: of.writer(grown) }
  }

  function writeOwner(share: Share, own: Growing, ownSums: Growing): number {
    const known = knownGroups(needs, share.owner, { range, own: own.run })
    const fresh = known.length === 0 ? asPacked(part, share) : withoutThose(part, share, known)
    if (!fresh) return 0
    for (let group = share.fromGroup; group < share.toGroup; group++)
      needs.journal.learn(part.sorted.device[group] as number, residentOf(share.owner))
    own.writer.add(share.owner, fresh.chunk)
    ownSums.writer.add(share.owner, fresh.sumChunk)
    own.run = grownBy(own.run, share.owner, { at: fresh.at, readings: fresh.readings })
    ownSums.run = grownBy(ownSums.run, share.owner, { at: fresh.sumsAt, readings: fresh.sums })
    bytes += fresh.chunk.length + fresh.sumChunk.length
    return fresh.readings
  }

  function writeSome(deadline: number): { run: Run; sum: Run; added: number } {
    const [own, ownSums] = [into(runs, run), into(sums, sum)]
    let readings = 0
    do readings += writeOwner(shareAt(part, next++), own, ownSums)
    while (next < count && systemClock.elapsed() < deadline)
    own.writer.flush()
    ownSums.writer.flush()
    if (readings > 0) {
      runs.save(own.run)
      sums.save(ownSums.run)
    }
    return { run: own.run, sum: ownSums.run, added: readings }
  }

  return {
    added: () => added,
    bytes: () => bytes,
    step(budgetMs) {
      if (next >= count) return false
      const grown = durably(needs, () => writeSome(systemClock.elapsed() + budgetMs))
      if (grown.added > 0) {
        ;[run, sum] = [grown.run, grown.sum]
        runs.remember(run)
        sums.remember(sum)
        added += grown.added
      }
      return next < count
    },
  }
}

function durably<T>({ database, journal }: BulkNeeds, work: () => T): T {
  try {
    return inTransaction(database, work)
  } catch (error) {
    journal.forget()
    throw error
  }
}

/** Nothing of it is known: as it came. */
function asPacked({ bytes }: PackedPart, share: Share): New {
  return {
    chunk: bytes.subarray(share.chunkFrom, share.sumsFrom),
    sumChunk: bytes.subarray(share.sumsFrom, share.to),
    ...{ readings: share.readings, at: Float64Array.of(share.fromAt, share.toAt) },
    ...{ sums: share.sums, sumsAt: Float64Array.of(share.sumsFromAt, share.sumsToAt) },
  }
}

/** Packed again without what is known; null when that is all of it. */
function withoutThose({ sorted, recordedAt }: PackedPart, { fromGroup, toGroup }: Share, known: readonly Group[]): New | null {
  const groups: Group[] = []
  for (let i = fromGroup; i < toGroup; i++) {
    const group = withoutKnown(groupAt(sorted, i), known)
    if (group.at.length > 0) groups.push(group)
  }
  if (groups.length === 0) return null
  const { bytes: chunk, readings } = encodeGroups(groups, recordedAt)
  const { bytes: sumChunk, sums, at: sumsAt } = encodeSums(groups, recordedAt)
  return { chunk, readings, at: Float64Array.from(endsOf(groups)), sumChunk, sums, sumsAt }
}

function rangeOf(part: PackedPart, count: number): Range {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < count; i++) {
    const { fromAt, toAt } = shareAt(part, i)
    from = Math.min(from, fromAt)
    to = Math.max(to, toAt)
  }
  return { from, to }
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
