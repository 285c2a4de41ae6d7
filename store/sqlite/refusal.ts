/** Why a database was not opened, as one sentence for the person at the console; and what SQLite's error numbers mean to us. */
import { StoreTrouble } from '../store.ts'

export type RefusalCode = 'newer' | 'damaged' | 'missing' | 'foreign' | 'unwritable' | 'read-only' | 'in-use' | 'not-durable'

/** The data folder cannot be used as it is. Its message is one sentence that says what to do. */
export class OpenRefused extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'OpenRefused'
    this.code = code
  }
}

/** SQLite's extended result code, or 0 when the error is not SQLite's. */
export function sqliteCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
}

const full = 13
const shmSize = 4874 // growing the WAL index failed: in practice the disk is full
const ioError = 10
const corrupt = 11
const notADatabase = 26
const readOnly = 8
const cannotOpen = 14

export const isDiskFull = (error: unknown): boolean => [full, shmSize].includes(sqliteCode(error))

/** After any of these nobody knows what the disk holds (a failed fsync marks its pages clean): the process must end and open again. */
export const isFatal = (error: unknown): boolean =>
  !isDiskFull(error) && [ioError, corrupt, notADatabase].includes(sqliteCode(error) & 0xff)

/** True for trouble of the storage rather than of one caller's statements: then the whole shared transaction is lost. */
export const isStorageTrouble = (error: unknown): boolean =>
  isDiskFull(error) || isFatal(error) || [5, 6, 7, readOnly, cannotOpen].includes(sqliteCode(error) & 0xff)

/** Storage trouble as the caller of a store meets it. */
export function storeTrouble(error: unknown): StoreTrouble {
  if (error instanceof StoreTrouble) return error
  if (isDiskFull(error)) return new StoreTrouble('disk-full', 'The disk is full; nothing was recorded.', error)
  return new StoreTrouble('io-error', 'The storage failed; nothing was recorded.', error)
}

/** What an error while opening `path` means, as a refusal; other errors come back as they are. */
export function refusalOf(error: unknown, path: string): unknown {
  const code = sqliteCode(error) & 0xff
  if (code === corrupt || code === notADatabase) {
    return new OpenRefused('damaged', `${path} is damaged. Restore it from a backup; it was left as it is.`, error)
  }
  if (code === readOnly) return new OpenRefused('read-only', `${path} cannot be written to. Check its owner and permissions.`, error)
  if (code === cannotOpen)
    return new OpenRefused('unwritable', `${path} cannot be opened. Check the folder's owner and permissions.`, error)
  if (code === full) return new OpenRefused('unwritable', `The disk of ${path} is full. Make space and start again.`, error)
  return error
}
