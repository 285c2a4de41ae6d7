/** Opening: what cannot be trusted with a press is refused in one sentence and left as it is; what can is proven durable. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pressTurn } from '../examples.contract.ts'
import { openCareStore } from './care.ts'
import { openDatabase } from './database.ts'
import { careMigrations, migrate, versionOf } from './migrations.ts'
import type { RefusalCode } from './refusal.ts'
import { needsOf, temporaryFolder } from './world.contract.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await temporaryFolder()
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const file = (name = 'care.db') => join(dataDir, name)
const open = () => openDatabase(needsOf(dataDir))

/** A folder as a run left it behind, with presses in it. */
async function used(presses = 50): Promise<void> {
  const database = open()
  const care = openCareStore(database)
  await Promise.all(Array.from({ length: presses }, (_, index) => care.commit(pressTurn(`resident-${index}`, `p-${index}`))))
  database.close()
}

function change(sql: string): void {
  const connection = new DatabaseSync(file())
  connection.exec(sql)
  connection.close()
}

function refused(code: RefusalCode, says: RegExp): void {
  const before = existsSync(file()) ? readFileSync(file()) : null
  expect(open).toThrow(expect.objectContaining({ name: 'OpenRefused', code, message: expect.stringMatching(says) }))
  expect(existsSync(file()) ? readFileSync(file()) : null, 'what was refused is left as it was').toEqual(before)
}

describe('what is refused', () => {
  test('a database of a newer program, saying both versions', async () => {
    await used()
    change('pragma user_version = 99')
    refused('newer', /newer Anling \(data version 99, this program knows \d+\)/)
  })

  test('a database of another program', () => {
    mkdirSync(dataDir, { recursive: true })
    change('create table recipes (name text)')
    refused('foreign', /another program/)
  })

  test('a file that is no database any more', async () => {
    await used()
    writeFileSync(file(), 'this was a database once')
    refused('damaged', /damaged/)
  })

  test('an empty file', async () => {
    await used()
    truncateSync(file(), 0)
    refused('damaged', /damaged/)
  })

  test('a truncated file', async () => {
    await used()
    truncateSync(file(), readFileSync(file()).length - 3 * 4096)
    refused('damaged', /damaged.*backup/)
  })

  test('a page that was overwritten', async () => {
    await used()
    const bytes = readFileSync(file())
    bytes.fill(0xa5, bytes.length - 2 * 4096, bytes.length - 4096)
    writeFileSync(file(), bytes)
    refused('damaged', /damaged/)
  })

  test('a damaged file with a log of thanked presses beside it: both are left for the person who repairs it', async () => {
    await used()
    const child = startChild(killedWhileOpen)
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const bytes = readFileSync(file())
    bytes.fill(0xa5, 4096)
    writeFileSync(file(), bytes)
    const log = readFileSync(file('care.db-wal'))
    expect(log.length).toBeGreaterThan(0)
    refused('damaged', /damaged/)
    expect(readFileSync(file('care.db-wal')).equals(log)).toBe(true)
  })

  test('a file that may only be read', async ({ skip }) => {
    await used()
    chmodSync(file(), 0o444)
    chmodSync(dataDir, 0o777)
    const child = startChild(tellsRefusal, isRoot ? { uid: nobody, gid: nobody } : {})
    const said = await text(child.stdout)
    skip(isRoot && said === '', 'root ignores permissions, and no other user may run this Node here')
    expect(said).toMatch(/^read-only: .*care\.db cannot be written to/)
  })

  test('no database beside a log of one, or beside a ballast: nothing empty takes its place', async () => {
    await used()
    rmSync(file())
    refused('missing', /missing, but .*ballast shows/)
    rmSync(file('ballast'))
    writeFileSync(file('care.db-wal'), 'thanked presses')
    refused('missing', /missing, but .*care\.db-wal shows/)
    expect(readdirSync(dataDir).sort()).toEqual(['care.db-wal', 'lock.db'])
  })

  test('a folder that cannot be made', () => {
    writeFileSync(file('in-the-way'), '')
    const needs = needsOf(join(dataDir, 'in-the-way', 'data'))
    expect(() => openDatabase(needs)).toThrow(
      expect.objectContaining({ code: 'unwritable', message: expect.stringContaining('cannot be written') }),
    )
  })
})

describe('one process at a time', () => {
  test('a second opening is refused while the first is open, and works afterwards', async () => {
    const first = open()
    refused('in-use', /in use by another process/)
    first.close()
    open().close()
  })

  test('the lock of a killed process ends with it', async () => {
    const child = startChild(killedWhileOpen)
    await once(child.stdout, 'data')
    refused('in-use', /in use/)
    child.kill('SIGKILL')
    await once(child, 'exit')
    open().close()
  })

  test('a refused opening gives the folder back', async () => {
    await used()
    renameSync(file(), file('aside'))
    refused('missing', /missing/)
    renameSync(file('aside'), file())
    open().close()
  })
})

const opening = `const { openDatabase } = await import('./database.ts')
  const { systemClock } = await import('../../domain/clock.ts')
  const open = () => openDatabase({ dataDir: process.argv[1], clock: systemClock, ballastBytes: 4096, onTrouble() {}, onFatal() {} })`
const killedWhileOpen = `${opening}
  const { connection } = open()
  connection.exec("insert into sites values ('x', '', '', '', '', '', '')")
  console.log('open')`
const tellsRefusal = `${opening}
  try { open() } catch (error) { console.log(error.code + ': ' + error.message) }`
const nobody = 65_534
const isRoot = process.getuid?.() === 0

function startChild(script: string, as: { uid?: number; gid?: number } = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'ignore'],
    ...as,
  })
  return child
}

describe('what is opened', () => {
  test('writes through a log and syncs each commit; readers cannot write', () => {
    const { connection, reader, close } = open()
    const pragma = (name: string) => Object.values(connection.prepare(`pragma ${name}`).get() ?? {})[0]
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('trusted_schema')).toBe(0)
    expect(() => reader.exec("insert into sites values ('x', '', '', '', '', '', '')")).toThrow(/readonly|read-only|query_only/i)
    close()
  })

  test('history cannot be changed or removed, not even by our own statements', async () => {
    await used(1)
    const { connection, close } = open()
    for (const table of ['journal', 'facts', 'presses', 'audit']) {
      if (table === 'audit') connection.exec("insert into audit (at, user_id, action, subject_id, detail) values (1, '', '', '', '')")
      expect(() => connection.exec(`delete from ${table}`), table).toThrow(/append-only/)
      const column = { journal: 'event', facts: 'body', presses: 'alarm_id', audit: 'detail' }[table]
      expect(() => connection.exec(`update ${table} set ${column} = ''`), table).toThrow(/append-only/)
    }
    close()
  })

  test('a half-made first database is made again', () => {
    writeFileSync(file('care.db.new'), 'a crash left this behind')
    open().close()
    expect(existsSync(file('care.db.new'))).toBe(false)
  })

  test('the folder is made, and is for its owner alone', () => {
    const inner = join(dataDir, 'deep', 'data')
    openDatabase(needsOf(inner)).close()
    expect(existsSync(join(inner, 'care.db'))).toBe(true)
    expect(statSync(inner).mode & 0o077).toBe(0)
  })
})

describe('migrations', () => {
  test('a step that fails leaves the file at the step before, and can be tried again', () => {
    const connection = new DatabaseSync(':memory:')
    const good = ['create table a (x)', 'create table b (x)']
    expect(() => migrate(connection, ['create table a (x)', 'create table b (x); insert into nowhere values (1)'])).toThrow(/nowhere/)
    expect(versionOf(connection)).toBe(1)
    expect(connection.prepare("select count(*) as tables from sqlite_schema where type = 'table'").get()?.tables).toBe(1)
    migrate(connection, good)
    migrate(connection, good)
    expect(versionOf(connection)).toBe(2)
    connection.close()
  })

  test('every release’s step only adds: a database made by the first step alone is brought to the newest', () => {
    const connection = new DatabaseSync(':memory:')
    migrate(connection, careMigrations.slice(0, 1))
    migrate(connection, careMigrations)
    expect(versionOf(connection)).toBe(careMigrations.length)
    connection.close()
  })
})
