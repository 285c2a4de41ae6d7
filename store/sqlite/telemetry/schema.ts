/** Opens telemetry.db as it must be (one writer, WAL, every commit on stable storage) or refuses with one sentence. Migrations are numbered. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export const fileName = 'telemetry.db'
/** Larger files are not read through at start; damage in them is met, and fatal, when it is read. */
const checkedBytesMax = 64 * 1024 * 1024
/** "ANLT": so that no other SQLite file is ever taken for ours. */
const applicationId = 0x414e4c54

/** One entry for each version, never changed once released. */
const migrations: readonly string[] = [
  `create table journal (
     seq integer primary key,
     recorded_at integer not null,
     readings integer not null,
     crc integer not null,
     records blob not null
   ) strict;
   create table run (
     id integer primary key,
     level integer not null,
     state text not null check (state in ('sealing', 'merging', 'kept', 'dropped')),
     recorded_at integer not null,
     journal_cut integer not null,
     sealed_owner integer not null,
     from_at integer not null,
     to_at integer not null,
     readings integer not null,
     merged_into integer not null
   ) strict;
   create table block (
     id integer primary key,
     crc integer not null,
     chunks blob not null
   ) strict;
   create table device_owner (
     device integer not null,
     resident integer not null,
     primary key (device, resident)
   ) strict, without rowid;
   create table register_page (
     register text not null,
     page integer not null,
     numbers blob not null,
     primary key (register, page)
   ) strict;
   create table quarantine (
     id integer primary key autoincrement,
     received_at integer not null,
     sender_id text not null,
     topic text not null,
     reason text not null,
     why text not null,
     payload blob not null
   ) strict;
   create table quarantine_count (
     reason text primary key,
     messages integer not null
   ) strict, without rowid;`,
  `create table spool (
     id integer primary key check (id = 1),
     started_at integer not null,
     ranges text not null,
     sent_readings integer not null,
     dropped_readings integer not null,
     refused_readings integer not null
   ) strict;
   create table spool_refused (
     id integer primary key autoincrement,
     refused_at integer not null,
     line text not null,
     why text not null
   ) strict;`,
  `create table summary_run (
     id integer primary key,
     level integer not null,
     state text not null check (state in ('merging', 'kept', 'dropped')),
     recorded_at integer not null,
     journal_cut integer not null,
     sealed_owner integer not null,
     from_at integer not null,
     to_at integer not null,
     readings integer not null,
     merged_into integer not null
   ) strict;
   create table summary_block (
     id integer primary key,
     crc integer not null,
     chunks blob not null
   ) strict;
   create table day_fact (
     day integer not null,
     resident integer not null,
     heard_hours integer not null,
     asleep_at integer,
     woke_at integer,
     first_up_at integer,
     night_bathroom_visits integer,
     active_minutes integer,
     out_minutes integer,
     primary key (day, resident)
   ) strict, without rowid;
   create table day_newest (
     resident integer primary key,
     day integer not null
   ) strict;`,
  // Before the first release the packing of chunks changed: what was sealed the old way cannot be read any more.
  "update run set state = 'dropped'; delete from summary_block;",
  // And once more: blocks are filled to the last byte, on and off is told by its switching, sums know their moments to the minute.
  "update run set state = 'dropped'; delete from summary_block;",
]

export const schemaVersion = migrations.length

const numberOf = (row: unknown): number => Number(Object.values(row as Record<string, unknown>)[0])
const textOf = (row: unknown): string => String(Object.values(row as Record<string, unknown>)[0])

/** Opens or creates the file. Throws an Error whose message is for the operator. */
export function openDatabase(dataDir: string): DatabaseSync {
  const path = join(dataDir, fileName)
  const isNew = !existsSync(path) || statSync(path).size === 0
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 2_000 })
    prepare(database, path)
    if (!isNew) check(database, path)
    migrate(database)
    return database
  } catch (error) {
    database?.close()
    throw new Error(refusalOf(error, path), { cause: error })
  }
}

function prepare(database: DatabaseSync, path: string): void {
  // One process owns the file: what is still unsealed lives in its memory, and a second writer would not know of it.
  database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -8192')
  // Checkpoints are ours, in idle moments; this is only the stop when there are none for a long time (64 MiB of log).
  database.exec('pragma wal_autocheckpoint = 16384; pragma journal_size_limit = 67108864; pragma temp_store = memory')
  const mode = textOf(database.prepare('pragma journal_mode').get())
  const synchronous = numberOf(database.prepare('pragma synchronous').get())
  if (mode !== 'wal' || synchronous !== 2) {
    throw new Error(`${path} cannot be made durable here: journal_mode is ${mode}, synchronous is ${synchronous}; wal and 2 are needed.`)
  }
}

function check(database: DatabaseSync, path: string): void {
  const id = numberOf(database.prepare('pragma application_id').get())
  const tables = numberOf(database.prepare('select count(*) from sqlite_schema').get())
  if (id !== applicationId && tables > 0)
    throw new Error(`${path} is not a telemetry database of Anling. Move it away, or set another data folder.`)
  const version = numberOf(database.prepare('pragma user_version').get())
  if (version > schemaVersion) {
    throw new Error(`${path} was written by a newer Anling (version ${version}, this one knows ${schemaVersion}). Start that one again.`)
  }
  if (statSync(path).size > checkedBytesMax) return
  const verdict = textOf(database.prepare('pragma quick_check(1)').get())
  if (verdict !== 'ok') throw new Error(`${path} is damaged (${verdict}). Restore it from a backup, or move it away to start anew.`)
}

function migrate(database: DatabaseSync): void {
  const version = numberOf(database.prepare('pragma user_version').get())
  for (let next = version; next < schemaVersion; next++) {
    database.exec('begin immediate')
    database.exec(migrations[next] as string)
    database.exec(`pragma application_id = ${applicationId}; pragma user_version = ${next + 1}`)
    database.exec('commit')
  }
}

/** All of `work` or nothing, on stable storage when it returns. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin immediate')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    // SQLite has already rolled back after some errors, a full disk among them.
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

/** SQLite's primary result code, or 0 for an error that is not SQLite's. */
export function resultCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return 0
  return Number(error.errcode) & 255
}
export const busyCode = 5
export const corruptCode = 11
export const fullCode = 13
export const notDatabaseCode = 26

function refusalOf(error: unknown, path: string): string {
  const code = resultCode(error)
  const detail = error instanceof Error ? error.message : String(error)
  if (code === busyCode) return `${path} is in use by another process. Only one Anling may use a data folder.`
  if (code === corruptCode || code === notDatabaseCode) {
    return `${path} is damaged (${detail}). Restore it from a backup, or move it away to start anew.`
  }
  if (code === fullCode) return `There is no room on the disk to open ${path}. Free some space and start again.`
  return code === 0 ? detail : `${path} cannot be opened (${detail}).`
}
