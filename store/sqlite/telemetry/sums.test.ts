/** Hourly sums come back exactly, whatever the readings they are of; bytes that are none are refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hourMs, hourOf, type Series, type Sum, sumsOf } from './hours.ts'
import { encodeSums, readSums } from './sums.ts'

const start = Math.floor(1_790_000_000_000 / hourMs) * hourMs
const value = fc.oneof(
  fc.integer({ min: -100, max: 300 }),
  fc.constantFrom(-0, 36.6, 1e-300, 2 ** 51),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const moment = fc.oneof(
  fc.integer({ min: start, max: start + 40 * hourMs }),
  fc.constantFrom(start, start + hourMs - 1, start + hourMs, -1, 0),
)
const group = fc
  .record({ device: fc.constantFrom(0, 3, 2 ** 32 - 1), kind: fc.nat(22), rows: fc.array(fc.tuple(moment, value), { maxLength: 60 }) })
  .map(({ device, kind, rows }) => {
    const sorted = rows.toSorted(([a], [b]) => a - b)
    return { device, kind, at: Float64Array.from(sorted, ([at]) => at), value: Float64Array.from(sorted, ([, measured]) => measured) }
  })

function read(bytes: Uint8Array): Series[] {
  const list: (Series & { sums: Sum[] })[] = []
  readSums(bytes, start, ({ device, kind }, sum) => {
    const last = list.at(-1)
    const isSame = last && last.device === device && last.kind === kind && hourOf(last.sums.at(-1)?.firstAt ?? 0) < hourOf(sum.firstAt)
    if (isSame) last.sums.push(sum)
    else list.push({ device, kind, sums: [sum] })
  })
  return list
}

test('sums come back exactly', () => {
  fc.assert(
    fc.property(fc.array(group, { maxLength: 5 }), (groups) => {
      const series = groups.map((each) => sumsOf(each)).filter(({ sums }) => sums.length > 0)
      const { bytes, sums } = encodeSums(series, start)
      const back = read(bytes)
      expect(back.flatMap((each) => each.sums)).toStrictEqual(series.flatMap((each) => each.sums))
      expect(sums).toBe(back.reduce((count, each) => count + each.sums.length, 0))
    }),
    { numRuns: 500 },
  )
})

test('bytes that are no sums are refused, never endless', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        read(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
    { numRuns: 500 },
  )
})
