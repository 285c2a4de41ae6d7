/** Numbers by small integer, kept in one growing array and handed out page by page, so that a restart forgets nothing. Writing one is O(1). */
import type { RegisterName, RegisterPage } from '../../store/store.ts'

/** Values in one page: 8 KiB. Part of the stored format. */
export const pageSize = 1_024

export type Register = {
  readonly name: RegisterName
  /** The values; 0 = never. Replaced when it grows, so never keep it across a call that may grow it. */
  values: Float64Array
  /** 1 for each page that changed since it was taken. */
  dirty: Uint8Array
}

/** An empty register, or the one that was kept. */
export function openRegister(name: RegisterName, pages: readonly RegisterPage[]): Register {
  const register: Register = { name, values: new Float64Array(pageSize), dirty: new Uint8Array(1) }
  for (const page of pages) {
    if (page.register !== name) continue
    reserve(register, (page.page + 1) * pageSize - 1)
    register.values.set(page.values.subarray(0, pageSize), page.page * pageSize)
  }
  return register
}

/** Makes room for `index`, doubling so that growth stays rare. */
export function reserve(register: Register, index: number): void {
  if (index < register.values.length) return
  const pages = Math.max(register.dirty.length * 2, Math.ceil((index + 1) / pageSize))
  register.values = grownFloat64(register.values, pages * pageSize)
  const dirty = new Uint8Array(pages)
  dirty.set(register.dirty)
  register.dirty = dirty
}

export function write(register: Register, index: number, value: number): void {
  if (index >= register.values.length) reserve(register, index)
  register.values[index] = value
  register.dirty[Math.floor(index / pageSize)] = 1
}

/** At most `limit` changed pages from page `from` on, copied and marked clean. `next` is where the following call should begin, so that no page starves. */
export function takeDirty(register: Register, { from, limit }: { from: number; limit: number }): { pages: RegisterPage[]; next: number } {
  const pages: RegisterPage[] = []
  const count = register.dirty.length
  let offset = 0
  for (; offset < count && pages.length < limit; offset += 1) {
    const page = (from + offset) % count
    if (!register.dirty[page]) continue
    register.dirty[page] = 0
    pages.push({ register: register.name, page, values: register.values.slice(page * pageSize, (page + 1) * pageSize) })
  }
  return { pages, next: (from + offset) % count }
}

/** Pages that could not be saved are owed again. */
export function markDirty(register: Register, page: number): void {
  if (page < register.dirty.length) register.dirty[page] = 1
}

/** Number of each id. The list may have holes: numbers of what was removed are not used again. */
export function numbersById(ids: readonly string[]): Map<string, number> {
  const numbers = new Map<string, number>()
  ids.forEach((id, number) => {
    if (id !== '') numbers.set(id, number)
  })
  return numbers
}

export function grownFloat64(from: Float64Array, size: number): Float64Array {
  const to = new Float64Array(size)
  to.set(from)
  return to
}

export const grownUint32 = (from: Uint32Array, size: number): Uint32Array => copyInto(new Uint32Array(size), from)
export const grownUint8 = (from: Uint8Array, size: number): Uint8Array => copyInto(new Uint8Array(size), from)
export const grownUint16 = (from: Uint16Array, size: number): Uint16Array => copyInto(new Uint16Array(size), from)
export const grownFloat32 = (from: Float32Array, size: number): Float32Array => copyInto(new Float32Array(size), from)

function copyInto<Numbers extends { set(from: Numbers): void }>(to: Numbers, from: Numbers): Numbers {
  to.set(from)
  return to
}
