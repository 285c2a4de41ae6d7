/** The two stores that are measured side by side: the embedded one as the platform runs it, and a real InfluxDB through its own client. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InfluxDB, type WriteApi } from '@influxdata/influxdb-client'
import { systemClock } from '../../domain/clock.ts'
import type { Reading } from '../../domain/reading.ts'
import { instant } from '../../domain/time.ts'
import { openTelemetry } from '../../store/sqlite/telemetry.ts'
import { influxql, openInfluxd } from './influxd.ts'
import { townStart } from './town-readings.ts'

export type Question = { resident: number; from: number; to: number }
export type TelemetrySide = {
  name: string
  write(readings: readonly Reading[], hour: number): Promise<void>
  /** Everything it does in idle hours is done. */
  settle(hour: number): Promise<void>
  /** On disk, with everything it keeps besides. */
  bytes(): number
  /** How many readings it says it has. */
  count(): Promise<number>
  /** All readings of a resident; how many came. */
  readings(question: Question): Promise<number>
  /** Hourly sums; how many came. */
  hourly(question: Question): Promise<number>
  end(): Promise<void>
}

const hourMs = 3_600_000
const sliceReadings = 40_000

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

/** Its clock is the town's, so that sealing, merging, summing up and retention happen as they would have. */
export async function openEmbeddedSide(): Promise<TelemetrySide> {
  const dataDir = mkdtempSync(join(tmpdir(), 'anling-bench-telemetry-'))
  let now = townStart
  const onFatal = (trouble: Error) => {
    throw trouble
  }
  const { telemetry, history, compact, close } = await openTelemetry({
    ...{ dataDir, log: () => {}, reserveBytes: 0, onFatal },
    // No upkeep between the writes: all of it is done, and timed, when a day is settled.
    clock: { ...systemClock, now: () => instant(now), every: () => () => {} },
  })
  return {
    name: 'embedded',
    async write(readings, hour) {
      now = townStart + (hour + 1) * hourMs
      for (let from = 0; from < readings.length; from += sliceReadings) await telemetry.record(readings.slice(from, from + sliceReadings))
    },
    async settle(hour) {
      now = townStart + (hour + 1) * hourMs
      await compact()
    },
    bytes: () => bytesIn(dataDir),
    count: async () => (await telemetry.counts()).readings,
    readings: async ({ resident, from, to }) =>
      (await telemetry.readings({ resident, from: instant(from), to: instant(to - 1), limit: 500_000 })).length,
    async hourly({ resident, from, to }) {
      const bounds = Array.from({ length: (to - from) / hourMs + 1 }, (_, i) => instant(from + i * hourMs))
      const series = await history.summaries({ resident, bounds })
      return series.reduce((sum, { count }) => sum + count.filter((n) => n > 0).length, 0)
    },
    async end() {
      await close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

const requestLines = 10_000
const database = 'bench'

/** Debian's InfluxDB with its better index, written without compression and two requests at a time: what suits it best on one machine. */
export async function openInfluxSide(): Promise<TelemetrySide> {
  const server = await openInfluxd({ compactSoon: true })
  await server.start()
  await influxql(server.url, `CREATE DATABASE ${database}`)
  const lanes = [0, 1].map(() => openApi(server.url))
  const select = (what: string, { resident, from, to }: Question) =>
    influxqlRows(server.url, `SELECT ${what} FROM reading WHERE "resident" = '${resident}' AND time >= ${from}ms AND time < ${to}ms`)
  return {
    name: 'influxdb',
    async write(readings) {
      await Promise.all(
        lanes.map(async (api, lane) => {
          for (let from = lane * requestLines; from < readings.length; from += lanes.length * requestLines) {
            api.writeRecords(readings.slice(from, from + requestLines).map(lineOf))
            await api.flush()
          }
        }),
      )
    },
    settle: () => stillness(() => bytesIn(server.folder)),
    bytes: () => bytesIn(server.folder),
    count: async () => Number((await influxql(server.url, 'SELECT count(value) FROM reading', database))[0]?.[1] ?? 0),
    readings: (question) => select('value, device, kind', question),
    hourly: ({ resident, from, to }) =>
      influxqlRows(
        server.url,
        `SELECT count(value), sum(value), min(value), max(value), first(value), last(value) FROM reading WHERE "resident" = '${resident}' AND time >= ${from}ms AND time < ${to}ms GROUP BY time(1h), device, kind fill(none)`,
      ),
    end: server.end,
  }
}

const lineOf = ({ device, resident, kind, at, value }: Reading) =>
  `reading,device=${device},kind=${kind},resident=${resident} value=${value} ${at}`

function openApi(url: string): WriteApi {
  const api = new InfluxDB({ url, timeout: 120_000 }).getWriteApi('', database, 'ms', {
    ...{ batchSize: requestLines + 1, maxBatchBytes: 2 ** 26, flushInterval: 0, maxRetries: 0, gzipThreshold: 2 ** 30 },
    writeFailed: (error) => Promise.reject(error),
  })
  return Object.assign(api, { path: `/write?db=${database}&precision=ms` })
}

/** Rows of all series of an answer. */
async function influxqlRows(url: string, q: string): Promise<number> {
  const answer = await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q, db: database, epoch: 'ms' }) })
  const { results } = (await answer.json()) as { results: { series?: { values: unknown[] }[] }[] }
  return (results[0]?.series ?? []).reduce((sum, { values }) => sum + values.length, 0)
}

const stillFor = 12
/** Waits until a size has not changed for so many seconds: compaction is over. */
async function stillness(size: () => number): Promise<void> {
  let [last, still] = [size(), 0]
  for (let second = 0; still < stillFor && second < 300; second++) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const now = sizeOr(size, last)
    still = now === last ? still + 1 : 0
    last = now
  }
}

/** Files vanish while they are counted. */
function sizeOr(size: () => number, otherwise: number): number {
  try {
    return size()
  } catch {
    return otherwise - 1
  }
}
