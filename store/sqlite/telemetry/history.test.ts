import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { days, hours, instant } from '../../../domain/time.ts'
import { historyContract, historyStart } from '../../history.contract.ts'
import { reading } from '../../telemetry.contract.ts'
import { pack, packedOver, recordBytes } from './batch.ts'
import { openMerge } from './merge.ts'
import { openMovingWorlds } from './moving.contract.ts'
import { inTransaction } from './schema.ts'
import { findSummaries } from './summaries-query.ts'

const { newFolder, openParts, openWorld } = openMovingWorlds()

historyContract('sqlite', async () => {
  const { open, advance } = openWorld()
  let telemetry = await open()
  return {
    store: telemetry.telemetry,
    history: telemetry.history,
    knowsRepeatsFor: days(90),
    async pass(span) {
      // What was recorded until now is sealed on its own day, as the hourly rhythm does; the rest happens on the later one.
      await telemetry.compact()
      advance(span)
      await telemetry.compact()
    },
    async reopen() {
      await telemetry.close()
      telemetry = await open()
      return { store: telemetry.telemetry, history: telemetry.history }
    },
    end: () => telemetry.close(),
  }
})

const bounds = (count: number) => Array.from({ length: count + 1 }, (_, i) => instant(historyStart + hours(i)))

test('sums are there when the readings themselves are long gone, and go after their own time', async () => {
  const { dataDir, open, advance } = openWorld({ retention: days(10), historyRetention: days(100) })
  const { telemetry, history, compact, close } = await open()
  const ofDay = (day: number) =>
    Array.from({ length: 60 }, (_, i) => ({ ...reading(1, 0, { resident: 7 }), at: instant(historyStart + days(day) + i * 60_000) }))
  await telemetry.record(ofDay(0))
  await compact()
  advance(days(30))
  await telemetry.record(ofDay(30))
  await compact()
  expect(await telemetry.readings({ resident: 7, from: historyStart, to: instant(historyStart + days(1)), limit: 100 })).toEqual([])
  expect((await history.summaries({ resident: 7, bounds: bounds(1) })).map(({ count }) => [...count])).toEqual([[60]])
  advance(days(71))
  await compact()
  expect(await history.summaries({ resident: 7, bounds: bounds(1) })).toEqual([])
  await close()
  const database = new DatabaseSync(join(dataDir, 'telemetry.db'))
  expect(database.prepare('select count(*) as n from summary_run').get()?.n).toBe(1)
  database.close()
})

test('days go after their years', async () => {
  const { open, advance } = openWorld({ historyRetention: days(100) })
  const { history, compact } = await open()
  const empty = {
    heardHours: 0,
    asleepAt: null,
    wokeAt: null,
    firstUpAt: null,
    nightBathroomVisits: null,
    activeMinutes: null,
    outMinutes: null,
  }
  const day = new Date(historyStart).toISOString().slice(0, 10)
  await history.saveDays([{ resident: 7, day, ...empty }])
  advance(days(99))
  await compact()
  expect(await history.days({ resident: 7, from: day, to: day })).toHaveLength(1)
  advance(days(3))
  await compact()
  expect(await history.days({ resident: 7, from: day, to: day })).toEqual([])
})

const residents = 20

/** A restart can come between any two steps. */
function openRecording(dataDir: string) {
  const parts = openParts(dataDir)
  const { database, runs, journal, shelf, summaries } = parts
  function record(now: number): void {
    const batch = packedOver(new ArrayBuffer(residents * recordBytes))
    for (let i = 0; i < residents; i++) pack(batch, { ...reading(i, 0, { resident: i + 1 }), at: instant(now + i) })
    inTransaction(database, () => journal.append(batch, now))
    shelf.add(batch, now)
  }
  const counted = () =>
    Array.from({ length: residents }, (_, i) =>
      findSummaries({ runs, shelf, journal, summaries }, { resident: i + 1, bounds: bounds(100) }),
    ).map(([series]) => series?.count.reduce((sum, n) => sum + n, 0))
  return { ...parts, record, counted }
}

test('a restart between any two steps of summing up loses nothing and counts nothing twice', () => {
  const dataDir = newFolder()
  let parts = openRecording(dataDir)
  for (let day = 0; day < 3; day++) {
    for (let hour = 0; hour < 3; hour++) {
      const now = historyStart + days(day) + hours(hour)
      parts.record(now)
      parts.shelf.begin(now)
      while (parts.shelf.isSealing()) parts.shelf.sealSome(12)
    }
  }
  const now = historyStart + days(3)
  const expected = Array.from({ length: residents }, () => 9)
  const merge = openMerge({ ...parts, takenSeq: parts.summaries.takenSeq })
  while (merge.isMerging() || merge.begin(now)) merge.mergeSome(12)
  while (parts.runs.all().some(({ state }) => state === 'dropped')) parts.upkeep.step(now - days(3))
  let steps = 0
  // Owner by owner, so that the restart comes in the middle of a run.
  for (; parts.summaries.step(now, 0); steps++) {
    expect(parts.counted()).toEqual(expected)
    parts.database.close()
    parts = openRecording(dataDir)
    expect(parts.counted()).toEqual(expected)
  }
  expect(parts.summaries.runs.all().map(({ state }) => state)).toEqual(['kept', 'kept', 'kept'])
  expect(parts.runs.all().every((run) => run.journalCut <= parts.summaries.summedSeq())).toBe(true)
  expect(steps).toBeGreaterThan(residents)
})

test('a clock that was set back does not mix what is summed up with what is not', () => {
  const parts = openRecording(newFolder())
  const seal = (now: number) => {
    parts.record(now)
    parts.shelf.begin(now)
    while (parts.shelf.isSealing()) parts.shelf.sealSome(12)
    while (parts.upkeep.step(now));
  }
  seal(historyStart)
  seal(historyStart + days(1))
  expect(parts.summaries.summedSeq()).toBeGreaterThan(0)
  seal(historyStart + hours(1))
  seal(historyStart + hours(2))
  while (parts.upkeep.step(historyStart + days(5)));
  expect(parts.counted()).toEqual(Array.from({ length: residents }, () => 4))
})
