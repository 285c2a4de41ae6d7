/** Nobody sees or touches another site's people: every route and every live message is crawled with foreign ids, looking for one foreign byte. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../domain/alarm.ts'
import { instant, minutes } from '../../domain/time.ts'
import { userRoles } from '../../store/store.ts'
import { deeds } from '../deeds.ts'
import { covers, deedsOf, scopeOf } from './access.ts'
import { rowProblem } from './rows.ts'
import { tables } from './schemas.ts'
import { hello, openWorld, type Signed, siteRows, until, type World } from './world.contract.ts'

let world: World
let alarmOfB = ''
const people: Record<string, Signed> = {}

beforeAll(async () => {
  world = await openWorld()
  await world.addUsers()
  for (const name of ['root', 'sup-a', 'op-a', 'op-0']) people[name] = await world.signIn(name)
  await world.press('res-b-1', 'press-of-b')
  alarmOfB = (await world.store.openAlarms(['b']))[0]?.id ?? ''
  await world.directory.putPlan({ plan: planOf('plan-b'), siteId: 'b', residentId: null, kind: 'sos' })
  const payload = new TextEncoder().encode('SECRET-B payload')
  await world.quarantine.put({
    at: instant(1),
    senderId: 'btn-b-1',
    topic: 'care/btn-b-1/x',
    reason: 'undecodable',
    why: 'SECRET-B',
    payload,
  })
})
afterAll(() => world.close())

const planOf = (id: string): Plan => ({
  ...{ id, name: 'SECRET-B plan', repeatEvery: minutes(1), lease: minutes(1) },
  steps: [{ wait: minutes(0), tell: [{ contactId: null, label: 'SECRET-B', channel: 'console' }] }],
})

const headersOf = (name: string) => people[name]?.headers ?? {}

/** Every route there is, from the document the server itself hands out. */
async function routes(): Promise<{ method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string }[]> {
  const { paths } = (await world.ask({ url: '/api/openapi.json' })).json<{ paths: Record<string, Record<string, unknown>> }>()
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase() as 'GET', path })),
  )
}

const foreignIds = () => [alarmOfB, 'b', 'home-b-1', 'res-b-1', 'con-b-1', 'btn-b-1', 'plan-b', 'u-op-b']
const filled = (path: string, id: string, table: string) => path.replace('{table}', table).replace('{id}', encodeURIComponent(id))

/** Bodies that try to reach over the fence in every way the schemas allow. */
const bodies = () => [
  {},
  { outcome: 'test', text: '' },
  { action: 'note', text: 'x' },
  ...Object.values(siteRows('b')).map((rows) => rows[0]),
  { ...siteRows('a').homes[0], siteId: 'b' },
  { ...siteRows('a').residents[0], homeId: 'home-b-1' },
  { ...siteRows('a').contacts[0], residentId: 'res-b-1' },
  { ...siteRows('a').devices[0], residentId: 'res-b-1' },
  { plan: planOf('plan-b'), siteId: 'a', residentId: 'res-b-1', kind: 'any' },
  { role: 'admin', siteIds: ['b'] },
]

describe('finding somebody without an alarm', () => {
  const find = async (name: string, who: string) =>
    (await world.ask({ url: `/api/residents?name=${encodeURIComponent(name)}`, headers: headersOf(who) })).json()

  test('shows the own sites only, is recorded, and the typed words are not', async () => {
    const own = { residentId: 'res-a-1', person: 'SECRET-A 王秀英', label: '3-2-a-1', siteName: 'SECRET-A' }
    expect(await find('秀英', 'op-a')).toContainEqual(own)
    expect((await find('秀英', 'op-a')).length).toBe(3)
    expect((await find('秀英', 'root')).length).toBe(6)
    expect(await find('SECRET-B', 'op-a')).toEqual([])
    expect(await find('秀英', 'op-0')).toEqual([])
    expect(await find(' ', 'op-a')).toMatchObject({ code: 'bad-request' })
    const lines = (await world.accounts.auditLines(0, 1_000)).filter(({ action }) => action === 'search-residents')
    expect(lines.map(({ userId }) => userId)).toEqual(['u-op-a', 'u-op-a', 'u-admin', 'u-op-a', 'u-op-0'])
    expect(JSON.stringify(lines)).not.toContain('秀英')
  })
})

describe('a crawl with foreign ids', () => {
  test.each(['sup-a', 'op-a', 'op-0'])(
    '%s learns and changes nothing of the other site',
    async (name) => {
      const before = await stateOfB()
      for (const { method, path } of await routes()) {
        for (const id of path.includes('{id}') ? foreignIds() : ['']) {
          for (const payload of method === 'GET' || method === 'DELETE' ? [undefined] : bodies())
            await probe({ name, method, path, id, payload })
        }
      }
      expect(await stateOfB()).toEqual(before)
    },
    120_000,
  )

  test('an unknown id and a foreign id get the very same answer', async () => {
    for (const path of ['/api/alarms/', '/api/residents/', '/api/rows/homes/']) {
      const method = path.includes('rows') ? 'DELETE' : 'GET'
      const id = path.includes('alarms') ? alarmOfB : path.includes('rows') ? 'home-b-1' : 'res-b-1'
      const [foreign, unknown] = await Promise.all(
        [id, 'not-there'].map((each) => world.ask({ method, url: `${path}${encodeURIComponent(each)}`, headers: headersOf('sup-a') })),
      )
      expect(foreign?.statusCode).toBe(404)
      expect([foreign?.statusCode, foreign?.body]).toEqual([unknown?.statusCode, unknown?.body])
    }
  })

  test('the same requests show the own site: the crawl is able to find something', async () => {
    const admin = await world.ask({ url: '/api/rows', headers: headersOf('root') })
    expect(admin.body).toContain('SECRET-B')
    expect((await world.ask({ url: '/api/rows', headers: headersOf('sup-a') })).body).toContain('SECRET-A')
    expect((await world.ask({ url: '/api/quarantine', headers: headersOf('root') })).body).toContain('SECRET-B payload')
    expect((await world.ask({ url: '/api/residents/res-a-1', headers: headersOf('op-a') })).body).toContain('SECRET-A')
  })
})

let probes = 0
/** So many requests of one address are refused as too many, and prove nothing: each thousand comes from another. */
const nextAddress = () => `127.0.0.${2 + (Math.floor(probes++ / 1_000) % 200)}`

async function probe(of: {
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  id: string
  payload: object | undefined
}) {
  // They end the session or are limited to few a minute, and take no id of anybody; test/access-crawl.test.ts asks each once.
  if (/^\/api\/(sign-(in|out)|me)(\/|$)/.test(of.path)) return
  for (const table of of.path.includes('{table}') ? Object.keys(tables) : ['']) {
    const query = of.path.startsWith('/api/rows') ? '?siteId=b' : of.path === '/api/residents' ? '?name=SECRET-B' : ''
    const url = `${filled(of.path, of.id, table)}${of.method === 'GET' ? query : ''}`
    const sent = { method: of.method, url, headers: headersOf(of.name), remoteAddress: nextAddress() }
    const answer = await world.ask({ ...sent, ...(of.payload && { payload: of.payload }) })
    const what = `${of.name} ${of.method} ${url} ${JSON.stringify(of.payload)} → ${answer.statusCode}`
    // What was sent comes back only as far as it was ours to send; nothing of theirs does.
    expect(answer.body.includes('SECRET-B'), what).toBe(false)
    expect([429, 500], what).not.toContain(answer.statusCode)
  }
}

async function stateOfB() {
  const { store, directory, accounts } = world
  return {
    rows: await directory.rows(['b']),
    plans: (await directory.plans()).filter(({ siteId }) => siteId === 'b'),
    alarm: await store.alarm(alarmOfB).then((alarm) => alarm && { state: alarm.state, notes: alarm.notes }),
    users: await accounts.users(),
  }
}

describe('the live side', () => {
  test('tells a screen only of its own sites, whatever it says', async () => {
    const raw: string[] = []
    const screen = await world.screen(people['op-a']?.cookie ?? '')
    const none = await world.screen(people['op-0']?.cookie ?? '')
    for (const socket of [screen, none]) socket.io.engine.on('packet', ({ data }) => void raw.push(String(data)))
    for (const since of [null, 0, 1]) for (const socket of [screen, none]) await hello(socket, since)
    const beats: number[] = []
    screen.on('beat', ({ open }) => void beats.push(open))
    screen.emit('painted', { alarmId: alarmOfB, presses: 1 })
    await world.press('res-b-2', 'another-of-b')
    await world.press('res-a-1', 'one-of-a')
    await until(() => raw.some((text) => text.includes('one-of-a')) && beats.length > 0)
    expect(raw.join('\n')).toContain('SECRET-A')
    expect(raw.join('\n')).not.toContain('SECRET-B')
    expect(raw.join('\n')).not.toContain('res-b')
    expect(beats.at(-1)).toBe(1)
  })
})

describe('the rights', () => {
  test('are each role’s own: nobody but an admin has all, and an auditor sees who looked and nothing else', () => {
    const own = Object.fromEntries(userRoles.map((role) => [role, deedsOf({ role })]))
    expect(own).toEqual({
      operator: ['watch', 'answer'],
      supervisor: ['watch', 'answer', 'read-directory', 'edit-directory', 'enrol-devices', 'read-quarantine', 'read-reports'],
      technician: ['enrol-devices'],
      auditor: ['read-audit'],
      admin: [...deeds],
    })
  })

  test('without sites there is nothing, except for an admin', () => {
    expect(scopeOf({ role: 'operator', siteIds: [] })).toEqual([])
    expect(scopeOf({ role: 'supervisor', siteIds: [] })).toEqual([])
    expect(scopeOf({ role: 'admin', siteIds: ['a'] })).toBe('all')
  })

  test('a row is never accepted while anything it points at is outside the writer’s sites', async () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd')
    const sites = fc.dictionary(ids, ids, { minKeys: 1 })
    const world = fc.record({ sites, scope: fc.subarray(['a', 'b', 'c', 'd']), siteId: ids, residentId: fc.option(ids) })
    await fc.assert(
      fc.asyncProperty(world, async ({ sites, scope, siteId, residentId }) => {
        const siteOf = async (table: string, id: string) => (table === 'sites' ? id : (sites[id] ?? null))
        const row = { ...tables.devices.parse({ ...siteRows('a').devices[0], siteId, residentId }) }
        const problem = await rowProblem({ directory: { siteOf }, table: 'devices', row, scope })
        const reached = [siteId, ...(residentId === null ? [] : [sites[residentId] ?? 'nowhere'])]
        expect(problem === null).toBe(reached.every((site) => covers(scope, site) && site === siteId))
      }),
      { numRuns: 2_000 },
    )
  })
})
