/** Readings in the order given become columns in the order kept: owner by owner, device by device, kind by kind, oldest first. Numbers only, no object for a reading. */
import { ownerOf } from './arena.ts'

/**
 * Readings side by side as they were given, each with the number of its group, and room to sort them into. In memory that threads share: handed to
 * and fro, tens of megabytes at a time would look to the main thread like garbage made, and each look costs it half a second.
 */
export type Part = {
  buffer: SharedArrayBuffer
  count: number
  at: Float64Array
  value: Float64Array
  sortedAt: Float64Array
  sortedValue: Float64Array
  group: Int32Array
}
/** A reading's room in it. */
const partBytesEach = 36

/** Room for so many readings. */
export const partBuffer = (readings: number): SharedArrayBuffer => new SharedArrayBuffer(Math.ceil(readings / 2) * 2 * partBytesEach)
export const roomIn = (buffer: SharedArrayBuffer): number => buffer.byteLength / partBytesEach

export function partOver(buffer: SharedArrayBuffer, count = 0): Part {
  const room = roomIn(buffer)
  const column = (i: number) => new Float64Array(buffer, i * room * 8, room)
  const group = new Int32Array(buffer, room * 32, room)
  return { buffer, count, at: column(0), value: column(1), sortedAt: column(2), sortedValue: column(3), group }
}

/** Group `i` is `device[i]`'s readings of `kind[i]` while it was `resident[i]`'s: columns `at` and `value` from `from[i]` to `to[i]`. */
export type Sorted = {
  groups: number
  device: Uint32Array
  resident: Uint32Array
  kind: Uint8Array
  from: Uint32Array
  to: Uint32Array
  at: Float64Array
  value: Float64Array
}

/** Groups in the order met, and how many readings each has. Signed, since those are compared quickest. */
export type Groups = { groups: number; device: Int32Array; resident: Int32Array; kind: Int32Array; count: Int32Array }
/** Found again by their numbers: an open table of numbers, at most half full. */
type Table = Groups & { slots: Int32Array }

export type Grouping = {
  /** The number of the reading's group, which counts it. Numbers as unsigned words. */
  enter(device: number, resident: number, kind: number): number
  groups(): Groups
}

/** Readings of one moment stay in the order given. */
export function sortPart(part: Part, table: Groups): Sorted {
  const order = orderOf(table)
  const place = new Uint32Array(table.groups)
  const sorted: Sorted = {
    ...{ groups: table.groups, from: new Uint32Array(table.groups), to: new Uint32Array(table.groups) },
    device: Uint32Array.from(order, (group) => table.device[group] as number),
    resident: Uint32Array.from(order, (group) => table.resident[group] as number),
    kind: Uint8Array.from(order, (group) => table.kind[group] as number),
    at: part.sortedAt.subarray(0, part.count),
    value: part.sortedValue.subarray(0, part.count),
  }
  let next = 0
  order.forEach((group, i) => {
    place[group] = next
    sorted.from[i] = next
    next += table.count[group] as number
    sorted.to[i] = next
  })
  spread(part, place, sorted)
  for (let i = 0; i < sorted.groups; i++) putInOrder(sorted, i)
  return sorted
}

export function openGrouping(): Grouping {
  let table = newTable(1_024)

  function begin(device: number, resident: number, kind: number): number {
    if (table.groups * 2 >= table.slots.length) table = widened(table)
    const group = table.groups++
    table.slots[slotOf(table, { device, resident, kind })] = group
    table.device[group] = device
    table.resident[group] = resident
    table.kind[group] = kind
    return group
  }

  return {
    enter(unsignedDevice, unsignedResident, kind) {
      const [device, resident] = [unsignedDevice | 0, unsignedResident | 0]
      const known = table.slots[slotOf(table, { device, resident, kind })] as number
      const group = known < 0 ? begin(device, resident, kind) : known
      table.count[group] = (table.count[group] as number) + 1
      return group
    },
    groups() {
      const { groups, device, resident, kind, count } = table
      const cut = (numbers: Int32Array) => numbers.slice(0, groups)
      return { groups, device: cut(device), resident: cut(resident), kind: cut(kind), count: cut(count) }
    },
  }
}

function newTable(slots: number): Table {
  const numbers = () => new Int32Array(slots / 2 + 1)
  return {
    ...{ slots: new Int32Array(slots).fill(-1), groups: 0 },
    ...{ device: numbers(), resident: numbers(), kind: numbers(), count: numbers() },
  }
}

type Name = { device: number; resident: number; kind: number }

/** Where the group of that name stands, or the empty slot where it would. */
function slotOf({ slots, device: devices, resident: residents, kind: kinds }: Table, { device, resident, kind }: Name): number {
  const mask = slots.length - 1
  const hash = Math.imul(device ^ Math.imul(resident, 0x85ebca6b) ^ (kind << 24), 0x9e3779b1)
  let slot = (hash ^ (hash >>> 15)) & mask
  for (;;) {
    const group = slots[slot] as number
    if (group < 0 || (devices[group] === device && kinds[group] === kind && residents[group] === resident)) return slot
    slot = (slot + 1) & mask
  }
}

function widened(table: Table): Table {
  const wider = newTable(table.slots.length * 4)
  wider.groups = table.groups
  wider.device.set(table.device)
  wider.resident.set(table.resident)
  wider.kind.set(table.kind)
  wider.count.set(table.count)
  for (let group = 0; group < table.groups; group++) {
    const [device, resident, kind] = [table.device[group] as number, table.resident[group] as number, table.kind[group] as number]
    wider.slots[slotOf(wider, { device, resident, kind })] = group
  }
  return wider
}

function orderOf({ groups, device: devices, resident: residents, kind }: Groups): number[] {
  const [device, resident] = [new Uint32Array(devices.buffer), new Uint32Array(residents.buffer)]
  const owners = Float64Array.from({ length: groups }, (_, i) => ownerOf(device[i] as number, resident[i] as number))
  return Array.from({ length: groups }, (_, i) => i).sort(
    (a, b) =>
      (owners[a] as number) - (owners[b] as number) ||
      (device[a] as number) - (device[b] as number) ||
      (kind[a] as number) - (kind[b] as number),
  )
}

function spread(part: Part, place: Uint32Array, { at, value }: Sorted): void {
  for (let i = 0; i < part.count; i++) {
    const group = part.group[i] as number
    const to = place[group] as number
    place[group] = to + 1
    at[to] = part.at[i] as number
    value[to] = part.value[i] as number
  }
}

function putInOrder({ from, to, at, value }: Sorted, group: number): void {
  const [start, end] = [from[group] as number, to[group] as number]
  let i = start + 1
  while (i < end && (at[i - 1] as number) <= (at[i] as number)) i++
  if (i >= end) return
  const [moments, values] = [at.slice(start, end), value.slice(start, end)]
  const order = Array.from(moments, (_, n) => n).sort((a, b) => (moments[a] as number) - (moments[b] as number) || a - b)
  order.forEach((n, k) => {
    at[start + k] = moments[n] as number
    value[start + k] = values[n] as number
  })
}
