/** InfluxDB as a side of a move. */
import { HttpError } from '@influxdata/influxdb-client'
import { type Clock, type Instant, instant } from '../../domain/time.ts'
import { dayBeginsHours } from '../influx/downsampling.ts'
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
/** Days that one question counts. */
const daysAtOnce = 400
/** Devices that one answer counts, about. */
const countedAtOnce = 10_000

/** `write` as the rollup writes; `settings.measurement` on `kind`. */
export type RemoteNeeds = Pick<RollupNeeds, 'client' | 'settings' | 'kind' | 'write'> & { name: string; devices: number; clock: Clock }

const table = ({ settings }: RemoteNeeds) => quoteName(tagOf(settings.measurement))
const within = (begin: number, end: number) => `time >= ${quoteMoment(begin)} AND time < ${quoteMoment(end)}`
const matching = (pattern: string) => (pattern === '' ? [] : [`"device" =~ /${pattern}/`])

/** Where it goes on: from this day, after the part of the devices that is done of it. */
type Position = { day: number; pattern: string | null }
/** Some days, all of their devices or a part of them. */
type Stretched = { from: number; to: number; pattern: string; next: Position }

/** Days together up to a part's size, and a larger day in parts of the devices. */
export function remoteSource({
  partReadings,
  ...needs
}: RemoteNeeds & { partReadings: number }): MoveSource & { since: () => Promise<Instant> } {
  async function* parts(after: string | null): AsyncGenerator<Part> {
    let at: Position = after === null ? { day: -momentMax, pattern: null } : (JSON.parse(after) as Position)
    for (let days = await daysFrom(needs, at.day); days.length > 0; days = await daysFrom(needs, at.day)) {
      for (const { from, to, pattern, next } of stretchesOf(days, at, partReadings)) {
        const whose = matching(pattern)
        const { buffer, count } = await findRows(needs, { whose, from, to: to - 1, limit: Number.MAX_SAFE_INTEGER })
        const recordedAt = instant(Math.min(needs.clock.now(), to))
        at = next
        yield { position: JSON.stringify(next), readings: unpack(packedOver(buffer, count)), sums: [], recordedAt }
      }
      at = { day: (days[days.length - 1]?.day ?? at.day) + dayMs, pattern: null }
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
  const [series] = await ask(needs.client, needs.settings, `SELECT first("value") FROM ${table(needs)} WHERE time >= ${quoteMoment(begin)}`)
  const at = series?.values[0]?.[series.columns.indexOf('time')]
  return at === undefined ? null : Number(at)
}

type Day = { day: number; count: number }

/** The next days in which anything was measured, at most some hundred. */
async function daysFrom(needs: RemoteNeeds, begin: number): Promise<readonly Day[]> {
  const first = await firstFrom(needs, begin)
  if (first === null) return []
  const from = startOfDay(first)
  const grouped = `GROUP BY time(1d, ${dayBeginsHours}h) fill(none)`
  const q = `SELECT count("value") AS "n" FROM ${table(needs)} WHERE ${within(from, from + daysAtOnce * dayMs)} ${grouped}`
  const found = await ask(needs.client, needs.settings, q)
  return found.flatMap(({ columns, values }) =>
    values.map((row) => ({ day: Number(row[columns.indexOf('time')]), count: Number(row[columns.indexOf('n')]) })),
  )
}

/** A day whose parts were other ones before is begun anew: the same readings twice are the same readings. */
function stretchesOf(days: readonly Day[], { day: begun, pattern: done }: Position, partReadings: number): Stretched[] {
  const stretches: Stretched[] = []
  let size = 0
  for (const { day, count } of days) {
    const patterns = partsOf(count / partReadings)
    const last = stretches[stretches.length - 1]
    if (last && patterns.length === 1 && last.pattern === '' && size + count <= partReadings) {
      Object.assign(last, { to: day + dayMs, next: { day: day + dayMs, pattern: null } })
      size += count
      continue
    }
    const rest = day === begun && done !== null ? patterns.slice(patterns.indexOf(done) + 1) : patterns
    const end = { day: day + dayMs, pattern: null }
    for (const pattern of rest)
      stretches.push({ from: day, to: day + dayMs, pattern, next: pattern === patterns[patterns.length - 1] ? end : { day, pattern } })
    size = count
  }
  return stretches
}

type Stretch = { every: Every; begin: number; end: number }
type Counted = Stretch & { pattern: string; grouped: boolean }

/** By device, or all together under 0. */
async function countsIn(needs: RemoteNeeds, { every, begin, end, pattern, grouped }: Counted): Promise<Map<number, number>> {
  const column = every === 'raw' ? 'count("value")' : 'sum("count")'
  const where = [within(begin, end), ...matching(pattern)].join(' AND ')
  const q = `SELECT ${column} AS "n" FROM ${table(needs)} WHERE ${where}${grouped ? ' GROUP BY "device"' : ''}`
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
