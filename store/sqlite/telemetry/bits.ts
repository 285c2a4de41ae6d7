/** Whole numbers as bits: varints for headers, bytes as they are. Columns are in `column.ts`. Pure, exact up to 2^53. */

/** `at` whole bytes are written; `fill` bits, fewer than eight, wait in `rest` for the next. */
export type Sink = { bytes: Uint8Array; at: number; rest: number; fill: number }
export type Source = { bytes: Uint8Array; bit: number }

/** The most that goes into or out of a stream at once, in 32-bit arithmetic. */
export const fewBits = 24

export const newSink = (bytes: number): Sink => ({ bytes: new Uint8Array(bytes), at: 0, rest: 0, fill: 0 })

export function makeRoom(sink: Sink, bytes: number): void {
  if (sink.at + bytes <= sink.bytes.length) return
  const grown = new Uint8Array(Math.max(sink.bytes.length * 2, sink.at + bytes))
  grown.set(sink.bytes)
  sink.bytes = grown
}

/** Forgets what was written, so that the sink can be used again. */
export function rewind(sink: Sink): void {
  sink.at = 0
  sink.rest = 0
  sink.fill = 0
}

/** What was written, its last byte filled up; a copy. */
export function taken(sink: Sink): Uint8Array {
  align(sink)
  return sink.bytes.slice(0, sink.at)
}

/** The same without a copy: good until the sink is used again. */
export function written(sink: Sink): Uint8Array {
  align(sink)
  return sink.bytes.subarray(0, sink.at)
}

/** Writes the low `width` bits (at most 24) of a whole number below 2^width. There is room. */
export function writeFew(sink: Sink, value: number, width: number): void {
  const bits = (sink.rest << width) | value
  let fill = sink.fill + width
  while (fill >= 8) {
    fill -= 8
    sink.bytes[sink.at++] = bits >>> fill
  }
  sink.rest = bits & ((1 << fill) - 1)
  sink.fill = fill
}

/** Writes the low `width` bits (0–53) of a whole number below 2^53. There is room. */
export function writeWide(sink: Sink, value: number, width: number): void {
  if (width > fewBits) {
    writeWide(sink, Math.floor(value / 2 ** fewBits), width - fewBits)
    writeFew(sink, value % 2 ** fewBits, fewBits)
  } else writeFew(sink, value, width)
}

/** The same, making room. */
export function writeBits(sink: Sink, value: number, width: number): void {
  makeRoom(sink, 8)
  writeWide(sink, value, width)
}

/** The next 25 bits at least, at the top of a 32-bit word; zeros past the end. */
export function peek({ bytes, bit }: Source): number {
  const i = bit >> 3
  const word = ((bytes[i] ?? 0) << 24) | ((bytes[i + 1] ?? 0) << 16) | ((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0)
  return word << (bit & 7)
}

export function skip(source: Source, bits: number): void {
  source.bit += bits
  if (source.bit > source.bytes.length * 8) throw new RangeError('A sealed chunk ends too early.')
}

/** Throws a RangeError past the end. */
export function readBits(source: Source, width: number): number {
  let value = 0
  let left = width
  while (left > 0) {
    const take = Math.min(left, fewBits)
    value = value * 2 ** take + (peek(source) >>> (32 - take))
    skip(source, take)
    left -= take
  }
  return value
}

/** Goes on at the next whole byte. */
export function align(sink: Sink): void {
  makeRoom(sink, 1)
  if (sink.fill > 0) writeFew(sink, 0, 8 - sink.fill)
}

export function alignSource(source: Source): void {
  source.bit = (source.bit + 7) & ~7
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

/** Three bits at a time, each with one that says whether more follow, low ones first: for the small numbers of headers. */
export function writeSmall(sink: Sink, value: number): void {
  makeRoom(sink, 12)
  let rest = value
  while (rest >= 8) {
    writeFew(sink, (rest % 8) + 8, 4)
    rest = Math.floor(rest / 8)
  }
  writeFew(sink, rest, 4)
}

export function readSmall(source: Source): number {
  let value = 0
  for (let scale = 1; ; scale *= 8) {
    const bits = readBits(source, 4)
    value += (bits & 7) * scale
    if (bits < 8) return value
    if (scale > 2 ** 51) throw new RangeError('A number in a sealed chunk is too long.')
  }
}

/** Whole bytes as they are, from the next whole byte on. */
export function writeBytes(sink: Sink, bytes: Uint8Array): void {
  align(sink)
  makeRoom(sink, bytes.length)
  sink.bytes.set(bytes, sink.at)
  sink.at += bytes.length
}

/** Small numbers of either sign become small numbers: 0, −1, 1, −2 → 0, 1, 2, 3. Exact within ±2^52. */
export const zigzag = (n: number): number => (n < 0 ? -2 * n - 1 : 2 * n)
export const unzigzag = (n: number): number => (n % 2 === 1 ? -(n + 1) / 2 : n / 2)

/** How many bits a whole number has. */
export const lengthOf = (n: number): number => (n < 4_294_967_296 ? 32 - Math.clz32(n) : 64 - Math.clz32(n / 4_294_967_296))
