/** Everything the telemetry file needs besides commits, one small step at a time, so that a commit never waits for long. */
import type { DatabaseSync } from 'node:sqlite'
import type { Journal } from './telemetry-journal.ts'
import { openMerge } from './telemetry-merge.ts'
import type { Run, Runs } from './telemetry-runs.ts'
import { inTransaction } from './telemetry-schema.ts'
import type { Shelf } from './telemetry-shelf.ts'

/** Longest work of one step before its commit, in milliseconds. */
const stepMs = 12
const trimRows = 64
const removeBlocks = 256

export type Upkeep = {
  /** One step of what is due; false when nothing is. */
  step(now: number): boolean
}

type Needs = { database: DatabaseSync; journal: Journal; runs: Runs; shelf: Shelf; retentionMs: number }

export function openUpkeep({ database, journal, runs, shelf, retentionMs }: Needs): Upkeep {
  const merge = openMerge({ database, runs })
  let trimmedTo = 0

  const isExpired = (run: Run, now: number) => run.state === 'kept' && run.mergedInto === 0 && run.recordedAt + retentionMs < now

  /** Trims the journal behind the sealed runs; true while there is more. */
  function trimSome(): boolean {
    const seq = shelf.sealedSeq()
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
      if (!merge.isMerging()) return merge.begin(now)
      merge.mergeSome(stepMs)
      return true
    },
  }
}
