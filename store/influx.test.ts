/** Telemetry on InfluxDB keeps the contract against a real influxd, and the v2 write path against a real VictoriaMetrics. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { hasProgram, influxql, openInfluxd, type RealServer, settingsOf } from '../bench/lib/influxd.ts'
import { systemClock } from '../domain/clock.ts'
import { days, instant, milliseconds } from '../domain/time.ts'
import type { InfluxSettings } from './influx/settings.ts'
import { type InfluxNeeds, type InfluxTelemetry, openInflux } from './influx.ts'
import { openTelemetry, type Telemetry } from './sqlite/telemetry.ts'
import { telemetryContract } from './telemetry.contract.ts'

const timings = { requestMs: 5_000, retryMinMs: 20, retryMaxMs: 200, lingerMs: 10, batchReadings: 5_000 }
const folders: string[] = []
const opened: InfluxTelemetry[] = []
/** Moved on to let what is here grow old. */
let ahead = 0
const clock = { ...systemClock, now: () => instant(systemClock.now() + ahead) }

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anling-influx-'))
  folders.push(folder)
  return folder
}

type Opened = { influx: InfluxTelemetry; here: Telemetry }

/** Nothing stays here once it is sent, so that every answer comes from InfluxDB. */
async function open(settings: InfluxSettings, dataDir = newFolder(), more: Partial<InfluxNeeds> = {}): Promise<Opened> {
  const log = () => {}
  const onFatal = (trouble: Error) => {
    throw trouble
  }
  const here = await openTelemetry({ dataDir, clock, log, windowMs: 2, reserveBytes: 0, spool: { local: milliseconds(0) }, onFatal })
  // What was recorded on the day that sending began stays as long as before.
  ahead += days(2)
  const influx = await openInflux({ readings: here, settings, clock, log, local: milliseconds(0), timings, ...more })
  opened.push(influx)
  return { influx, here }
}

/** Sends everything, then lets everything that was sent go from this machine. */
async function settle({ influx, here }: Opened): Promise<void> {
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

function contract(name: string, settingsFor: () => Promise<InfluxSettings>): void {
  telemetryContract(name, async () => {
    const settings = await settingsFor()
    const dataDir = newFolder()
    let now = await open(settings, dataDir)
    return {
      store: now.influx.telemetry,
      async reopen() {
        await now.influx.close()
        now = await open(settings, dataDir)
        return now.influx.telemetry
      },
      settle: () => settle(now),
      end: () => now.influx.close(),
    }
  })
}

/** Where a program is missing the tests are left out with a line; in CI that is a failure. */
function needsProgram(name: string): boolean {
  const has = hasProgram(name)
  if (!has && process.env.CI === 'true') throw new Error(`${name} is not installed, and CI must not leave its tests out`)
  if (!has) console.warn(`${name} is not installed: its tests are left out`)
  return has
}

describe.runIf(needsProgram('influxd'))('InfluxDB 1.x, as Debian ships it', () => {
  let server: RealServer
  beforeAll(async () => {
    server = await openInfluxd()
    await server.start()
  })
  afterAll(() => server.end())

  async function newDatabase(name = `t-${randomUUID()}`): Promise<InfluxSettings> {
    await influxql(server.url, `CREATE DATABASE "${name}"`)
    return settingsOf(server.url, name)
  }

  contract('influxdb 1.x', newDatabase)
})
