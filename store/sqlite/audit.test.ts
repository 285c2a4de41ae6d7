/** The record cannot be changed, and where somebody changed it all the same, it says from which line on it is not to be trusted. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { instant } from '../../domain/time.ts'
import type { AuditLine } from '../store.ts'
import { openAuditRows } from './audit.ts'
import type { Stores } from './stores.ts'
import { openWorld, type StoresWorld } from './world.contract.ts'

let world: StoresWorld
let stores: Stores
beforeEach(async () => {
  world = await openWorld()
  stores = world.stores
})
afterEach(() => world.discard())

const line = (n: number, changes: Partial<AuditLine> = {}): AuditLine => ({
  ...{ at: instant(1_760_000_000_000 + n), userId: `u${n % 3}`, action: 'look-resident', subjectId: `res-${n % 5}`, detail: '' },
  ...changes,
})
const write = (count: number) => stores.accounts.auditAll(Array.from({ length: count }, (_, n) => line(n)))

/** What somebody with the file and without our program can do. */
async function tamper(sql: string): Promise<void> {
  await stores.close()
  const file = new DatabaseSync(join(world.dataDir, 'care.db'))
  file.exec('drop trigger if exists audit_stay; drop trigger if exists audit_remain')
  file.exec(sql)
  file.close()
  stores = await world.reopen()
}
const check = async () => {
  stores = await world.reopen()
  return stores.accounts.checkChain()
}

test('a whole chain says how far it goes and what its head is, also over many slices and a restart', async () => {
  expect(await stores.accounts.checkChain()).toMatchObject({ lines: 0, lastId: 0, brokenId: null })
  await write(4_500)
  const first = await check()
  expect(first).toMatchObject({ lines: 4_500, begins: 1, lastId: 4_500, brokenId: null })
  expect(first.head).toMatch(/^[0-9a-f]{64}$/)
  await write(1)
  expect((await check()).head).not.toBe(first.head)
})

test('the database refuses to change or remove a line', async () => {
  await write(3)
  await stores.close()
  const file = new DatabaseSync(join(world.dataDir, 'care.db'))
  for (const sql of ["update audit set detail = 'x' where id = 2", 'delete from audit where id = 3', 'delete from audit'])
    expect(() => file.exec(sql)).toThrow('append-only')
  file.close()
})

test('a line that was rolled back leaves no gap, and lines written at once stand in one order', async () => {
  const { accounts } = stores
  const user = { id: 'u1', name: 'anna', displayName: 'Anna', role: 'operator' as const, siteIds: [], disabled: false }
  await accounts.putUser(user, 'hash', line(1))
  const all = await Promise.allSettled([
    accounts.audit(line(2)),
    accounts.putUser({ ...user, id: 'u2' }, 'hash', line(3)),
    accounts.audit(line(4)),
  ])
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect((await accounts.auditLines(0, 10)).map(({ id }) => id)).toEqual([1, 2, 3])
  expect(await accounts.checkChain()).toMatchObject({ lines: 3, brokenId: null })
})

test('any change of any field of any line is found at that line', async () => {
  await write(20)
  await stores.close()
  const file = new DatabaseSync(join(world.dataDir, 'care.db'))
  file.exec('drop trigger audit_stay')
  const fields = [
    'at = at + 1',
    "user_id = 'x'",
    "action = 'x'",
    "subject_id = 'x'",
    "detail = 'x'",
    "hash = ''",
    "hash = 'f' || substr(hash, 2)",
  ]
  const inFile = openAuditRows({ connection: file, reader: file, write: async (work) => work() })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...fields), fc.integer({ min: 1, max: 20 }), async (field, id) => {
      file.exec('begin')
      try {
        const before = JSON.stringify(file.prepare('select * from audit where id = ?').get(id))
        file.exec(`update audit set ${field} where id = ${id}`)
        const isChanged = JSON.stringify(file.prepare('select * from audit where id = ?').get(id)) !== before
        // The first line without its checksum looks like one from before the chain; the second then does not fit it.
        const found = id === 1 && field === "hash = ''" ? 2 : id
        expect((await inFile.checkChain()).brokenId).toBe(isChanged ? found : null)
      } finally {
        file.exec('rollback')
      }
    }),
    { numRuns: 200 },
  )
  file.close()
})

test.each([
  ['a line taken out of the middle', 'delete from audit where id = 5', 6],
  ['the first line taken out', 'delete from audit where id = 1', 2],
  ['lines cut off at the end', 'delete from audit where id > 8', 9],
  ['all of them gone', 'delete from audit', 1],
  [
    'two lines changed for each other',
    'update audit set subject_id = case id when 4 then (select subject_id from audit where id = 5) else subject_id end',
    4,
  ],
])('%s is found', async (_what, sql, brokenId) => {
  await write(10)
  await tamper(sql)
  const found = await check()
  expect(found.brokenId).toBe(brokenId)
  expect(found.why).not.toBe('')
})

test('lines from before the chain are told apart; a record whose checksums were all emptied is not taken for an old one', async () => {
  await write(10)
  await tamper("update audit set hash = ''")
  expect(await check()).toMatchObject({ begins: null, brokenId: 1 })
  await write(2)
  expect(await check()).toMatchObject({ begins: 11, brokenId: null, lines: 12 })
  await tamper("update audit set hash = '' where id = 12")
  expect(await check()).toMatchObject({ brokenId: 12 })
})

test('pages are newest first and answer each filter', async () => {
  const { accounts } = stores
  await write(20)
  await accounts.audit(line(20, { action: 'export-homes', subjectId: 'all' }))
  const ids = async (query: object) => (await accounts.auditPage({ siteIds: 'all', limit: 100, ...query })).map(({ id }) => id)
  expect(await ids({ limit: 3 })).toEqual([21, 20, 19])
  expect(await ids({ beforeId: 4 })).toEqual([3, 2, 1])
  expect(await ids({ userIds: ['u0'], subjectIds: ['res-0'] })).toEqual([16, 1])
  expect(await ids({ action: 'export' })).toEqual([21])
  expect(await ids({ from: line(18).at, to: line(20).at })).toEqual([20, 19])
  expect(await ids({ subjectIds: [] })).toEqual([])
})

test('the command says up to where the record is whole, compares it with what was copied out, and fails where it is not', async () => {
  await write(5)
  const { head } = await check()
  await stores.close()
  const run = (...more: string[]) => {
    const tool = join(import.meta.dirname, '..', 'audit-tool.ts')
    const { status, stdout, stderr } = spawnSync(process.execPath, [tool, world.dataDir, ...more], { encoding: 'utf8' })
    return { status, text: stdout + stderr }
  }
  expect(run()).toMatchObject({ status: 0, text: expect.stringContaining(`Keep this outside: 5 ${head}`) })
  expect(run('5', head).status).toBe(0)
  expect(run('5', head.replaceAll(/./g, 'a'))).toMatchObject({ status: 1, text: expect.stringContaining('written anew') })
  await tamper("update audit set detail = 'x' where id = 3")
  await stores.close()
  expect(run()).toMatchObject({ status: 1, text: expect.stringContaining('from line 3 on') })
})
