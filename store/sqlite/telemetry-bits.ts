/** Whole numbers in as few bits as they need: varints for headers, Rice codes for columns. Pure, exact up to 2^53. */

export type Sink = { bytes: Uint8Array; bit: number }
export type Source = { bytes: Uint8Array; bit: number }

/** A quotient this long is not counted out in ones: the number follows with its own length. A gap in a regular series costs 40 bits, not thousands. */
const escapeAfter = 12
const lengthBits = 6
const shiftMax = 40

export const newSink = (bytes: number): Sink => ({ bytes: new Uint8Array(bytes), bit: 0 })

function makeRoom(sink: Sink, bits: number): void {
  if (sink.bit + bits <= sink.bytes.length * 8) return
  const grown = new Uint8Array(Math.max(sink.bytes.length * 2, (sink.bit + bits + 7) >> 3))
  grown.set(sink.bytes)
  sink.bytes = grown
}

/** Forgets what was written, so that the sink can be used again. */
export function rewind(sink: Sink): void {
  sink.bytes.fill(0, 0, (sink.bit + 7) >> 3)
  sink.bit = 0
}

/** Writes the low `width` bits (0–53) of a whole number below 2^53. */
export function writeBits(sink: Sink, value: number, width: number): void {
  makeRoom(sink, width)
  let left = width
  while (left > 0) {
    const room = 8 - (sink.bit & 7)
    const take = Math.min(left, room)
    const rest = left - take
    const part = (rest === 0 ? value : Math.floor(value / 2 ** rest)) & ((1 << take) - 1)
    const index = sink.bit >> 3
    sink.bytes[index] = (sink.bytes[index] as number) | (part << (room - take))
    sink.bit += take
    left = rest
  }
}

/** Throws a RangeError past the end. */
export function readBits(source: Source, width: number): number {
  if (source.bit + width > source.bytes.length * 8) throw new RangeError('A sealed chunk ends too early.')
  let value = 0
  let left = width
  while (left > 0) {
    const room = 8 - (source.bit & 7)
    const take = Math.min(left, room)
    const part = ((source.bytes[source.bit >> 3] as number) >> (room - take)) & ((1 << take) - 1)
    value = value * 2 ** take + part
    source.bit += take
    left -= take
  }
  return value
}

export function align(stream: Sink | Source): void {
  stream.bit = (stream.bit + 7) & ~7
}

/** Seven bits a byte, low ones first. */
export function writeVarint(sink: Sink, value: number): void {
  let rest = value
  while (rest >= 128) {
    writeBits(sink, (rest % 128) + 128, 8)
    rest = Math.floor(rest / 128)
  }
  writeBits(sink, rest, 8)
}

export function readVarint(source: Source): number {
  let value = 0
  for (let scale = 1; ; scale *= 128) {
    const byte = readBits(source, 8)
    value += (byte & 127) * scale
    if (byte < 128) return value
    if (scale > 2 ** 49) throw new RangeError('A number in a sealed chunk is too long.')
  }
}

/** Whole bytes as they are, from the next whole byte on. */
export function writeBytes(sink: Sink, bytes: Uint8Array): void {
  align(sink)
  makeRoom(sink, bytes.length * 8)
  sink.bytes.set(bytes, sink.bit >> 3)
  sink.bit += bytes.length * 8
}

/** Small numbers of either sign become small numbers: 0, −1, 1, −2 → 0, 1, 2, 3. Exact within ±2^52. */
export const zigzag = (n: number): number => (n < 0 ? -2 * n - 1 : 2 * n)
export const unzigzag = (n: number): number => (n % 2 === 1 ? -(n + 1) / 2 : n / 2)

const lengthOf = (n: number): number => (n < 4_294_967_296 ? 32 - Math.clz32(n) : 64 - Math.clz32(n / 4_294_967_296))

function costOf(column: Float64Array, shift: number): number {
  const step = 2 ** shift
  let bits = 0
  for (let i = 0; i < column.length; i++) {
    const n = column[i] as number
    const quotient = Math.floor(n / step)
    bits += quotient < escapeAfter ? quotient + 1 + shift : escapeAfter + lengthBits + lengthOf(n)
  }
  return bits
}

/** The cheapest shift for a column of whole numbers ≥ 0, and what the column then costs in bits. */
export function bestShift(column: Float64Array): { shift: number; bits: number } {
  let best = { shift: 0, bits: costOf(column, 0) }
  let most = 0
  for (let i = 0; i < column.length; i++) most = Math.max(most, column[i] as number)
  const last = Math.min(lengthOf(most), shiftMax)
  for (let shift = 1; shift <= last; shift++) {
    const bits = costOf(column, shift)
    if (bits < best.bits) best = { shift, bits }
  }
  return best
}

export function writeColumn(sink: Sink, column: Float64Array, shift: number): void {
  const step = 2 ** shift
  for (let i = 0; i < column.length; i++) {
    const n = column[i] as number
    const quotient = Math.floor(n / step)
    if (quotient < escapeAfter) {
      writeBits(sink, 2 ** (quotient + 1) - 2, quotient + 1)
      writeBits(sink, n % step, shift)
    } else {
      const length = lengthOf(n)
      writeBits(sink, 2 ** escapeAfter - 1, escapeAfter)
      writeBits(sink, length, lengthBits)
      writeBits(sink, n, length)
    }
  }
}

export function readColumn(source: Source, count: number, shift: number): Float64Array {
  const column = new Float64Array(count)
  const step = 2 ** shift
  for (let i = 0; i < count; i++) {
    let quotient = 0
    while (quotient < escapeAfter && readBits(source, 1) === 1) quotient++
    column[i] = quotient < escapeAfter ? quotient * step + readBits(source, shift) : readBits(source, readBits(source, lengthBits))
  }
  return column
}
