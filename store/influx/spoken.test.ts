/** What servers of every version, and whoever stands before them, really say: each answer has its end, no reading is lost to one, and a person is called where only a person can help. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HttpError } from '@influxdata/influxdb-client'
import { afterEach, describe, expect, test } from 'vitest'
import { settingsOf } from '../../bench/lib/influxd.ts'
import { openAuthority } from '../../broker/ca.ts'
import { systemClock } from '../../domain/clock.ts'
import { instant } from '../../domain/time.ts'
import type { InfluxNeeds } from '../influx.ts'
import { reading } from '../telemetry.contract.ts'
import { openClient } from './client.ts'
import { openLanes, timings, until } from './lane.contract.ts'
import { findServer, InfluxRefusal, type Server } from './server.ts'
import { openSpoken, type Said, type Spoken } from './spoken.contract.ts'
import { retryAfterOf, type Trouble, troubleOf } from './trouble.ts'
import { type Outcome, openWriter } from './writer.ts'

const { open, newFolder } = openLanes()
const opened: Spoken[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

async function spoken(needs: Parameters<typeof openSpoken>[0]): Promise<Spoken> {
  const server = await openSpoken(needs)
  opened.push(server)
  return server
}

const signedIn = { token: 't', org: 'o', bucket: 'b' }
const lane = (server: Spoken, more: Partial<InfluxNeeds> = {}) => open(settingsOf(server.url, '', signedIn), newFolder(), more)

/** What becomes of lines that are sent there, once: nothing of it is tried again. */
async function sentTo(url: string, lines: readonly string[]): Promise<Outcome> {
  const settings = settingsOf(url, 'b', signedIn)
  const client = openClient(settings, timings)
  try {
    return await openWriter(client, await findServer(client, settings), settings).write(lines)
  } catch (error) {
    const trouble = error instanceof InfluxRefusal ? error.trouble : troubleOf(error, settings, systemClock.now())
    return { done: false, trouble }
  } finally {
    client.stop()
  }
}
const forAPerson = (sentence: RegExp): Trouble => ({ kind: 'operator', sentence: expect.stringMatching(sentence), retryAfterMs: null })
const linesOf = (count: number, name = 'reading') => Array.from({ length: count }, (_, n) => `${name},device=${n} value=${n} ${n}`)
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => reading(n, from + n))

/** As 2.7 says it: the number stands at the end of more than 300 letters. */
const outside = (count: number) => {
  const oldest = 'reading,device=1,kind=heartbeat,resident=100000,site=%4e00;%4e8c;%4e09; at 2026-01-01T00:00:00Z'
  const why = 'dropped because it violates a Retention Policy Lower Bound at 2026-08-25T06:00:00.686336708Z'
  return `failure writing points to database: partial write: dropped ${count} points outside retention policy of duration 2160h0m0s - oldest point ${oldest} ${why}, newest point ${oldest} ${why} dropped=${count} for database: 91040e1bf6671dfd for retention policy: autogen`
}

describe('a part of a batch', () => {
  test('2.7: a whole batch that is older than the bucket keeps is one request, counted and kept to be looked at, and what follows is stored', async () => {
    const server = await spoken({
      version: 'v2.7.12',
      answer: ({ lines, index }) =>
        index === 0 ? { status: 422, body: { code: 'unprocessable entity', message: outside(lines.length) } } : { status: 204 },
    })
    const { influx } = await lane(server)
    await influx.telemetry.record(many(300))
    await influx.drained()
    expect(server.writes()).toBe(1)
    expect(influx.health()).toMatchObject({ refusedReadings: 300, sentReadings: 0, waitingReadings: 0, state: 'sending' })
    expect((await influx.refused(1))[0]?.why).toMatch(/outside retention policy/)
    await influx.telemetry.record(many(5, 1_000))
    await influx.drained()
    expect(server.stored).toHaveLength(5)
  })

  // Words of the versions, for the same trouble: lines of device 7 are refused, the others are stored.
  const words: readonly [string, string, (refused: number) => Said][] = [
    ['1.x', '1.8.10', (n) => ({ status: 400, body: { error: `partial write: points beyond retention policy dropped=${n}` } })],
    [
      'early 2.x',
      'v2.0.2',
      (n) => ({ status: 500, body: { message: `unexpected error writing points to database: partial write: beyond dropped=${n}` } }),
    ],
    ['2.7', 'v2.7.12', (n) => ({ status: 422, body: { message: outside(n) } })],
    [
      '3 Core, which names no type of its answer',
      '3.2.1',
      () => ({
        ...{ status: 400, headers: { 'content-type': 'text/plain' } },
        body: '{"error":"partial write of line protocol occurred","data":[{"original_line":"x","line_number":1,"error_message":"no such time"}]}',
      }),
    ],
    ['3, formerly', '3.0.0', () => ({ status: 201, body: {} })],
  ]
  for (const [name, version, said] of words)
    test(`${name}: what is refused stands alone, the rest is stored`, async () => {
      const isBad = (line: string) => line.includes('device=7 ')
      const server = await spoken({
        version,
        answer({ lines }) {
          const bad = lines.filter(isBad).length
          if (bad === 0) return { status: 204 }
          server.stored.push(...lines.filter((line) => !isBad(line)))
          return said(bad)
        },
      })
      const outcome = await sentTo(server.url, linesOf(40))
      const why = name.startsWith('3 Core') ? 'partial write of line protocol occurred: no such time' : expect.any(String)
      expect(outcome).toEqual({ done: true, refused: [{ line: 'reading,device=7 value=7 7', why }] })
      expect(new Set(server.stored)).toEqual(new Set(linesOf(40).filter((line) => !isBad(line))))
    })

  test('a field of another type is a person’s business on 3, too: nothing is thrown away', async () => {
    const why = "invalid column type for column 'value', expected iox::column_type::field::string, got iox::column_type::field::float"
    const server = await spoken({
      version: '3.2.1',
      answer: () => ({ status: 400, body: { error: 'partial write of line protocol occurred', data: [{ error_message: why }] } }),
    })
    expect(await sentTo(server.url, linesOf(9))).toMatchObject({ done: false, trouble: forAPerson(/of another type/) })
  })
})

describe('what only a person can mend', () => {
  test('a redirect, a login page and who knows no writing are told with what to do, and nothing is lost to them', async () => {
    for (const [answer, sentence] of [
      [{ status: 301, headers: { location: 'https://elsewhere/' } }, /says 301 .*set INFLUX_URL/],
      [{ status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }, /says 200 .*set INFLUX_URL/],
      [{ status: 405, body: { message: 'no' } }, /says 405 .*set INFLUX_URL/],
      [{ status: 403, body: { message: 'insufficient permissions for write' } }, /forbids us the bucket "b": give INFLUX_TOKEN the right/],
    ] as const) {
      const server = await spoken({ version: 'v2.7.12', answer: () => answer })
      expect(await sentTo(server.url, linesOf(20))).toMatchObject({ done: false, trouble: forAPerson(sentence) })
    }
  })

  test('a name that answers from another bucket is not asked: history would be somebody else’s', async () => {
    const content = [{ database: 'b', bucketID: 'other', default: true }]
    const server = await spoken({
      ...{ version: 'v2.7.12', answer: () => ({ status: 204 }) },
      more: (path) => (path === '/api/v2/dbrps' ? { status: 200, body: { content } } : null),
    })
    expect(await sentTo(server.url, linesOf(1))).toMatchObject({ trouble: forAPerson(/"b" from another bucket: set INFLUX_DATABASE/) })
  })

  test('a certificate that nobody vouches for, and http where https is spoken, are told with what to do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'anling-unknown-'))
    const authority = openAuthority(folder, systemClock)
    await authority.init('Nobody knows it')
    await authority.server(['127.0.0.1'], 30)
    const text = (name: string) => readFileSync(join(folder, name), 'utf8')
    const tls = { key: text('server.key'), cert: text('server.crt') }
    rmSync(folder, { recursive: true })
    const healthy = { version: 'v2.7.12', answer: () => ({ status: 204 }) }
    const [secret, plain] = [await spoken({ ...healthy, tls }), await spoken(healthy)]
    for (const [url, sentence] of [
      [secret.url, /certificate .* we cannot trust \([A-Z_]+\).*NODE_EXTRA_CA_CERTS/],
      [plain.url.replace('http:', 'https:'), /another protocol.*https:\/\/ in INFLUX_URL/],
    ] as const)
      expect(await sentTo(url, linesOf(3))).toMatchObject({ done: false, trouble: forAPerson(sentence) })
  })
})

describe('what passes by itself', () => {
  test('who takes nothing compressed is sent plain text', async () => {
    const server = await spoken({ version: 'v2.7.12', answer: ({ gzip }) => ({ status: gzip ? 415 : 204 }) })
    expect(await sentTo(server.url, linesOf(200))).toEqual({ done: true, refused: [] })
    expect(server.stored).toHaveLength(200)
  })

  test('who cannot take a whole batch in time is sent smaller ones, until everything is there', async () => {
    const server = await spoken({ version: 'v2.7.12', answer: ({ lines }) => (lines.length > 500 ? null : { status: 204 }) })
    const { influx } = await lane(server, { timings: { ...timings, requestMs: 250, batchReadings: 2_000 } })
    for (let n = 0; n < 30; n++) await influx.telemetry.record(many(100, n * 100))
    await influx.drained()
    expect(new Set(server.stored).size).toBe(3_000)
    expect(influx.health()).toMatchObject({ sentReadings: 3_000, droppedReadings: 0, refusedReadings: 0 })
  })

  test('Retry-After is honoured in seconds and as a date by the server’s own clock, but never for longer than an hour', () => {
    const now = instant(Date.parse('2026-11-22T08:00:00Z'))
    const waitOf = (headers: Record<string, string>) => retryAfterOf(new HttpError(429, '', '', null, null, undefined, headers), now)
    expect(waitOf({ 'retry-after': '30' })).toBe(30_000)
    expect(waitOf({ 'retry-after': 'Sun, 22 Nov 2026 08:02:00 GMT' })).toBe(120_000)
    // A server whose clock is a day ahead of ours.
    expect(waitOf({ 'retry-after': 'Mon, 23 Nov 2026 08:02:00 GMT', date: 'Mon, 23 Nov 2026 08:00:00 GMT' })).toBe(120_000)
    expect(waitOf({ 'retry-after': 'Sun, 22 Nov 2026 07:00:00 GMT' })).toBe(0)
    expect(waitOf({ 'retry-after': '9999999999' })).toBe(3_600_000)
    expect(waitOf({ 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' })).toBe(3_600_000)
    expect(waitOf({ 'retry-after': 'soon' })).toBe(null)
    expect(waitOf({})).toBe(null)
  })

  test('two writers at once do not take each other’s answers for their own', async () => {
    // One is told that only a part was stored; before that answer has ended, the other's came whole.
    const otherAnswered = Promise.withResolvers<void>()
    const server = await spoken({
      version: '3.0.0',
      answer: ({ lines }) =>
        lines.length === 8 && lines[0]?.startsWith('a') ? { status: 201, ends: otherAnswered.promise } : { status: 204 },
    })
    const settings = settingsOf(server.url, '', signedIn)
    const client = openClient(settings, timings)
    const at: Server = { kind: '3', version: '3.0.0', writePath: null, sentence: '' }
    const one = openWriter(client, at, settings).write(linesOf(8, 'a'))
    await until(() => server.writes() === 1)
    await openWriter(client, at, settings).write(linesOf(8, 'b'))
    otherAnswered.resolve()
    await one
    expect(server.stored.filter((line) => line.startsWith('a'))).toEqual(linesOf(8, 'a'))
    client.stop()
  })
})
