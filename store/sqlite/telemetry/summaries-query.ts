/** Readings summed up span by span: whole hours from the rollup, and one by one what is not summed up yet or is asked for more finely. */
import { type ReadingKind, readingKinds } from '../../../domain/reading.ts'
import { instant } from '../../../domain/time.ts'
import type { SummaryQuery, SummarySeries } from '../../store.ts'
import { residentOf } from './arena.ts'
import { doublesEach, packedOver, wordsEach } from './batch.ts'
import { openCounted } from './counted.ts'
import { addSum, hourMs, keyOf, minuteMs, minuteOf, type Sum, sumOf } from './hours.ts'
import type { Journal } from './journal.ts'
import { findReadings, ownersAsked } from './query.ts'
import type { Runs } from './runs.ts'
import type { Shelf } from './shelf.ts'
import type { Summaries } from './summaries.ts'
import { readSums } from './sums.ts'

type Needs = { runs: Runs; shelf: Shelf; journal: Journal; summaries: Summaries }

/** By device and kind, a sum for each span that has one. */
type Found = Map<number, (Sum | undefined)[]>
type Asked = { query: SummaryQuery; isWanted: (key: number) => boolean; spanOf: (at: number) => number }

export function findSummaries(needs: Needs, query: SummaryQuery): readonly SummarySeries[] {
  const { bounds } = query
  const found: Found = new Map()
  const kinds = query.kinds && new Set(query.kinds.map((kind) => readingKinds.indexOf(kind)))
  const isWanted = (key: number) =>
    (kinds === undefined || kinds.has(key % 256)) && (query.device === undefined || query.device === Math.floor(key / 256))
  const asked: Asked = { query, isWanted, spanOf: openSpans(bounds) }
  const isWhole = bounds.every((bound) => bound % hourMs === 0)
  // Before all cuts, even that of what came in bulk: everything is looked at one by one.
  const summedSeq = isWhole ? needs.summaries.summedSeq() : -1
  const [from, to] = [bounds[0] ?? instant(0), instant((bounds[bounds.length - 1] ?? 0) - 1)]
  for (const owner of ownersAsked({ ...query, from, to, limit: 1 }, needs.journal)) {
    const raw: Found = new Map()
    addRaw(raw, owner, { needs, asked, summedSeq, from, to })
    if (isWhole) addSummed(found, owner, { needs, asked })
    // Kept sums know their moments to the minute, and so do these where the two meet; what then is first or last, the readings tell.
    join(found, raw, isWhole)
  }
  if (isWhole) settleTies(found, needs, query)
  return [...found].sort(([a], [b]) => a - b).map(([key, sums]) => seriesOf(key, sums, bounds.length - 1))
}

/** In which span a moment lies, or −1. */
function openSpans(bounds: readonly number[]): (at: number) => number {
  const last = bounds.length - 1
  return (at) => {
    if (last < 1 || at < (bounds[0] as number) || at >= (bounds[last] as number)) return -1
    let [low, high] = [0, last]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((bounds[middle] as number) <= at) low = middle
      else high = middle
    }
    return low
  }
}

function join(found: Found, raw: Found, isWhole: boolean): void {
  for (const [key, sums] of raw) {
    for (const [span, sum] of sums.entries()) if (sum) put(found, { key, span }, isWhole ? toTheMinute(sum) : sum)
  }
}

const toTheMinute = (sum: Sum): Sum => ({ ...sum, firstAt: minuteOf(sum.firstAt), lastAt: minuteOf(sum.lastAt) })

/** `raw`: a reading after the others, not a sum. */
function put(found: Found, { key, span, raw = false }: { key: number; span: number; raw?: boolean }, sum: Sum): void {
  let sums = found.get(key)
  if (!sums) {
    sums = []
    found.set(key, sums)
  }
  const known = sums[span]
  if (known) (raw ? addSum : addTied)(known, sum)
  else sums[span] = { ...sum }
}

/** A sum of which the first or the last is not known: two came within that minute, and not the same. */
type Tied = Sum & { tied?: boolean }

function addTied(known: Tied, sum: Sum): void {
  const isTie =
    (known.firstAt === sum.firstAt && !Object.is(known.first, sum.first)) ||
    (known.lastAt === sum.lastAt && !Object.is(known.last, sum.last))
  if (isTie) known.tied = true
  addSum(known, sum)
}

/** Looks the readings of those minutes up. Where they are no longer kept, what was recorded first stays the first, and what was recorded last the last. */
function settleTies(found: Found, needs: Needs, { resident, device }: SummaryQuery): void {
  const tied = [...found].flatMap(([key, sums]) => (sums as (Tied | undefined)[]).flatMap((sum) => (sum?.tied ? [{ key, sum }] : [])))
  if (tied.length === 0) return
  const moments = tied.flatMap(({ sum }) => [sum.firstAt, sum.lastAt])
  const [from, to] = moments.reduce(([least, most], at) => [Math.min(least, at), Math.max(most, at)], [2 ** 53, -(2 ** 53)])
  const whose = { ...(resident === undefined ? {} : { resident }), ...(device === undefined ? {} : { device }) }
  const query = { ...whose, from: instant(from), to: instant(to + minuteMs - 1), limit: Number.MAX_SAFE_INTEGER }
  const { buffer, count } = findReadings(needs, query)
  const { doubles, words } = packedOver(buffer, count)
  const [firsts, lasts] = [new Map<string, number>(), new Map<string, number>()]
  for (let i = 0; i < count; i++) {
    const key = keyOf(words[i * wordsEach + 4] as number, words[i * wordsEach + 6] as number)
    const [minute, value] = [`${key} ${minuteOf(doubles[i * doublesEach] as number)}`, doubles[i * doublesEach + 1] as number]
    if (!firsts.has(minute)) firsts.set(minute, value)
    lasts.set(minute, value)
  }
  for (const { key, sum } of tied) {
    sum.first = firsts.get(`${key} ${sum.firstAt}`) ?? sum.first
    sum.last = lasts.get(`${key} ${sum.lastAt}`) ?? sum.last
  }
}

function addSummed(found: Found, owner: number, { needs, asked }: { needs: Needs; asked: Asked }): void {
  const { runs } = needs.summaries
  const { bounds } = asked.query
  for (const run of runs.all()) {
    if (run.state !== 'kept' || run.toAt < (bounds[0] ?? 0) || run.fromAt >= (bounds[bounds.length - 1] ?? 0)) continue
    const chunk = runs.chunkOf(run, owner)
    if (!chunk) continue
    readSums(chunk, run.recordedAt, ({ device, kind }, sum) => {
      const key = keyOf(device, kind)
      const span = asked.isWanted(key) ? asked.spanOf(sum.firstAt) : -1
      if (span >= 0) put(found, { key, span }, sum)
    })
  }
}

type Rest = { needs: Needs; asked: Asked; summedSeq: number; from: number; to: number }

/** What is in no sum yet, or everything when the sums are too coarse. */
function addRaw(found: Found, owner: number, { needs, asked, summedSeq, from, to }: Rest): void {
  const { runs, shelf, journal } = needs
  const rest: Runs = { ...runs, visible: () => runs.visible().filter((run) => run.journalCut > summedSeq) }
  const resident = residentOf(owner)
  const { device } = asked.query
  const whose = { ...(resident > 0 ? { resident } : { resident: 0 }), ...(device === undefined ? {} : { device }) }
  const query = { ...whose, from: instant(from), to: instant(to), limit: Number.MAX_SAFE_INTEGER }
  const { buffer, count } = findReadings({ runs: rest, shelf, journal }, query)
  const { doubles, words } = packedOver(buffer, count)
  const counted = openCounted(runs, owner, (run) => run.journalCut <= summedSeq)
  for (let i = 0; i < count; i++) {
    const [at, value] = [doubles[i * doublesEach] as number, doubles[i * doublesEach + 1] as number]
    const [number, kind] = [words[i * wordsEach + 4] as number, words[i * wordsEach + 6] as number]
    const key = keyOf(number, kind)
    if (asked.isWanted(key) && !counted(number, kind)(at, value)) put(found, { key, span: asked.spanOf(at), raw: true }, sumOf(at, value))
  }
}

function seriesOf(key: number, sums: readonly (Sum | undefined)[], spans: number): SummarySeries {
  const column = (of: (sum: Sum) => number) => {
    const values = new Float64Array(spans)
    sums.forEach((sum, span) => {
      if (sum) values[span] = of(sum)
    })
    return values
  }
  return {
    device: Math.floor(key / 256),
    kind: readingKinds[key % 256] as ReadingKind,
    count: column((sum) => sum.count),
    sum: column((sum) => sum.sum),
    min: column((sum) => sum.min),
    max: column((sum) => sum.max),
    first: column((sum) => sum.first),
    last: column((sum) => sum.last),
  }
}
