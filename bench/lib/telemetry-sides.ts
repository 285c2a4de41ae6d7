/** The embedded store as it is measured beside InfluxDB: on the town's clock, so that sealing, summing up and retention happen as they would have. */
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../domain/clock.ts'
import type { Reading } from '../../domain/reading.ts'
import { instant } from '../../domain/time.ts'
import { openTelemetry } from '../../store/sqlite/telemetry.ts'
import { townStart } from './town-readings.ts'

export type Question = { resident: number; from: number; to: number }
/** Whole days of the town, each in the order a platform hears it. */
export type Day = { day: number; readings: readonly Reading[] }
export type TelemetrySide = {
  name: string
  /** Resolves when all of it is durable. Several days are under way at once, as far as that is quicker. */
  write(days: readonly Day[]): Promise<void>
  /** Everything it does with what was written, sooner or later, is done. */
  settle(): Promise<void>
  /** On disk, with everything it keeps besides: both keep hourly sums. */
  bytes(): number
  /** The readings without those sums, about. */
  bytesAlone(): number
  /** How many readings it says it has. */
  count(): Promise<number>
  /** All readings of a resident; how many came. */
  readings(question: Question): Promise<number>
  /** Hourly sums; how many came. */
  hourly(question: Question): Promise<number>
  /** How it was written, in words. */
  way(): string
  end(): Promise<void>
}

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

/** What the files of a folder take of the disk: a file that is longer than what was ever written into it takes no more than that. */
export function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).blocks * 512, 0)
}

/** What the chunks of hourly sums take, without the rest of their pages. The store has the file to itself: a copy is looked into. */
function sumBytes(path: string): number {
  copyFileSync(path, `${path}-copy`)
  const database = new DatabaseSync(`${path}-copy`)
  const row = database.prepare('select coalesce(sum(length(chunks)), 0) as bytes from summary_block').get()
  database.close()
  rmSync(`${path}-copy`)
  return Number(row?.bytes)
}

export type Lane = 'bulk' | 'live'
const windowReadings = 40_000

/** `live`: each reading by the lane of live ones, sealed every three hours of the town; a platform seals every hour. */
export async function openEmbeddedSide(lane: Lane = 'bulk'): Promise<TelemetrySide> {
  const dataDir = mkdtempSync(join(tmpdir(), 'anling-bench-telemetry-'))
  let now = townStart
  const onFatal = (trouble: Error) => {
    throw trouble
  }
  const { telemetry, bulk, history, compact, close } = await openTelemetry({
    ...{ dataDir, log: () => {}, reserveBytes: 0, onFatal },
    // No upkeep by the way: all of it is done, and timed, when it is asked for.
    clock: { ...systemClock, now: () => instant(now), every: () => () => {} },
  })
  const endOf = (day: number) => instant(townStart + (day + 1) * dayMs)

  async function writeLive({ day, readings }: Day): Promise<void> {
    let sealedAt = townStart + day * dayMs
    for (let from = 0; from < readings.length; from += windowReadings) {
      const some = readings.slice(from, from + windowReadings)
      now = Math.max(now, some.at(-1)?.at ?? now)
      await telemetry.record(some)
      if (now - sealedAt < 3 * hourMs) continue
      await compact()
      sealedAt = now
    }
  }

  return {
    name: 'embedded',
    async write(days) {
      if (lane === 'live') for (const day of days) await writeLive(day)
      else await Promise.all(days.map(({ day, readings }) => bulk(readings, endOf(day))))
      now = Math.max(now, ...days.map(({ day }) => endOf(day)))
    },
    async settle() {
      now += dayMs
      await compact()
    },
    bytes: () => bytesIn(dataDir),
    bytesAlone: () => bytesIn(dataDir) - sumBytes(join(dataDir, 'telemetry.db')),
    count: async () => (await telemetry.counts()).readings,
    readings: async ({ resident, from, to }) =>
      (await telemetry.readings({ resident, from: instant(from), to: instant(to - 1), limit: 500_000 })).length,
    async hourly({ resident, from, to }) {
      const bounds = Array.from({ length: (to - from) / hourMs + 1 }, (_, i) => instant(from + i * hourMs))
      const series = await history.summaries({ resident, bounds })
      return series.reduce((sum, { count }) => sum + count.filter((n) => n > 0).length, 0)
    },
    way: () => (lane === 'bulk' ? 'days in bulk, two at a time, summed up' : 'live, by windows'),
    async end() {
      await close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
