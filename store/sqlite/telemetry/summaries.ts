/** The rollup: every finished day's run is summed up hour by hour, an owner at a time, into a run of its own that is kept for years. Resumable; follows the order recorded. */
import type { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../../domain/clock.ts'
import { decodeChunk } from './chunk.ts'
import { openCounted } from './counted.ts'
import type { Days } from './days.ts'
import { cutOfBulk, grownBy, newRun, openRuns, type Run, type Runs } from './runs.ts'
import { inTransaction } from './schema.ts'
import { encodeSums } from './sums.ts'

export type Summaries = {
  /** Runs of sums that hold everything recorded up to `summedSeq`, for questions. */
  runs: Runs
  /** What was recorded up to this journal row is in the sums. */
  summedSeq(): number
  /** The same, with the run that is being summed up: what is in it may not be merged with anything else. */
  takenSeq(): number
  /** One step of what is due; false when nothing is. */
  step(now: number, budgetMs: number): boolean
}

type Needs = { database: DatabaseSync; runs: Runs; damaged: () => void; retentionMs: number; days: Pick<Days, 'dropSome'> }

const dayMs = 86_400_000
const dayOf = (at: number): number => Math.floor(at / dayMs)
const removeBlocks = 256

/** The oldest run after `seq`, when its day is over and nothing will be merged into it. */
function dueRun(runs: readonly Run[], seq: number, now: number): Run | null {
  const waiting = runs.filter((run) => run.journalCut > seq && run.state !== 'dropped')
  const next = waiting.reduce<Run | null>((first, run) => (first && first.journalCut <= run.journalCut ? first : run), null)
  if (next?.state !== 'kept' || next.mergedInto !== 0 || dayOf(next.recordedAt) >= dayOf(now)) return null
  const siblings = waiting.filter((run) => run.level === 0 && dayOf(run.recordedAt) === dayOf(next.recordedAt) && run.id !== next.id)
  return next.level === 0 && siblings.length > 0 ? null : next
}

export function openSummaries({ database, runs, damaged, retentionMs, days }: Needs): Summaries {
  const sums = openRuns(database, damaged, { run: 'summary_run', block: 'summary_block' })
  const isAlive = (run: Run) => run.state === 'kept' || run.state === 'merging'
  const seqOf = (is: (run: Run) => boolean) => sums.all().reduce((seq, run) => (is(run) ? Math.max(seq, run.journalCut) : seq), 0)
  const summedSeq = () => seqOf((run) => run.state !== 'merging')
  const takenSeq = () => seqOf(isAlive)

  function change(work: () => Run): void {
    const changed = inTransaction(database, () => {
      const run = work()
      sums.save(run)
      return run
    })
    sums.remember(changed)
  }

  function begin({ recordedAt, journalCut }: Run): void {
    change(() => newRun({ id: sums.nextId(), level: 1, state: 'merging', recordedAt, journalCut }))
  }

  function sumSome(into: Run, deadline: number): void {
    const source = runs.all().find((run) => run.journalCut === into.journalCut && run.state === 'kept')
    change(() => (source ? sumOwners({ source, into, runs, sums }, deadline) : { ...into, state: 'kept' }))
  }

  /** Drops whole runs of sums by age; true while there is more. */
  function dropSome(now: number): boolean {
    const newest = summedSeq()
    // The newest one stays: it remembers up to where everything is summed up.
    const isExpired = (run: Run) =>
      run.state === 'kept' && run.recordedAt + retentionMs < now && (run.journalCut < newest || run.journalCut === cutOfBulk)
    const expired = sums.all().find(isExpired)
    if (expired) change(() => ({ ...expired, state: 'dropped' }))
    const dropped = sums.all().find((run) => run.state === 'dropped')
    if (!dropped) return days.dropSome(dayOf(now - retentionMs))
    inTransaction(database, () => sums.removeSome(dropped, removeBlocks))
    return true
  }

  return {
    runs: sums,
    summedSeq,
    takenSeq,
    step(now, budgetMs) {
      const half = sums.all().find((run) => run.state === 'merging')
      if (half) {
        sumSome(half, systemClock.elapsed() + budgetMs)
        return true
      }
      const next = dueRun(runs.all(), summedSeq(), now)
      if (!next) return dropSome(now)
      begin(next)
      return true
    },
  }
}

/** Sums up owners until the deadline, at least one. Their blocks are in the caller's transaction. */
function sumOwners({ source, into, runs, sums }: { source: Run; into: Run; runs: Runs; sums: Runs }, deadline: number): Run {
  const writer = sums.writer(into)
  const chunks = runs.chunksAfter(source, into.sealedOwner)
  let grown = into
  let isDone = true
  for (const { owner, bytes } of chunks) {
    const counted = openCounted(runs, owner, (run) => run.journalCut < source.journalCut)
    const chunk = encodeSums(decodeChunk(bytes, source.recordedAt), source.recordedAt, counted)
    if (chunk.sums > 0) writer.add(owner, chunk.bytes)
    grown = grownBy(grown, owner, { at: chunk.at, readings: chunk.sums })
    isDone = false
    if (systemClock.elapsed() >= deadline) break
    isDone = true
  }
  chunks.return(undefined)
  writer.flush()
  return isDone ? { ...grown, state: 'kept' } : grown
}
