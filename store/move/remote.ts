/** InfluxDB as a side of a move. */
import { HttpError } from '@influxdata/influxdb-client'
import { type Clock, type Instant, instant } from '../../domain/time.ts'
import { findRows } from '../influx/history.ts'
import { quoteMoment, quoteName } from '../influx/influxql.ts'
import { addLines, type Lines, momentMax, openTwins, tagOf } from '../influx/line.ts'
import { type Every, settingsAt } from '../influx/places.ts'
import { hasSums, partsOf, type RollupNeeds } from '../influx/rollup.ts'
import { ask, type Series } from '../influx/server.ts'
import { type HourSum, startOfDay, sumLines } from '../influx/sum-lines.ts'
import type { MovedSums, MoveSource, MoveTarget, Part } from '../move.ts'
import { pack, packedOver, recordBytes, unpack } from '../sqlite/telemetry/batch.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Readings of one part, about. */
const partReadings = 300_000
/** Devices that one answer counts, about. */
const countedAtOnce = 10_000

/** `write` as the rollup writes; `settings.measurement` on `kind`. */
export type RemoteNeeds = Pick<RollupNeeds, 'client' | 'settings' | 'kind' | 'write'> & { name: string; devices: number; clock: Clock }

const from = ({ settings }: RemoteNeeds) => quoteName(tagOf(settings.measurement))
const within = (begin: number, end: number) => `time >= ${quoteMoment(begin)} AND time < ${quoteMoment(end)}`
const matching = (pattern: string) => (pattern === '' ? [] : [`"device" =~ /${pattern}/`])

/** Day by day, and in parts of the devices where a day is large; a position is the last part that is done. */
export function remoteSource(needs: RemoteNeeds): MoveSource & { since: () => Promise<Instant> } {
  async function* parts(after: string | null): AsyncGenerator<Part> {
    const done = after === null ? null : (JSON.parse(after) as { day: number; pattern: string | null })
    for (let day = await dayFrom(needs, done?.day ?? -momentMax); day !== null; day = await dayFrom(needs, day + dayMs)) {
      const count = await countIn(needs, day)
      const patterns = partsOf(count / partReadings)
      // A day whose parts were other ones before is begun anew: the same readings twice are the same readings.
      const begin = done?.day === day ? patterns.indexOf(done.pattern ?? '') + 1 : 0
      for (const pattern of patterns.slice(begin)) {
        const whose = matching(pattern)
        const { buffer, count: found } = await findRows(needs, { whose, from: day, to: day + dayMs - 1, limit: Number.MAX_SAFE_INTEGER })
        const readings = unpack(packedOver(buffer, found))
        const recordedAt = instant(Math.min(needs.clock.now(), day + dayMs))
        yield { position: JSON.stringify({ day, pattern }), readings, sums: [], recordedAt }
      }
    }
  }
  const everything = { begin: -momentMax, end: momentMax }
  return {
    name: needs.name,
    total: async () => Number((await countsIn(needs, { every: 'raw', ...everything, pattern: '', grouped: false })).get(0) ?? 0),
    parts,
    counts: () => countedByDevice(needs, [{ every: 'raw', ...everything }]),
    async left() {
      if (!(await hasSums(needs))) return 0
      const end = (await firstFrom(needs, -momentMax)) ?? momentMax
      return (
        (
          await countsIn(needs, { every: 'hourly', begin: -momentMax, end: Math.floor(end / hourMs) * hourMs, pattern: '', grouped: false })
        ).get(0) ?? 0
      )
    },
    since: async () => instant(Math.floor(((await firstFrom(needs, -momentMax)) ?? 0) / hourMs) * hourMs),
  }
}

/** The moment of the first reading from then on, or null. */
async function firstFrom(needs: RemoteNeeds, begin: number): Promise<number | null> {
  const [series] = await ask(needs.client, needs.settings, `SELECT first("value") FROM ${from(needs)} WHERE time >= ${quoteMoment(begin)}`)
  const at = series?.values[0]?.[series.columns.indexOf('time')]
  return at === undefined ? null : Number(at)
}

async function dayFrom(needs: RemoteNeeds, begin: number): Promise<number | null> {
  const first = await firstFrom(needs, begin)
  return first === null ? null : startOfDay(first)
}

const countIn = async (needs: RemoteNeeds, day: number): Promise<number> =>
  (await countsIn(needs, { every: 'raw', begin: day, end: day + dayMs, pattern: '', grouped: false })).get(0) ?? 0

type Stretch = { every: Every; begin: number; end: number }
type Counted = Stretch & { pattern: string; grouped: boolean }

/** By device, or all together under 0. */
async function countsIn(needs: RemoteNeeds, { every, begin, end, pattern, grouped }: Counted): Promise<Map<number, number>> {
  const column = every === 'raw' ? 'count("value")' : 'sum("count")'
  const where = [within(begin, end), ...matching(pattern)].join(' AND ')
  const q = `SELECT ${column} AS "n" FROM ${from(needs)} WHERE ${where}${grouped ? ' GROUP BY "device"' : ''}`
  const found = await ask(needs.client, settingsAt(needs.kind, needs.settings, every), q)
  const counts = new Map<number, number>()
  for (const series of found) add(counts, Number(series.tags?.device ?? 0), countOf(series))
  return counts
}

const countOf = ({ columns, values }: Series): number => Number(values[0]?.[columns.indexOf('n')] ?? 0)
const add = (counts: Map<number, number>, device: number, count: number) => void counts.set(device, (counts.get(device) ?? 0) + count)

async function countedByDevice(needs: RemoteNeeds, stretches: readonly Stretch[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>()
  for (const pattern of partsOf(needs.devices / countedAtOnce))
    for (const stretch of stretches)
      for (const [device, count] of await countsIn(needs, { ...stretch, pattern, grouped: true })) add(counts, device, count)
  return counts
}

/** Readings go where the platform sends them, sums where it sums up. `rawFrom`, `oldest`: as of the source. */
type TargetNeeds = RemoteNeeds & { siteOf: (device: number) => string | null; rawFrom: Instant; oldest: Instant }

export function remoteTarget(needs: TargetNeeds): MoveTarget {
  const twins = openTwins()
  const { siteOf, settings, kind, rawFrom, oldest } = needs

  function linesOf({ readings, sums }: Part) {
    const batch = packedOver(new ArrayBuffer(readings.length * recordBytes))
    for (const reading of readings) pack(batch, reading)
    const lines: Lines = { lines: [], outOfRange: [] }
    addLines(lines, batch, { measurement: settings.measurement, twins, siteOf })
    twins.nextBatch()
    const summed = sums.flatMap((one) =>
      sumLines({ measurement: settings.measurement, tags: tagsOf(one, siteOf), isWhole: kind === '1' }, hoursOf(one)),
    )
    return { raw: lines, hourly: summed.filter(({ every }) => every === 'hourly'), daily: summed.filter(({ every }) => every === 'daily') }
  }

  async function write(every: Every, lines: readonly string[]): Promise<readonly string[]> {
    const outcome = await needs.write(every, lines)
    if (!outcome.done) throw new Error(outcome.trouble.sentence)
    return outcome.refused.map(({ why }) => why)
  }

  return {
    name: needs.name,
    async write(part) {
      const { raw, hourly, daily } = linesOf(part)
      const refused = await write('raw', raw.lines)
      for (const [every, lines] of [
        ['hourly', hourly],
        ['daily', daily],
      ] as const)
        for (const why of await write(
          every,
          lines.map(({ line }) => line),
        ))
          throw new HttpError(400, `refused: ${why}`, why)
      return [...refused, ...raw.outOfRange.map(() => 'its moment is outside what InfluxDB can hold')]
    },
    async counts(devices) {
      const wanted = new Set(devices)
      const found = await countedByDevice(needs, [
        { every: 'hourly', begin: oldest, end: rawFrom },
        { every: 'raw', begin: rawFrom, end: momentMax },
      ])
      return new Map([...found].filter(([device]) => wanted.has(device)))
    },
  }
}

function tagsOf({ resident, series }: MovedSums, siteOf: (device: number) => string | null): Record<string, string> {
  const site = siteOf(series.device)
  return { device: String(series.device), kind: series.kind, resident: String(resident), ...(site === null ? {} : { site: tagOf(site) }) }
}

function hoursOf({ series, hours }: MovedSums): HourSum[] {
  const { count, sum, min, max, first, last } = series
  return [...count.keys()].flatMap((i) => {
    const n = count[i] ?? 0
    if (n === 0) return []
    const total = sum[i] ?? 0
    const row = { count: n, sum: total, mean: total / n, min: min[i] ?? 0, max: max[i] ?? 0, first: first[i] ?? 0, last: last[i] ?? 0 }
    return [{ at: Number(hours[i]), row }]
  })
}
