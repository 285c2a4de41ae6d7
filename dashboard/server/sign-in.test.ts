/** The way in: the first admin, sign-in, sessions that end, and everything that must be refused at the door. */
import { afterEach, describe, expect, test } from 'vitest'
import { hours, minutes } from '../../domain/time.ts'
import type { User } from '../../store/store.ts'
import { openPasswords } from './passwords.ts'
import { cookieOf, openWorld, password, setupCode, shiftedClock, until, type World, type WorldOptions } from './world.contract.ts'

const worlds: World[] = []
async function world(options: WorldOptions = {}): Promise<World> {
  const opened = await openWorld(options)
  worlds.push(opened)
  return opened
}
async function peopled(options: WorldOptions = {}): Promise<World> {
  const opened = await world(options)
  await opened.addUsers()
  return opened
}
afterEach(async () => {
  for (const opened of worlds.splice(0)) await opened.close()
})

const setup = { code: setupCode, name: 'mei', displayName: '梅主任', password }

describe('the first admin', () => {
  test('is made with the code from the console, once', async () => {
    const { ask } = await world()
    expect((await ask({ url: '/api/setup' })).json()).toEqual({ needed: true })
    const made = await ask({ method: 'POST', url: '/api/setup', payload: setup })
    expect(made.json()).toMatchObject({ name: 'mei', role: 'admin' })
    const me = await ask({ url: '/api/me', headers: { cookie: cookieOf(made.headers['set-cookie']) } })
    expect(me.json()).toMatchObject({ displayName: '梅主任' })
    expect((await ask({ url: '/api/setup' })).json()).toEqual({ needed: false })
    expect((await ask({ method: 'POST', url: '/api/setup', payload: { ...setup, name: 'eve' } })).json()).toMatchObject({
      code: 'already-set-up',
    })
  })

  test('after five wrong codes even the right one opens nothing', async () => {
    const { ask, accounts } = await world()
    for (let n = 0; n < 5; n += 1) {
      const wrong = await ask({ method: 'POST', url: '/api/setup', payload: { ...setup, code: `WRONG${n}` } })
      expect(wrong.json()).toMatchObject({ code: 'wrong-code' })
    }
    expect((await ask({ method: 'POST', url: '/api/setup', payload: setup })).json()).toMatchObject({ code: 'code-void' })
    expect(await accounts.countUsers()).toBe(0)
  })

  test('two at once make one admin', async () => {
    const { ask, accounts } = await world()
    const both = await Promise.all([
      ask({ method: 'POST', url: '/api/setup', payload: setup }),
      ask({ method: 'POST', url: '/api/setup', payload: { ...setup, name: 'two' } }),
    ])
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
    expect(await accounts.countUsers()).toBe(1)
  })
})

describe('signing in', () => {
  test('gives a cookie no script can read, and the table holds no secret', async () => {
    const { ask, accounts } = await peopled()
    const answer = await ask({ method: 'POST', url: '/api/sign-in', payload: { name: 'op-a', password } })
    const cookie = String(answer.headers['set-cookie'])
    expect(cookie).toMatch(/^anling=[A-Za-z0-9_-]{43}; .*HttpOnly/)
    expect(cookie).toContain('SameSite=Strict')
    expect(cookie).not.toContain('Secure')
    expect(await accounts.session(cookieOf(cookie).slice('anling='.length))).toBeNull()
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('behind HTTPS the cookie is bound to the host', async () => {
    const settings = { host: '127.0.0.1', port: 0, publicOrigin: 'https://care.example.org', webRoot: '/nowhere' }
    const { ask } = await peopled({ settings })
    const headers = { host: 'care.example.org', origin: 'https://care.example.org' }
    const answer = await ask({ method: 'POST', url: '/api/sign-in', payload: { name: 'op-a', password }, headers })
    expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-anling=.*; Path=\/; HttpOnly; Secure; SameSite=Strict/)
    expect(answer.headers['strict-transport-security']).toContain('max-age')
  })

  test('a wrong password and an unknown name get the same answer', async () => {
    const { ask } = await peopled()
    const answers = await Promise.all(
      ['op-a', 'nobody'].map((name) => ask({ method: 'POST', url: '/api/sign-in', payload: { name, password: 'wrong password' } })),
    )
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401])
    expect(answers[0]?.body).toBe(answers[1]?.body)
    expect(answers[0]?.headers['set-cookie']).toBeUndefined()
  })

  test('the sixth try in a minute is refused, for that name only', async () => {
    const { ask, signIn } = await peopled()
    const attempt = () => ask({ method: 'POST', url: '/api/sign-in', payload: { name: 'op-a', password: 'guess' } })
    for (let n = 0; n < 5; n += 1) expect((await attempt()).statusCode).toBe(401)
    const sixth = await attempt()
    expect(sixth.statusCode).toBe(429)
    expect(sixth.json()).toMatchObject({ code: 'too-many' })
    await signIn('op-b')
  })

  test('a list of names tried from one address comes to an end, for that address only', async () => {
    const { ask } = await peopled()
    const attempt = (n: number, remoteAddress = '127.0.0.1') =>
      ask({ method: 'POST', url: '/api/sign-in', payload: { name: `guess-${n}`, password: 'guess' }, remoteAddress })
    const codes: number[] = []
    for (let n = 0; n < 62; n += 1) codes.push((await attempt(n)).statusCode)
    expect(codes.slice(0, 60).every((code) => code === 401)).toBe(true)
    expect(codes.slice(60)).toEqual([429, 429])
    expect((await attempt(0, '127.0.0.2')).statusCode).toBe(401)
  })

  test('is refused over plain HTTP on an open network', async () => {
    const settings = { host: '0.0.0.0', port: 0, publicOrigin: '', webRoot: '/nowhere' }
    const { ask } = await peopled({ settings })
    const headers = { host: '192.168.1.20:8080', origin: 'http://192.168.1.20:8080' }
    const answer = await ask({
      method: 'POST',
      url: '/api/sign-in',
      payload: { name: 'op-a', password },
      headers,
      remoteAddress: '192.168.1.77',
    })
    expect(answer.json()).toMatchObject({ code: 'https-needed' })
  })
})

describe('a session', () => {
  test('ends after twelve hours, and the live screen is cut with it', async () => {
    const clock = shiftedClock()
    const { ask, signIn, screen } = await peopled({ clock })
    const { headers, cookie } = await signIn('op-a')
    const socket = await screen(cookie)
    expect((await ask({ url: '/api/me', headers })).statusCode).toBe(200)
    clock.shift(hours(12))
    expect((await ask({ url: '/api/me', headers })).json()).toMatchObject({ code: 'signed-out' })
    await expect(screen(cookie)).rejects.toThrow()
    expect(socket.connected).toBe(true)
    clock.strike(minutes(1))
    await until(() => socket.disconnected)
  })

  test('that is still good is left alone by the check of each minute, and a person moved to other sites starts again', async () => {
    const clock = shiftedClock()
    const { signIn, screen, accounts } = await peopled({ clock })
    const [stays, moves] = await Promise.all(['op-a', 'op-b'].map(async (name) => screen((await signIn(name)).cookie)))
    const user = await accounts.user('u-op-b')
    if (user) await accounts.putUser({ ...user, siteIds: ['a'] })
    clock.strike(minutes(1))
    await until(() => moves?.disconnected === true)
    expect(stays?.connected).toBe(true)
  })

  test('signing out ends it at once, here and on the live side', async () => {
    const { ask, signIn, screen } = await peopled()
    const { headers, cookie } = await signIn('op-a')
    const other = await signIn('op-a')
    const socket = await screen(cookie)
    let told = false
    socket.on('signed-out', () => {
      told = true
    })
    expect((await ask({ method: 'POST', url: '/api/sign-out', headers })).statusCode).toBe(204)
    await until(() => socket.disconnected)
    expect(told).toBe(true)
    expect((await ask({ url: '/api/me', headers })).statusCode).toBe(401)
    expect((await ask({ url: '/api/me', headers: other.headers })).statusCode).toBe(200)
  })

  test('somebody who is disabled is out everywhere', async () => {
    const { ask, signIn, screen } = await peopled()
    const admin = await signIn('root')
    const { headers, cookie } = await signIn('op-a')
    const socket = await screen(cookie)
    const change = await ask({ method: 'PATCH', url: '/api/users/u-op-a', payload: { disabled: true }, headers: admin.headers })
    expect(change.json()).toMatchObject({ disabled: true })
    await until(() => socket.disconnected)
    expect((await ask({ url: '/api/me', headers })).statusCode).toBe(401)
    expect((await ask({ method: 'POST', url: '/api/sign-in', payload: { name: 'op-a', password } })).statusCode).toBe(401)
  })

  test('a new password ends every older session', async () => {
    const { ask, signIn } = await peopled()
    const { headers } = await signIn('op-a')
    const other = await signIn('op-a')
    const next = 'another long password'
    expect((await ask({ method: 'POST', url: '/api/me/password', payload: { current: 'not it', next }, headers })).statusCode).toBe(403)
    const changed = await ask({ method: 'POST', url: '/api/me/password', payload: { current: password, next }, headers })
    expect(changed.statusCode).toBe(200)
    for (const old of [headers, other.headers]) expect((await ask({ url: '/api/me', headers: old })).statusCode).toBe(401)
    expect((await ask({ url: '/api/me', headers: { cookie: cookieOf(changed.headers['set-cookie']) } })).statusCode).toBe(200)
  })

  test('who is disabled while a new password is worked out stays disabled, and is signed out', async () => {
    const { ask, signIn, accounts } = await peopled()
    const [{ headers }, admin] = [await signIn('op-a'), await signIn('root')]
    const [changed] = await Promise.all([
      ask({ method: 'POST', url: '/api/me/password', payload: { current: password, next: 'another long password' }, headers }),
      ask({ method: 'PATCH', url: '/api/users/u-op-a', payload: { disabled: true }, headers: admin.headers }),
    ])
    expect(await accounts.user('u-op-a')).toMatchObject({ disabled: true })
    const cookie = changed.headers['set-cookie'] ? cookieOf(changed.headers['set-cookie']) : headers.cookie
    expect((await ask({ url: '/api/me', headers: { cookie } })).statusCode).toBe(401)
  })

  test('a password that is changed while it is checked opens nothing', async () => {
    const { ask, accounts } = await peopled()
    const { passwordHash = '', ...user } = (await accounts.userByName('op-a')) ?? {}
    const other = await openPasswords().hash('another long password')
    const signingIn = ask({ method: 'POST', url: '/api/sign-in', payload: { name: 'op-a', password } })
    // Holds whenever it happens; most often it is while the slow hash is worked out.
    await new Promise((resolve) => setTimeout(resolve, 10))
    await accounts.putUser(user as User, other)
    const answer = await signingIn
    const cookie = answer.headers['set-cookie'] ? cookieOf(answer.headers['set-cookie']) : ''
    expect((await ask({ url: '/api/me', headers: { cookie } })).statusCode).toBe(401)
  })

  test('the last admin cannot be taken away', async () => {
    const { ask, signIn } = await peopled()
    const { headers } = await signIn('root')
    for (const payload of [{ disabled: true }, { role: 'operator' }]) {
      expect((await ask({ method: 'PATCH', url: '/api/users/u-admin', payload, headers })).json()).toMatchObject({ code: 'last-admin' })
    }
    const other = { name: 'second', displayName: '另一位', role: 'admin', siteIds: [], areas: [], password }
    const add = () => ask({ method: 'POST', url: '/api/users', payload: other, headers })
    // A button pressed twice is told that the name is taken; two who take the right from each other at once leave one of them.
    const twice = await Promise.all([add(), add()])
    expect(twice.map(({ statusCode, json }) => [statusCode, json().code]).sort()).toEqual([
      [200, undefined],
      [409, 'name-taken'],
    ])
    const second = await signIn('second')
    const takeFrom = (id: string, by: typeof headers) =>
      ask({ method: 'PATCH', url: `/api/users/${id}`, payload: { role: 'operator' }, headers: by })
    const both = await Promise.all([takeFrom('u-admin', second.headers), takeFrom(second.me.id, headers)])
    expect(both.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
  })
})
