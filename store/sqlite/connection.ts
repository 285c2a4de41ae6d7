/** How a connection to the care database is set up: durable at each commit, and proven to be so. */
import { renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { syncFolder } from './folder.ts'
import { applicationId, careMigrations, migrate, versionOf } from './migrations.ts'
import { OpenRefused } from './refusal.ts'

/** FULL: each commit is on stable storage before it returns. With NORMAL a power cut takes presses that were already thanked. */
const synchronous = { word: 'FULL', readsBack: 2 }

const busyMs = 5_000
/** Above this a whole check would hold up the restart that people wait for; then only the tables that decide are checked. */
const wholeCheckBytes = 256 * 1024 * 1024
const decidingTables = ['alarms', 'notices', 'sites', 'homes', 'residents', 'contacts', 'devices', 'credentials', 'plans', 'users']

const pragmas = `
  pragma journal_mode = wal;
  pragma synchronous = ${synchronous.word};
  pragma fullfsync = on;
  pragma checkpoint_fullfsync = on;
  pragma foreign_keys = on;
  pragma trusted_schema = off;
  pragma journal_size_limit = 16777216;
  pragma cache_size = -16000;
`

/** The one connection that writes. Throws OpenRefused when the file is newer, foreign or damaged, and then has not touched it. */
export function openWriterConnection(path: string): DatabaseSync {
  inspect(path)
  const connection = new DatabaseSync(path, { timeout: busyMs })
  try {
    connection.exec(pragmas)
    assertDurable(connection)
    migrate(connection, careMigrations)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

// On a connection of its own that only reads: one that can write would, when it closes, move the log into a file that is to be left alone.
function inspect(path: string): void {
  const connection = openReaderConnection(path)
  try {
    refuseForeign(connection, path)
    refuseDamaged(connection, path)
  } finally {
    connection.close()
  }
}

/** A connection that can only read, and only what was committed. */
export function openReaderConnection(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: busyMs })
  connection.exec('pragma trusted_schema = off; pragma query_only = on; pragma temp_store = memory; pragma cache_size = -16000')
  return connection
}

/** A new database appears whole or not at all: built under another name, then renamed. An empty `care.db` is therefore never ours. */
export function createDatabase(path: string): void {
  const draft = `${path}.new`
  for (const end of ['', '-wal', '-shm']) rmSync(`${draft}${end}`, { force: true })
  const connection = new DatabaseSync(draft)
  connection.exec(`pragma synchronous = ${synchronous.word}; pragma application_id = ${applicationId}; pragma user_version = 0`)
  migrate(connection, careMigrations)
  connection.close()
  renameSync(draft, path)
  syncFolder(dirname(path))
}

function refuseForeign(connection: DatabaseSync, path: string): void {
  const id = connection.prepare('pragma application_id').get()?.application_id
  if (id !== applicationId) throw new OpenRefused('foreign', `${path} is a database of another program. It was left as it is.`)
  const version = versionOf(connection)
  if (version <= careMigrations.length) return
  const message = `${path} was written by a newer Anling (data version ${version}, this program knows ${careMigrations.length}). Start the newer program.`
  throw new OpenRefused('newer', message)
}

function assertDurable(connection: DatabaseSync): void {
  const mode = connection.prepare('pragma journal_mode').get()?.journal_mode
  const level = connection.prepare('pragma synchronous').get()?.synchronous
  if (mode === 'wal' && level === synchronous.readsBack) return
  throw new OpenRefused('not-durable', `SQLite would not keep commits durable here (journal ${mode}, synchronous ${level}).`)
}

function refuseDamaged(connection: DatabaseSync, path: string): void {
  const bytes = connection.prepare('select page_count * page_size as bytes from pragma_page_count, pragma_page_size').get()?.bytes
  const whole = Number(bytes) <= wholeCheckBytes
  const known = connection.prepare("select name from sqlite_schema where type = 'table'").all()
  const tables = decidingTables.filter((table) => known.some((row) => row.name === table))
  const checks = whole ? ['pragma quick_check(1)'] : tables.map((table) => `pragma quick_check(${table})`)
  for (const check of checks) {
    const found = connection.prepare(check).get()?.quick_check
    if (found !== 'ok') throw new OpenRefused('damaged', `${path} is damaged (${found}). Restore it from a backup; it was left as it is.`)
  }
}
