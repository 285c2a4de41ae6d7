/** Every text that reaches line protocol or InfluxQL is stored and comes back literally, and no reading swallows another. */
import { describe, expect, test } from 'vitest'
import { openFaultProxy } from '../../bench/lib/fault-proxy.ts'
import { influxql, settingsOf } from '../../bench/lib/influxd.ts'
import type { InfluxNeeds } from '../influx.ts'
import { reading } from '../telemetry.contract.ts'
import { quoteName } from './influxql.ts'
import { everything, lacks, openLanes, until, useInfluxd } from './lane.contract.ts'
import { textOfTag } from './line.ts'

const { open, settle, newFolder } = openLanes()

describe('against a real influxd', { skip: lacks('influxd') }, () => {
  const { url, newDatabase, stored } = useInfluxd()

  async function openNew(more: Partial<InfluxNeeds> = {}) {
    const settings = await newDatabase()
    return { ...(await open(settings, newFolder(), more)), settings }
  }

  test('two values of one millisecond are both kept, and sent again they are still two', async () => {
    const proxy = await openFaultProxy(url())
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
    const { influx, settings } = await openNew({ sites: async () => ({ names: hostile, ofDevice }) })
    await influx.telemetry.record(hostile.map((_, n) => reading(n + 1, n)))
    await influx.drained()
    expect(influx.health()).toMatchObject({ sentReadings: hostile.length, refusedReadings: 0 })
    const rows = await influxql(url(), 'SELECT "value", "site"::tag FROM "reading"', settings.database)
    expect(rows.map((row) => textOfTag(String(row[2])))).toEqual(hostile)
  })

  test('names of databases, users and passwords of any text work literally', async () => {
    for (const name of ["a'b", 'a"b', 'a b', 'x; DROP DATABASE y', '安铃', '$d&db=other', 'back `tick`']) {
      await influxql(url(), `CREATE DATABASE ${quoteName(name)}`)
      const now = await open(settingsOf(url(), name, { username: `u:${name}`, password: name }))
      await now.influx.telemetry.record([reading(1, 0)])
      await settle(now)
      expect(await now.influx.telemetry.readings({ device: 1, ...everything })).toStrictEqual([reading(1, 0)])
      expect(await stored(settingsOf(url(), name))).toBe(1)
    }
  })
})
