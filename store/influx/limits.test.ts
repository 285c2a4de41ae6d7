/** Mistakes that a person must mend are said with what to do, nothing is lost to them, and servers of other makes take our writes. */
import { describe, expect, test } from 'vitest'
import { openFace } from '../../bench/lib/api-v2.ts'
import { influxql, openInfluxd, openVictoria, settingsOf } from '../../bench/lib/influxd.ts'
import { reading } from '../telemetry.contract.ts'
import { everything, lacks, openLanes, until, useInfluxd } from './lane.contract.ts'
import { textOfTag } from './line.ts'
import type { InfluxSettings } from './settings.ts'

const { open, newFolder } = openLanes()

describe('against a real influxd', { skip: lacks('influxd') }, () => {
  const { url } = useInfluxd()

  test('a missing database is said with what to do, nothing is lost, and sending begins by itself once it is there', async () => {
    const { influx } = await open(settingsOf(url(), 'later'))
    await influx.telemetry.record([reading(1, 0)])
    await until(() => influx.health().state === 'operator')
    expect(influx.health().sentence).toMatch(/no database "later".*npm run influx:setup/)
    await influxql(url(), 'CREATE DATABASE "later"')
    await influx.drained()
    expect(influx.health()).toMatchObject({ state: 'sending', since: null, sentReadings: 1, waitingReadings: 0 })
  })

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

describe('the HTTP of 2.x', { skip: lacks('influxd') }, () => {
  const { newDatabase } = useInfluxd()

  async function facing(more: Partial<InfluxSettings>) {
    const { url: upstream, database: bucket } = await newDatabase()
    const face = await openFace({ upstream, major: 2, token: 'good', org: 'o', bucket })
    const said: string[] = []
    const settings = settingsOf(face.url, '', { token: 'good', org: 'o', bucket, ...more })
    const { influx } = await open(settings, newFolder(), { log: (_, message) => said.push(message) })
    return { face, influx, said, bucket }
  }

  test('a wrong token, a missing bucket and a missing setting are each one sentence that says what to do', async () => {
    for (const [more, sentence] of [
      [{ token: 'bad' }, /does not accept our sign-in: set INFLUX_TOKEN/],
      [{ bucket: 'none' }, /no bucket "none" in the organisation "o".*npm run influx:setup/],
      [{ org: 'none' }, /in the organisation "none"/],
      [{ org: '' }, /INFLUX_ORG is not set/],
    ] as const) {
      const { face, influx } = await facing(more)
      await influx.telemetry.record([reading(1, 0)])
      await until(() => influx.health().state === 'operator')
      expect(influx.health().sentence).toMatch(sentence)
      expect(influx.health()).toMatchObject({ droppedReadings: 0, refusedReadings: 0 })
      await influx.close()
      await face.close()
    }
  })

  test('the version is said in one line, and the mapping that InfluxQL needs is made when it is missing', async () => {
    const { face, influx, said, bucket } = await facing({})
    await influx.telemetry.record([reading(1, 0)])
    await influx.drained()
    expect(said).toContain(`Telemetry goes to InfluxDB 2.7.12 (${face.url}, bucket "${bucket}").`)
    expect([...face.mappings]).toEqual([[bucket, bucket]])
    await influx.close()
    await face.close()
  })
})

describe('the v2 write path, against VictoriaMetrics', { skip: lacks('victoria-metrics') }, () => {
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
