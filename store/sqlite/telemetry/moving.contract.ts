/** For tests of the embedded store in time: scratch folders, stores whose clock the test moves, and everything undone when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import { systemClock } from '../../../domain/clock.ts'
import { instant } from '../../../domain/time.ts'
import { historyStart } from '../../history.contract.ts'
import { openTelemetry, type Telemetry, type TelemetryNeeds } from '../telemetry.ts'

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
  return { undo, newFolder, openWorld }
}
