/** The data folder: writable, ours alone while we run, and never quietly started afresh where something was. */
import { accessSync, closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { OpenRefused, sqliteCode } from './refusal.ts'

const lockWaitMs = 1_000

export const carePath = (dataDir: string): string => join(dataDir, 'care.db')
export const ballastPath = (dataDir: string): string => join(dataDir, 'ballast')

/** Makes the folder if need be. Throws OpenRefused when it cannot be written to. */
export function prepareFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new OpenRefused('unwritable', `The data folder ${dataDir} cannot be written to. Check its owner and permissions.`, error)
  }
}

/**
 * Takes the folder for this process; the returned function gives it back. The lock is held by the kernel for an open file
 * (an exclusive transaction on a small database that is never written), so that it ends with the process however that ends.
 */
export function lockFolder(dataDir: string): () => void {
  const connection = new DatabaseSync(join(dataDir, 'lock.db'), { timeout: lockWaitMs })
  try {
    connection.exec('begin exclusive')
  } catch (error) {
    connection.close()
    if ((sqliteCode(error) & 0xff) !== 5) throw error
    throw new OpenRefused('in-use', `The data folder ${dataDir} is in use by another process. Stop that one first.`, error)
  }
  return () => connection.close()
}

/** Is there a database of ours to open (true), or may a new one be made (false)? Throws OpenRefused when neither. */
export function isThereOne(path: string): boolean {
  if (!existsSync(path)) {
    refuseIfOneWas(path)
    return false
  }
  if (!isSqliteFile(path)) {
    throw new OpenRefused('damaged', `${path} is damaged: it is not a database any more. Restore it from a backup; it was left as it is.`)
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    throw new OpenRefused('read-only', `${path} cannot be written to. Check its owner and permissions.`, error)
  }
  return true
}

// A write-ahead log holds thanked presses; a ballast is only ever made beside a database.
function refuseIfOneWas(path: string): void {
  const wal = `${path}-wal`
  const traces = [ballastPath(dirname(path)), ...(existsSync(wal) && statSync(wal).size > 0 ? [wal] : [])]
  const trace = traces.find((file) => existsSync(file))
  if (!trace) return
  const message = `${path} is missing, but ${trace} shows that it was here. Bring it back, or empty the folder to start afresh.`
  throw new OpenRefused('missing', message)
}

// Read before SQLite has the file open: closing a file of its own would give up SQLite's locks on it.
function isSqliteFile(path: string): boolean {
  const header = Buffer.alloc(16)
  const file = openSync(path, 'r')
  try {
    readSync(file, header, 0, 16, 0)
  } finally {
    closeSync(file)
  }
  return header.toString('latin1') === 'SQLite format 3\0'
}

/** Makes a rename or a new file in the folder itself durable. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
