/** The dashboard on a platform that sends its readings to InfluxDB: histories, who was last heard, what was refused, and the banners of the wall. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FaultProxy, openFaultProxy } from '../../bench/lib/fault-proxy.ts'
import { influxql, openInfluxd, type RealServer, settingsOf } from '../../bench/lib/influxd.ts'
import { systemClock } from '../../domain/clock.ts'
import type { Reading } from '../../domain/reading.ts'
import { days, instant } from '../../domain/time.ts'
import { lacks, timings, until } from '../../store/influx/lane.contract.ts'
import { type InfluxTelemetry, openInflux } from '../../store/influx.ts'
import { openTelemetry } from '../../store/sqlite/telemetry.ts'
import type { Beat, HistoryAnswer, LastSeenAnswer, RefusedReadings } from '../contracts.ts'
import { healthOf } from './platform-health.ts'
import { openWorld, type Signed, type World } from './world.contract.ts'

const hourMs = 3_600_000
/** Older than anything that stays on this machine. */
const start = Math.floor((systemClock.now() - days(30)) / hourMs) * hourMs
const calm = { fullSince: null, slowSince: null, refusedSince: null }

describe('with a real influxd', { skip: lacks('influxd') }, () => {
  let server: RealServer
  let proxy: FaultProxy
  let influx: InfluxTelemetry
  let world: World
  let [operator, admin]: (Signed | undefined)[] = []
  const folder = mkdtempSync(join(tmpdir(), 'anling-dashboard-influx-'))
  const ask = (url: string, as = operator) => world.ask({ method: 'GET', url, headers: as?.headers ?? {} })

  async function openStorage() {
    const fail = (trouble: Error) => {
      throw trouble
    }
    const common = { clock: systemClock, log: () => {} }
    const readings = await openTelemetry({
      ...common,
      dataDir: folder,
      windowMs: 2,
      reserveBytes: 0,
      spool: { local: days(14) },
      onFatal: fail,
    })
    // A spool with room for a few hundred readings.
    return openInflux({ ...common, readings, settings: settingsOf(proxy.url, 'town'), local: days(14), timings, bytesMax: 20_000 })
  }

  beforeAll(async () => {
    server = await openInfluxd()
    await server.start()
    proxy = await openFaultProxy(server.url)
    influx = await openStorage()
    const watched = { database: { health: () => calm }, readings: { health: () => calm }, audit: { findings: () => [] } }
    const timekeeper = { lastTickAt: () => systemClock.elapsed() }
    world = await openWorld({
      ...{ telemetry: influx.telemetry, history: influx.history, influx },
      health: () => healthOf({ ...watched, influx, timekeeper, clock: systemClock }),
    })
    await world.addUsers()
    operator = await world.signIn('op-a')
    admin = await world.signIn('root')
  })
  afterAll(async () => {
    await world.close()
    await influx.close()
    await proxy.close()
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What the wall's next word of the server says. */
  async function bannerOnTheWall(): Promise<Beat['banner']> {
    const screen = await world.screen(operator?.cookie ?? '')
    const banner = await new Promise<Beat['banner']>((resolve) => {
      screen.on('beat', (beat) => resolve(beat.banner))
      screen.emit('hello', null, () => {})
    })
    screen.disconnect()
    return banner
  }
  const bannerBecomes = (kind: string | null) => until(async () => ((await bannerOnTheWall())?.kind ?? null) === kind)
  const reasons = async () => (await ask('/api/health')).json<{ reasons: { code: string; message: string }[] }>().reasons
  const reading = (minute: number): Reading => ({
    device: 1,
    resident: 1,
    kind: 'heartbeat',
    at: instant(start + minute * 60_000),
    value: -60,
  })
  const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => reading(from + n))

  test('what only a person can mend is on the wall with a sentence for them, and goes by itself', async () => {
    await bannerBecomes('influx-refused')
    await expect.poll(reasons, { timeout: 20_000 }).toContainEqual({
      code: 'influx-refused',
      message: expect.stringMatching(/no database "town".*npm run influx:setup.*0 readings wait on this machine/),
    })
    await influxql(server.url, 'CREATE DATABASE "town"')
    await bannerBecomes(null)
    proxy.set({ kind: 'status', status: 401, asksToo: true })
    await influx.telemetry.record(many(3))
    await bannerBecomes('influx-refused')
    await expect.poll(reasons, { timeout: 20_000 }).toContainEqual({
      code: 'influx-refused',
      message: expect.stringMatching(/does not accept our sign-in: set INFLUX_USERNAME and INFLUX_PASSWORD.*3 readings wait/),
    })
    proxy.set({ kind: 'none' })
    await bannerBecomes(null)
    await influx.drained()
  })

  test('a backlog alone is told and no banner; once readings are dropped it is one, until InfluxDB is back', async () => {
    proxy.set({ kind: 'gone' })
    await influx.telemetry.record(many(10))
    await until(() => influx.health().state === 'away')
    await expect.poll(reasons, { timeout: 20_000 }).toContainEqual({
      code: 'influx-away',
      message: expect.stringMatching(/readings wait here until it does. 10 readings wait/),
    })
    expect(await bannerOnTheWall()).toBe(null)
    for (let n = 0; n < 20; n++) await influx.telemetry.record(many(100, n * 100))
    await bannerBecomes('telemetry-dropped')
    await expect
      .poll(reasons, { timeout: 20_000 })
      .toContainEqual({ code: 'telemetry-dropped', message: expect.stringMatching(/^[1-9]\d* readings were dropped/) })
    const seen = (await ask('/api/sites/a/last-seen')).json<LastSeenAnswer>()
    expect(seen.deviceIds).toEqual(['btn-a-1', 'btn-a-2', 'btn-a-3'])
    proxy.set({ kind: 'none' })
    await bannerBecomes(null)
    await influx.drained()
  })

  test('who was last heard is one question for the whole site, answered while InfluxDB is away', async () => {
    proxy.set({ kind: 'gone' })
    const device = await world.directory.device('btn-a-2')
    const at = systemClock.now()
    if (device) world.silence.heard(device, at)
    const { deviceIds, heardAt } = (await ask('/api/sites/a/last-seen')).json<LastSeenAnswer>()
    expect(deviceIds.map((id, i) => [id, heardAt[i]])).toEqual([
      ['btn-a-1', 0],
      ['btn-a-2', at],
      ['btn-a-3', 0],
    ])
    proxy.set({ kind: 'none' })
  })

  test('a history holds what came to InfluxDB in other ways, to the minute, and as a spreadsheet', async () => {
    const device = await world.directory.device('btn-a-1')
    const tags = `reading,device=${device?.number},kind=battery,resident=${device?.residentNumber},site=a`
    const body = [81, 80, 79].map((value, n) => `${tags} value=${value} ${start + n * 90 * 60_000}`).join('\n')
    await fetch(`${server.url}/write?db=town&precision=ms`, { method: 'POST', body })
    await until(() => influx.health().state === 'sending')
    const history = async (points: number) =>
      (
        await ask(`/api/residents/res-a-1/history?from=${start}&to=${start + 4 * hourMs}&series=battery&points=${points}`)
      ).json<HistoryAnswer>()
    const byHour = await history(12)
    expect([byHour.step, byHour.series.map(({ values }) => values)]).toEqual([hourMs, [[81, 80, 80, 79]]])
    const fine = await history(2_000)
    expect(fine.step).toBe(60_000)
    expect(fine.series[0]?.values.flatMap((value, i) => (i % 90 === 0 ? [value] : []))).toEqual([81, 80, 79])
    const csv = await ask(`/api/devices/btn-a-1/history?from=${start}&to=${start + hourMs}&series=battery&points=3&format=csv`)
    expect(csv.body).toContain('battery btn-a-1 SECRET-A\r\n')
    expect(csv.body).toMatch(/:00:00,81\r\n/)
  })

  test('what InfluxDB refused is listed for an admin with why, counted, and for nobody else', async () => {
    const before = influx.health().refusedReadings
    await influx.telemetry.record([reading(0), { ...reading(0), at: instant(2 ** 49) }])
    await influx.drained()
    const { total, entries } = (await ask('/api/telemetry/refused', admin)).json<RefusedReadings>()
    expect(total).toBe(before + 1)
    expect(entries[0]).toMatchObject({
      line: `reading,device=1,kind=heartbeat,resident=1 value=-60 ${2 ** 49}`,
      why: expect.stringContaining('outside what InfluxDB can hold'),
    })
    expect((await ask('/api/telemetry/refused')).statusCode).toBe(403)
  })
})
