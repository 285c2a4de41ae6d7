/** Readings packed side by side in one buffer: what travels to the worker, what the journal keeps, and what waits in memory to be sealed. */
import { type Reading, type ReadingKind, readingKinds } from '../../../domain/reading.ts'

/** at (double), value (double), device, resident, kind, one word for the reader's own use. Little-endian, as every machine Node runs on. */
export const recordBytes = 32
export const doublesEach = recordBytes / 8
export const wordsEach = recordBytes / 4
/** Readings in one batch at most; a fuller window is sent at once. */
export const batchReadingsMax = 4_096
/** Moments further than this from 1970 (year 37,648) are refused, so that every difference of two stays an exact integer. */
export const instantMax = 2 ** 50
export const numberMax = 2 ** 32 - 1

export type Packed = { buffer: ArrayBuffer; doubles: Float64Array; words: Uint32Array; count: number }

export function packedOver(buffer: ArrayBuffer, count = 0): Packed {
  return { buffer, doubles: new Float64Array(buffer), words: new Uint32Array(buffer), count }
}

const codes = Object.fromEntries(readingKinds.map((kind, code) => [kind, code])) as Readonly<Record<ReadingKind, number>>

/** A kind's number in the store. */
export const codeOf = (kind: ReadingKind): number => codes[kind]

const isCount = (n: number) => n >>> 0 === n

/** Why a reading cannot be kept, or null. A measurement is a finite number at a whole millisecond. */
export function whyUnfit(reading: Reading): string | null {
  if (!Number.isFinite(reading.value)) return 'its value is not a finite number'
  if (!Number.isSafeInteger(reading.at) || Math.abs(reading.at) > instantMax) return 'its moment is not a whole millisecond within reach'
  if (!isCount(reading.device) || !isCount(reading.resident)) return 'its device or resident is not a small whole number'
  if (codes[reading.kind] === undefined) return 'its kind is unknown'
  return null
}

/** Appends a reading that is fit. The caller has seen that there is room. */
export function pack(into: Packed, reading: Reading): void {
  const double = into.count * doublesEach
  const word = into.count * wordsEach
  into.doubles[double] = reading.at
  into.doubles[double + 1] = reading.value
  into.words[word + 4] = reading.device
  into.words[word + 5] = reading.resident
  into.words[word + 6] = codes[reading.kind]
  into.words[word + 7] = 0
  into.count++
}

/** The readings of a buffer, in its order. */
export function unpack(packed: Packed): Reading[] {
  const readings: Reading[] = []
  for (let i = 0; i < packed.count; i++) {
    readings.push({
      device: packed.words[i * wordsEach + 4] as number,
      resident: packed.words[i * wordsEach + 5] as number,
      kind: readingKinds[packed.words[i * wordsEach + 6] as number] as ReadingKind,
      at: packed.doubles[i * doublesEach] as Reading['at'],
      value: packed.doubles[i * doublesEach + 1] as number,
    })
  }
  return readings
}
