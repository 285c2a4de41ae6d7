/** History from InfluxDB keeps the contract of every history, over its own readings, and from sums when the readings are gone. */
import { afterEach, describe, expect, test } from 'vitest'
import { type Face, openFace } from '../../bench/lib/api-v2.ts'
import { influxql, settingsOf } from '../../bench/lib/influxd.ts'
import { systemClock } from '../../domain/clock.ts'
import { days, hours, instant, minutes } from '../../domain/time.ts'
import { historyContract } from '../history.contract.ts'
import type { InfluxNeeds } from '../influx.ts'
import type { HistoryStore, SummarySeries } from '../store.ts'
import { reading } from '../telemetry.contract.ts'
import { openClient } from './client.ts'
import { type Lane, lacks, openLanes, timings, until, useInfluxd } from './lane.contract.ts'
import { finalPass, freshPass, residuesOf, rollUp } from './rollup.ts'
import { rollupNeeds } from './rollup-loop.ts'
import { findServer } from './server.ts'
import type { InfluxSettings } from './settings.ts'
import { setUp } from './setup.ts'
import { startOfDay } from './sum-lines.ts'

const { open, settle, newFolder, pass: passTime, clock } = openLanes()

/** What InfluxDB alone answers, once it has everything: nothing of the embedded side can stand in for it. */
const alone = ({ influx }: Lane): HistoryStore => ({
  ...influx.history,
  async summaries(query) {
    await influx.drained()
    return influx.remoteSummaries(query)
  },
})

type Side = { historyOf: (lane: Lane) => HistoryStore; settled: (lane: Lane) => Promise<void>; more?: Partial<InfluxNeeds> }
const remote: Side = { historyOf: alone, settled: settle }
/** Both, as they are set up by default. */
const both: Side = {
  historyOf: ({ influx }) => influx.history,
  async settled({ influx, here }) {
    await influx.drained()
    await here.compact()
  },
  more: { local: days(14) },
}

function contract(name: string, settingsFor: () => Promise<InfluxSettings>, { historyOf, settled, more = {} }: Side): void {
  const knowsRepeatsFor = more.local ?? Number.POSITIVE_INFINITY
  historyContract(name, async () => {
    const settings = await settingsFor()
    const dataDir = newFolder()
    let now = await open(settings, dataDir, more)
    return {
      store: now.influx.telemetry,
      history: historyOf(now),
      knowsRepeatsFor,
      async pass(span) {
        await settled(now)
        passTime(span)
        await now.here.compact()
      },
      async reopen() {
        await now.influx.close()
        now = await open(settings, dataDir, more)
        return { store: now.influx.telemetry, history: historyOf(now) }
      },
      end: () => now.influx.close(),
    }
  })
}

describe('against a real influxd', { skip: lacks('influxd') }, () => {
  const { url, newDatabase } = useInfluxd()
  contract('influxdb 1.x alone', newDatabase, remote)
  contract('this machine and influxdb 1.x', newDatabase, both)

  const faces: Face[] = []
  afterEach(async () => {
    for (const face of faces.splice(0)) await face.close()
  })
  for (const major of [2, 3] as const) {
    const faced = async () => {
      const { url: upstream, database: bucket } = await newDatabase()
      const face = await openFace({ upstream, major, token: 'good', org: 'o', bucket })
      faces.push(face)
      return settingsOf(face.url, '', { token: 'good', org: 'o', bucket })
    }
    contract(`the HTTP of ${major} alone`, faced, remote)
  }

  const forEver = ' DURATION INF REPLICATION 1'

  /** A 1.x that keeps sums but makes none: as if its version had nothing of the kind. */
  async function withoutQueries(): Promise<InfluxSettings> {
    const settings = await newDatabase()
    for (const every of ['raw', 'hourly', 'daily'])
      await influxql(url(), `CREATE RETENTION POLICY "${every}" ON "${settings.database}"${forEver}`)
    return { ...settings, retentionPolicy: 'raw' }
  }

  async function rollupOf(settings: InfluxSettings, { devices = 1, goOn = async () => true } = {}) {
    const client = openClient(settings, timings)
    return rollupNeeds({ client, settings, server: await findServer(client, settings), devices }, goOn)
  }

  const dayStart = startOfDay(systemClock.now() - days(120))
  const town = Array.from({ length: 600 }, (_, n) =>
    reading(n % 12, 0, { resident: 7, kind: n % 3 ? 'temperature' : 'motion', at: instant(dayStart + n * minutes(9)), value: n % 7 }),
  )
  const shown = (list: readonly SummarySeries[]) =>
    list.map(({ device, kind, count, sum, min, max, first, last }) => [
      ...[device, kind],
      ...Array.from(count, (n, i) => n && [n, sum[i], min[i], max[i], first[i], last[i]]),
    ])
  const bounds = (step: number, count: number) => Array.from({ length: count + 1 }, (_, i) => instant(dayStart + i * step))
  const questions = [bounds(hours(1), 96), bounds(days(1), 4), [...bounds(hours(5), 3), instant(dayStart + days(4))]]

  test('our own sums by hour and by day are what the readings make them, and answer when the readings are gone', async () => {
    const settings = await withoutQueries()
    const { influx } = await open(settings)
    await influx.telemetry.record(town)
    await influx.drained()
    // A restart in the middle of a day, then all of it in small parts.
    let questionsLeft = 3
    const goOn = async () => --questionsLeft > 0
    expect(await rollUp(await rollupOf(settings, { devices: 3_000, goOn }), freshPass, clock.now())).toBe(0)
    expect(await rollUp(await rollupOf(settings, { devices: 3_000 }), freshPass, clock.now())).toBe(4)
    const ask = async () => Promise.all(questions.map(async (each) => shown(await influx.remoteSummaries({ resident: 7, bounds: each }))))
    const before = await ask()
    for (const change of ['DROP', 'CREATE'])
      await influxql(url(), `${change} RETENTION POLICY "raw" ON "${settings.database}"${change === 'DROP' ? '' : forEver}`)
    expect(await ask()).toEqual(before)
    expect(before[0]).toHaveLength(12)
  })

  test('what came late is in the sums that are made before the readings go', async () => {
    const settings = await withoutQueries()
    const { influx } = await open(settings)
    await influx.telemetry.record(town.slice(0, 500))
    await influx.drained()
    const needs = await rollupOf(settings)
    await rollUp(needs, freshPass, clock.now())
    await influx.telemetry.record(town.slice(500).map((late) => ({ ...late, at: instant(late.at - days(2)) })))
    await influx.drained()
    expect(await rollUp(needs, finalPass, clock.now())).toBeGreaterThan(0)
    const counted = async (every: string) =>
      Number((await influxql(url(), `SELECT sum("count") FROM "${every}"."reading"`, settings.database))[0]?.[1])
    expect(await counted('hourly')).toBe(600)
    expect(await counted('daily')).toBe(600)
  })

  for (const major of [2, 3] as const) {
    test(`the places that setup makes on ${major} are those that sums are written to and read from; it may be repeated`, async () => {
      const { url: upstream, database: bucket } = await newDatabase()
      const face = await openFace({ upstream, major, token: 'good', org: 'o', bucket })
      faces.push(face)
      const settings = settingsOf(face.url, '', { token: 'good', org: 'o', bucket })
      const client = openClient(settings, timings)
      for (let round = 0; round < 2; round++) await setUp({ client, settings, tell: () => {} })
      const [raw, sums] = major === 2 ? [90 * 86_400, 1_095 * 86_400] : ['90d', '1095d']
      expect(Object.fromEntries(face.places)).toEqual({ [bucket]: raw, [`${bucket}_hourly`]: sums, [`${bucket}_daily`]: sums })
      expect([...face.tasks.keys()]).toEqual(major === 2 ? [`anling ${bucket} hourly`, `anling ${bucket} daily`] : [])
      const { influx } = await open(settings)
      await influx.telemetry.record(town)
      await influx.drained()
      expect(await rollUp(await rollupOf(settings), finalPass, clock.now())).toBe(4)
      const ask = async () => Promise.all(questions.map(async (each) => shown(await influx.remoteSummaries({ resident: 7, bounds: each }))))
      const before = await ask()
      await influxql(upstream, 'DROP MEASUREMENT "reading"', bucket)
      expect(await ask()).toEqual(before)
      expect(before.map((found) => found.length)).toEqual([12, 12, 12])
    })
  }

  test('the platform sums up by itself what is about to go', async () => {
    const settings = await withoutQueries()
    const dataDir = newFolder()
    const { influx } = await open(settings, dataDir)
    await influx.telemetry.record(town)
    await influx.drained()
    await influx.close()
    await open(settings, dataDir, { timings: { ...timings, rollupMs: 20 } })
    const daily = () => influxql(url(), `SELECT sum("count") FROM "daily"."reading"`, settings.database)
    await until(async () => Number((await daily())[0]?.[1]) === 600)
  })

  test('spans of no common measure are told one by one', async () => {
    const { influx } = await open(await newDatabase())
    await influx.telemetry.record(town)
    await influx.drained()
    const odd = [0, 540_000, 540_001, days(2) + 7, days(3) + 1].map((at) => instant(dayStart + at))
    const found = await influx.remoteSummaries({ resident: 7, bounds: odd, kinds: ['motion'] })
    const expected = odd
      .slice(0, -1)
      .map((from, i) => town.filter((r) => r.kind === 'motion' && r.at >= from && r.at < (odd[i + 1] ?? from)))
    expect(odd.slice(1).map((_, i) => found.reduce((sum, { count }) => sum + (count[i] ?? 0), 0))).toEqual(
      expected.map(({ length }) => length),
    )
    expect(await influx.remoteSummaries({ resident: 7, bounds: odd, kinds: [] })).toEqual([])
  })
})

test('device numbers are parted by their last digits, every one into one part', () => {
  for (const devices of [1, 5_000, 60_000]) {
    const parts = residuesOf(devices).map((pattern) => new RegExp(pattern))
    for (const number of [0, 5, 7, 10, 42, 99, 100, 1_007, 59_999])
      expect(parts.filter((part) => part.test(String(number)))).toHaveLength(1)
  }
})
