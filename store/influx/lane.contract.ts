/** A telemetry lane on a real server for tests: opened on scratch folders, settled on demand, closed after each test. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { hasProgram, influxql, openInfluxd, type RealServer, settingsOf } from '../../bench/lib/influxd.ts'
import { systemClock } from '../../domain/clock.ts'
import { days, instant, milliseconds } from '../../domain/time.ts'
import { type InfluxNeeds, type InfluxTelemetry, openInflux } from '../influx.ts'
import { openTelemetry, type Telemetry } from '../sqlite/telemetry.ts'
import type { InfluxSettings } from './settings.ts'

export const timings = {
  requestMs: 5_000,
  retryMinMs: 20,
  retryMaxMs: 200,
  lingerMs: 10,
  batchReadings: 5_000,
  rollupMs: 3_600_000,
  rawMs: days(89),
}
export const everything = { from: instant(-(2 ** 50)), to: instant(2 ** 50), limit: 100_000 }

/** Where a program is missing its tests are left out with a line; in CI that is a failure. */
export function lacks(name: string): boolean {
  const has = hasProgram(name)
  if (!has && process.env.CI === 'true') throw new Error(`${name} is not installed, and CI must not leave its tests out`)
  if (!has) console.warn(`${name} is not installed: its tests are left out`)
  return !has
}

/** Waits for a condition; the test's own limit ends a vain wait. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}

export type Lane = { influx: InfluxTelemetry; here: Telemetry }

/** To be called once in a test file. */
export function openLanes() {
  const folders: string[] = []
  const opened: InfluxTelemetry[] = []
  // Moved on to let what is here grow old.
  let ahead = 0
  const clock = { ...systemClock, now: () => instant(systemClock.now() + ahead) }

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'anling-influx-'))
    folders.push(folder)
    return folder
  }

  /** Nothing stays here once it is sent, so that every answer comes from InfluxDB. */
  async function open(settings: InfluxSettings, dataDir = newFolder(), more: Partial<InfluxNeeds> = {}): Promise<Lane> {
    const log = () => {}
    const onFatal = (trouble: Error) => {
      throw trouble
    }
    const local = more.local ?? milliseconds(0)
    const here = await openTelemetry({ dataDir, clock, log, windowMs: 2, reserveBytes: 0, spool: { local }, onFatal })
    // What was recorded on the day that sending began stays as long as before.
    ahead += days(2)
    const influx = await openInflux({ readings: here, settings, clock, log, local, timings, ...more })
    opened.push(influx)
    return { influx, here }
  }

  /** Sends everything, then lets everything that was sent go from this machine. */
  async function settle({ influx, here }: Lane): Promise<void> {
    await influx.drained()
    await here.compact()
    ahead += days(3)
    await here.compact()
    expect((await here.telemetry.counts()).readings).toBe(0)
  }

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  const pass = (span: number) => {
    ahead += span
  }
  return { open, settle, newFolder, clock, pass }
}

/** One real influxd for a test file. */
export function useInfluxd() {
  let server: RealServer | null = null
  const url = () => server?.url ?? ''
  beforeAll(async () => {
    if (lacks('influxd')) return
    server = await openInfluxd()
    await server.start()
  })
  afterAll(() => server?.end())
  return {
    url,
    async newDatabase(): Promise<InfluxSettings> {
      const name = `t-${randomUUID()}`
      await influxql(url(), `CREATE DATABASE "${name}"`)
      return settingsOf(url(), name)
    },
    async stored({ database }: InfluxSettings): Promise<number> {
      return Number((await influxql(url(), 'SELECT count("value") FROM "reading"', database))[0]?.[1] ?? 0)
    },
  }
}
