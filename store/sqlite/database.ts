/** Opens `<dataDir>/care.db`: ours alone, whole, durable, and with room kept back for a full disk. Never makes an empty one where one was. */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock, Instant } from '../../domain/time.ts'
import type { StoreTrouble } from '../store.ts'
import { type Ballast, ballastBytesUsual, openBallast } from './ballast.ts'
import { createDatabase, openReaderConnection, openWriterConnection } from './connection.ts'
import { ballastPath, carePath, isThereOne, lockFolder, prepareFolder } from './folder.ts'
import { refusalOf } from './refusal.ts'
import { openWriter, type Writer } from './writer.ts'

export type StorageHealth = {
  /** Since when the disk is full: telemetry must wait, presses live on the ballast. */
  fullSince: Instant | null
  /** Since when a commit takes a second and more. */
  slowSince: Instant | null
}

export type DatabaseNeeds = {
  dataDir: string
  clock: Clock
  /** The disk became full, or has room again (null). */
  onTrouble: (trouble: { kind: 'disk-full'; since: Instant } | null) => void
  /** The storage failed in a way that leaves its state unknown: end the process, open again. */
  onFatal: (error: StoreTrouble) => void
  /** Bytes kept back for calls for help; tests choose less. */
  ballastBytes?: number
}

/** What the stores of this folder are built on. */
export type Database = {
  /** The writer's connection: for statements inside `write`, and for reads that must be quick. Only committed facts are seen outside `write`. */
  connection: DatabaseSync
  /** For screens: can only read. */
  reader: DatabaseSync
  write: Writer['write']
  counts: Writer['counts']
  health(): StorageHealth
  close(): void
}

/** Throws OpenRefused, one clear sentence, when the folder or the file cannot be trusted with a press. */
export function openDatabase(needs: DatabaseNeeds): Database {
  const { dataDir, clock, onTrouble, onFatal } = needs
  const { connection, reader, unlock } = openFiles(dataDir)
  const ballast = openBallast({
    path: ballastPath(dataDir),
    bytes: needs.ballastBytes ?? ballastBytesUsual,
    clock,
    onChange: (since) => onTrouble(since && { kind: 'disk-full', since }),
  })
  const writer = openWriter({ connection, clock, makeRoom: ballast.release, onFatal })
  return {
    connection,
    reader,
    write: writer.write,
    counts: writer.counts,
    health: () => ({ fullSince: ballast.fullSince(), slowSince: writer.slowSince() }),
    close: once(() => closeAll({ writer, ballast, connections: [reader, connection], unlock })),
  }
}

function openFiles(dataDir: string): { connection: DatabaseSync; reader: DatabaseSync; unlock: () => void } {
  const path = carePath(dataDir)
  prepareFolder(dataDir)
  const unlock = refusing(path, () => lockFolder(dataDir))
  try {
    return refusing(path, () => {
      if (!isThereOne(path)) createDatabase(path)
      const connection = openWriterConnection(path)
      return { connection, reader: openReaderConnection(path), unlock }
    })
  } catch (error) {
    unlock()
    throw error
  }
}

function refusing<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw refusalOf(error, path)
  }
}

type Parts = { writer: Writer; ballast: Ballast; connections: readonly DatabaseSync[]; unlock: () => void }

function closeAll({ writer, ballast, connections, unlock }: Parts): void {
  writer.close()
  ballast.close()
  for (const connection of connections) connection.close()
  unlock()
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (!done) work()
    done = true
  }
}
