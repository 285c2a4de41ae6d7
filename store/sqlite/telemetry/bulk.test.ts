import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Reading, ReadingKind } from '../../../domain/reading.ts'
import { days, hours, instant } from '../../../domain/time.ts'
import { historyContract, historyStart } from '../../history.contract.ts'
import type { SummarySeries, TelemetryStore } from '../../store.ts'
import { reading, telemetryContract } from '../../telemetry.contract.ts'
import type { Telemetry } from '../telemetry.ts'
import { codeOf, pack, packedOver, recordBytes, unpack } from './batch.ts'
import { openBulk } from './bulk.ts'
import { packPart } from './bulk-pack.ts'
import { openMovingWorlds } from './moving.contract.ts'
import { findReadings } from './query.ts'
import { openGrouping, partBuffer, partOver } from './sort.ts'
import { findSummaries } from './summaries-query.ts'

const { newFolder, openParts, openWorld } = openMovingWorlds()

/** The store as if everything were recorded in bulk: a moment of recording says that even little is. */
const inBulk = (store: Telemetry, now: () => Reading['at']): TelemetryStore => ({
  ...store.telemetry,
  record: (readings) => store.bulk(readings, now()).then(() => {}),
})

telemetryContract('sqlite, in bulk', async () => {
  const { open, now } = openWorld()
  let store = await open()
  return {
    store: inBulk(store, now),
    async reopen() {
      await store.close()
      store = await open()
      return inBulk(store, now)
    },
    settle: () => store.compact(),
    end: () => store.close(),
  }
})

historyContract('sqlite, in bulk', async () => {
  const { open, advance, now } = openWorld()
  let store = await open()
  return {
    store: inBulk(store, now),
    history: store.history,
    knowsRepeatsFor: days(90),
    async pass(span) {
      await store.compact()
      advance(span)
      await store.compact()
    },
    async reopen() {
      await store.close()
      store = await open()
      return { store: inBulk(store, now), history: store.history }
    },
    end: () => store.close(),
  }
})

const anyReading: fc.Arbitrary<Reading> = fc.record(
  {
    device: fc.constantFrom(1, 2, 900_000),
    resident: fc.constantFrom(0, 5, 6),
    kind: fc.constantFrom<ReadingKind>('heartbeat', 'motion', 'temperature'),
    at: fc.integer({ min: 0, max: days(2) }).map((after) => instant(historyStart + after)),
    // Halves: their sums are exact in any order.
    value: fc.integer({ min: -100, max: 300 }).map((n) => n / 2),
  },
  { noNullPrototype: true },
)
const bounds = Array.from({ length: 49 }, (_, hour) => instant(historyStart + hours(hour)))
const always = { from: historyStart, to: instant(historyStart + days(3)), limit: 100_000 }

/** Everything that can be asked of a store about these devices and residents. */
async function answers({ telemetry, history }: Telemetry): Promise<{ readings: readonly Reading[][]; sums: readonly SummarySeries[][] }> {
  const whose = [{ resident: 5 }, { resident: 6 }, { device: 1 }, { device: 2 }, { device: 900_000, resident: 0 }]
  const readings = whose.map(async (one) => [...(await telemetry.readings({ ...one, ...always }))])
  const sums = whose.map(async (one) => [...(await history.summaries({ ...one, bounds }))])
  // Within an hour only single readings answer.
  const fine = await history.summaries({ resident: 5, bounds: bounds.map((bound) => instant(bound + 1)) })
  return { readings: await Promise.all(readings), sums: [...(await Promise.all(sums)), [...fine]] }
}

test('bulk and live give the same answers, whatever comes by which way, in which order, how often, and however it is settled', async () => {
  const [live, mixed] = [await openWorld().open(), await openWorld().open()]
  let drawn: Reading[] = []
  const step = fc.record({
    readings: fc.array(anyReading, { maxLength: 80 }),
    way: fc.constantFrom('bulk', 'bulk twice', 'live, then bulk', 'bulk, then live', 'half and half'),
    settles: fc.boolean(),
    again: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(step, async ({ readings, way, settles, again }) => {
      const batch = again ? [...readings, ...drawn] : readings
      // Readings of one moment with different values stay in the order recorded, and so depend on the way: none here.
      const known = new Set(drawn.map(({ device, resident, kind, at }) => `${device} ${resident} ${kind} ${at}`))
      const fresh = batch.filter((r) => drawn.includes(r) || !known.has(`${r.device} ${r.resident} ${r.kind} ${r.at}`))
      const mine = [...new Map(fresh.map((r) => [`${r.device} ${r.resident} ${r.kind} ${r.at}`, r])).values()]
      drawn = [...new Set([...drawn, ...mine])]
      const half = mine.length >> 1
      await live.telemetry.record(mine)
      const bulk = (some: readonly Reading[]) => mixed.bulk(some, historyStart)
      if (way === 'bulk twice') await bulk(mine)
      if (way === 'live, then bulk') await mixed.telemetry.record(mine)
      if (settles) await mixed.compact()
      await bulk(way === 'half and half' ? mine.slice(0, half) : mine.toReversed())
      if (way === 'bulk, then live') await mixed.telemetry.record(mine)
      if (way === 'half and half') await mixed.telemetry.record(mine.slice(half))
      if (settles) await live.compact()
      expect(await answers(mixed)).toEqual(await answers(live))
    }),
    // The stores keep what earlier runs gave them, so a failure cannot be shrunk.
    { numRuns: 40, endOnFailure: true },
  )
})

test('what is given again is known, sealed or not, and takes no more room', async () => {
  const store = await openWorld().open()
  const some = Array.from({ length: 2_000 }, (_, i) => reading(i % 7, i, { resident: 1 + (i % 7) }))
  expect(await store.bulk(some, historyStart)).toEqual({ added: 2_000, known: 0 })
  const once = await store.telemetry.counts()
  expect(await store.bulk(some, historyStart)).toEqual({ added: 0, known: 2_000 })
  expect(await store.telemetry.counts()).toEqual(once)
  const live = some.map((r) => ({ ...r, at: instant(r.at + 1) }))
  await store.telemetry.record(live)
  expect(await store.bulk([...some, ...live, reading(99, 5)], historyStart)).toEqual({ added: 1, known: 4_000 })
})

test('a call may be longer than what is written at once, and little without a moment of recording goes the way of live readings', async () => {
  const store = await openWorld().open()
  const many = Array.from({ length: 2_100_000 }, (_, i) => reading(i % 50, i, { value: i % 9 }))
  expect(await store.bulk(many)).toEqual({ added: many.length, known: 0 })
  expect((await store.telemetry.counts()).readings).toBe(many.length)
  const found = await store.telemetry.readings({ device: 7, from: instant(0), to: instant(2 ** 50), limit: 100_000 })
  expect(found).toEqual(many.filter(({ device }) => device === 7))
  const before = await store.telemetry.counts()
  await store.bulk([reading(60, 0), reading(60, 1)])
  expect((await store.telemetry.counts()).commits).toBe(before.commits + 1)
})

test('closing lets a bulk that is under way end, and refuses the next', async () => {
  const { open } = openWorld()
  const store = await open()
  const bulk = store.bulk(Array.from({ length: 50_000 }, (_, i) => reading(i % 9, i)))
  // Under way: packing has begun.
  await new Promise((resolve) => setImmediate(resolve))
  await store.close()
  expect(await bulk).toEqual({ added: 50_000, known: 0 })
  await expect(store.bulk([reading(1, 0)], historyStart)).rejects.toMatchObject({ name: 'StoreTrouble', code: 'closed' })
  expect((await (await open()).telemetry.counts()).readings).toBe(50_000)
})

test('readings come in bulk as old as they are: the raw ones go in their time, their sums stay', async () => {
  const { open, advance } = openWorld({ retention: days(90), historyRetention: days(1_000) })
  const store = await open()
  const some = Array.from({ length: 60 }, (_, i) => ({ ...reading(1, 0, { resident: 7 }), at: instant(historyStart + i * 60_000) }))
  await store.bulk(some, historyStart)
  advance(days(80))
  await store.compact()
  expect((await store.telemetry.counts()).readings).toBe(60)
  advance(days(11))
  await store.compact()
  expect((await store.telemetry.counts()).readings).toBe(0)
  const counted = async () => (await store.history.summaries({ resident: 7, bounds: bounds.slice(0, 2) })).map(({ count }) => [...count])
  expect(await counted()).toEqual([[60]])
  advance(days(910))
  await store.compact()
  expect(await counted()).toEqual([])
})

test('what came apart within one minute is summed up with the right first and last', async () => {
  const { open, advance } = openWorld()
  const store = await open()
  const some = Array.from({ length: 50 }, (_, i) => ({
    ...reading(1, 0, { resident: 7, value: i }),
    at: instant(historyStart + i * 1_000),
  }))
  const third = (n: number) => some.filter((_, i) => i % 3 === n)
  await store.telemetry.record(third(1))
  await store.bulk(third(2), historyStart)
  await store.bulk(third(0), historyStart)
  for (const settled of [false, true]) {
    const [sums] = await store.history.summaries({ resident: 7, bounds: bounds.slice(0, 2) })
    expect(sums).toMatchObject({ count: Float64Array.of(50), first: Float64Array.of(0), last: Float64Array.of(49) })
    if (settled) continue
    await store.compact()
    advance(days(2))
    await store.compact()
  }
})

const residents = 30
const perResident = 20
const given: readonly Reading[] = Array.from({ length: residents * perResident }, (_, i) => ({
  ...{ device: i % residents, resident: 1 + (i % residents), kind: 'motion', value: i % 2 },
  at: instant(historyStart + i * 1_000),
}))

function packed(readings: readonly Reading[]) {
  const grouping = openGrouping()
  const part = partOver(partBuffer(readings.length), readings.length)
  readings.forEach(({ device, resident, kind, at, value }, i) => {
    part.at[i] = at
    part.value[i] = value
    part.group[i] = grouping.enter(device, resident, codeOf(kind))
  })
  return packPart(part, grouping.groups(), Number(historyStart))
}

function liveBatch(readings: readonly Reading[]) {
  const batch = packedOver(new ArrayBuffer(readings.length * recordBytes))
  for (const each of readings) pack(batch, each)
  return batch
}

type Parts = ReturnType<typeof openParts>

function tally(parts: Parts) {
  let [found, counted] = [0, 0]
  for (let resident = 1; resident <= residents; resident++) {
    const { buffer, count } = findReadings(parts, { resident, ...always })
    found += unpack(packedOver(buffer, count)).length
    const series = findSummaries(parts, { resident, bounds: bounds.slice(0, 3) })
    counted += series.reduce((sum, { count }) => sum + count.reduce((a, b) => a + b, 0), 0)
  }
  return { found, counted, held: parts.runs.visible().reduce((sum, run) => sum + run.readings, 0) }
}

test('a bulk broken off after any slice and given again is there once, in readings and in sums', () => {
  const dataDir = newFolder()
  let parts = openParts(dataDir)
  for (let slices = 1; tally(parts).found < given.length; slices++) {
    expect(slices).toBeLessThan(100)
    const bulk = openBulk(parts, packed(given))
    // A budget of nothing is one resident for each slice; first come those who are known.
    for (let slice = 0; slice < 2 * slices; slice++) bulk.step(0)
    const { found, counted, held } = tally(parts)
    expect([counted, held]).toEqual([found, found])
    parts.database.close()
    parts = openParts(dataDir)
    expect(tally(parts)).toEqual({ found, counted, held })
  }
  const again = openBulk(parts, packed(given))
  while (again.step(0));
  expect([again.added(), tally(parts)]).toEqual([0, { found: given.length, counted: given.length, held: given.length }])
})

test('what is too old to be kept may be dropped while the rest still comes; nothing is doubled and the sums are whole', () => {
  const parts = openParts(newFolder())
  const bulk = openBulk(parts, packed(given))
  while (bulk.step(0)) while (parts.upkeep.step(historyStart + days(91)));
  while (parts.upkeep.step(historyStart + days(91)));
  expect(bulk.added()).toBe(given.length)
  expect(tally(parts)).toEqual({ found: 0, counted: given.length, held: 0 })
  expect(parts.database.prepare('select count(*) as n from block').get()?.n).toBe(0)
})

test('a live run that is summed up later leaves out what came in bulk meanwhile', () => {
  const parts = openParts(newFolder())
  const live = liveBatch(given)
  parts.database.exec('begin')
  parts.journal.append(live, historyStart)
  parts.database.exec('commit')
  parts.shelf.add(live, historyStart)
  const bulk = openBulk({ ...parts, shelf: { collect: () => {} } }, packed(given.slice(0, 100)))
  while (bulk.step(0));
  expect(bulk.added()).toBe(100)
  expect(tally(parts)).toMatchObject({ found: given.length, counted: given.length })
  parts.shelf.begin(historyStart)
  while (parts.upkeep.step(historyStart + days(3)));
  expect(parts.summaries.summedSeq()).toBeGreaterThan(0)
  expect(tally(parts)).toMatchObject({ found: given.length, counted: given.length })
})
