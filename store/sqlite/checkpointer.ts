/** Copies the log back into the file between commits: a commit that does it itself holds up the press it is for by milliseconds. */
import type { DatabaseSync } from 'node:sqlite'
import { type Clock, milliseconds } from '../../domain/time.ts'

/** After so many commits the log is copied back: at some ten pages each well before SQLite does it by itself, at a thousand. */
const commitsMost = 50
/** How long it waits for a moment in which nobody does: what the last commit was for has gone out by then. */
const rest = milliseconds(30)

export type Checkpointer = {
  /** To be told of each commit. */
  committed(): void
  stop(): void
}

/** `connection` is the one that writes. A log that grows faster than this is copied by SQLite in a commit. */
export function openCheckpointer({ connection, clock }: { connection: DatabaseSync; clock: Pick<Clock, 'later'> }): Checkpointer {
  let commits = 0
  let callOff: (() => void) | null = null
  const copy = () => {
    callOff = null
    commits = 0
    try {
      connection.exec('pragma wal_checkpoint(passive)')
    } catch {
      // The log keeps everything until there is room or quiet: the next time will do, and a storage that fails says so at the next commit.
    }
  }
  return {
    committed() {
      commits += 1
      if (commits >= commitsMost) callOff ??= clock.later(rest, copy)
    },
    stop: () => callOff?.(),
  }
}
