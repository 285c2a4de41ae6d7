/** A real InfluxDB under the conditions that suit it best on this machine: plain keep-alive HTTP, and of several ways to write the one that was quickest in a trial. */
import { Agent, request } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Reading } from '../../domain/reading.ts'
import { influxql, openInfluxd } from './influxd.ts'
import { bytesIn, type Day, type Question, type TelemetrySide } from './telemetry-sides.ts'

/** How lines are sent: so many in a request, so many requests at once. */
type Way = { lines: number; lanes: number; gzip: boolean }
const ways: readonly Way[] = [
  { lines: 10_000, lanes: 2, gzip: false },
  { lines: 10_000, lanes: 4, gzip: false },
  { lines: 5_000, lanes: 4, gzip: false },
  { lines: 5_000, lanes: 8, gzip: false },
  { lines: 10_000, lanes: 4, gzip: true },
]
const trialReadings = 150_000
const database = 'bench'
const sumUp =
  'SELECT count(value) AS count, sum(value) AS sum, min(value) AS min, max(value) AS max, first(value) AS first, last(value) AS last INTO hourly FROM reading GROUP BY time(1h), * fill(none)'

/** Debian's InfluxDB with its better index. `stillSeconds`: compaction is over when nothing has changed on disk for so long. */
export async function openInfluxSide({ stillSeconds }: { stillSeconds: number }): Promise<TelemetrySide> {
  const server = await openInfluxd({ compactSoon: true })
  await server.start()
  await influxql(server.url, `CREATE DATABASE ${database}`)
  const agent = new Agent({ keepAlive: true })
  let way: Way | null = null
  let alone = 0

  /** Tries each way on the first readings, twice, the first time to warm up; what was tried is removed. */
  async function bestWay(readings: readonly Reading[]): Promise<Way> {
    let best = { way: ways[0] as Way, spent: Number.POSITIVE_INFINITY }
    for (const [round, tried] of [...ways.slice(0, 1), ...ways].entries()) {
      const name = `trial${round}`
      await influxql(server.url, `CREATE DATABASE ${name}`)
      const from = performance.now()
      await writeLines({ url: server.url, database: name, agent, way: tried }, readings)
      const spent = performance.now() - from
      if (round > 0 && spent < best.spent) best = { way: tried, spent }
      await influxql(server.url, `DROP DATABASE ${name}`)
    }
    return best.way
  }

  const select = (what: string, { resident, from, to }: Question) =>
    influxqlRows(server.url, `SELECT ${what} FROM reading WHERE "resident" = '${resident}' AND time >= ${from}ms AND time < ${to}ms`)
  return {
    name: 'influxdb',
    async write(days) {
      way ??= await bestWay((days[0] as Day).readings.slice(0, trialReadings))
      for (const { readings } of days) await writeLines({ url: server.url, database, agent, way }, readings)
    },
    async settle() {
      await stillness(() => bytesIn(server.folder), stillSeconds)
      alone = bytesIn(server.folder)
      // What `influx:setup` has it keep for years, and the embedded store has made by now.
      await influxql(server.url, sumUp, database)
      await stillness(() => bytesIn(server.folder), stillSeconds)
    },
    bytes: () => bytesIn(server.folder),
    bytesAlone: () => alone,
    count: async () => Number((await influxql(server.url, 'SELECT count(value) FROM reading', database))[0]?.[1] ?? 0),
    readings: (question) => select('value, device, kind', question),
    hourly: ({ resident, from, to }) =>
      influxqlRows(
        server.url,
        `SELECT count(value), sum(value), min(value), max(value), first(value), last(value) FROM reading WHERE "resident" = '${resident}' AND time >= ${from}ms AND time < ${to}ms GROUP BY time(1h), device, kind fill(none)`,
      ),
    way: () => (way ? `${way.lines} lines a request, ${way.lanes} at once, ${way.gzip ? 'gzip' : 'plain'}` : 'nothing'),
    async end() {
      agent.destroy()
      await server.end()
    },
  }
}

type Target = { url: string; database: string; agent: Agent; way: Way }

/** Each lane takes the next lines when its request is answered. */
async function writeLines(target: Target, readings: readonly Reading[]): Promise<void> {
  const { lanes, lines, gzip } = target.way
  let next = 0
  const lane = async () => {
    while (next < readings.length) {
      const from = next
      next += lines
      const body = Buffer.from(linesOf(readings, from, Math.min(next, readings.length)))
      await post(target, gzip ? gzipSync(body, { level: 1 }) : body)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

function linesOf(readings: readonly Reading[], from: number, to: number): string {
  let text = ''
  for (let i = from; i < to; i++) {
    const { device, resident, kind, at, value } = readings[i] as Reading
    text += `reading,device=${device},kind=${kind},resident=${resident} value=${value} ${at}\n`
  }
  return text
}

function post({ url, database: into, agent, way }: Target, body: Buffer): Promise<void> {
  const headers = { 'content-length': body.length, ...(way.gzip ? { 'content-encoding': 'gzip' } : {}) }
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/write?db=${into}&precision=ms`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => (answer.statusCode === 204 ? resolve() : reject(new Error(`InfluxDB answered ${answer.statusCode}.`))))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** Rows of all series of an answer. */
async function influxqlRows(url: string, q: string): Promise<number> {
  const answer = await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q, db: database, epoch: 'ms' }) })
  const { results } = (await answer.json()) as { results: { series?: { values: unknown[] }[] }[] }
  return (results[0]?.series ?? []).reduce((sum, { values }) => sum + values.length, 0)
}

async function stillness(size: () => number, stillSeconds: number): Promise<void> {
  let [last, still] = [size(), 0]
  for (let second = 0; still < stillSeconds && second < 300; second++) {
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
