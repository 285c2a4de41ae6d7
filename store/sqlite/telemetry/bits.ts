/** Whole numbers in as few bits as they need: varints for headers, Rice codes for columns. Pure, exact up to 2^53. */

export type Sink = { bytes: Uint8Array; bit: number }
export type Source = { bytes: Uint8Array; bit: number }

/** A quotient this long is not counted out in ones: the number follows with its own length. A gap in a regular series costs 40 bits, not thousands. */
const escapeAfter = 12
const lengthBits = 6
const shiftMax = 30

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
  if (width > 30) {
    const low = width - 24
    writeFew(sink, Math.floor(value / 2 ** low), 24)
    if (low > 24) {
      writeFew(sink, Math.floor((value % 2 ** low) / 2 ** 24), low - 24)
      writeFew(sink, value % 2 ** 24, 24)
    } else writeFew(sink, value % 2 ** low, low)
  } else writeFew(sink, value, width)
}

/** At most 30 bits, all in 32-bit arithmetic; there is room. */
function writeFew(sink: Sink, value: number, width: number): void {
  let left = width
  let bit = sink.bit
  while (left > 0) {
    const room = 8 - (bit & 7)
    const take = Math.min(room, left)
    left -= take
    const part = (value >>> left) & ((1 << take) - 1)
    const index = bit >> 3
    sink.bytes[index] = (sink.bytes[index] as number) | (part << (room - take))
    bit += take
  }
  sink.bit = bit
}

/** The next 25 bits at least, at the top of a 32-bit word; zeros past the end. */
function peek({ bytes, bit }: Source): number {
  const i = bit >> 3
  const word = ((bytes[i] ?? 0) << 24) | ((bytes[i + 1] ?? 0) << 16) | ((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0)
  return word << (bit & 7)
}

function skip(source: Source, bits: number): void {
  source.bit += bits
  if (source.bit > source.bytes.length * 8) throw new RangeError('A sealed chunk ends too early.')
}

/** Throws a RangeError past the end. */
export function readBits(source: Source, width: number): number {
  let value = 0
  let left = width
  while (left > 0) {
    const take = Math.min(left, 24)
    value = value * 2 ** take + (peek(source) >>> (32 - take))
    skip(source, take)
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

/** How often 2^shift goes into n; shift is at most 30. */
const quotientOf = (n: number, shift: number): number => (n < 2 ** 31 ? n >>> shift : Math.floor(n / 2 ** shift))

function costOf(column: readonly number[], shift: number): number {
  let bits = 0
  for (const n of column) {
    const quotient = quotientOf(n, shift)
    bits += quotient < escapeAfter ? quotient + 1 + shift : escapeAfter + lengthBits + lengthOf(n)
  }
  return bits
}

/** A cheap shift for a column of whole numbers ≥ 0, and what the column then costs in bits: from the mean downwards, since a few large ones lift the mean. */
export function bestShift(column: readonly number[]): { shift: number; bits: number } {
  if (column.length === 0) return { shift: 0, bits: 0 }
  let sum = 0
  for (const n of column) sum += n
  const first = Math.min(lengthOf(sum / column.length), shiftMax)
  let best = { shift: first, bits: costOf(column, first) }
  for (let shift = first - 1; shift >= 0 && best.shift - shift <= 3; shift--) {
    const bits = costOf(column, shift)
    if (bits < best.bits) best = { shift, bits }
  }
  return best
}

export function writeColumn(sink: Sink, column: readonly number[], shift: number): void {
  const step = 2 ** shift
  for (const n of column) {
    const quotient = quotientOf(n, shift)
    if (quotient >= escapeAfter) {
      writeBits(sink, 2 ** escapeAfter - 1, escapeAfter)
      const length = lengthOf(n)
      writeBits(sink, length, lengthBits)
      writeBits(sink, n, length)
    } else if (quotient + 1 + shift <= 30) {
      writeBits(sink, ((2 ** (quotient + 1) - 2) << shift) | (n & (step - 1)), quotient + 1 + shift)
    } else {
      writeBits(sink, 2 ** (quotient + 1) - 2, quotient + 1)
      writeBits(sink, n % step, shift)
    }
  }
}

export function readColumn(source: Source, count: number, shift: number): number[] {
  const column: number[] = []
  const step = 2 ** shift
  for (let i = 0; i < count; i++) {
    const word = peek(source)
    const quotient = Math.clz32(~word)
    if (quotient >= escapeAfter) {
      skip(source, escapeAfter)
      column.push(readBits(source, readBits(source, lengthBits)))
    } else if (quotient + 1 + shift <= 24) {
      column.push((quotient << shift) + (shift === 0 ? 0 : (word << (quotient + 1)) >>> (32 - shift)))
      skip(source, quotient + 1 + shift)
    } else {
      skip(source, quotient + 1)
      column.push(quotient * step + readBits(source, shift))
    }
  }
  return column
}
