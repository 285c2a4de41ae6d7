/** The short form of `npm run bench:telemetry` runs to its end, counts both stores right and prints every figure that `docs/measuring.md` names. What it measured is not looked at. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { hasProgram } from './lib/influxd.ts'

const inCi = Boolean(process.env.CI)
const hasInfluxd = hasProgram('influxd')

const positive = expect.any(Number)
const times = { p50: positive, p99: positive }
const filled = {
  readings: positive,
  homes: positive,
  perSecond: positive,
  bytesPerReading: positive,
  bytesAlone: positive,
  way: expect.any(String),
}
const measured = { ...filled, week: times, fortnightHourly: times, heartbeats: filled, motion: filled }
const ratios = { all: positive, heartbeats: positive, motion: positive }

test('the short measurement ends with all its figures, and every reading given was counted', { timeout: 180_000 }, async () => {
  if (!hasInfluxd && inCi) expect.fail('influxd is not installed: the measurement beside it cannot run (Debian: apt install influxdb).')
  const bench = join(import.meta.dirname, 'telemetry.ts')
  const args = ['--disable-warning=ExperimentalWarning', bench, '--short', '--json']
  // The measurement itself fails when a store has not as many readings as it was given.
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 })
  const figures = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  expect(figures).toEqual({
    embedded: { ...measured, bytesPerHeartbeat: positive, bytesPerMotion: positive, live: filled },
    influx: hasInfluxd ? measured : null,
    beside: hasInfluxd ? { write: ratios, bytes: ratios, bytesAlone: ratios, week: positive } : null,
    lastSeen: {
      ...{ homes: 5_000, devices: 15_000, looks: 200, bytes: positive, p50: positive, p99: positive, max: positive },
      gc: { count: positive, ms: positive },
    },
    bars: expect.any(Object),
    machine: expect.objectContaining({ cores: positive }),
  })
  const { all, heartbeats } = { all: figures.embedded, heartbeats: figures.embedded.heartbeats }
  // Fifteen whole days: each home's heartbeat once a minute.
  expect(heartbeats.readings).toBe(heartbeats.homes * 15 * 1_440)
  expect(all.readings).toBeGreaterThan(all.homes * 15 * 1_440)
  if (!hasInfluxd) return
  expect(figures.influx.heartbeats.readings).toBe(figures.influx.heartbeats.homes * 15 * 1_440)
  expect(Object.keys(figures.bars)).toHaveLength(5)
})
