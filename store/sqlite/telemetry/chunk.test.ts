/** The codec loses nothing, whatever it is given, and says so when bytes are no chunk. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantMax, numberMax } from './batch.ts'
import { addTo, decodeChunk, encodeChunk, newColumns } from './chunk.ts'

type Row = { device: number; kind: number; at: number; value: number }

const oddValues = [
  0,
  -0,
  1,
  -1,
  0.1,
  21.37,
  -40.005,
  1e-300,
  5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER,
  2 ** 50,
  2 ** 51,
]
const value = fc.oneof(
  fc.constantFrom(...oddValues),
  fc.integer({ min: -120, max: 250 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 1_000),
)
const at = fc.oneof(
  fc.integer({ min: 1_790_000_000_000, max: 1_790_000_600_000 }),
  fc.integer({ min: -instantMax, max: instantMax }),
  fc.constantFrom(0, instantMax, -instantMax, 1_790_000_000_000),
)
const row: fc.Arbitrary<Row> = fc.record({
  device: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(numberMax, 70_000)),
  kind: fc.integer({ min: 0, max: 22 }),
  at,
  value,
})

function encode(rows: readonly Row[], base: number) {
  const columns = newColumns(1)
  for (const r of rows) addTo(columns, r)
  return encodeChunk(columns, base)
}

function decode(bytes: Uint8Array, base: number): Row[] {
  return decodeChunk(bytes, base).flatMap(({ device, kind, at, value }) =>
    Array.from(at, (moment, i) => ({ device, kind, at: moment, value: value[i] as number })),
  )
}

/** Sorted as the store sorts, exact repeats left out. */
function kept(rows: readonly Row[]): Row[] {
  const sorted = rows
    .map((r, order) => ({ ...r, order }))
    .sort((a, b) => a.device - b.device || a.kind - b.kind || a.at - b.at || a.order - b.order)
    .map(({ order: _, ...r }) => r)
  return sorted.filter((r, i) => {
    const last = sorted[i - 1]
    return !last || last.device !== r.device || last.kind !== r.kind || last.at !== r.at || !Object.is(last.value, r.value)
  })
}

test('any readings come back exactly, whatever their moments, values and order', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 80 }), fc.integer({ min: -instantMax, max: instantMax }), (rows, base) => {
      const { bytes, readings } = encode(rows, base)
      const back = decode(bytes, base)
      expect(back).toStrictEqual(kept(rows))
      expect(readings).toBe(back.length)
    }),
    { numRuns: 1_000 },
  )
})

/** Heartbeats as they come: late by a little, on a clock that runs fast or slow, some missed, some doubled, one far too late. */
const beats: fc.Arbitrary<Row[]> = fc
  .record({
    period: fc.integer({ min: 1, max: 4_000_000 }),
    drift: fc.double({ min: -0.4, max: 0.4, noNaN: true }),
    late: fc.array(fc.oneof(fc.nat(400), fc.constant(0)), { minLength: 2, maxLength: 300 }),
    skips: fc.array(fc.record({ at: fc.nat(300), by: fc.integer({ min: -1, max: 500 }) }), { maxLength: 4 }),
    jump: fc.option(fc.nat(2 ** 40), { freq: 8 }),
    value: fc.array(value, { minLength: 1, maxLength: 4 }),
  })
  .map(({ period, drift, late, skips, jump, value: values }) => {
    let beat = 0
    return late.map((after, i) => {
      beat += 1 + skips.reduce((sum, { at: where, by }) => sum + (where === i ? by : 0), 0)
      const moment = Math.round(beat * (period + drift)) + after + (jump !== null && i > 100 ? jump : 0)
      return { device: 7, kind: 0, at: 1_790_000_000_000 + moment, value: values[i % values.length] as number }
    })
  })

test('beats come back exactly, however they drift, are late, missed or doubled', () => {
  fc.assert(
    fc.property(beats, (rows) => {
      expect(decode(encode(rows, 1_790_000_000_000).bytes, 1_790_000_000_000)).toStrictEqual(kept(rows))
    }),
    { numRuns: 1_000 },
  )
})

test('a day of jittered heartbeats of a drifting clock costs little more than what is random in it', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((seed / 2 ** 31) * below)
  }
  const rows = Array.from({ length: 1_440 }, (_, i) => ({
    ...{ device: 7, kind: 0, value: -67 + random(5) },
    at: 1_790_000_000_000 + Math.round(i * 60_000.3) + random(400) + (i > 700 ? 600_000 : 0),
  }))
  // 8.6 bits of lateness, 2.3 of signal.
  expect((encode(rows, 1_790_000_000_000).bytes.length * 8) / 1_440).toBeLessThan(11.6)
})

test('a regular hour of heartbeats is a run of a few bytes, and a jittered one stays under three bytes each', () => {
  const start = 1_790_000_000_000
  const regular = Array.from({ length: 60 }, (_, i) => ({ device: 90_000, kind: 0, at: start + i * 60_000, value: -67 }))
  expect(encode(regular, start).bytes.length).toBeLessThan(40)
  let seed = 7
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed / 2 ** 31
  }
  const jittered = regular.map((r) => ({ ...r, at: r.at + Math.floor(random() * 800), value: -67 + Math.floor(random() * 7) }))
  expect(encode(jittered, start).bytes.length / 60).toBeLessThan(3)
})

test('bytes that are no chunk are refused, never endless', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(decode(bytes, 0).length).toBeLessThan(200 * 256 * 8)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
    { numRuns: 2_000 },
  )
  const { bytes } = encode([{ device: 1, kind: 0, at: 5, value: 1 }], 0)
  expect(() => decode(bytes.subarray(0, bytes.length - 1), 0)).toThrow(RangeError)
})
