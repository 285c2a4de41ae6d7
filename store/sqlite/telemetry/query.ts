/** The readings of one resident or one device in a range, oldest first, from sealed runs and from what waits to be sealed. */
import { instant } from '../../../domain/time.ts'
import type { ReadingQuery } from '../../store.ts'
import { ownerOf, residentOf } from './arena.ts'
import { doublesEach, packedOver, recordBytes, wordsEach } from './batch.ts'
import { addTo, type Columns, decodeChunk, type Group, newColumns } from './chunk.ts'
import type { Journal } from './journal.ts'
import type { Runs } from './runs.ts'
import type { Shelf } from './shelf.ts'

type Needs = { runs: Runs; shelf: Shelf; journal: Journal }
/** Readings found so far, and whose they are. */
type Found = Columns & { resident: Uint32Array }

/** Packed records, oldest first; readings of one moment by device and kind, then in the order recorded. At most `limit`. */
export function findReadings({ runs, shelf, journal }: Needs, query: ReadingQuery): { buffer: ArrayBuffer; count: number } {
  let found: Found = { ...newColumns(256), resident: new Uint32Array(0) }
  const owners = ownersAsked(query, journal)
  const asked = { ...query }
  for (const run of runs.visible()) {
    if (run.toAt < asked.from || run.fromAt > asked.to) continue
    for (const owner of owners) {
      const chunk = runs.chunkOf(run, owner)
      if (chunk) putSealed(found, residentOf(owner), { groups: decodeChunk(chunk, run.recordedAt), asked })
    }
    // Only the oldest `limit` are asked for: what is newer than all of them need not be looked at again.
    if (found.count >= query.limit * 2) {
      found = oldest(found, query.limit)
      asked.to = instant(Math.min(asked.to, found.at[found.count - 1] as number))
    }
  }
  for (const owner of owners) putUnsealed(found, owner, { shelf, asked })
  return packFound(oldest(found, query.limit))
}

const isAsked = ({ device, from, to }: ReadingQuery, ofDevice: number, at: number) =>
  at >= from && at <= to && (device === undefined || device === ofDevice)

function putSealed(found: Found, resident: number, { groups, asked }: { groups: readonly Group[]; asked: ReadingQuery }): void {
  for (const { device, kind, at, value } of groups) {
    if (asked.device !== undefined && asked.device !== device) continue
    for (let i = 0; i < at.length; i++) {
      const moment = at[i] as number
      if (isAsked(asked, device, moment)) put(found, resident, { device, kind, at: moment, value: value[i] as number })
    }
  }
}

function putUnsealed(found: Found, owner: number, { shelf, asked }: { shelf: Shelf; asked: ReadingQuery }): void {
  const waiting = newColumns(64)
  shelf.collect(owner, waiting)
  for (let i = 0; i < waiting.count; i++) {
    const [device, at] = [waiting.device[i] as number, waiting.at[i] as number]
    const row = { device, at, kind: waiting.kind[i] as number, value: waiting.value[i] as number }
    if (isAsked(asked, device, at)) put(found, residentOf(owner), row)
  }
}

export function ownersAsked(query: ReadingQuery, journal: Journal): readonly number[] {
  if (query.resident !== undefined && query.resident > 0) return [query.resident]
  if (query.device === undefined) return []
  const device = query.device
  const residents = query.resident === undefined ? journal.residentsOf(device) : [query.resident]
  return residents.map((resident) => ownerOf(device, resident))
}

type Row = { device: number; kind: number; at: number; value: number }

function put(found: Found, resident: number, row: Row): void {
  const i = found.count
  addTo(found, row)
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
  const comesBefore = (a: number, b: number) =>
    (at[a] as number) - (at[b] as number) ||
    (device[a] as number) - (device[b] as number) ||
    (kind[a] as number) - (kind[b] as number) ||
    // Only a device that changed hands has two at one moment; apart, the repeats of each stand side by side.
    (resident[a] as number) - (resident[b] as number) ||
    a - b
  // A plain array, because its sort is quick where long stretches are in order already, as they are here.
  const order: number[] = []
  for (let i = 0; i < found.count; i++) order.push(i)
  if (!order.every((i) => i === 0 || comesBefore(i - 1, i) < 0)) order.sort(comesBefore)
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
