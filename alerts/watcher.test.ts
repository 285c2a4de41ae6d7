/** The second process: silence is its alarm, also after its own start; it says when it hears again, and is fooled by nobody. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { instant, minutes, seconds } from '../domain/time.ts'
import { openVirtualClock } from '../test/virtual-clock.ts'
import { readSignature, signatureFor, signatureHeader } from './heartbeat/signature.ts'
import { type News, startListening } from './watcher/listening.ts'

describe('listening', () => {
  function listen() {
    const clock = openVirtualClock()
    const told: News[] = []
    const listening = startListening({ clock, after: seconds(90), repeat: minutes(5), tell: (news) => told.push(news) })
    return { clock, told, listening }
  }

  test('a sign every 30 s keeps it quiet; one that is missing is borne', async () => {
    const { clock, told, listening } = listen()
    for (let n = 0; n < 20; n += 1) {
      await clock.advance(seconds(n % 3 === 0 ? 60 : 30))
      listening.sign()
    }
    expect(told).toEqual([])
    expect(listening.state().state).toBe('hearing')
  })

  test('after 90 s of silence it tells, again every five minutes, and says after how long it hears again', async () => {
    const { clock, told, listening } = listen()
    await clock.advance(seconds(10))
    listening.sign()
    await clock.advance(seconds(90))
    expect(told).toEqual([])
    await clock.advance(seconds(2))
    expect(told).toMatchObject([{ kind: 'silent', times: 1 }])
    expect(listening.state().state).toBe('silent')
    await clock.advance(minutes(10))
    expect(told.map(({ times }) => times)).toEqual([1, 2, 3])
    listening.sign()
    expect(told.at(-1)).toMatchObject({ kind: 'heard-again', seconds: 692 })
    await clock.advance(seconds(89))
    expect(told).toHaveLength(4)
  })

  test('its own start is no excuse: it tells when it never heard anything', async () => {
    const { clock, told, listening } = listen()
    await clock.advance(seconds(92))
    expect(told).toMatchObject([{ kind: 'silent' }])
    expect(listening.state()).toMatchObject({ state: 'silent', signs: 0 })
  })

  test('its own standstill is not the platform’s silence, but hides it for 35 s at most', async () => {
    const { clock, told, listening } = listen()
    listening.sign()
    await clock.stall(minutes(30))
    await clock.advance(seconds(30))
    expect(told).toEqual([])
    listening.sign()
    await clock.advance(seconds(60))
    expect(told).toEqual([])
    await clock.stall(minutes(30))
    await clock.advance(seconds(37))
    expect(told).toMatchObject([{ kind: 'silent' }])
  })
})

describe('a signature', () => {
  const secret = 'sixteen letters!'
  const now = instant(1_800_000_000_000)
  const expected = { secret, now, lastAt: instant(0) }

  test('counts once, for what it signs, within five minutes, with our secret', () => {
    const good = signatureFor(secret, now, 'body')
    expect(readSignature(good, 'body', expected)).toEqual({ ok: true, at: now })
    for (const [header, body, asked] of [
      [good, 'other', expected],
      [good, 'body', { ...expected, lastAt: now }],
      [good, 'body', { ...expected, now: instant(now + minutes(6)) }],
      [good, 'body', { ...expected, now: instant(now - minutes(6)) }],
      [signatureFor('another secret!!', now, 'body'), 'body', expected],
      ['', 'body', expected],
      ['t=NaN,v1=00', 'body', expected],
    ] as const) {
      expect(readSignature(header, body, asked).ok).toBe(false)
    }
  })
})

describe('the process', () => {
  const secret = 'a secret of the house'
  const running: ChildProcess[] = []
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL')
  })

  async function watcher(args: readonly string[], more: Record<string, string> = {}) {
    const env = { PATH: process.env.PATH ?? '', ANLING_WATCHER_SECRET: secret, ...more }
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'watcher.ts'), ...args], {
      env,
    })
    running.push(child)
    const said = { out: '', err: '' }
    child.stdout.on('data', (data) => {
      said.out += data
    })
    child.stderr.on('data', (data) => {
      said.err += data
    })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await Promise.race([ended, vi.waitFor(() => expect(said.out).toMatch(/Watching/), 30_000)])
    return { said, ended, url: /http:\S+(?=\/sign)/.exec(said.out)?.[0] ?? '' }
  }

  test('tells by console and webhook when nothing is heard, and when it hears again; a stranger’s sign is none', async () => {
    const posted: { type: string; data: { subjectId: string; reason: string } }[] = []
    const receiver = createServer((request, response) => {
      let body = ''
      request.on('data', (part) => {
        body += part
      })
      request.on('end', () => {
        posted.push(JSON.parse(body))
        response.end()
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const { url, said } = await watcher(['--port', '0', '--after', '1', '--tell', 'console', '--tell', 'webhook'], {
      ANLING_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      ANLING_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
      ANLING_WEBHOOK_ALLOW_PRIVATE: 'true',
    })
    await vi.waitFor(() => expect(said.out).toMatch(/ALARM: Anling has given no sign of life/), 30_000)
    await vi.waitFor(() => expect(posted[0]?.data.subjectId).toBe('anling-platform:silent'), 30_000)
    expect((await fetch(`${url}/health`)).status).toBe(503)

    expect((await fetch(`${url}/sign`, { method: 'POST', headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    expect((await fetch(`${url}/sign`)).status).toBe(401)
    expect((await fetch(`${url}/health`)).status).toBe(503)
    expect(said.out).not.toMatch(/heard again/)

    const body = '{}'
    const headers = { [signatureHeader]: signatureFor(secret, instant(Date.now()), body) }
    expect((await fetch(`${url}/sign`, { method: 'POST', headers, body })).status).toBe(200)
    expect((await fetch(`${url}/sign`, { method: 'POST', headers, body })).status).toBe(401)
    await vi.waitFor(() => expect(said.out).toMatch(/heard again after \d+ s/), 30_000)
    await vi.waitFor(() => expect(posted.some(({ data }) => data.subjectId === 'anling-platform:heard-again')).toBe(true), 30_000)
    expect((await fetch(`${url}/sign`, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(200)
    receiver.close()
  }, 40_000)

  test('refuses to start when it could tell nobody, with a sentence', async () => {
    for (const args of [
      ['--tell', 'push'],
      ['--tell', 'email:a@example.org'],
      ['--tell', 'email'],
      ['--after', 'soon'],
    ]) {
      const { said, ended } = await watcher(['--port', '0', ...args])
      expect(await ended).toBe(78)
      expect(said.err).toMatch(/The watcher did not start: .+/)
    }
    const { said, ended } = await watcher(['--port', '0'], { ANLING_WATCHER_SECRET: 'short' })
    expect(await ended).toBe(78)
    expect(said.err).not.toMatch(/short/)
  }, 40_000)
})
