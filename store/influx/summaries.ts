/** Readings of InfluxDB summed up span by span, by InfluxQL: from the readings while it keeps them, before that from its sums by hour and by day. */
import { type ReadingKind, readingKinds } from '../../domain/reading.ts'
import type { Instant } from '../../domain/time.ts'
import type { SummaryQuery, SummarySeries } from '../store.ts'
import type { Client } from './client.ts'
import { dayBeginsHours } from './downsampling.ts'
import { quoteMoment, quoteName, quoteText } from './influxql.ts'
import { momentMax, tagOf } from './line.ts'
import { type Every, settingsAt } from './places.ts'
import { ask, askAll, type Series, type ServerKind } from './server.ts'
import type { InfluxSettings } from './settings.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Groups that one statement may make of one series; three years of hours are 26,000. */
const groupsMax = 30_000
/** Statements of one request, where spans are of every length. */
const statementsMax = 100

/** `hasSums`: the server keeps sums; before `rawFrom`, the beginning of a day, they answer. */
export type SummaryNeeds = {
  client: Client
  settings: InfluxSettings
  kind: ServerKind
  hasSums: boolean
  rawFrom: number
}

type Sum = { at: number; count: number; sum: number; min: number; max: number; first: number; last: number }
type Range = { from: number; to: number }
/** The spans of a question, and in which of them a moment lies. */
type Spans = { spanOf: (at: number) => number; count: number }

/** By device, then kind. Throws HttpError or what the network threw. */
export async function findSummaries(needs: SummaryNeeds, query: SummaryQuery): Promise<readonly SummarySeries[]> {
  const { bounds } = query
  const [first, last] = [bounds[0] ?? 0, bounds[bounds.length - 1] ?? 0]
  const spans: Spans = { spanOf: openSpans(bounds), count: bounds.length - 1 }
  const found = new Map<number, SummarySeries>()
  for (const part of partsOf(needs, bounds)) {
    const range = { from: Math.max(part.from, first, -momentMax), to: Math.min(part.to, last, momentMax) }
    if (range.from >= range.to) continue
    for (const series of await selectSums(needs, query, { ...part, ...range })) put(found, series, spans)
  }
  return [...found].sort(([a], [b]) => a - b).map(([, series]) => series)
}

type Part = Range & { every: Every }

/** What is kept by the hour answers where the readings may be gone; spans within an hour are known from the readings alone. */
function partsOf({ hasSums, rawFrom }: SummaryNeeds, bounds: readonly number[]): Part[] {
  const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
  if (!hasSums || bounds.some((bound) => bound % hourMs !== 0)) return [{ every: 'raw', ...all }]
  const isDaily = bounds.every((bound) => (bound - dayBeginsHours * hourMs) % dayMs === 0)
  return [
    { every: isDaily ? 'daily' : 'hourly', ...all, to: rawFrom },
    { every: 'raw', ...all, from: rawFrom },
  ]
}

const columnNames = ['count', 'sum', 'min', 'max', 'first', 'last'] as const
const rawColumns = columnNames.map((name) => `${name}("value") AS "${name}"`).join(', ')
/** Sums of sums: counts are added up, the others are of their own kind again. */
const sumColumns = columnNames.map((name) => `${name === 'count' ? 'sum' : name}("${name}") AS "${name}"`).join(', ')

async function selectSums({ client, settings, kind }: SummaryNeeds, query: SummaryQuery, part: Part): Promise<readonly Series[]> {
  const at = settingsAt(kind, settings, part.every)
  const columns = part.every === 'raw' ? rawColumns : sumColumns
  const select = (range: Range, grouped: string) =>
    `SELECT ${columns} FROM ${quoteName(tagOf(settings.measurement))} WHERE ${whereOf(query, range)} GROUP BY "device", "kind"${grouped}`
  const step = stepOf(query.bounds)
  if ((part.to - part.from) / step <= groupsMax) {
    const offset = ((Number(query.bounds[0]) % step) + step) % step
    return ask(client, at, select(part, `, time(${step}ms, ${offset}ms) fill(none)`))
  }
  // Spans of no common measure: a statement for each.
  const found: Series[] = []
  const ranges = rangesWithin(query.bounds, part)
  for (let i = 0; i < ranges.length; i += statementsMax) {
    const some = ranges.slice(i, i + statementsMax)
    const results = await askAll(client, at, some.map((range) => select(range, '')).join('; '))
    results.forEach((series, place) => void found.push(...series.map((one) => movedTo(one, some[place]?.from ?? 0))))
  }
  return found
}

/** Which moment a sum without groups of time is given is each server's own choice. */
function movedTo(series: Series, at: number): Series {
  const time = series.columns.indexOf('time')
  return { ...series, values: series.values.map((row) => row.with(time, at)) }
}

/** Every span, as far as it lies within the part. */
const rangesWithin = (bounds: readonly Instant[], { from, to }: Range): Range[] =>
  bounds
    .slice(0, -1)
    .map((bound, i) => ({ from: Math.max(bound, from), to: Math.min(bounds[i + 1] ?? bound, to) }))
    .filter((range) => range.from < range.to)

function whereOf({ resident, device, kinds }: SummaryQuery, { from, to }: Range): string {
  const is = (tag: string, text: string) => `${quoteName(tag)} = ${quoteText(text)}`
  return [
    ...(device === undefined ? [] : [is('device', String(device))]),
    ...(resident === undefined ? [] : [is('resident', String(resident))]),
    ...(kinds === undefined
      ? []
      : [`(${[...kinds.map((kind) => is('kind', kind)), ...(kinds.length === 0 ? [is('kind', '')] : [])].join(' OR ')})`]),
    `time >= ${quoteMoment(from)}`,
    `time < ${quoteMoment(to)}`,
  ].join(' AND ')
}

/** The longest step of which every span is a multiple. */
function stepOf(bounds: readonly number[]): number {
  const shared = (a: number, b: number): number => (b === 0 ? a : shared(b, a % b))
  return bounds.slice(1).reduce((step, bound, i) => shared(step, bound - (bounds[i] ?? bound)), 0)
}

/** In which span a moment lies, or −1. */
function openSpans(bounds: readonly number[]): (at: number) => number {
  return (at) => {
    let [low, high] = [0, bounds.length - 1]
    if (at < Number(bounds[low]) || at >= Number(bounds[high])) return -1
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (Number(bounds[middle]) <= at) low = middle
      else high = middle
    }
    return low
  }
}

function put(found: Map<number, SummarySeries>, series: Series, { spanOf, count }: Spans): void {
  const device = Number(series.tags?.device)
  const code = readingKinds.indexOf(series.tags?.kind as ReadingKind)
  // A kind that only a newer Anling knows.
  if (code < 0) return
  const key = device * 256 + code
  const into = found.get(key) ?? emptySeries(device, readingKinds[code] as ReadingKind, count)
  found.set(key, into)
  for (const sum of sumsOf(series)) {
    const span = spanOf(sum.at)
    if (span >= 0 && sum.count > 0) add(into, span, sum)
  }
}

function emptySeries(device: number, kind: ReadingKind, spans: number): SummarySeries {
  const column = () => new Float64Array(spans)
  return { device, kind, count: column(), sum: column(), min: column(), max: column(), first: column(), last: column() }
}

function sumsOf({ columns, values }: Series): Sum[] {
  const place = (name: string) => columns.indexOf(name)
  const places = { at: place('time'), count: place('count'), sum: place('sum'), min: place('min'), max: place('max') }
  const [first, last] = [place('first'), place('last')]
  return values.map((row) => ({
    ...{ at: Number(row[places.at]), count: Number(row[places.count]), sum: Number(row[places.sum]) },
    ...{ min: Number(row[places.min]), max: Number(row[places.max]), first: Number(row[first]), last: Number(row[last]) },
  }))
}

/** Sums of one series come in the order of time. */
function add(into: SummarySeries, span: number, { count, sum, min, max, first, last }: Sum): void {
  const known = into.count[span] ?? 0
  into.min[span] = known === 0 ? min : Math.min(into.min[span] ?? min, min)
  into.max[span] = known === 0 ? max : Math.max(into.max[span] ?? max, max)
  if (known === 0) into.first[span] = first
  into.last[span] = last
  into.count[span] = known + count
  into.sum[span] = (into.sum[span] ?? 0) + sum
}
