/** A batch in the order recorded becomes columns in the order kept: owner by owner, device by device, kind by kind, oldest first. Numbers only, no object for a reading. */
import { ownerOf } from './arena.ts'
import { doublesEach, type Packed, wordsEach } from './batch.ts'

/** Group `i` is `device[i]`'s readings of `kind[i]` while it was `resident[i]`'s: columns `at` and `value` from `from[i]` to `from[i + 1]`. */
export type Sorted = {
  count: number
  groups: number
  device: Uint32Array
  resident: Uint32Array
  kind: Uint8Array
  from: Uint32Array
  at: Float64Array
  value: Float64Array
}

/** Groups in the order met, and how many readings each has. Signed, since those are compared quickest. */
export type Groups = { groups: number; device: Int32Array; resident: Int32Array; kind: Int32Array; count: Int32Array }
/** Found again by their numbers: an open table of numbers, at most half full. */
type Table = Groups & { slots: Int32Array }

export type Grouping = {
  /** Writes each reading's group, from the one at `from` on, into its spare word, and counts. Best while they are fresh from packing. */
  add(batch: Packed, from: number): void
  groups(): Groups
}

/** Readings of one moment stay in the order recorded. */
export function sortBatch(batch: Packed, table: Groups): Sorted {
  const order = orderOf(table)
  const place = new Uint32Array(table.groups)
  const sorted: Sorted = {
    ...{ count: batch.count, groups: table.groups, from: new Uint32Array(table.groups + 1) },
    device: Uint32Array.from(order, (group) => table.device[group] as number),
    resident: Uint32Array.from(order, (group) => table.resident[group] as number),
    kind: Uint8Array.from(order, (group) => table.kind[group] as number),
    at: new Float64Array(batch.count),
    value: new Float64Array(batch.count),
  }
  order.forEach((group, i) => {
    place[group] = sorted.from[i] as number
    sorted.from[i + 1] = (sorted.from[i] as number) + (table.count[group] as number)
  })
  spread(batch, place, sorted)
  for (let i = 0; i < sorted.groups; i++) putInOrder(sorted, i)
  return sorted
}

export function openGrouping(): Grouping {
  let table = newTable(1_024)

  function enter(words: Int32Array, word: number): number {
    if (table.groups * 2 >= table.slots.length) table = widened(table)
    const group = table.groups++
    table.slots[slotOf(table, words, word)] = group
    table.device[group] = words[word] as number
    table.resident[group] = words[word + 1] as number
    table.kind[group] = words[word + 2] as number
    return group
  }

  return {
    add({ buffer, count }, from) {
      const words = new Int32Array(buffer)
      for (let i = from, word = from * wordsEach + 4; i < count; i++, word += wordsEach) {
        const known = table.slots[slotOf(table, words, word)] as number
        const group = known < 0 ? enter(words, word) : known
        table.count[group] = (table.count[group] as number) + 1
        words[word + 3] = group
      }
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

/** Where the group stands whose device, resident and kind are the words at `word`, or the empty slot where it would. */
function slotOf({ slots, device: devices, resident: residents, kind: kinds }: Table, words: Int32Array, word: number): number {
  const [device, resident, kind] = [words[word] as number, words[word + 1] as number, words[word + 2] as number]
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
    const words = Int32Array.of(table.device[group] as number, table.resident[group] as number, table.kind[group] as number)
    const slot = slotOf(wider, words, 0)
    wider.slots[slot] = group
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

function spread({ doubles, words, count }: Packed, place: Uint32Array, { at, value }: Sorted): void {
  for (let i = 0; i < count; i++) {
    const group = words[i * wordsEach + 7] as number
    const to = place[group] as number
    place[group] = to + 1
    at[to] = doubles[i * doublesEach] as number
    value[to] = doubles[i * doublesEach + 1] as number
  }
}

function putInOrder({ from, at, value }: Sorted, group: number): void {
  const [start, end] = [from[group] as number, from[group + 1] as number]
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
