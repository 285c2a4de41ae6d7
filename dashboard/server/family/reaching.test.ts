/** How a relative is reached, said honestly: the ways that would work now, this browser's pushes, and a test that comes back. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Letter } from '../../../alerts/channels/channel.ts'
import type { FamilyReach, FamilyToday, PushTest } from '../../contracts-family.ts'
import { openWorld, type Signed, shiftedClock, until, type World } from '../world.contract.ts'
import { joined, listen, openWay, type Phone, withdraw } from './family.contract.ts'

let world: World
let staff: Signed
let phone: Phone
const clock = shiftedClock()
/** As the real channel asks: is there a browser of this person that is alive? */
const alive = async ({ recipient }: Letter) =>
  (await world.stores.reach.subscriptionsOf(recipient.contactId ?? '')).some(({ deadAt }) => deadAt === null)
const push = openWay('push', alive)
const email = openWay('email', async ({ recipient }) => ((await world.stores.reach.reach(recipient.contactId ?? ''))?.email ?? '') !== '')

beforeAll(async () => {
  world = await openWorld({ clock, channels: [push.channel, email.channel] })
  await world.addUsers()
  staff = await world.signIn('sup-a')
  const first = await joined({ world, staff, residentId: 'res-a-1' })
  phone = await joined({ world, staff, residentId: 'res-a-2', old: first })
})
afterAll(() => world.close())

const ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) =>
  world.ask({ method, url, headers: phone.headers, ...(payload && { payload }) })
const reachOf = async () => (await ask('GET', '/api/family/today')).json<FamilyToday>().elders[0]?.reach
const wishes = {
  ...{ phone: '', email: '', language: 'zh', subject: '妈妈', timeZone: 'Europe/Berlin', day: ['email', 'push'], night: ['email', 'push'] },
  ...{ nightHours: { from: 1_320, until: 420 }, quiet: null, dailyAt: 480 },
}
const browser = { endpoint: 'https://push.example.org/send/abc', keys: { p256dh: 'BPx_key', auth: 'auth_key' } }

test('wishes are kept for one elder alone; a way that is not there is refused', async () => {
  const before = (await ask('GET', '/api/family/elders/res-a-1/reach')).json<FamilyReach>()
  expect(before).toMatchObject({ language: 'zh', dailyAt: null, offered: ['push', 'email'], day: ['push', 'email'] })
  const put = (payload: object) => ask('PUT', '/api/family/elders/res-a-1/reach', payload)
  expect((await put({ ...wishes, email: 'her@example.org' })).json()).toMatchObject({
    subject: '妈妈',
    dailyAt: 480,
    day: ['email', 'push'],
  })
  expect((await put({ ...wishes, day: ['pigeon'] })).statusCode).toBe(400)
  expect((await put({ ...wishes, timeZone: 'Mars/Olympus' })).statusCode).toBe(400)
  expect((await put({ ...wishes, dailyAt: 1_440 })).statusCode).toBe(400)
  expect((await ask('GET', '/api/family/elders/res-a-2/reach')).json()).toMatchObject({ subject: '', dailyAt: null })
  expect(await world.stores.family.dailies()).toMatchObject([{ contactId: 'con-a-1', minute: 480, timeZone: 'Europe/Berlin' }])
  expect((await ask('GET', '/api/family/today')).json<FamilyToday>().elders.map(({ subject }) => subject)).toEqual(['妈妈', ''])
})

test('the page says what would work now: pushes only when this browser takes them', async () => {
  expect(await reachOf()).toMatchObject({
    ...{ push: 'none', pushUsedAt: null },
    ways: [
      { channel: 'email', state: 'ready' },
      { channel: 'push', state: 'no-address' },
    ],
  })
  expect((await ask('POST', '/api/family/push/test')).json().code).toBe('no-push')
  expect((await ask('PUT', '/api/family/push', { ...browser, endpoint: 'http://push.example.org/' })).statusCode).toBe(400)
  expect((await ask('PUT', '/api/family/push', browser)).json()).toEqual({ push: 'alive' })
  expect(await reachOf()).toMatchObject({ push: 'alive', ways: [{ channel: 'email' }, { channel: 'push', state: 'ready' }] })
})

test('a subscription that died is said to be dead, and a new one of the same browser lives', async () => {
  const [subscription] = await world.stores.reach.subscriptionsOf('con-a-1')
  await world.stores.reach.buried(subscription?.id ?? '', clock.now())
  expect(await reachOf()).toMatchObject({ push: 'dead', ways: [{ channel: 'email' }, { channel: 'push', state: 'no-address' }] })
  await ask('PUT', '/api/family/push', { ...browser, endpoint: 'https://push.example.org/send/new' })
  expect((await reachOf())?.push).toBe('alive')
  expect((await world.stores.reach.subscriptionsOf('con-a-1')).map(({ endpoint }) => endpoint)).toEqual([
    'https://push.example.org/send/new',
  ])
})

test('a test goes to this browser alone, and the phone’s receipt is told live', async () => {
  const heard = await listen(world, phone)
  const sent = (await ask('POST', '/api/family/push/test')).json<PushTest>()
  expect(sent).toMatchObject({ state: 'accepted', why: '' })
  const [letter] = push.letters
  expect(letter?.id).toBe(sent.id)
  expect(letter?.plain?.pushId).toBe((await world.stores.reach.subscriptionsOf('con-a-1'))[0]?.id)
  // The service worker says so, with or without the cookie; a made-up id says nothing.
  const received = (id: string) => world.ask({ method: 'POST', url: '/api/family/push/received', payload: { id } })
  expect((await received('test-000000000000000000')).statusCode).toBe(204)
  expect((await ask('GET', `/api/family/push/test/${sent.id}`)).json()).toMatchObject({ state: 'accepted' })
  expect((await received(sent.id)).statusCode).toBe(204)
  await until(() => heard.heard.some(({ event, data }) => event === 'test' && (data as PushTest).state === 'received'))
  expect(heard.heard.filter(({ event }) => event === 'test').map(({ data }) => (data as PushTest).state)).toEqual([
    'sent',
    'accepted',
    'received',
  ])
  const stranger = await joined({ world, staff, residentId: 'res-a-3' })
  expect((await world.ask({ url: `/api/family/push/test/${sent.id}`, headers: stranger.headers })).statusCode).toBe(404)
  await heard.stop()
})

test('consent that ends for one elder ends her pushes and her daily message, and leaves the other’s', async () => {
  await withdraw({ world, staff, residentId: 'res-a-1' })
  expect(await world.stores.reach.subscriptionsOf('con-a-1')).toEqual([])
  expect(await world.stores.family.dailies()).toEqual([])
  expect((await world.stores.reach.subscriptionsOf('con-a-2')).length).toBe(1)
  expect((await ask('DELETE', '/api/family/push')).statusCode).toBe(204)
  expect(await world.stores.reach.subscriptionsOf('con-a-2')).toEqual([])
})
