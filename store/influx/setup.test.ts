/** Setting up a real 1.x server: retention, and summaries by hour and by day; and the text that 2.x is given. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { influxql, settingsOf } from '../../bench/lib/influxd.ts'
import { systemClock } from '../../domain/clock.ts'
import { instant } from '../../domain/time.ts'
import { reading } from '../telemetry.contract.ts'
import { fluxTask } from './downsampling.ts'
import { lacks, openLanes, useInfluxd } from './lane.contract.ts'

const { open } = openLanes()

function setUp(url: string, database: string, ...options: readonly string[]) {
  const env = { ...process.env, INFLUX_URL: url, INFLUX_DATABASE: database }
  return spawnSync(process.execPath, [join(import.meta.dirname, 'setup-tool.ts'), ...options], { env, encoding: 'utf8' })
}

describe('against a real influxd', { skip: lacks('influxd') }, () => {
  const { url } = useInfluxd()

  test('raw readings for 90 days, summaries by hour and day for 3 years; it may be repeated', async () => {
    for (let round = 0; round < 2; round++) expect(setUp(url(), 'the "town"')).toMatchObject({ status: 0, stderr: '' })
    const kept = await influxql(url(), 'SHOW RETENTION POLICIES ON "the \\"town\\""')
    expect(kept.map(([name, duration, , , isDefault]) => [name, duration, isDefault])).toEqual(
      expect.arrayContaining([
        ['raw', '2160h0m0s', true],
        ['hourly', '26280h0m0s', false],
        ['daily', '26280h0m0s', false],
      ]),
    )
    const { influx } = await open(settingsOf(url(), 'the "town"'))
    const hour = 3_600_000
    const from = Math.floor(systemClock.now() / hour) * hour - 5 * hour
    await influx.telemetry.record([1, 2, 3].map((n) => reading(7, 0, { kind: 'heart-rate', at: instant(from + n), value: 60 + n })))
    await influx.drained()
    expect(setUp(url(), 'the "town"', '--again', '2').stdout).toContain('summed up again')
    const hourly = await influxql(url(), `SELECT * FROM "hourly"."reading" WHERE "device" = '7' AND "kind" = 'heart-rate'`, 'the "town"')
    expect(hourly.map((row) => row.filter((cell) => typeof cell === 'number'))).toEqual([[from, 3, 61, 63, 63, 62, 61, 186]])
    expect((await influxql(url(), 'SELECT "count" FROM "daily"."reading"', 'the "town"')).map(([, count]) => count)).toEqual([3])
  })

  test('a server that is not there is said in one sentence', () => {
    const { status, stderr } = setUp('http://127.0.0.1:9', 'x')
    expect(status).toBe(69)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(/does not answer at http:\/\/127\.0\.0\.1:9/)
  })
})

test('names of any text stand literally in the task of 2.x', () => {
  const placeholder = ['$', '{x}'].join('')
  const flux = fluxTask({ ...settingsOf('', ''), org: 'o"1', bucket: `b"); drop(${placeholder}\\` }, 'hourly')
  expect(flux).toContain(`from(bucket: "b\\"); drop(\\${placeholder}\\\\")`)
  expect(flux).toContain(`to(bucket: "b\\"); drop(\\${placeholder}\\\\_hourly", org: "o\\"1")`)
})
