/** The one writer: everything asked for at one moment of the event loop shares one transaction and one fsync, yet stands or falls alone. */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock, Instant } from '../../domain/time.ts'
import { StoreTrouble } from '../store.ts'
import { openCheckpointer } from './checkpointer.ts'
import { isDiskFull, isFatal, isStorageTrouble, storeTrouble } from './refusal.ts'

/** Most jobs in one transaction, so that no single commit holds the event loop for long. */
const groupMost = 256
/** A commit slower than this is worth telling people about. */
const slowMs = 1_000

export type Writer = {
  /**
   * Runs `work` (synchronous statements on the writer connection, and nothing else: it may be run again after a rollback) in the next
   * shared transaction; resolves with what it returned, after COMMIT. What `work` throws comes back as it is, and then nothing of it
   * happened; trouble of the storage comes as StoreTrouble.
   */
  write<T>(work: () => T): Promise<T>
  /** Since when commits are slow, or null. */
  slowSince(): Instant | null
  /** Commits made, and jobs that were in them. */
  counts(): { commits: number; jobs: number }
  /** Commits what was asked for and refuses what comes later. */
  close(): void
}

export type WriterNeeds = {
  connection: DatabaseSync
  clock: Clock
  /** Makes room on a full disk; false when there is none left to make. */
  makeRoom: () => boolean
  /** Storage can no longer be believed: the process must end and open again. */
  onFatal: (error: StoreTrouble) => void
}

type Job = { work: () => unknown; resolve: (value: unknown) => void; reject: (error: unknown) => void }
type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown }

/** The writer of `connection`, which nobody else may write to. */
export function openWriter(needs: WriterNeeds): Writer {
  const { run, slowSince, counts, stop } = openMeasuredGroup(needs)
  let queue: Job[] = []
  let ended: StoreTrouble | null = null

  const lose = (jobs: readonly Job[], error: unknown) => {
    const trouble = storeTrouble(error)
    if (isFatal(error)) ended = trouble
    for (const job of jobs) job.reject(trouble)
    if (isFatal(error)) needs.onFatal(trouble)
  }

  const flush = () => {
    const jobs = queue.slice(0, groupMost)
    queue = queue.slice(groupMost)
    if (queue.length > 0) setImmediate(flush)
    if (ended) for (const job of jobs) job.reject(ended)
    if (ended || jobs.length === 0) return
    try {
      settle(jobs, run(jobs))
    } catch (error) {
      lose(jobs, error)
    }
  }

  return {
    write<T>(work: () => T) {
      if (ended) return Promise.reject(ended)
      return new Promise<T>((resolve, reject) => {
        if (queue.push({ work, resolve: resolve as (value: unknown) => void, reject }) === 1) setImmediate(flush)
      })
    },
    slowSince,
    counts,
    close() {
      while (queue.length > 0) flush()
      stop()
      ended ??= new StoreTrouble('closed', 'The store is closed; nothing was recorded.')
    },
  }
}

type MeasuredGroup = Pick<Writer, 'slowSince' | 'counts'> & { run(jobs: readonly Job[]): Outcome[]; stop(): void }

/** Commits groups, once more with the room made on a full disk, and knows how many and how quickly. */
function openMeasuredGroup({ connection, clock, makeRoom }: WriterNeeds): MeasuredGroup {
  const group = openGroup(connection)
  const checkpointer = openCheckpointer({ connection, clock })
  const counts = { commits: 0, jobs: 0 }
  let slowSince: Instant | null = null

  const attempt = (jobs: readonly Job[]): Outcome[] => {
    try {
      return group(jobs)
    } catch (error) {
      if (!isDiskFull(error) || !makeRoom()) throw error
      return group(jobs)
    }
  }
  return {
    run(jobs) {
      const began = clock.elapsed()
      const outcomes = attempt(jobs)
      if (clock.elapsed() - began < slowMs) slowSince = null
      else slowSince ??= clock.now()
      counts.commits += 1
      counts.jobs += jobs.length
      checkpointer.committed()
      return outcomes
    },
    slowSince: () => slowSince,
    counts: () => ({ ...counts }),
    stop: checkpointer.stop,
  }
}

function settle(jobs: readonly Job[], outcomes: readonly Outcome[]): void {
  for (const [index, job] of jobs.entries()) {
    const outcome = outcomes[index]
    if (outcome?.ok) job.resolve(outcome.value)
    else job.reject(outcome?.error)
  }
}

/** Runs jobs in one transaction. Throws, with everything rolled back, when the storage fails. */
function openGroup(connection: DatabaseSync): (jobs: readonly Job[]) => Outcome[] {
  const begin = connection.prepare('begin immediate')
  const commit = connection.prepare('commit')
  const apart = openApart(connection)

  const transaction = (work: () => Outcome[]): Outcome[] => {
    try {
      begin.run()
      const outcomes = work()
      commit.run()
      return outcomes
    } catch (error) {
      if (connection.isTransaction) connection.exec('rollback')
      throw error
    }
  }
  const together = (jobs: readonly Job[]) => jobs.map((job): Outcome => ({ ok: true, value: job.work() }))

  // Savepoints cost as much as a small turn does, and hardly any job fails: they are used only once one did.
  return (jobs) => {
    try {
      return transaction(() => together(jobs))
    } catch (error) {
      if (isStorageTrouble(error)) throw error
      if (jobs.length === 1) return [{ ok: false, error }]
      return transaction(() => jobs.map(apart))
    }
  }
}

/** Runs one job behind a savepoint, so that its failure is its own. */
function openApart(connection: DatabaseSync): (job: Job) => Outcome {
  const savepoint = connection.prepare('savepoint job')
  const release = connection.prepare('release job')
  const undo = connection.prepare('rollback to job')
  return (job) => {
    savepoint.run()
    try {
      const value = job.work()
      release.run()
      return { ok: true, value }
    } catch (error) {
      // SQLite may have ended the whole transaction by itself: then no job of it stands.
      if (isStorageTrouble(error) || !connection.isTransaction) throw error
      undo.run()
      release.run()
      return { ok: false, error }
    }
  }
}
