/** API keys and webhooks: the same rights and sites as a person of that role, nothing of accounts and settings, gone at once when revoked; secrets told once. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import type { WebhookDelivery } from '../../domain/webhooks.ts'
import { openWebhookTrials } from '../../platform/upkeep.ts'
import type { NewApiKey, NewWebhook, WebhookRow } from '../contracts-upkeep.ts'
import { openWorld, type Signed, type World } from './world.contract.ts'

let world: World
let root: Signed

beforeAll(async () => {
  let made: World | null = null
  const webhooks = () => {
    if (!made) throw new Error('too early')
    return made.stores.upkeep.webhooks
  }
  const trials = {
    addressProblem: (url: string) =>
      openWebhookTrials({ webhooks: webhooks(), clock: systemClock, outside: { allowPrivate: false } }).addressProblem(url),
    tryWebhook: (webhook: Parameters<ReturnType<typeof openWebhookTrials>['tryWebhook']>[0]) =>
      openWebhookTrials({
        webhooks: webhooks(),
        clock: systemClock,
        outside: { allowPrivate: webhook.url.startsWith('http:') },
      }).tryWebhook(webhook),
  }
  world = await openWorld({ upkeepTrials: trials })
  made = world
  await world.addUsers()
  root = await world.signIn('root')
})
afterAll(() => world.close())

const asRoot = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) =>
  world.ask({ method, url, headers: root.headers, ...(payload && { payload }) })
/** As another machine asks: no cookie, no origin of ours. */
const withKey = (secret: string, url: string, payload?: object) =>
  world.dashboard.app.inject({
    method: payload ? 'POST' : 'GET',
    url,
    headers: { host: 'localhost:8080', authorization: `Bearer ${secret}` },
    ...(payload && { payload }),
  })
const newKey = async (given: object): Promise<NewApiKey> =>
  (await asRoot('POST', '/api/api-keys', { name: '街道平台', role: 'supervisor', siteIds: ['a'], mayWrite: false, ...given })).json()

test('a key sees what its role sees in its own sites, changes nothing when it may not, and is gone when revoked', async () => {
  const { key, secret } = await newKey({})
  expect(secret).toMatch(/^anlk_[\w-]{43}$/)
  const rows = await withKey(secret, '/api/rows')
  expect(rows.statusCode).toBe(200)
  expect(rows.body).toContain('SECRET-A')
  expect(rows.body).not.toContain('SECRET-B')
  expect((await withKey(secret, '/api/residents/res-b-1')).statusCode).toBe(404)
  expect((await withKey(secret, '/api/residents/res-a-1/mode', { mode: 'guest' })).json()).toMatchObject({ code: 'read-only-key' })
  for (const url of ['/api/users', '/api/api-keys', '/api/audit', '/api/webhooks', '/api/me'])
    expect([url, (await withKey(secret, url)).statusCode]).toEqual([url, 403])
  const line = (await world.accounts.auditLines(0, 1_000)).find(({ action }) => action === 'look-directory')
  expect(line?.userId).toBe(`key:${key.id}`)
  const listed = (await asRoot('GET', '/api/api-keys')).json()
  expect(listed).toMatchObject([{ id: key.id, name: '街道平台', revokedAt: null }])
  expect(listed[0].usedAt).toBeGreaterThan(0)
  expect(JSON.stringify(listed)).not.toContain(secret)
  expect((await asRoot('DELETE', `/api/api-keys/${key.id}`)).statusCode).toBe(204)
  expect((await withKey(secret, '/api/rows')).json()).toMatchObject({ code: 'wrong-key' })
})

test('a key that may write needs no token of a session; a wrong one is told nothing; no key is an admin', async () => {
  const { secret } = await newKey({ role: 'operator', mayWrite: true })
  expect((await withKey(secret, '/api/residents/res-a-1/mode', { mode: 'guest' })).statusCode).toBe(200)
  expect((await withKey(secret, '/api/rows')).statusCode).toBe(403)
  expect((await withKey('anlk_x', '/api/rows')).statusCode).toBe(401)
  expect((await withKey('another scheme', '/api/rows')).statusCode).toBe(401)
  const asked = { name: 'x', siteIds: ['a'], mayWrite: true }
  expect((await asRoot('POST', '/api/api-keys', { ...asked, role: 'admin' })).statusCode).toBe(400)
  expect((await asRoot('POST', '/api/api-keys', { ...asked, role: 'operator', siteIds: ['nowhere'] })).statusCode).toBe(400)
  const supervisor = await world.signIn('sup-a')
  expect((await world.ask({ url: '/api/api-keys', headers: supervisor.headers })).statusCode).toBe(403)
})

test('no key is told the code of a door, stands at a case, or hears a live connection, whatever it may do', async () => {
  await world.press('res-a-2', 'door-of-a-key')
  const [alarm] = await world.store.openAlarms(['a'])
  const url = `/api/alarms/${encodeURIComponent(alarm?.id ?? '')}`
  const lead = await world.signIn('sup-a')
  const asLead = (path: string, payload?: object) =>
    world.ask({ method: payload ? 'POST' : 'GET', url: path, headers: lead.headers, ...(payload && { payload }) })
  const keys = [await newKey({}), await newKey({ role: 'operator', mayWrite: true })]
  const seenBy = ({ secret }: NewApiKey) => Promise.all([withKey(secret, url), withKey(secret, '/api/residents/res-a-2')])
  for (const key of keys) for (const { body } of await seenBy(key)) expect(body).toContain('SECRET-A 王秀英')
  // A program that read it did not open it: the figures would say that somebody had looked.
  expect((await asLead('/api/reports/figures?from=2026-01-01&to=2036-01-01')).statusCode).toBe(200)
  expect((await world.stores.figures.of([alarm?.id ?? ''])).get(alarm?.id ?? '')).toMatchObject({ openedAt: null })
  expect((await asLead(`${url}/acknowledge`, {})).statusCode).toBe(200)
  for (const key of keys) {
    const [card, person] = await seenBy(key)
    expect([card?.json(), person?.json()]).toMatchObject([
      { alarm: { state: 'acknowledged' }, others: [], card: { home: { doorCode: '' } } },
      { home: { doorCode: '' } },
    ])
    await expect(world.screen('', { authorization: `Bearer ${key.secret}` })).rejects.toThrow()
    await expect(world.screen(`anling=${key.secret}`)).rejects.toThrow()
  }
  expect((await asLead(url)).json()).toMatchObject({ others: [], card: { home: { doorCode: 'SECRET-A-code' } } })
  expect((await asLead('/api/residents/res-a-2')).json()).toMatchObject({ home: { doorCode: 'SECRET-A-code' } })
  for (const key of keys) expect((await seenBy(key))[0]?.json()).toMatchObject({ others: [], card: { home: { doorCode: '' } } })
  const told = (await world.accounts.auditLines(0, 1_000)).filter(({ action }) => action === 'look-door-code')
  expect(told.map(({ userId, subjectId }) => `${userId} ${subjectId}`)).toEqual(['u-sup-a res-a-2', 'u-sup-a res-a-2'])
})

const bureau = { name: '一网统管', url: 'https://city.example/in/SECRET-PATH', siteIds: 'all', kinds: ['alarm-raised'] }

test('a webhook’s secret is told once, may be changed without a gap, and private addresses are refused', async () => {
  for (const url of ['ftp://x', 'http://city.example/in', 'https://u:p@city.example/'])
    expect((await asRoot('POST', '/api/webhooks', { ...bureau, url })).json()).toMatchObject({ fields: [{ path: 'url' }] })
  const { webhook, secret }: NewWebhook = (await asRoot('POST', '/api/webhooks', bureau)).json()
  expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32)
  expect((await asRoot('GET', '/api/webhooks')).body).not.toContain('whsec_')
  const next: NewWebhook = (await asRoot('POST', `/api/webhooks/${webhook.id}/secret`, {})).json()
  expect((await world.stores.upkeep.webhooks.list())[0]?.secret).toBe(`${next.secret} ${secret}`)
  const changed: WebhookRow = (
    await asRoot('PUT', `/api/webhooks/${webhook.id}`, { ...bureau, url: 'https://127.0.0.1:9/', enabled: false })
  ).json()
  expect(changed).toMatchObject({ enabled: false })
  const tried: WebhookDelivery = (await asRoot('POST', `/api/webhooks/${webhook.id}/try`, {})).json()
  expect(tried).toMatchObject({ kind: 'test', outcome: 'refused', status: null, why: 'The webhook leads to a private address.' })
  expect((await asRoot('GET', `/api/webhooks/${webhook.id}/deliveries`)).json()).toEqual([tried])
  expect((await world.accounts.auditLines(0, 1_000)).map(({ detail }) => detail).join(' ')).not.toContain('SECRET-PATH')
  expect((await asRoot('DELETE', `/api/webhooks/${webhook.id}`)).statusCode).toBe(204)
})

test('a trial arrives signed, and its answer is told', async () => {
  const heard: { headers: Record<string, unknown>; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      heard.push({ headers: request.headers, body })
      response.writeHead(heard.length === 1 ? 204 : 500).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`
  const { webhook }: NewWebhook = (await asRoot('POST', '/api/webhooks', bureau)).json()
  const [stored] = await world.stores.upkeep.webhooks.list()
  if (!stored) throw new Error('There is no webhook.')
  await world.stores.upkeep.webhooks.put({ ...stored, url })
  const trial = async (): Promise<WebhookDelivery> => (await asRoot('POST', `/api/webhooks/${webhook.id}/try`, {})).json()
  expect(await trial()).toMatchObject({ outcome: 'delivered', status: 204, why: '' })
  expect(await trial()).toMatchObject({ outcome: 'retry', status: 500 })
  expect(heard[0]?.headers['webhook-signature']).toMatch(/^v1,/)
  expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({ type: 'anling.test', specversion: '1.0' })
})
