/** What was changed and who changed it are stored together: when the record cannot be written, nothing happened, and the answer says so. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorld, password, type Signed, siteRows, type World } from './world.contract.ts'

let world: World
let admin: Signed
let side: DatabaseSync

beforeAll(async () => {
  world = await openWorld({
    newDeviceToken: async (deviceId, line) => {
      await world.directory.putCredential(deviceId, new Uint8Array([7]), line)
      return 'token'
    },
  })
  await world.addUsers()
  admin = await world.signIn('root')
  await world.directory.putCredential('btn-a-1', new Uint8Array([1]))
  // A second hand on the file: what a disk does that fails for this one table.
  side = new DatabaseSync(join(world.dataDir, 'care.db'), { timeout: 5_000 })
})
afterAll(async () => {
  side.close()
  await world.close()
})

const recordFails = () => side.exec(`create trigger no_record before insert on audit begin select raise(abort, 'no record'); end`)
const recordWorks = () => side.exec('drop trigger no_record')

const plan = {
  id: 'plan-x',
  name: 'x',
  steps: [{ wait: 0, tell: [{ contactId: null, label: 'wall', channel: 'console' }] }],
  repeatEvery: 60_000,
  lease: 60_000,
}
const home = { ...siteRows('a').homes[0], id: 'home-new' }
const newUser = { name: 'new-one', displayName: 'New', role: 'operator', siteIds: ['a'], password }
const csv = 'id,siteId,door\nhome-new-2,a,1\n'

const changes: readonly [string, InjectOptions][] = [
  ['a row', { method: 'PUT', url: '/api/rows/homes/home-new', payload: home }],
  ['a removal', { method: 'DELETE', url: '/api/rows/contacts/con-a-1' }],
  ['an import', { method: 'POST', url: '/api/import/homes', payload: csv, headers: { 'content-type': 'text/csv' } }],
  ['a mode', { method: 'POST', url: '/api/residents/res-a-1/mode', payload: { mode: 'away' } }],
  ['a plan', { method: 'PUT', url: '/api/plans/plan-x', payload: { plan, siteId: null, residentId: null, kind: 'any' } }],
  ['a removal of a plan', { method: 'DELETE', url: '/api/plans/plan-x' }],
  ['a token', { method: 'POST', url: '/api/devices/btn-a-1/token', payload: {} }],
  ['a revocation', { method: 'DELETE', url: '/api/devices/btn-a-1/token' }],
  ['a user', { method: 'POST', url: '/api/users', payload: newUser }],
  ['a change of a user', { method: 'PATCH', url: '/api/users/u-op-b', payload: { role: 'supervisor' } }],
]

async function everything() {
  const { directory, accounts } = world
  const tokens = (await directory.credential('btn-a-1'))?.tokenHashes.map((hash) => [...hash])
  return { rows: await directory.rows('all'), plans: await directory.plans(), tokens, users: await accounts.users() }
}

const ask = ({ headers, ...change }: InjectOptions) => world.ask({ ...change, headers: { ...admin.headers, ...headers } })

describe('the record and the change', () => {
  test.each(changes)('%s is not made when it cannot be recorded, and is recorded when it is made', async (_name, change) => {
    const before = await everything()
    const linesBefore = (await world.accounts.auditLines(0, 1_000)).length
    recordFails()
    const refused = await ask(change)
    recordWorks()
    expect(refused.statusCode).toBeGreaterThanOrEqual(500)
    expect(await everything()).toEqual(before)
    expect((await world.accounts.auditLines(0, 1_000)).length).toBe(linesBefore)
    expect((await ask(change)).statusCode).toBeLessThan(300)
    expect(await everything()).not.toEqual(before)
    expect((await world.accounts.auditLines(0, 1_000)).length).toBe(linesBefore + 1)
  })

  test('a removal of what is not there leaves no line', async () => {
    const lines = async () => (await world.accounts.auditLines(0, 1_000)).length
    const before = await lines()
    expect(
      await world.directory.remove('contacts', 'nobody', { at: 1 as never, userId: 'u', action: 'x', subjectId: 's', detail: '' }),
    ).toBe(false)
    expect(await lines()).toBe(before)
  })

  test('somebody whose rights changed starts anew, in the same moment', async () => {
    const { cookie } = await world.signIn('op-a')
    recordFails()
    const url = '/api/users/u-op-a'
    await ask({ method: 'PATCH', url, payload: { siteIds: ['a', 'b'] } })
    recordWorks()
    expect((await world.ask({ url: '/api/me', headers: { cookie } })).statusCode).toBe(200)
    await ask({ method: 'PATCH', url, payload: { siteIds: ['a', 'b'] } })
    expect((await world.ask({ url: '/api/me', headers: { cookie } })).statusCode).toBe(401)
  })
})
