/** Everything the telemetry file needs besides commits, one small step at a time, so that a commit never waits for long. */
import type { DatabaseSync } from 'node:sqlite'
import { days } from '../../../domain/time.ts'
import type { Journal } from './journal.ts'
import { openMerge } from './merge.ts'
import type { Run, Runs } from './runs.ts'
import { inTransaction } from './schema.ts'
import type { Shelf } from './shelf.ts'
import type { Spool } from './spool.ts'
import type { Summaries } from './summaries.ts'

/** Longest work of one step before its commit, in milliseconds. */
const stepMs = 12
const trimRows = 64
const removeBlocks = 256

export type Upkeep = {
  /** One step of what is due; false when nothing is. */
  step(now: number): boolean
}

type Needs = {
  database: DatabaseSync
  journal: Journal
  runs: Runs
  shelf: Shelf
  retentionMs: number
  summaries: Summaries
  /** When readings are sent on, and how long runs then stay here. */
  spool?: Pick<Spool, 'floor' | 'startedAt'> & { localMs: number }
}

const notSpooled = { floor: () => Number.POSITIVE_INFINITY, startedAt: () => Number.POSITIVE_INFINITY, localMs: 0 }

export function openUpkeep({ database, journal, runs, shelf, retentionMs, summaries, spool = notSpooled }: Needs): Upkeep {
  const merge = openMerge({ database, runs, takenSeq: summaries.takenSeq })
  let trimmedTo = 0

  /** A run of the day on which sending began may hold what was recorded before it: that is nowhere else. */
  const keptFor = (run: Run) => (run.recordedAt > spool.startedAt() + days(1) ? spool.localMs : retentionMs)
  /** What is still to be sent stays readable here until it is, however old. */
  const isExpired = (run: Run, now: number) =>
    run.state === 'kept' &&
    run.mergedInto === 0 &&
    run.recordedAt + keptFor(run) < now &&
    run.journalCut <= Math.min(spool.floor(), summaries.summedSeq())

  /** Trims the journal behind the sealed runs and the spool; true while there is more. */
  function trimSome(): boolean {
    const seq = Math.min(shelf.sealedSeq(), spool.floor())
    if (trimmedTo === seq) return false
    if (!inTransaction(database, () => journal.trim(seq, trimRows))) trimmedTo = seq
    return true
  }

  /** Drops whole runs; true while there is more. Called when the journal is trimmed, so that no journal row needs the cut of a dropped run. */
  function dropSome(now: number): boolean {
    const expired = runs.all().filter((run) => isExpired(run, now))
    if (expired.length > 0) {
      inTransaction(database, () => {
        for (const run of expired) runs.save({ ...run, state: 'dropped' })
      })
      for (const run of expired) runs.remember({ ...run, state: 'dropped' })
    }
    const dropped = runs.all().find((run) => run.state === 'dropped')
    if (!dropped) return false
    inTransaction(database, () => runs.removeSome(dropped, removeBlocks))
    return true
  }

  return {
    step(now) {
      if (shelf.isSealing()) {
        shelf.sealSome(stepMs)
        return true
      }
      if (trimSome() || dropSome(now)) return true
      if (shelf.isDue(now)) {
        shelf.begin(now)
        return true
      }
      if (!merge.isMerging()) return merge.begin(now) || summaries.step(now, stepMs)
      merge.mergeSome(stepMs)
      return true
    },
  }
}
