/** The telemetry worker: owns telemetry.db alone. A batch is answered when its commit is on stable storage; upkeep fits between the batches. */
import { statfsSync } from 'node:fs'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../../domain/clock.ts'
import { sentenceOf } from '../../../domain/log.ts'
import { milliseconds } from '../../../domain/time.ts'
import { packedOver } from './batch.ts'
import { openBulk } from './bulk.ts'
import { type BulkLane, openBulkLane } from './bulk-lane.ts'
import { openDays } from './days.ts'
import { openJournal } from './journal.ts'
import { openKeep } from './keep.ts'
import type { Answers, Ask, CommitAsk, Counts, Space, Told, WorkerNeeds } from './messages.ts'
import { findReadings } from './query.ts'
import { openRuns } from './runs.ts'
import { fullCode, inTransaction, openDatabase, resultCode } from './schema.ts'
import { openShelf } from './shelf.ts'
import { openNoSpool, openSpool } from './spool.ts'
import { openSummaries } from './summaries.ts'
import { findSummaries } from './summaries-query.ts'
import { openUpkeep } from './upkeep.ts'

/** Rest between two steps of upkeep, so that it takes a fraction of one core. */
const restMs = milliseconds(25)
/** Write-ahead log, roughly, before a checkpoint is worth its three fsyncs. */
const checkpointBytes = 4 * 1024 * 1024
/** The same while history comes in bulk: more is written at once. */
const bulkCheckpointBytes = 32 * 1024 * 1024
/** Pages a commit writes besides its data, roughly. */
const commitBytes = 3 * 4_096

type Parts = ReturnType<typeof openParts>

function openParts(needs: WorkerNeeds) {
  const database = openDatabase(needs.dataDir)
  const damage = { count: 0 }
  const damaged = () => {
    damage.count++
  }
  const runs = openRuns(database, damaged)
  const journal = openJournal(database, damaged)
  const keep = openKeep(database, needs.quarantineEntriesMax)
  const shelf = openShelf({ database, runs, journal, sealEveryMs: needs.sealEveryMs })
  const spool = needs.spool ? openSpool({ database, lastSeq: journal.lastSeq, damaged, now: needs.spool.now }) : openNoSpool(database)
  const days = openDays(database)
  const summaries = openSummaries({ database, runs, damaged, retentionMs: needs.historyMs, days })
  const upkeep = openUpkeep({
    database,
    journal,
    runs,
    shelf,
    retentionMs: needs.retentionMs,
    summaries,
    spool: { ...spool, localMs: needs.spool?.localMs ?? 0 },
  })
  const parts = { needs, damage, database, runs, journal, keep, shelf, spool, summaries, days, upkeep }
  return { ...parts, commits: 0, logBytes: 0, full: false, isResting: false }
}

function spaceOf(parts: Parts): Space {
  const { bavail, bsize } = statfsSync(parts.needs.dataDir)
  const freeBytes = bavail * bsize
  parts.full = freeBytes < parts.needs.reserveBytes
  return { freeBytes, full: parts.full, damaged: parts.damage.count }
}

function commit(parts: Parts, ask: CommitAsk): Answers['commit'] {
  const { database, journal, keep, shelf } = parts
  const batch = packedOver(ask.buffer, ask.count)
  try {
    inTransaction(database, () => {
      if (batch.count > 0) journal.append(batch, ask.now)
      keep.savePages(ask.pages)
      keep.quarantine(ask.entries)
    })
  } catch (error) {
    journal.forget()
    throw error
  }
  shelf.add(batch, ask.now)
  if (batch.count > 0) parts.spool.grew(batch.count)
  parts.commits++
  parts.logBytes += commitBytes + batch.count * 32 + ask.pages.reduce((sum, page) => sum + page.buffer.byteLength + 4_096, 0)
  return { buffer: ask.buffer }
}

function openLane(parts: Parts): BulkLane {
  let commits = 0
  return openBulkLane({
    open: ({ part }) => openBulk({ ...parts, sums: parts.summaries.runs }, part),
    done: ({ id }, bulk) => tell({ tell: 'answer', id, value: { added: bulk.added() } }),
    failed: (ask, error) => refuse(parts, ask, error),
    isQuiet() {
      const before = commits
      commits = parts.commits
      return commits === before
    },
    wrote(bytes) {
      parts.logBytes += bytes
      if (parts.logBytes > bulkCheckpointBytes) checkpoint(parts)
    },
  })
}

function countsOf({ database, runs, shelf, commits }: Parts): Counts {
  const numberOf = (pragma: string) => Number(Object.values(database.prepare(`pragma ${pragma}`).get() ?? {})[0])
  const sealed = runs.visible().reduce((sum, run) => sum + run.readings, 0)
  const bytes = (numberOf('page_count') - numberOf('freelist_count')) * numberOf('page_size')
  return { readings: sealed + shelf.unsealed(), bytes, commits }
}

/** Copies the log back into the file in an idle moment, so that no commit has to. */
function checkpoint(parts: Parts): void {
  if (parts.logBytes < checkpointBytes) return
  parts.database.exec('pragma wal_checkpoint(passive)')
  parts.logBytes = 0
}

/** One step of upkeep, then a rest, until nothing is due. */
function upkeepSome(parts: Parts, now: number): void {
  if (parts.isResting || !parts.database.isOpen) return
  const more = parts.upkeep.step(now)
  if (more) parts.logBytes += 64 * 4_096
  checkpoint(parts)
  if (!more) return
  parts.isResting = true
  systemClock.later(restMs, () => {
    parts.isResting = false
    try {
      upkeepSome(parts, now)
    } catch (error) {
      // A full disk passes: the next tick tries again.
      if (resultCode(error) !== fullCode) end(error)
    }
  })
}

/** Seals and trims everything at once; for benchmarks, tests and a closing day. Other messages wait. */
function compact(parts: Parts, now: number): null {
  while (parts.upkeep.step(now));
  parts.shelf.begin(now)
  while (parts.upkeep.step(now));
  parts.database.exec('pragma wal_checkpoint(truncate)')
  parts.logBytes = 0
  return null
}

function answer(parts: Parts, ask: Exclude<Ask, { ask: 'tick' | 'close' | 'bulk' }>): Answers[keyof Answers] {
  switch (ask.ask) {
    case 'commit':
      return commit(parts, ask)
    case 'readings':
      return findReadings(parts, ask.query)
    case 'summaries':
      return findSummaries(parts, ask.query)
    case 'save-days':
      return parts.days.save(ask.days)
    case 'days':
      return parts.days.find(ask)
    case 'newest-days':
      return parts.days.newest()
    case 'pages':
      return parts.keep.pages(ask.register)
    case 'quarantine':
      return parts.keep.quarantined(ask.limit)
    case 'quarantine-counts':
      return parts.keep.quarantineCounts()
    case 'counts':
      return countsOf(parts)
    case 'compact':
      return compact(parts, ask.now)
    case 'spool':
      parts.spool.serve(ask.port)
      return null
  }
}

const port = parentPort as MessagePort
const tell = (told: Told, handedOver: ArrayBuffer[] = []) => port.postMessage(told, handedOver)

/** Any trouble with the file but a full disk ends the worker: after a failed fsync nothing it says can be trusted. */
function end(error: unknown): void {
  tell({ tell: 'fatal', message: sentenceOf(error) })
  port.close()
}

function handle(parts: Parts, lane: BulkLane, ask: Ask): void {
  if (ask.ask === 'tick') {
    tell({ tell: 'space', space: spaceOf(parts) })
    upkeepSome(parts, ask.now)
    return
  }
  if (ask.ask === 'bulk') {
    lane.add(ask)
    return
  }
  if (ask.ask === 'close') {
    lane.stop()
    parts.spool.stop()
    parts.database.close()
    port.close()
    return
  }
  const value = answer(parts, ask)
  const handedOver = value && 'buffer' in value ? [value.buffer] : []
  tell({ tell: 'answer', id: ask.id, value }, handedOver)
}

/** Trouble that spares the worker: no room on the disk, or one damaged chunk among good ones. */
function refuse(parts: Parts, ask: Ask, error: unknown): void {
  const isFull = resultCode(error) === fullCode
  const isOurs = resultCode(error) === 0 && ask.ask !== 'commit'
  if (!isFull && !isOurs) end(error)
  else if ('id' in ask) tell({ tell: 'failed', id: ask.id, code: isFull ? 'disk-full' : 'io-error', message: sentenceOf(error) })
  if (isFull) tell({ tell: 'space', space: { ...spaceOf(parts), full: true } })
}

function start(): void {
  const parts = openParts(workerData as WorkerNeeds)
  const lane = openLane(parts)
  port.on('message', (ask: Ask) => {
    try {
      handle(parts, lane, ask)
    } catch (error) {
      refuse(parts, ask, error)
    }
  })
  tell({ tell: 'ready', rebuilt: parts.shelf.unsealed(), space: spaceOf(parts) })
}

try {
  start()
} catch (error) {
  end(error)
}
