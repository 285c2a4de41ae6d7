/** The embedded store as a side of a move. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Reading } from '../../domain/reading.ts'
import { type Instant, instant } from '../../domain/time.ts'
import type { MovedSums, MoveSource, MoveTarget, Part } from '../move.ts'
import { fileName } from '../sqlite/telemetry/schema.ts'
import type { Telemetry } from '../sqlite/telemetry.ts'
import { summarySpansMax } from '../store.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Readings, or sums, of one part, about; and of one question. */
const partReadings = 20_000
const pageReadings = 20_000
/** Moments that any store can hold, at whole hours. */
const endOfTime = instant(Math.floor(9_223_372_036_854 / hourMs) * hourMs)
/** Whole days of hours in one question. */
const daysAsked = Math.floor(summarySpansMax / 24)

export type Owner = { device: number; resident: number }

/** Whose each device is and was, in order. To be read before the store is opened. Throws when another process has the file. */
export function ownersIn(dataDir: string): readonly Owner[] {
  const path = join(dataDir, fileName)
  if (!existsSync(path)) return []
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const rows = database.prepare('select device, resident from device_owner order by device, resident').all()
    return rows.map(({ device, resident }) => ({ device: Number(device), resident: Number(resident) }))
  } finally {
    database.close()
  }
}

type Needs = { name: string; store: Telemetry }
/** Readings from `rawFrom` on are moved one by one, what is older as sums by hour, back to `oldest`. Both begin a day. */
type SourceNeeds = Needs & { owners: readonly Owner[]; rawFrom: Instant; oldest: Instant }

/** Owner by owner; a position is the last owner that is done, or how far it is. */
export function embeddedSource({ name, store, owners, rawFrom, oldest }: SourceNeeds): MoveSource {
  const devices = [...new Set(owners.map(({ device }) => device))]

  async function* parts(after: string | null): AsyncGenerator<Part> {
    const start = after === null ? { place: 0, from: null } : (JSON.parse(after) as { place: number; from: number | null })
    let waiting = emptyPart(start.place)
    for (let place = start.place; place < owners.length; place++) {
      const owner = owners[place] as Owner
      const from = place === start.place ? start.from : null
      if (from === null) waiting = withSums(waiting, await sumsOf(store, owner, { from: oldest, to: rawFrom }))
      for (let at: Instant | null = instant(from ?? rawFrom); at !== null; ) {
        const page: Page = await pageOf(store, owner, { from: at, limit: pageReadings })
        waiting = { ...waiting, readings: [...waiting.readings, ...page.readings], position: positionAfter(place, page.next) }
        at = page.next
        if (waiting.readings.length < partReadings && waiting.sums.length * daysAsked * 24 < partReadings) continue
        yield waiting
        waiting = emptyPart(place)
      }
    }
    if (waiting.readings.length + waiting.sums.length > 0) yield waiting
  }

  return {
    name,
    total: async () => (await store.telemetry.counts()).readings,
    parts,
    counts: () => countedByHours(store, devices, { from: oldest, to: endOfTime }),
    left: async () => 0,
  }
}

const positionAfter = (place: number, next: Instant | null) =>
  JSON.stringify(next === null ? { place: place + 1, from: null } : { place, from: next })
const emptyPart = (place: number): Part => ({ position: positionAfter(place, null), readings: [], sums: [], recordedAt: instant(0) })
const withSums = (part: Part, sums: readonly MovedSums[]): Part => ({ ...part, sums: [...part.sums, ...sums] })

type Page = { readings: readonly Reading[]; next: Instant | null }

/** Some readings from then on, always with all of their last moment, and where the next begin. */
async function pageOf(store: Telemetry, owner: Owner, { from, limit }: { from: Instant; limit: number }): Promise<Page> {
  const readings = await store.telemetry.readings({ ...owner, from, to: endOfTime, limit })
  const last = readings[readings.length - 1]?.at
  if (readings.length < limit || last === undefined) return { readings, next: null }
  const whole = readings.filter(({ at }) => at < last)
  return whole.length > 0 ? { readings: whole, next: last } : pageOf(store, owner, { from, limit: limit * 2 })
}

type Range = { from: Instant; to: Instant }

async function sumsOf(store: Telemetry, owner: Owner, { from, to }: Range): Promise<readonly MovedSums[]> {
  const all = await store.history.summaries({ ...owner, bounds: [from, to] })
  if (all.length === 0) return []
  const sums: MovedSums[] = []
  for (let at: number = from; at < to; at += daysAsked * dayMs) {
    const end = Math.min(to, at + daysAsked * dayMs)
    const bounds = Array.from({ length: (end - at) / hourMs + 1 }, (_, i) => instant(at + i * hourMs))
    for (const series of await store.history.summaries({ ...owner, bounds })) sums.push({ resident: owner.resident, series, hours: bounds })
  }
  return sums
}

async function countedByHours(store: Telemetry, devices: readonly number[], { from, to }: Range): Promise<Map<number, number>> {
  const counts = new Map<number, number>()
  for (const device of devices) {
    const series = await store.history.summaries({ device, bounds: [from, to] })
    const count = series.reduce((sum, one) => sum + (one.count[0] ?? 0), 0)
    if (count > 0) counts.set(device, count)
  }
  return counts
}

/** `since`: from when on there is anything to be counted, at a whole hour. */
export function embeddedTarget({ name, store, since }: Needs & { since: () => Promise<Instant> }): MoveTarget {
  return {
    name,
    async write({ readings, recordedAt }) {
      await store.bulk(readings, recordedAt)
      return []
    },
    counts: async (devices) => countedByHours(store, devices, { from: await since(), to: endOfTime }),
  }
}
