/** The door of HTTP: foreign pages, foreign names, headers, limits, and answers that never show our inside. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StoreTrouble } from '../../store/store.ts'
import { openWorld, type Signed, type World } from './world.contract.ts'

let world: World
let admin: Signed
let operator: Signed
const troubles: string[] = []

beforeAll(async () => {
  world = await openWorld({ log: (_level, message, ids) => void troubles.push(`${message} ${JSON.stringify(ids)}`) })
  await world.addUsers()
  admin = await world.signIn('root')
  operator = await world.signIn('op-a')
})
afterAll(() => world.close())

describe('cross-site requests', () => {
  const change = (headers: Record<string, string>) =>
    world.ask({ method: 'POST', url: '/api/alarms/none/acknowledge', payload: {}, headers: { ...operator.headers, ...headers } })

  test('a page of another site changes nothing, even with our cookie and token', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost:8081', 'https://localhost:8080']) {
      expect((await change({ origin })).json()).toMatchObject({ code: 'foreign-origin' })
    }
    const headers = { ...operator.headers, 'sec-fetch-site': 'cross-site', host: 'localhost:8080' }
    const silent = await world.dashboard.app.inject({ method: 'POST', url: '/api/sign-out', headers })
    expect(silent.json()).toMatchObject({ code: 'foreign-origin' })
  })

  test('without the token of the session nothing changes', async () => {
    for (const token of ['', 'x', admin.me.csrfToken])
      expect((await change({ 'x-csrf-token': token })).json()).toMatchObject({ code: 'csrf' })
    expect((await change({})).statusCode).toBe(404)
  })

  test('a name that was bound to our address from outside is not served', async () => {
    for (const host of ['evil.example', 'evil.example:8080', 'localhost.evil.example:8080', 'a b', 'localhost:8080@evil.example']) {
      const answer = await world.ask({ url: '/api/me', headers: { ...operator.headers, host } })
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([421, 'wrong-host'])
    }
    for (const host of ['localhost:9', '127.0.0.1:9', '[::1]:9']) {
      expect((await world.ask({ url: '/api/me', headers: { ...operator.headers, host } })).statusCode).toBe(200)
    }
    const page = await world.ask({ url: '/', headers: { host: 'evil.example' } })
    expect(page.statusCode).toBe(421)
  })

  test('who signed in is told the zone of the first site they work for', async () => {
    const me = await world.ask({ url: '/api/me', headers: operator.headers })
    expect(me.json()).toMatchObject({ timeZone: 'Asia/Shanghai' })
  })

  test('there is no way in for other origins: no CORS headers are ever sent', async () => {
    const answer = await world.ask({ method: 'OPTIONS', url: '/api/me', headers: { origin: 'https://evil.example' } })
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('headers', () => {
  test.each(['/', '/api/health', '/api/nothing-here', '/wall'])('%s carries a strict policy', async (url) => {
    const { headers } = await world.ask({ url })
    const policy = String(headers['content-security-policy'])
    for (const part of [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
      "object-src 'none'",
      "base-uri 'none'",
    ]) {
      expect(policy).toContain(part)
    }
    expect(policy).not.toContain('unsafe')
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' })
    expect(headers['x-powered-by']).toBeUndefined()
  })
})

describe('refusals', () => {
  test('say what is wrong in one shape, by field', async () => {
    const bad = await world.ask({ method: 'POST', url: '/api/users', payload: { name: 'x', role: 'king' }, headers: admin.headers })
    const answer = bad.json<{ code: string; fields: { path: string }[] }>()
    expect(bad.statusCode).toBe(400)
    expect(answer.code).toBe('bad-request')
    expect(answer.fields.map(({ path }) => path)).toEqual(expect.arrayContaining(['name', 'role', 'password']))
  })

  test('too large, not JSON, unknown type, unknown route, unknown method', async () => {
    const post = (payload: string, type: string) =>
      world.ask({ method: 'POST', url: '/api/users', payload, headers: { ...admin.headers, 'content-type': type } })
    const answers = [
      await post(JSON.stringify({ name: 'x'.repeat(70_000) }), 'application/json'),
      await post('{', 'application/json'),
      await post('<a/>', 'application/xml'),
      await world.ask({ url: '/api/none', headers: admin.headers }),
      await world.ask({ method: 'DELETE', url: '/api/me', headers: admin.headers }),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([413, 400, 415, 404, 404])
    for (const answer of answers) expect(Object.keys(answer.json<object>()).sort()).toEqual(['code', 'message'])
  })

  test('trouble of the store is 503 with a time to come back; our own mistake is 500 without a word of our inside', async () => {
    const { accounts, ask } = world
    const real = accounts.users
    accounts.users = async () => {
      throw new StoreTrouble('disk-full', 'secret path /var/lib')
    }
    const trouble = await ask({ url: '/api/users', headers: admin.headers })
    expect([trouble.statusCode, trouble.headers['retry-after'], trouble.json<{ code: string }>().code]).toEqual([
      503,
      '2',
      'storage-trouble',
    ])
    accounts.users = async () => {
      throw new TypeError('secret reading of undefined')
    }
    const mistake = await ask({ url: '/api/users', headers: admin.headers })
    accounts.users = real
    expect(mistake.statusCode).toBe(500)
    for (const { body } of [trouble, mistake]) expect(body).not.toMatch(/secret|\.ts|node_modules/)
    expect(troubles.join()).toContain('secret reading of undefined')
  })

  test('a route that does not say what it needs cannot be added', async () => {
    const other = await openWorld()
    expect(() => other.dashboard.app.get('/api/open-door', async () => 'everything')).toThrow()
    await other.close()
  })
})

describe('the document', () => {
  test('names every route with its shapes, for anybody', async () => {
    const document = (await world.ask({ url: '/api/openapi.json' })).json<{ openapi: string; paths: Record<string, object> }>()
    expect(document.openapi).toMatch(/^3\.1/)
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/alarms/{id}/acknowledge', '/api/import/{table}', '/api/wall']),
    )
    expect(JSON.stringify(document.paths['/api/alarms/{id}/resolve'])).toContain('false-press')
  })
})

describe('the screens as files', () => {
  test('a missing build says so in a sentence', async () => {
    const answer = await world.ask({ url: '/' })
    expect([answer.statusCode, String(answer.headers['content-type'])]).toEqual([503, 'text/plain; charset=utf-8'])
    expect(answer.body).toContain('not built')
  })

  test('pages are asked for anew, hashed files are kept, and nothing outside the folder is served', async () => {
    const webRoot = join(world.dataDir, 'build')
    await mkdir(join(webRoot, 'assets'), { recursive: true })
    await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>wall</title>')
    await writeFile(join(webRoot, 'assets', 'main-abc123.js'), 'let a')
    await writeFile(join(world.dataDir, 'secret.txt'), 'secret')
    const built = await openWorld({ settings: { host: '127.0.0.1', port: 0, publicOrigin: '', webRoot } })
    for (const url of ['/', '/wall', '/admin/users?x=1']) {
      const page = await built.ask({ url })
      expect([page.statusCode, page.headers['cache-control'], page.body]).toEqual([200, 'no-cache', '<!doctype html><title>wall</title>'])
    }
    const script = await built.ask({ url: '/assets/main-abc123.js' })
    expect(String(script.headers['cache-control'])).toContain('immutable')
    expect(String(script.headers['content-security-policy'])).toContain("default-src 'self'")
    for (const url of ['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/assets/gone.js', '/..%5csecret.txt']) {
      const answer = await built.ask({ url })
      expect(answer.body, url).not.toContain('secret')
      expect(answer.statusCode, url).toBeGreaterThanOrEqual(400)
    }
    await built.close()
  })
})

describe('health', () => {
  test('is open to everybody and says nothing of anybody', async () => {
    const answer = await world.ask({ url: '/api/health' })
    expect(answer.json()).toMatchObject({ state: 'degraded', reasons: [{ code: 'no-screen' }] })
    expect(answer.body).not.toMatch(/SECRET|res-|op-a/)
  })
})
