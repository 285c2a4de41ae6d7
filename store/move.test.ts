/** `npm run telemetry:move` between real stores: everything arrives, a kill in the middle costs nothing, and a difference is said. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { influxql, settingsOf } from '../bench/lib/influxd.ts'
import { systemClock } from '../domain/clock.ts'
import { type Reading, readingKinds } from '../domain/reading.ts'
import { days, hours, type Instant, instant, minutes } from '../domain/time.ts'
import { openClient } from './influx/client.ts'
import { lacks, openLanes, timings, useInfluxd } from './influx/lane.contract.ts'
import { setUp } from './influx/setup.ts'
import { openTelemetry } from './sqlite/telemetry.ts'

const { newFolder } = openLanes()
const tool = join(import.meta.dirname, 'move-tool.ts')
const now = systemClock.now()
const devices = 30

/** Some weeks of a street, one reading every six minutes; each device has two of one millisecond. */
const street: readonly Reading[] = Array.from({ length: devices }, (_, device) =>
  Array.from({ length: 2_000 }, (_, n) => ({
    ...{ device, resident: device % 7, kind: readingKinds[n % 3] ?? 'motion', value: (n * 7) % 50 },
    at: instant(now - days(20) + Math.floor(n / 2) * minutes(12) + (n === 1 ? 0 : n)),
  })),
).flat()
/** What only sums remember by now. */
const longAgo: readonly Reading[] = street
  .filter((_, n) => n % 100 === 0)
  .map((reading) => ({ ...reading, at: instant(reading.at - days(200)) }))

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

type Told = { code: number | null; stdout: string; stderr: string }

/** Runs the tool; kills it as soon as what it says matches. */
function move(env: Record<string, string>, [from, to]: readonly [string, string], killAt?: RegExp): Promise<Told> {
  const child = spawn(process.execPath, [tool, '--from', from, '--to', to, '--part', '9000'], { env: { ...process.env, ...env } })
  started.push(child)
  const told: Told = { code: null, stdout: '', stderr: '' }
  const hear = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    told[stream] += chunk.toString()
    if (killAt?.test(told[stream])) child.kill('SIGKILL')
  }
  child.stdout?.on('data', hear('stdout'))
  child.stderr?.on('data', hear('stderr'))
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...told, code })))
}

async function openStore(dataDir: string) {
  const fail = (trouble: Error) => {
    throw trouble
  }
  return openTelemetry({ dataDir, clock: systemClock, log: () => {}, windowMs: 2, reserveBytes: 0, onFatal: fail })
}

async function filled(readings: readonly Reading[]): Promise<string> {
  const dataDir = newFolder()
  const store = await openStore(dataDir)
  for (let from = 0; from < readings.length; from += 4_000) await store.telemetry.record(readings.slice(from, from + 4_000))
  await store.close()
  return dataDir
}

const inOrder = (list: readonly Reading[]) =>
  [...list].sort((a, b) => a.at - b.at || readingKinds.indexOf(a.kind) - readingKinds.indexOf(b.kind) || a.value - b.value)
const always = { from: instant(now - days(60)), to: instant(now + days(60)), limit: 100_000 }
const lately: readonly Instant[] = Array.from({ length: 25 }, (_, i) =>
  instant(Math.floor((now - days(10)) / hours(1)) * hours(1) + i * hours(1)),
)

describe('against a real influxd', { skip: lacks('influxd'), timeout: 60_000 }, () => {
  const { url, newDatabase } = useInfluxd()

  async function newTarget() {
    const settings = await newDatabase()
    await setUp({ client: openClient(settings, timings), settings, tell: () => {} })
    return { settings, env: { INFLUX_URL: settings.url, INFLUX_DATABASE: settings.database } }
  }
  const counted = async (database: string, from: string, column: string) =>
    Number((await influxql(url(), `SELECT ${column} FROM ${from}`, database))[0]?.[1] ?? 0)

  test('to InfluxDB and back, killed in the middle of both ways', async () => {
    const { settings, env } = await newTarget()
    const dataDir = await filled([...street, ...longAgo])
    const there = { ...env, ANLING_DATA_DIR: dataDir }
    const killed = await move(there, ['sqlite', 'influx'], /\b[3-6]\d %/)
    expect(killed.code).toBe(null)
    const onTheWay = await counted(settings.database, '"reading"', 'count("value")')
    expect(onTheWay).toBeLessThan(street.length)
    const again = await move(there, ['sqlite', 'influx'])
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Going on after [1-9][\d,]* readings.*\nHistory is moved: 60,600 readings in .*, the same 60,600 in InfluxDB/s,
      ),
    })
    expect(await counted(settings.database, '"reading"', 'count("value")')).toBe(street.length)
    expect(await counted(settings.database, '"hourly"."reading"', 'sum("count")')).toBe(longAgo.length)
    expect(await counted(settings.database, '"daily"."reading"', 'sum("count")')).toBe(longAgo.length)

    const other = newFolder()
    const back = { ...env, ANLING_DATA_DIR: other }
    expect((await move(back, ['influx', 'sqlite'], /\b[3-6]\d %/)).code).toBe(null)
    expect(await move(back, ['influx', 'sqlite'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Going on after.*the same 60,000 in the embedded store.*600 older readings are known as sums only/s),
    })
    const [first, second] = [await openStore(dataDir), await openStore(other)]
    for (let device = 0; device < devices; device++) {
      const expected = inOrder(street.filter((reading) => reading.device === device))
      expect(inOrder(await first.telemetry.readings({ device, ...always }))).toEqual(expected)
      expect(inOrder(await second.telemetry.readings({ device, ...always }))).toEqual(expected)
    }
    const query = { resident: 3, bounds: lately }
    expect(await second.history.summaries(query)).toEqual(await first.history.summaries(query))
    await first.close()
    await second.close()
  })

  test('moved twice it is the same; what the target has besides is said, and ends with another code', async () => {
    const { settings, env } = await newTarget()
    const few = street.slice(0, 2_000)
    const dataDir = await filled(few)
    const there = { ...env, ANLING_DATA_DIR: dataDir }
    for (let round = 0; round < 2; round++)
      expect(await move(there, ['sqlite', 'influx'])).toMatchObject({ code: 0, stdout: expect.stringContaining('the same 2,000 in') })
    const more = `reading,device=0,kind=motion,resident=0 value=1 ${now}`
    await fetch(`${settings.url}/write?db=${settings.database}&precision=ms`, { method: 'POST', body: more })
    expect(await move(there, ['sqlite', 'influx'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('The counts differ: 2,000 readings'),
    })
    expect(existsSync(join(dataDir, 'telemetry-move.json'))).toBe(false)
  })

  test('a running Anling, a place without sums, another move and nobody there are each said in one sentence', async () => {
    const bare = await newDatabase()
    const dataDir = await filled(street.slice(0, 10))
    const env = { INFLUX_URL: bare.url, INFLUX_DATABASE: bare.database, ANLING_DATA_DIR: dataDir }
    const says = async (more: Record<string, string>, pattern: RegExp) => {
      const { code, stderr } = await move({ ...env, ...more }, ['sqlite', 'influx'])
      expect(code).toBe(69)
      expect(stderr.trim().split('\n').at(-1)).toMatch(pattern)
    }
    await says({}, /no place for sums.*npm run influx:setup/)
    await says({ INFLUX_URL: 'http://127.0.0.1:9' }, /does not answer at http:\/\/127\.0\.0\.1:9/)
    await setUp({ client: openClient(bare, timings), settings: settingsOf(bare.url, bare.database), tell: () => {} })
    const running = await openStore(dataDir)
    await says({}, /Anling is running on this folder/)
    await running.close()
  })
})
