/** The spool: nothing is lost while InfluxDB is away, nothing waits behind what it refuses, and what is dropped is counted. */
import { describe, expect, test } from 'vitest'
import { openFaultProxy } from '../../bench/lib/fault-proxy.ts'
import { influxql, settingsOf } from '../../bench/lib/influxd.ts'
import { systemClock } from '../../domain/clock.ts'
import { days, instant } from '../../domain/time.ts'
import type { InfluxNeeds } from '../influx.ts'
import { reading } from '../telemetry.contract.ts'
import { everything, lacks, openLanes, timings, until, useInfluxd } from './lane.contract.ts'

const { open, newFolder, clock } = openLanes()

describe('against a real influxd', { skip: lacks('influxd') }, () => {
  const { url, newDatabase, stored } = useInfluxd()

  async function openNew(more: Partial<InfluxNeeds> = {}) {
    const settings = await newDatabase()
    return { ...(await open(settings, newFolder(), more)), settings }
  }

  test('a moment that InfluxDB cannot hold is refused by itself, counted and kept to be looked at', async () => {
    const { influx, settings } = await openNew()
    await influx.telemetry.record([reading(1, 0), reading(1, 0, { at: instant(2 ** 49) }), reading(2, 0)])
    await influx.drained()
    expect(influx.health()).toMatchObject({ sentReadings: 2, refusedReadings: 1, droppedReadings: 0 })
    expect(await stored(settings)).toBe(2)
  })

  test('a line that the server refuses does not hold up the rest', async () => {
    const settings = await newDatabase()
    await influxql(url(), `CREATE RETENTION POLICY "short" ON "${settings.database}" DURATION 1d REPLICATION 1 DEFAULT`)
    const { influx } = await open(settings)
    const now = systemClock.now()
    const readings = Array.from({ length: 100 }, (_, n) => reading(n, 0, { at: instant(n % 10 === 0 ? now - days(30) : now - n) }))
    await influx.telemetry.record(readings)
    await influx.drained()
    expect(influx.health()).toMatchObject({ sentReadings: 90, refusedReadings: 10, waitingReadings: 0 })
    expect(await stored(settings)).toBe(90)
  })

  test('one refused line among a thousand costs a handful of requests, and the rest is there', async () => {
    const proxy = await openFaultProxy(url())
    const settings = { ...(await newDatabase()), url: proxy.url }
    proxy.set({ kind: 'partial' })
    const { influx } = await open(settings)
    const start = 1_790_000_000_000
    await influx.telemetry.record(
      Array.from({ length: 1_000 }, (_, n) => reading(1, 0, { at: instant(start + n * 100 + (n === 700 ? 77 : 0)) })),
    )
    await influx.drained()
    expect(influx.health()).toMatchObject({ sentReadings: 999, refusedReadings: 1 })
    expect((await influx.refused(10)).map(({ line }) => line)).toEqual([expect.stringMatching(/ 1790000070077$/)])
    expect(await stored(settings)).toBe(999)
    expect(proxy.writes().partial).toBeLessThanOrEqual(11)
    await proxy.close()
  })

  test('over its bound the spool drops the oldest readings, counts them, and keeps the newest', async () => {
    const proxy = await openFaultProxy(url())
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
    const newest = await influxql(url(), 'SELECT last("value") FROM "reading"', settings.database)
    expect(newest[0]?.[0]).toBe(reading(1, 3_999).at)
    await proxy.close()
  })

  test('after an outage new readings do not wait behind the backlog', async () => {
    const proxy = await openFaultProxy(url())
    const settings = { ...(await newDatabase()), url: proxy.url }
    proxy.set({ kind: 'gone' })
    const { influx } = await open(settings, newFolder(), { timings: { ...timings, batchReadings: 100 } })
    for (let n = 0; n < 60; n++) await influx.telemetry.record(Array.from({ length: 100 }, (_, i) => reading(1, n * 100 + i)))
    proxy.set({ kind: 'none' })
    await until(() => influx.health().sentReadings > 0)
    await influx.telemetry.record([reading(2, 0)])
    await until(async () => (await influxql(url(), `SELECT "value" FROM "reading" WHERE "device" = '2'`, settings.database)).length === 1)
    expect(influx.health().waitingReadings).toBeGreaterThan(2_000)
    await influx.drained()
    expect(await stored(settings)).toBe(6_001)
    await proxy.close()
  })

  test('what was recorded before a restart is sent after it, once', async () => {
    const proxy = await openFaultProxy(url())
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
