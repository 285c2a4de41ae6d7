/** Sealing may stop after any slice and go on after a restart: every reading is in exactly one place at every moment. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { days, instant } from '../../../domain/time.ts'
import { reading } from '../../telemetry.contract.ts'
import { pack, packedOver, recordBytes, unpack } from './batch.ts'
import { openDays } from './days.ts'
import { openJournal } from './journal.ts'
import { openMerge } from './merge.ts'
import { findReadings } from './query.ts'
import { openRuns } from './runs.ts'
import { inTransaction, openDatabase } from './schema.ts'
import { openShelf } from './shelf.ts'
import { openSummaries } from './summaries.ts'
import { openUpkeep } from './upkeep.ts'

const undo: (() => void)[] = []
afterEach(() => {
  for (const each of undo.splice(0).reverse()) each()
})

const startAt = 1_790_000_000_000
const residents = 30

/** The worker's parts without the worker, so that a restart can come between any two steps. */
function openParts(dataDir: string, damaged: () => void = () => expect.fail('damaged')) {
  const database = openDatabase(dataDir)
  undo.push(() => database.isOpen && database.close())
  const runs = openRuns(database, damaged)
  const journal = openJournal(database, damaged)
  const shelf = openShelf({ database, runs, journal, sealEveryMs: 1_000 })
  const summaries = openSummaries({ database, runs, damaged, retentionMs: days(1_000), days: openDays(database) })
  const upkeep = openUpkeep({ database, journal, runs, shelf, summaries, retentionMs: days(90) })

  function record(minute: number): void {
    const batch = packedOver(new ArrayBuffer(residents * recordBytes))
    for (let i = 0; i < residents; i++) pack(batch, reading(i, minute * 60 + i, { resident: i + 1 }))
    inTransaction(database, () => journal.append(batch, startAt))
    shelf.add(batch, startAt)
  }

  /** How many readings are found, and how many the counts speak of. */
  function tally() {
    let found = 0
    for (let i = 0; i < residents; i++) {
      const query = { resident: i + 1, from: instant(0), to: instant(2 ** 50), limit: 10_000 }
      const { buffer, count } = findReadings({ runs, shelf, journal }, query)
      found += count
      expect(unpack(packedOver(buffer, count)).map((r) => r.device)).toEqual(Array(count).fill(i))
    }
    // The counts see a reading held twice, where an answer would take it for a repeat of itself.
    const sealed = runs.visible().reduce((sum, run) => sum + run.readings, 0)
    return { found, counted: sealed + shelf.unsealed() }
  }
  const journalRows = () => [...journal.after(0)].length
  return { database, runs, journal, shelf, upkeep, record, tally, journalRows }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anling-telemetry-shelf-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a restart after every single slice neither loses nor doubles a reading', () => {
  const dataDir = newFolder()
  let parts = openParts(dataDir)
  let expected = 0
  for (let minute = 0; minute < 3; minute++) {
    parts.record(minute)
    expected += residents
  }
  parts.shelf.begin(startAt)
  for (let slice = 0; parts.shelf.isSealing(); slice++) {
    // A budget of nothing is one resident for each slice.
    parts.shelf.sealSome(0)
    if (slice % 4 === 0) {
      parts.record(100 + slice)
      expected += residents
    }
    expect(parts.tally()).toEqual({ found: expected, counted: expected })
    expect(parts.journalRows()).toBeGreaterThanOrEqual(3)
    parts.database.close()
    parts = openParts(dataDir)
    expect(parts.tally()).toEqual({ found: expected, counted: expected })
  }
  while (parts.upkeep.step(startAt));
  expect(parts.tally()).toEqual({ found: expected, counted: expected })
  expect(parts.journalRows()).toBe((expected - 3 * residents) / residents)
})

test('a journal half trimmed at a restart is not read again', () => {
  const dataDir = newFolder()
  let parts = openParts(dataDir)
  for (let minute = 0; minute < 200; minute++) parts.record(minute)
  const expected = 200 * residents
  parts.shelf.begin(startAt)
  while (parts.shelf.isSealing()) parts.shelf.sealSome(5)
  parts.upkeep.step(startAt)
  expect(parts.journalRows()).toBeGreaterThan(0)
  expect(parts.journalRows()).toBeLessThan(200)
  parts.database.close()
  parts = openParts(dataDir)
  expect(parts.tally()).toEqual({ found: expected, counted: expected })
  while (parts.upkeep.step(startAt));
  expect(parts.journalRows()).toBe(0)
  parts.record(1_000)
  expect(parts.tally()).toEqual({ found: expected + residents, counted: expected + residents })
})

test('the runs of a finished day become one, with a restart after every slice, and every reading stays in its place', () => {
  const dataDir = newFolder()
  let parts = openParts(dataDir)
  let expected = 0
  for (let hour = 0; hour < 6; hour++) {
    for (let minute = 0; minute < 5; minute++) parts.record(hour * 60 + minute)
    expected += 5 * residents
    parts.shelf.begin(startAt + hour * 3_600_000)
    while (parts.shelf.isSealing()) parts.shelf.sealSome(0)
  }
  parts.record(10_000)
  expected += residents
  const tomorrow = startAt + days(2)
  const merged = () => parts.runs.all().some((run) => run.level === 1 && run.state === 'kept')
  for (let slice = 0; !merged(); slice++) {
    const merge = openMerge({ ...parts, takenSeq: () => 0 })
    if (merge.isMerging()) merge.mergeSome(0)
    else expect(merge.begin(tomorrow)).toBe(slice === 0)
    expect(parts.tally()).toEqual({ found: expected, counted: expected })
    parts.database.close()
    parts = openParts(dataDir)
    expect(parts.tally()).toEqual({ found: expected, counted: expected })
  }
  while (parts.upkeep.step(startAt));
  expect(parts.runs.all().map((run) => [run.level, run.state])).toEqual([[1, 'kept']])
  expect(parts.tally()).toEqual({ found: expected, counted: expected })
})

test('what the disk has changed is told and left out, in the journal and in blocks; the rest is answered', () => {
  const dataDir = newFolder()
  let parts = openParts(dataDir)
  for (let minute = 0; minute < 3; minute++) parts.record(minute)
  parts.shelf.begin(startAt)
  while (parts.shelf.isSealing()) parts.shelf.sealSome(0)
  parts.record(50)
  parts.record(51)
  parts.database.exec(
    'update journal set records = zeroblob(length(records)) where seq = 5; update block set chunks = zeroblob(length(chunks)) where rowid % 2 = 0',
  )
  parts.database.close()
  let told = 0
  parts = openParts(dataDir, () => {
    told++
  })
  expect(told).toBe(1)
  expect(parts.tally().found).toBe(residents + (residents / 2) * 3)
  expect(told).toBe(1 + residents / 2)
})
