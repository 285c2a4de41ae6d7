/** The readings of one resident or one device in a range, oldest first, from sealed runs and from what waits to be sealed. */
import type { ReadingQuery } from '../store.ts'
import { ownerOf, residentOf } from './telemetry-arena.ts'
import { doublesEach, packedOver, recordBytes, wordsEach } from './telemetry-batch.ts'
import { addTo, type Columns, decodeChunk, newColumns } from './telemetry-chunk.ts'
import type { Journal } from './telemetry-journal.ts'
import type { Runs } from './telemetry-runs.ts'
import type { Shelf } from './telemetry-shelf.ts'

type Needs = { runs: Runs; shelf: Shelf; journal: Journal }
/** Readings found so far, and whose they are. */
type Found = Columns & { resident: Uint32Array }

/** Packed records, oldest first; readings of one moment by device and kind, then in the order recorded. At most `limit`. */
export function findReadings({ runs, shelf, journal }: Needs, query: ReadingQuery): { buffer: ArrayBuffer; count: number } {
  let found: Found = { ...newColumns(256), resident: new Uint32Array(0) }
  const owners = ownersAsked(query, journal)
  let to: number = query.to
  const isAsked = (device: number, at: number) => at >= query.from && at <= to && (query.device === undefined || device === query.device)

  for (const run of runs.visible()) {
    if (run.toAt < query.from || run.fromAt > to) continue
    for (const owner of owners) {
      const chunk = runs.chunkOf(run, owner)
      if (!chunk) continue
      decodeChunk(chunk, run.recordedAt, (device, kind, at, value) => {
        if (isAsked(device, at)) put(found, residentOf(owner), { device, kind, at, value })
      })
    }
    // Only the oldest `limit` are asked for: what is newer than all of them need not be looked at again.
    if (found.count >= query.limit * 2) {
      found = oldest(found, query.limit)
      to = Math.min(to, found.at[found.count - 1] as number)
    }
  }
  for (const owner of owners) {
    const waiting = newColumns(64)
    shelf.collect(owner, waiting)
    for (let i = 0; i < waiting.count; i++) {
      const [device, at] = [waiting.device[i] as number, waiting.at[i] as number]
      if (isAsked(device, at))
        put(found, residentOf(owner), { device, kind: waiting.kind[i] as number, at, value: waiting.value[i] as number })
    }
  }
  return packFound(oldest(found, query.limit))
}

function ownersAsked(query: ReadingQuery, journal: Journal): readonly number[] {
  if (query.resident !== undefined && query.resident > 0) return [query.resident]
  if (query.device === undefined) return []
  const device = query.device
  const residents = query.resident === undefined ? journal.residentsOf(device) : [query.resident]
  return residents.map((resident) => ownerOf(device, resident))
}

type Row = { device: number; kind: number; at: number; value: number }

function put(found: Found, resident: number, row: Row): void {
  const i = found.count
  addTo(found, row.device, row.kind, row)
  if (found.resident.length < found.at.length) {
    const wider = new Uint32Array(found.at.length)
    wider.set(found.resident)
    found.resident = wider
  }
  found.resident[i] = resident
}

/** The oldest `limit` in order; an exact repeat of the reading before it is one reading. */
function oldest(found: Found, limit: number): Found {
  const { at, device, kind, value, resident } = found
  const order = Uint32Array.from({ length: found.count }, (_, i) => i)
  order.sort(
    (a, b) =>
      (at[a] as number) - (at[b] as number) ||
      (device[a] as number) - (device[b] as number) ||
      (kind[a] as number) - (kind[b] as number) ||
      a - b,
  )
  const kept: Found = { ...newColumns(Math.max(1, Math.min(limit, found.count))), resident: new Uint32Array(0) }
  let last = -1
  for (const i of order) {
    const repeats =
      last >= 0 && at[i] === at[last] && device[i] === device[last] && kind[i] === kind[last] && resident[i] === resident[last]
    if (repeats && Object.is(value[i], value[last])) continue
    if (kept.count === limit) break
    put(kept, resident[i] as number, {
      device: device[i] as number,
      kind: kind[i] as number,
      at: at[i] as number,
      value: value[i] as number,
    })
    last = i
  }
  return kept
}

function packFound(found: Found): { buffer: ArrayBuffer; count: number } {
  const buffer = new ArrayBuffer(found.count * recordBytes)
  const { doubles, words } = packedOver(buffer)
  for (let i = 0; i < found.count; i++) {
    doubles[i * doublesEach] = found.at[i] as number
    doubles[i * doublesEach + 1] = found.value[i] as number
    words[i * wordsEach + 4] = found.device[i] as number
    words[i * wordsEach + 5] = found.resident[i] as number
    words[i * wordsEach + 6] = found.kind[i] as number
  }
  return { buffer, count: found.count }
}
