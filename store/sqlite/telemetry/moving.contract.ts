/** For tests of the embedded store in time: scratch folders, stores whose clock the test moves, and everything undone when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import { systemClock } from '../../../domain/clock.ts'
import { days, instant } from '../../../domain/time.ts'
import { historyStart } from '../../history.contract.ts'
import { openTelemetry, type Telemetry, type TelemetryNeeds } from '../telemetry.ts'
import { openDays } from './days.ts'
import { openJournal } from './journal.ts'
import { openRuns } from './runs.ts'
import { openDatabase } from './schema.ts'
import { openShelf } from './shelf.ts'
import { openSummaries } from './summaries.ts'
import { openUpkeep } from './upkeep.ts'

/** To be called once by a test file: `undo` takes what is to be done after the test, the latest first. */
export function openMovingWorlds() {
  const undo: (() => Promise<void> | void)[] = []
  afterEach(async () => {
    for (const each of undo.splice(0).reverse()) await each()
  })
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'anling-moving-'))
    undo.push(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const openWorld = (more: Partial<TelemetryNeeds> = {}) => {
    const dataDir = newFolder()
    let now = Number(historyStart)
    const open = async (): Promise<Telemetry> => {
      const onFatal = (trouble: Error) => expect.fail(trouble.message)
      const clock = { ...systemClock, now: () => instant(now) }
      const store = await openTelemetry({ dataDir, clock, log: () => {}, windowMs: 2, reserveBytes: 0, onFatal, ...more })
      undo.push(store.close)
      return store
    }
    const advance = (span: number) => {
      now += span
    }
    return { dataDir, open, advance, now: () => instant(now) }
  }
  /** The worker's parts without the worker, so that a restart can come between any two steps. */
  const openParts = (dataDir: string) => {
    const database = openDatabase(dataDir)
    undo.push(() => {
      if (database.isOpen) database.close()
    })
    const damaged = () => expect.fail('damaged')
    const runs = openRuns(database, damaged)
    const journal = openJournal(database, damaged)
    const shelf = openShelf({ database, runs, journal, sealEveryMs: 1_000 })
    const summaries = openSummaries({ database, runs, damaged, retentionMs: days(1_000), days: openDays(database) })
    const upkeep = openUpkeep({ database, journal, runs, shelf, summaries, retentionMs: days(90) })
    return { database, runs, sums: summaries.runs, journal, shelf, summaries, upkeep }
  }
  return { undo, newFolder, openParts, openWorld }
}
