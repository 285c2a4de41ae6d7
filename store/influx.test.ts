/** Telemetry on InfluxDB keeps the contract against a real influxd, and the v2 write path against a real VictoriaMetrics. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openFaultProxy } from '../bench/lib/fault-proxy.ts'
import { hasProgram, influxql, openInfluxd, openVictoria, type RealServer, settingsOf } from '../bench/lib/influxd.ts'
import { systemClock } from '../domain/clock.ts'
import { days, instant, milliseconds } from '../domain/time.ts'
import { quoteName } from './influx/influxql.ts'
import { textOfTag } from './influx/line.ts'
import type { InfluxSettings } from './influx/settings.ts'
import { type InfluxNeeds, type InfluxTelemetry, openInflux } from './influx.ts'
import { openTelemetry, type Telemetry } from './sqlite/telemetry.ts'
import { reading, telemetryContract } from './telemetry.contract.ts'

const timings = { requestMs: 5_000, retryMinMs: 20, retryMaxMs: 200, lingerMs: 10, batchReadings: 5_000 }
const everything = { from: instant(-(2 ** 50)), to: instant(2 ** 50), limit: 100_000 }
const folders: string[] = []
const opened: InfluxTelemetry[] = []
/** Moved on to let what is here grow old. */
let ahead = 0
const clock = { ...systemClock, now: () => instant(systemClock.now() + ahead) }

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anling-influx-'))
  folders.push(folder)
  return folder
}

type Opened = { influx: InfluxTelemetry; here: Telemetry }

/** Nothing stays here once it is sent, so that every answer comes from InfluxDB. */
async function open(settings: InfluxSettings, dataDir = newFolder(), more: Partial<InfluxNeeds> = {}): Promise<Opened> {
  const log = () => {}
  const onFatal = (trouble: Error) => {
    throw trouble
  }
  const here = await openTelemetry({ dataDir, clock, log, windowMs: 2, reserveBytes: 0, spool: { local: milliseconds(0) }, onFatal })
  // What was recorded on the day that sending began stays as long as before.
  ahead += days(2)
  const influx = await openInflux({ readings: here, settings, clock, log, local: milliseconds(0), timings, ...more })
  opened.push(influx)
  return { influx, here }
}

/** Sends everything, then lets everything that was sent go from this machine. */
async function settle({ influx, here }: Opened): Promise<void> {
  await influx.drained()
  await here.compact()
  ahead += days(3)
  await here.compact()
  expect((await here.telemetry.counts()).readings).toBe(0)
}

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function contract(name: string, settingsFor: () => Promise<InfluxSettings>): void {
  telemetryContract(name, async () => {
    const settings = await settingsFor()
    const dataDir = newFolder()
    let now = await open(settings, dataDir)
    return {
      store: now.influx.telemetry,
      async reopen() {
        await now.influx.close()
        now = await open(settings, dataDir)
        return now.influx.telemetry
      },
      settle: () => settle(now),
      end: () => now.influx.close(),
    }
  })
}

/** Where a program is missing the tests are left out with a line; in CI that is a failure. */
function needsProgram(name: string): boolean {
  const has = hasProgram(name)
  if (!has && process.env.CI === 'true') throw new Error(`${name} is not installed, and CI must not leave its tests out`)
  if (!has) console.warn(`${name} is not installed: its tests are left out`)
  return has
}

describe.runIf(needsProgram('influxd'))('InfluxDB 1.x, as Debian ships it', () => {
  let server: RealServer
  beforeAll(async () => {
    server = await openInfluxd()
    await server.start()
  })
  afterAll(() => server.end())

  async function newDatabase(name = `t-${randomUUID()}`): Promise<InfluxSettings> {
    await influxql(server.url, `CREATE DATABASE "${name}"`)
    return settingsOf(server.url, name)
  }

  contract('influxdb 1.x', newDatabase)

  async function opened1x(more: Partial<InfluxNeeds> = {}): Promise<Opened & { settings: InfluxSettings }> {
    const settings = await newDatabase()
    return { ...(await open(settings, newFolder(), more)), settings }
  }
  const stored = async ({ database }: InfluxSettings): Promise<number> =>
    Number((await influxql(server.url, 'SELECT count("value") FROM "reading"', database))[0]?.[1] ?? 0)

  test('two values of one millisecond are both kept, and sent again they are still two', async () => {
    const proxy = await openFaultProxy(server.url)
    const settings = { ...(await newDatabase()), url: proxy.url }
    proxy.set({ kind: 'unanswered' })
    const now = await open(settings)
    const both = [reading(1, 0, { kind: 'motion', value: 1 }), reading(1, 0, { kind: 'motion', value: 0 })]
    await now.influx.telemetry.record(both)
    await until(() => (proxy.writes().unanswered ?? 0) >= 2)
    proxy.set({ kind: 'none' })
    await settle(now)
    expect(await now.influx.telemetry.readings({ device: 1, ...everything })).toStrictEqual(both)
    await proxy.close()
  })

  test('site ids of any text are stored and come back literally', async () => {
    const hostile = [
      'site 1',
      'a,b=c',
      'x\\',
      '"q"',
      "'; DROP DATABASE x; --",
      'line\nbreak',
      '安铃',
      '%41;',
      '',
      '\u0000\ud800',
      '=,= \t',
      '$1 {2}',
    ]
    const ofDevice = new Uint16Array([0, ...hostile.map((_, place) => place + 1)])
    const { influx, settings } = await opened1x({ sites: async () => ({ names: hostile, ofDevice }) })
    await influx.telemetry.record(hostile.map((_, n) => reading(n + 1, n)))
    await influx.drained()
    expect(influx.health()).toMatchObject({ sentReadings: hostile.length, refusedReadings: 0 })
    const rows = await influxql(server.url, 'SELECT "value", "site"::tag FROM "reading"', settings.database)
    expect(rows.map((row) => textOfTag(String(row[2])))).toEqual(hostile)
  })

  test('names of databases, users and passwords of any text work literally', async () => {
    for (const name of ["a'b", 'a"b', 'a b', 'x; DROP DATABASE y', '安铃', '$d&db=other', 'back `tick`']) {
      await influxql(server.url, `CREATE DATABASE ${quoteName(name)}`)
      const now = await open(settingsOf(server.url, name, { username: `u:${name}`, password: name }))
      await now.influx.telemetry.record([reading(1, 0)])
      await settle(now)
      expect(await now.influx.telemetry.readings({ device: 1, ...everything })).toStrictEqual([reading(1, 0)])
      expect(await stored(settingsOf(server.url, name))).toBe(1)
    }
  })

  test('a moment that InfluxDB cannot hold is refused by itself, counted and kept to be looked at', async () => {
    const { influx, settings } = await opened1x()
    await influx.telemetry.record([reading(1, 0), reading(1, 0, { at: instant(2 ** 49) }), reading(2, 0)])
    await influx.drained()
    expect(influx.health()).toMatchObject({ sentReadings: 2, refusedReadings: 1, droppedReadings: 0 })
    expect(await stored(settings)).toBe(2)
  })

  test('a line that the server refuses does not hold up the rest', async () => {
    const settings = await newDatabase()
    await influxql(server.url, `CREATE RETENTION POLICY "short" ON "${settings.database}" DURATION 1d REPLICATION 1 DEFAULT`)
    const { influx } = await open(settings)
    const now = systemClock.now()
    const readings = Array.from({ length: 100 }, (_, n) => reading(n, 0, { at: instant(n % 10 === 0 ? now - days(30) : now - n) }))
    await influx.telemetry.record(readings)
    await influx.drained()
    expect(influx.health()).toMatchObject({ sentReadings: 90, refusedReadings: 10, waitingReadings: 0 })
    expect(await stored(settings)).toBe(90)
  })

  test('a missing database is said with what to do, nothing is lost, and sending begins by itself once it is there', async () => {
    const { influx } = await open(settingsOf(server.url, 'later'))
    await influx.telemetry.record([reading(1, 0)])
    await until(() => influx.health().state === 'operator')
    expect(influx.health().sentence).toMatch(/no database "later".*npm run influx:setup/)
    await influxql(server.url, 'CREATE DATABASE "later"')
    await influx.drained()
    expect(influx.health()).toMatchObject({ state: 'sending', since: null, sentReadings: 1, waitingReadings: 0 })
  })

  test('over its bound the spool drops the oldest readings, counts them, and keeps the newest', async () => {
    const proxy = await openFaultProxy(server.url)
    const settings = { ...(await newDatabase()), url: proxy.url }
    proxy.set({ kind: 'gone' })
    const { influx } = await open(settings, newFolder(), { bytesMax: 40_000 })
    for (let n = 0; n < 40; n++) await influx.telemetry.record(Array.from({ length: 100 }, (_, i) => reading(1, n * 100 + i)))
    await until(() => influx.health().droppedReadings > 0 && influx.health().waitingBytes <= 40_000)
    proxy.set({ kind: 'none' })
    await influx.drained()
    const { sentReadings, droppedReadings } = influx.health()
    expect(sentReadings + droppedReadings).toBe(4_000)
    expect(await stored(settings)).toBe(sentReadings)
    expect((await influx.telemetry.counts()).droppedReadings).toBe(droppedReadings)
    const newest = await influxql(server.url, 'SELECT last("value") FROM "reading"', settings.database)
    expect(newest[0]?.[0]).toBe(reading(1, 3_999).at)
    await proxy.close()
  })

  test('after an outage new readings do not wait behind the backlog', async () => {
    const proxy = await openFaultProxy(server.url)
    const settings = { ...(await newDatabase()), url: proxy.url }
    proxy.set({ kind: 'gone' })
    const { influx } = await open(settings, newFolder(), { timings: { ...timings, batchReadings: 100 } })
    for (let n = 0; n < 60; n++) await influx.telemetry.record(Array.from({ length: 100 }, (_, i) => reading(1, n * 100 + i)))
    proxy.set({ kind: 'none' })
    await until(() => influx.health().sentReadings > 0)
    await influx.telemetry.record([reading(2, 0)])
    await until(
      async () => (await influxql(server.url, `SELECT "value" FROM "reading" WHERE "device" = '2'`, settings.database)).length === 1,
    )
    expect(influx.health().waitingReadings).toBeGreaterThan(2_000)
    await influx.drained()
    expect(await stored(settings)).toBe(6_001)
    await proxy.close()
  })

  test('what was recorded before a restart is sent after it, once', async () => {
    const proxy = await openFaultProxy(server.url)
    const settings = { ...(await newDatabase()), url: proxy.url }
    proxy.set({ kind: 'gone' })
    const dataDir = newFolder()
    const first = await open(settings, dataDir)
    await first.influx.telemetry.record([reading(1, 0), reading(1, 1)])
    await first.here.compact()
    await first.influx.close()
    proxy.set({ kind: 'none' })
    const second = await open(settings, dataDir)
    await second.influx.drained()
    expect(await stored(settings)).toBe(2)
    expect(second.influx.health().sentReadings).toBe(2)
    await proxy.close()
  })

  test('while InfluxDB is away, what is here is answered and older history is refused with a sentence', async () => {
    const { influx, here } = await open(settingsOf('http://127.0.0.1:9'), newFolder(), { local: days(14) })
    const now = clock.now()
    const recent = [reading(1, 0, { at: now })]
    await influx.telemetry.record(recent)
    await here.compact()
    expect(await influx.telemetry.readings({ device: 1, from: instant(now - days(13)), to: now, limit: 10 })).toStrictEqual(recent)
    await expect(influx.telemetry.readings({ device: 1, ...everything })).rejects.toMatchObject({
      name: 'StoreTrouble',
      message: /does not answer/,
    })
    await until(() => influx.health().state === 'away')
    expect(influx.health()).toMatchObject({ waitingReadings: 1, droppedReadings: 0 })
  })
})

describe.runIf(needsProgram('influxd'))('InfluxDB 1.x with its limits on', () => {
  test('the 1.x limit of values per tag is said with its cure, and nothing is lost to it', async () => {
    const server = await openInfluxd({ maxValuesPerTag: 5 })
    await server.start()
    await influxql(server.url, 'CREATE DATABASE "few"')
    const { influx } = await open(settingsOf(server.url, 'few'))
    await influx.telemetry.record(Array.from({ length: 5 }, (_, n) => reading(n, 0)))
    await influx.drained()
    await influx.telemetry.record(Array.from({ length: 9 }, (_, n) => reading(n, 1)))
    await until(() => influx.health().state === 'operator')
    expect(influx.health().sentence).toMatch(/index-version = "tsi1".*max-values-per-tag = 0/)
    expect(influx.health()).toMatchObject({ waitingReadings: 9, refusedReadings: 0 })
    await influx.close()
    await server.end()
  })

  test('a wrong user or password is said with what to do', async () => {
    const server = await openInfluxd({ auth: true })
    await server.start()
    await fetch(`${server.url}/query`, {
      method: 'POST',
      body: new URLSearchParams({ q: `CREATE USER "root" WITH PASSWORD 'right' WITH ALL PRIVILEGES` }),
    })
    const { influx } = await open(settingsOf(server.url, 'any', { username: 'root', password: 'wrong' }))
    await until(() => influx.health().state === 'operator')
    expect(influx.health().sentence).toMatch(/INFLUX_USERNAME and INFLUX_PASSWORD/)
    await influx.close()
    await server.end()
  })
})

describe.runIf(needsProgram('victoria-metrics'))('the v2 write path, against VictoriaMetrics', () => {
  test('every reading arrives by /api/v2/write, with its tags and its millisecond', async () => {
    const server = await openVictoria()
    await server.start()
    const said: string[] = []
    const settings = settingsOf(server.url, '', { token: 't', org: 'o', bucket: 'b' })
    const { influx } = await open(settings, newFolder(), {
      log: (_, message) => said.push(message),
      sites: async () => ({ names: ['南京 路'], ofDevice: new Uint16Array(500).fill(1) }),
    })
    const readings = Array.from({ length: 400 }, (_, n) => reading(n % 20, n, { kind: n % 2 ? 'motion' : 'heartbeat', value: n }))
    await influx.telemetry.record(readings)
    await influx.drained()
    expect(said).toContainEqual(expect.stringMatching(/takes InfluxDB writes but tells no version/))
    await fetch(`${server.url}/internal/force_flush`)
    const exported = await (await fetch(`${server.url}/api/v1/export?match[]=reading_value`)).text()
    const series = exported
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { metric: Record<string, string>; values: number[]; timestamps: number[] })
    const found = series.flatMap(({ metric, values, timestamps }) =>
      values.map((value, i) => ({
        device: Number(metric.device),
        kind: metric.kind,
        resident: Number(metric.resident),
        site: textOfTag(String(metric.site)),
        value,
        at: timestamps[i],
      })),
    )
    expect(found.sort((a, b) => a.value - b.value)).toEqual(readings.map((each) => ({ ...each, site: '南京 路' })))
    await expect(influx.telemetry.readings({ device: 1, ...everything })).rejects.toMatchObject({ message: /InfluxQL/ })
    await server.end()
  })
})

const other = process.env.INFLUX_TEST_URL
describe.runIf(other)('another server, named by INFLUX_TEST_URL', () => {
  const { INFLUX_TEST_TOKEN: token = '', INFLUX_TEST_ORG: org = '', INFLUX_TEST_BUCKET: bucket = '' } = process.env
  // A measurement for each test: they all share the bucket.
  contract(other ?? '(none)', async () => settingsOf(other ?? '', '', { token, org, bucket, measurement: `reading-${randomUUID()}` }))
})

/** Waits for a condition; the test's own limit ends a vain wait. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}
