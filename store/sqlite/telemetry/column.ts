/** A column of whole numbers in as few bits as it needs: packed evenly between its least and its most, or by Rice codes when most are small. Pure. */
import {
  fewBits,
  lengthOf,
  makeRoom,
  peek,
  readBits,
  readSmall,
  type Sink,
  type Source,
  skip,
  unzigzag,
  writeBits,
  writeFew,
  writeSmall,
  writeWide,
  zigzag,
} from './bits.ts'

/** A Rice quotient this long is not counted out in ones: the number follows with its own length. A gap in a regular series costs 40 bits, not thousands. */
const escapeAfter = 12
const lengthBits = 6
const shiftMax = 30
/** In place of a Rice shift: the column is packed evenly. */
const evenly = 31
/** The same, and all are one number. */
const same = 32
const modeBits = 6
/** Numbers packed evenly share a word of at most so many bits: 401 different ones are 8.67 bits each, not 9. */
const wordBitsMax = 30

/** How a column is best written, and what it costs. One is used again and again: a reading must not cost an object. */
export type Plan = { shift: number; min: number; range: number; bits: number }
export const newPlan = (): Plan => ({ shift: 0, min: 0, range: 0, bits: 0 })

/** Numbers that share a word, and the word's bits. */
function sharing(range: number): { each: number; width: number } {
  const base = range + 1
  let [each, words] = [1, base]
  while (words * base <= 2 ** wordBitsMax && each < wordBitsMax) {
    each++
    words *= base
  }
  return { each, width: lengthOf(words - 1) }
}

/** The bits of a word of fewer numbers than usual, the last of a column. */
function widthOf(range: number, count: number): number {
  let words = 1
  for (let i = 0; i < count; i++) words *= range + 1
  return lengthOf(words - 1)
}

function evenBits(range: number, count: number): number {
  if (range === 0) return 0
  if (range >= 2 ** wordBitsMax) return count * lengthOf(range)
  const { each, width } = sharing(range)
  const last = count % each
  return Math.floor(count / each) * width + (last === 0 ? 0 : widthOf(range, last))
}

/** How often 2^shift goes into n; shift is at most 30. */
const quotientOf = (n: number, shift: number): number => (n < 2 ** 31 ? n >>> shift : Math.floor(n / 2 ** shift))

function riceBits(column: Float64Array, count: number, { min, shift }: { min: number; shift: number }): number {
  let bits = count * (shift + 1)
  for (let i = 0; i < count; i++) {
    const n = (column[i] as number) - min
    const quotient = quotientOf(n, shift)
    bits += quotient < escapeAfter ? quotient : escapeAfter + lengthBits + lengthOf(n) - shift - 1
  }
  return bits
}

/** The most of evenly spread numbers is twice their mean; of what suits a Rice code it is much more. */
const evenlySpread = 2.3

/** Looks at the first `count` numbers (whole, within ±2^51). */
export function planColumn(plan: Plan, column: Float64Array, count: number): void {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (let i = 0; i < count; i++) {
    const n = column[i] as number
    if (n < min) min = n
    if (n > max) max = n
    sum += n
  }
  plan.min = count === 0 ? 0 : min
  plan.range = count === 0 ? 0 : max - min
  plan.shift = evenly
  plan.bits = evenBits(plan.range, count)
  const mean = sum / count - min
  // Spread as evenly as that, no Rice code is shorter.
  if (plan.range <= mean * evenlySpread) return
  // The best shift is about the logarithm of the mean, or less when a few large numbers lift it.
  const first = Math.min(shiftMax, Math.max(0, Math.floor(Math.log2(mean * 0.7 + 1))))
  for (let shift = first; shift >= 0 && shift > first - 3; shift--) {
    if (count * (shift + 1) >= plan.bits) continue
    const bits = riceBits(column, count, { min, shift })
    if (bits < plan.bits) [plan.bits, plan.shift] = [bits, shift]
    else if (shift < first) return
  }
}

/** Writes the first `count` numbers as planned. */
export function writeColumn(sink: Sink, column: Float64Array, { count, plan }: { count: number; plan: Plan }): void {
  writeBits(sink, plan.range === 0 ? same : plan.shift, modeBits)
  writeSmall(sink, zigzag(plan.min))
  if (plan.range === 0) return
  makeRoom(sink, (plan.bits >> 3) + 16)
  if (plan.shift === evenly) writeEven(sink, column, { count, plan })
  else writeRice(sink, column, { count, plan })
}

type Planned = { count: number; plan: Plan }

function writeEven(sink: Sink, column: Float64Array, planned: Planned): void {
  const { range } = planned.plan
  writeSmall(sink, range)
  if (range >= 2 ** wordBitsMax) writeAlone(sink, column, planned)
  else writeShared(sink, column, planned)
}

function writeAlone(sink: Sink, column: Float64Array, { count, plan }: Planned): void {
  const width = lengthOf(plan.range)
  for (let i = 0; i < count; i++) writeWide(sink, (column[i] as number) - plan.min, width)
}

function writeShared(sink: Sink, column: Float64Array, { count, plan }: Planned): void {
  const { each, width } = sharing(plan.range)
  const [base, min] = [plan.range + 1, plan.min]
  let i = 0
  for (; i + each <= count; i += each) {
    let word = 0
    for (let j = i; j < i + each; j++) word = word * base + ((column[j] as number) - min)
    if (width > fewBits) {
      writeFew(sink, word >>> 15, width - 15)
      writeFew(sink, word & 32_767, 15)
    } else writeFew(sink, word, width)
  }
  if (i === count) return
  const last = count - i
  let word = 0
  for (; i < count; i++) word = word * base + ((column[i] as number) - min)
  writeWide(sink, word, widthOf(plan.range, last))
}

/** The innermost loop of packing: bits are gathered here, not in the sink. What `rest` holds above its `fill` bits does no harm. */
function writeRice(sink: Sink, column: Float64Array, { count, plan: { shift, min } }: Planned): void {
  const step = 2 ** shift
  let { at, rest, fill } = sink
  for (let i = 0; i < count; i++) {
    const n = (column[i] as number) - min
    const quotient = quotientOf(n, shift)
    if (quotient >= escapeAfter || shift > fewBits) {
      Object.assign(sink, { at, rest: rest & ((1 << fill) - 1), fill })
      if (quotient >= escapeAfter) writeEscaped(sink, n)
      else writeApart(sink, n, { quotient, shift })
      ;({ at, rest, fill } = sink)
      continue
    }
    rest = (rest << (quotient + 1)) | ((2 << quotient) - 2)
    fill += quotient + 1
    while (fill >= 8) {
      fill -= 8
      sink.bytes[at++] = rest >>> fill
    }
    rest = (rest << shift) | (n & (step - 1))
    fill += shift
    while (fill >= 8) {
      fill -= 8
      sink.bytes[at++] = rest >>> fill
    }
  }
  Object.assign(sink, { at, rest: rest & ((1 << fill) - 1), fill })
}

function writeApart(sink: Sink, n: number, { quotient, shift }: { quotient: number; shift: number }): void {
  writeFew(sink, (2 << quotient) - 2, quotient + 1)
  writeWide(sink, n - quotient * 2 ** shift, shift)
}

function writeEscaped(sink: Sink, n: number): void {
  const length = lengthOf(n)
  writeFew(sink, 2 ** escapeAfter - 1, escapeAfter)
  writeFew(sink, length, lengthBits)
  writeWide(sink, n, length)
}

/** The numbers of a column. Throws a RangeError for what is none. */
export function readColumn(source: Source, count: number): Float64Array {
  const shift = readBits(source, modeBits)
  const min = unzigzag(readSmall(source))
  const column = new Float64Array(count)
  if (shift <= shiftMax) readRice(source, column, { shift, min })
  else if (shift === same) column.fill(min)
  else if (shift === evenly) readEven(source, column, { min, range: readSmall(source) })
  else throw new RangeError('A column of a sealed chunk is written in no way we know.')
  return column
}

function readEven(source: Source, column: Float64Array, { min, range }: { min: number; range: number }): void {
  if (range >= 2 ** wordBitsMax) {
    const width = lengthOf(range)
    for (let i = 0; i < column.length; i++) column[i] = min + readBits(source, width)
  } else readShared(source, column, { min, range })
}

function readShared(source: Source, column: Float64Array, { min, range }: { min: number; range: number }): void {
  const { each, width } = sharing(range)
  const base = range + 1
  for (let from = 0; from < column.length; from += each) {
    const to = Math.min(from + each, column.length)
    let word = readBits(source, to - from === each ? width : widthOf(range, to - from))
    for (let i = to - 1; i >= from; i--) {
      const rest = Math.floor(word / base)
      column[i] = min + word - rest * base
      word = rest
    }
  }
}

function readRice(source: Source, column: Float64Array, { shift, min }: { shift: number; min: number }): void {
  const step = 2 ** shift
  for (let i = 0; i < column.length; i++) {
    const word = peek(source)
    const quotient = Math.clz32(~word)
    if (quotient >= escapeAfter) {
      skip(source, escapeAfter)
      column[i] = min + readBits(source, readBits(source, lengthBits))
    } else if (quotient + 1 + shift <= fewBits) {
      column[i] = min + (quotient << shift) + (shift === 0 ? 0 : (word << (quotient + 1)) >>> (32 - shift))
      skip(source, quotient + 1 + shift)
    } else {
      skip(source, quotient + 1)
      column[i] = min + quotient * step + readBits(source, shift)
    }
  }
}
