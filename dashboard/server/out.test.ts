/** Who may set up what goes out: Home Assistant logins inside one's own sites, by consent; the queue and the agreements of webhooks by admins alone. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import { instant } from '../../domain/time.ts'
import { webhookKinds } from '../../domain/webhooks.ts'
import { type Database, openDatabase } from '../../store/sqlite/database.ts'
import { openHomeAssistants } from '../../store/sqlite/home-assistants.ts'
import { openWebhookQueue } from '../../store/sqlite/webhook-queue.ts'
import { openWebhooks } from '../../store/sqlite/webhooks.ts'
import { needsOf, temporaryFolder } from '../../store/sqlite/world.contract.ts'
import { openWorld, type Signed, type World } from './world.contract.ts'

let world: World
let aside: Database
const people: Record<string, Signed> = {}

beforeAll(async () => {
  // What goes out is kept in a database beside the world's: the routes ask only these stores.
  aside = openDatabase(needsOf(await temporaryFolder()))
  const newLogin = () => ({ id: `anling-ha-${randomBytes(6).toString('hex')}`, token: 'a token', tokenHash: new Uint8Array(32) })
  const newKey = () => randomBytes(8).toString('hex')
  const [webhooks, queue] = [openWebhooks(aside), openWebhookQueue(aside)]
  world = await openWorld({
    homeAssistants: { links: openHomeAssistants(aside), newLogin, newKey, prefix: 'homeassistant' },
    outgoing: { webhooks, queue },
  })
  await world.addUsers()
  for (const name of ['root', 'sup-a', 'op-a', 'op-b']) people[name] = await world.signIn(name)
  await webhooks.put({
    ...{
      id: 'w1',
      name: '一网统管',
      url: 'https://city.example/in',
      secret: 'whsec_x',
      siteIds: 'all',
      kinds: webhookKinds,
      enabled: true,
    },
    madeAt: systemClock.now(),
  })
  await queue.add({
    events: [
      { webhookId: 'w1', eventId: 'fact-1', kind: 'alarm-raised', orderKey: 'a', body: '{"data":{"address":"秘密"}}', madeAt: instant(1) },
    ],
  })
  const [event] = await queue.due('w1', systemClock.now(), 1)
  await queue.settle(event?.number ?? 0, 'dead', systemClock.now())
})
afterAll(async () => {
  await world.close()
  aside.close()
})

const ask = async (name: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', ...[url, payload]: [string, object?]) => {
  const answer = await world.ask({ method, url, headers: people[name]?.headers ?? {}, ...(payload && { payload }) })
  return { status: answer.statusCode, body: answer.body, json: answer.body === '' ? null : answer.json() }
}
const path = '/api/residents/res-a-1/home-assistants'
const own = { label: '她家里', contactId: null, consent: { how: 'written' as const, note: '' } }

test('a login is made by those who edit the directory of her site, with consent, and its password is told once', async () => {
  expect((await ask('op-a', 'POST', path, own)).status).toBe(403)
  expect((await ask('sup-a', 'POST', '/api/residents/res-b-1/home-assistants', own)).status).toBe(404)
  expect((await ask('sup-a', 'GET', '/api/residents/res-b-1/home-assistants')).status).toBe(404)
  expect((await ask('sup-a', 'POST', path, { ...own, contactId: 'con-b-1' })).status).toBe(404)
  // No consent of a contact is known in the database beside.
  expect((await ask('sup-a', 'POST', path, { label: 'x', contactId: 'con-a-1' })).json.code).toBe('consent-needed')
  const { status, json } = await ask('sup-a', 'POST', path, own)
  expect([status, json.user, json.password, json.prefix]).toEqual([200, json.id, 'a token', 'homeassistant'])
  const listed = await ask('sup-a', 'GET', path)
  expect(listed.json).toMatchObject([{ id: json.id, label: '她家里', contactId: null, madeBy: '主管甲' }])
  expect(listed.body).not.toContain('a token')
  expect((await ask('sup-a', 'DELETE', `/api/residents/res-a-2/home-assistants/${json.id}`)).status).toBe(404)
  expect((await ask('sup-a', 'DELETE', `${path}/${json.id}`)).status).toBe(204)
  expect((await ask('sup-a', 'GET', path)).json).toEqual([])
})

test('what waits for a webhook is shown to admins without what it says, and sent again by their word', async () => {
  expect((await ask('sup-a', 'GET', '/api/webhooks/w1/queue')).status).toBe(403)
  const { json, body } = await ask('root', 'GET', '/api/webhooks/w1/queue')
  expect(json).toMatchObject({ owed: 0, dead: 1, givenUp: [{ eventId: 'fact-1', kind: 'alarm-raised', attempts: 1 }] })
  expect(body).not.toContain('秘密')
  expect((await ask('root', 'GET', '/api/webhooks/none/queue')).status).toBe(404)
  expect((await ask('sup-a', 'POST', '/api/webhooks/w1/queue/fact-1/again')).status).toBe(403)
  expect((await ask('root', 'POST', '/api/webhooks/w1/queue/fact-1/again')).status).toBe(204)
  expect((await ask('root', 'POST', '/api/webhooks/w1/queue/fact-1/again')).status).toBe(404)
})

test('an agreement is written down by an admin, with who and when, and ended', async () => {
  const agreement = '/api/webhooks/w1/agreement'
  expect((await ask('root', 'GET', agreement)).json).toEqual({ agreement: null })
  expect((await ask('sup-a', 'PUT', agreement, { text: 'x' })).status).toBe(403)
  expect((await ask('root', 'PUT', agreement, { text: '' })).status).toBe(400)
  expect((await ask('root', 'PUT', '/api/webhooks/none/agreement', { text: 'x' })).status).toBe(404)
  expect((await ask('root', 'PUT', agreement, { text: '协议 2026-11' })).status).toBe(200)
  expect((await ask('root', 'GET', agreement)).json.agreement).toMatchObject({ text: '协议 2026-11', by: '管理员' })
  expect((await ask('root', 'DELETE', agreement)).status).toBe(204)
  expect((await ask('root', 'DELETE', agreement)).status).toBe(404)
  const lines = aside.reader.prepare('select action, subject_id from audit order by id').all()
  expect(lines.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['webhook-agreement', 'webhook-agreement-ended', 'webhook-again']),
  )
})
