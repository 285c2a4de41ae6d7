/** What every HistoryStore promises: sums that are right whatever came late, twice or across a restart, and days that stay. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Reading, type ReadingKind, readingKinds } from '../domain/reading.ts'
import { days, hours, type Instant, instant, minutes } from '../domain/time.ts'
import { endedAfterEach } from './openings.contract.ts'
import type { HistoryStore, StoredDay, SummaryQuery, SummarySeries, TelemetryStore } from './store.ts'

/** One store on its own data, with a clock that the test moves. */
export type HistoryUnderTest = {
  store: TelemetryStore
  history: HistoryStore
  /** Time passes; whatever the store does to its data meanwhile (sealing, summing up) is done when this resolves. */
  pass(span: number): Promise<void>
  /** How long a repeat is known as one: as long as readings are kept one by one where they are summed up. */
  knowsRepeatsFor: number
  reopen(): Promise<{ store: TelemetryStore; history: HistoryStore }>
  end(): Promise<void>
}
type Begin = () => Promise<HistoryUnderTest>

/** A whole hour, in the evening of a UTC day. */
export const historyStart = instant(1_790_000_000_000 - (1_790_000_000_000 % days(1)) + hours(18))
const at = (minute: number): Instant => instant(historyStart + minutes(minute))
const reading = (minute: number, more: Partial<Reading> = {}): Reading => ({
  ...{ device: 1, resident: 7, kind: 'temperature' as ReadingKind, at: at(minute), value: 20 },
  ...more,
})
const hourly = (from: number, count: number): Instant[] => Array.from({ length: count + 1 }, (_, i) => at((from + i) * 60))
/** What is known of each span that has anything. */
const spansOf = ({ count, sum, min, max, first, last }: SummarySeries) =>
  Array.from(count, (n, i) => (n === 0 ? null : [n, sum[i], min[i], max[i], first[i], last[i]]))

export function historyContract(name: string, open: Begin): void {
  describe(`history: ${name}`, () => {
    const begin: Begin = endedAfterEach(open)
    sums(begin)
    lateness(begin)
    refusals(begin)
    exactness(begin)
    dayFacts(begin)
  })
}

function sums(begin: Begin): void {
  test('a span has its count, sum, least, most, first and last, before and after it is summed up, and after a restart', async () => {
    const { store, history, pass, reopen } = await begin()
    await store.record([reading(1, { value: 21 }), reading(2, { value: 19.5 }), reading(50, { value: 20 }), reading(61, { value: -3 })])
    const query: SummaryQuery = { resident: 7, bounds: hourly(0, 3) }
    const expected = [[3, 60.5, 19.5, 21, 21, 20], [1, -3, -3, -3, -3, -3], null]
    expect((await history.summaries(query)).map(spansOf)).toEqual([expected])
    await pass(days(2))
    expect((await history.summaries(query)).map(spansOf)).toEqual([expected])
    const again = await reopen()
    expect((await again.history.summaries(query)).map(spansOf)).toEqual([expected])
  })

  test('a span may be any number of hours, and each of its own length', async () => {
    const { store, history, pass } = await begin()
    await store.record(Array.from({ length: 50 }, (_, hour) => reading(hour * 60 + 30, { value: hour })))
    const bounds = [at(0), at(23 * 60), at(48 * 60)]
    for (let round = 0; round < 2; round++) {
      const [series] = await history.summaries({ resident: 7, bounds })
      expect([...(series?.count ?? [])]).toEqual([23, 25])
      expect([...(series?.max ?? [])]).toEqual([22, 47])
      await pass(days(4))
    }
  })

  test('series are by device and kind, and only those asked for', async () => {
    const { store, history, pass } = await begin()
    await store.record([
      ...[reading(1), reading(2, { kind: 'humidity', value: 40 }), reading(3, { device: 2, kind: 'motion', value: 1 })],
      ...[reading(4, { device: 2, resident: 8, kind: 'motion', value: 1 }), reading(5, { device: 3, resident: 0 })],
    ])
    const named = (list: readonly SummarySeries[]) => list.map(({ device, kind }) => `${device} ${kind}`)
    const bounds = hourly(0, 1)
    for (let round = 0; round < 2; round++) {
      expect(named(await history.summaries({ resident: 7, bounds }))).toEqual(['1 temperature', '1 humidity', '2 motion'])
      expect(named(await history.summaries({ resident: 7, kinds: ['motion'], bounds }))).toEqual(['2 motion'])
      expect((await history.summaries({ device: 2, bounds })).map(spansOf)).toEqual([[[2, 2, 1, 1, 1, 1]]])
      expect(named(await history.summaries({ device: 3, bounds }))).toEqual(['3 temperature'])
      expect(await history.summaries({ resident: 7, bounds: hourly(1, 5) })).toEqual([])
      await pass(days(2))
    }
  })

  test('spans within an hour are told while readings are kept one by one', async () => {
    const { store, history, pass } = await begin()
    await store.record([reading(1), reading(7), reading(8)])
    for (let round = 0; round < 2; round++) {
      const [series] = await history.summaries({ resident: 7, bounds: [at(0), at(5), at(10), at(15)] })
      expect([...(series?.count ?? [])]).toEqual([1, 2, 0])
      await pass(days(2))
    }
  })
}

function lateness(begin: Begin): void {
  test('a reading that comes days late counts in its own hour', async () => {
    const { store, history, pass } = await begin()
    await store.record([reading(10, { value: 10 }), reading(30, { value: 30 })])
    await pass(days(2))
    await store.record([reading(20, { value: 99 }), reading(5, { value: 5 }), reading(40, { value: 40 })])
    const query: SummaryQuery = { resident: 7, bounds: hourly(0, 1) }
    for (let round = 0; round < 3; round++) {
      expect((await history.summaries(query)).map(spansOf)).toEqual([[[5, 184, 5, 99, 5, 40]]])
      await pass(days(2))
    }
  })

  test('the same reading sent again, even after it was summed up, counts once', async () => {
    const { store, history, pass } = await begin()
    const query: SummaryQuery = { resident: 7, bounds: hourly(0, 1) }
    await store.record([reading(10), reading(10), reading(11)])
    await pass(days(2))
    await store.record([reading(10), reading(12)])
    for (let round = 0; round < 2; round++) {
      expect((await history.summaries(query)).map(({ count }) => [...count])).toEqual([[3]])
      await pass(days(2))
    }
  })
}

function refusals(begin: Begin): void {
  test('an aimless question, too many spans and bounds that do not ascend are refused', async () => {
    const { history } = await begin()
    await expect(history.summaries({ bounds: hourly(0, 1) })).rejects.toThrow(RangeError)
    await expect(history.summaries({ resident: 7, bounds: hourly(0, 2_001) })).rejects.toThrow(RangeError)
    await expect(history.summaries({ resident: 7, bounds: [at(0)] })).rejects.toThrow(RangeError)
    await expect(history.summaries({ resident: 7, bounds: [at(60), at(60)] })).rejects.toThrow(RangeError)
  })
}

const anyReading: fc.Arbitrary<Reading> = fc.record(
  {
    device: fc.constantFrom(1, 2),
    resident: fc.constantFrom(7),
    kind: fc.constantFrom<ReadingKind>('heartbeat', 'temperature', 'link'),
    at: fc.integer({ min: 0, max: 3 * 86_400 }).map((second) => instant(historyStart + second * 1_000)),
    value: fc.integer({ min: -100, max: 300 }),
  },
  { noNullPrototype: true },
)

function exactness(begin: Begin): void {
  test('whatever was recorded in whatever order, hours are what their readings make them', async () => {
    const { store, history, pass, knowsRepeatsFor } = await begin()
    const known = new Map<string, Reading>()
    const bounds = hourly(0, 80)
    let passed = 0
    await fc.assert(
      fc.asyncProperty(fc.array(anyReading, { maxLength: 80 }), fc.boolean(), async (drawn, passes) => {
        // One value for each moment, so that first and last have one answer; resends are meant to be there.
        for (const r of drawn) if (!known.has(keyOf(r))) known.set(keyOf(r), r)
        const fresh = drawn.map((r) => known.get(keyOf(r)) ?? r)
        await store.record(fresh)
        const later = passed + days(2)
        if (passes && later < knowsRepeatsFor) {
          await pass(days(2))
          passed = later
        }
        const found = await history.summaries({ resident: 7, bounds })
        expect(found.map(({ device, kind }) => `${device} ${kind}`)).toEqual(seriesNames(known))
        for (const series of found) expect(spansOf(series)).toEqual(expectedOf(series, known, bounds))
      }),
      // The store keeps what earlier runs recorded, so a failure cannot be shrunk.
      { numRuns: 25, endOnFailure: true },
    )
  })
}

const keyOf = (r: Reading) => `${r.device} ${r.kind} ${r.at}`
const seriesNames = (known: ReadonlyMap<string, Reading>) =>
  [...new Set([...known.values()].map(({ device, kind }) => device * 256 + readingKinds.indexOf(kind)))]
    .sort((a, b) => a - b)
    .map((key) => `${Math.floor(key / 256)} ${readingKinds[key % 256]}`)

function expectedOf({ device, kind }: SummarySeries, known: ReadonlyMap<string, Reading>, bounds: readonly Instant[]) {
  const own = [...known.values()].filter((r) => r.device === device && r.kind === kind).sort((a, b) => a.at - b.at)
  return bounds.slice(0, -1).map((from, i) => {
    const values = own.filter((r) => r.at >= from && r.at < (bounds[i + 1] ?? from)).map(({ value }) => value)
    const sum = values.reduce((total, value) => total + value, 0)
    return values.length === 0 ? null : [values.length, sum, Math.min(...values), Math.max(...values), values[0], values.at(-1)]
  })
}

const aDay = (resident: number, day: string, more: Partial<StoredDay> = {}): StoredDay => ({
  ...{ resident, day, heardHours: 24, asleepAt: at(0), wokeAt: at(480), firstUpAt: at(490) },
  ...{ nightBathroomVisits: 2, activeMinutes: 310, outMinutes: null },
  ...more,
})

function dayFacts(begin: Begin): void {
  test('days are kept by resident, replaced by themselves, and there after a restart', async () => {
    const { history, reopen } = await begin()
    await history.saveDays([aDay(7, '2026-03-28'), aDay(7, '2026-03-29'), aDay(8, '2026-03-28', { asleepAt: null, outMinutes: 0 })])
    await history.saveDays([aDay(7, '2026-03-29', { activeMinutes: 311 })])
    const again = (await reopen()).history
    expect(await again.days({ resident: 7, from: '2026-03-01', to: '2026-03-29' })).toEqual([
      aDay(7, '2026-03-28'),
      aDay(7, '2026-03-29', { activeMinutes: 311 }),
    ])
    expect(await again.days({ resident: 8, from: '2026-03-28', to: '2026-03-28' })).toEqual([
      aDay(8, '2026-03-28', { asleepAt: null, outMinutes: 0 }),
    ])
    expect(await again.newestDays()).toEqual(
      new Map([
        [7, '2026-03-29'],
        [8, '2026-03-28'],
      ]),
    )
  })

  test('what is no day is refused', async () => {
    const { history } = await begin()
    await expect(history.saveDays([aDay(7, '2026-02-30')])).rejects.toThrow(RangeError)
    await expect(history.days({ resident: 7, from: 'yesterday', to: '2026-02-28' })).rejects.toThrow(RangeError)
  })
}
