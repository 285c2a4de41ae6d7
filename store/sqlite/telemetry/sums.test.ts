/** Hourly sums come back as they were, whatever the readings they are of: moments to the minute, all else exactly; bytes that are none are refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Group } from './chunk.ts'
import { addSum, hourMs, hourOf, keyOf, minuteOf, type Sum, sumOf } from './hours.ts'
import { encodeSums, readSums } from './sums.ts'

const start = Math.floor(1_790_000_000_000 / hourMs) * hourMs
const value = fc.oneof(
  fc.integer({ min: -100, max: 300 }),
  fc.constantFrom(-0, 0, 1, 36.6, 1e-300, 2 ** 51),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const moment = fc.oneof(
  fc.integer({ min: start, max: start + 40 * hourMs }),
  fc.constantFrom(start, start + hourMs - 1, start + hourMs, -1, 0),
)
const group = fc
  .record({ device: fc.constantFrom(0, 3, 2 ** 32 - 1), kind: fc.nat(22), rows: fc.array(fc.tuple(moment, value), { maxLength: 60 }) })
  .map(({ device, kind, rows }): Group => {
    const sorted = rows.toSorted(([a], [b]) => a - b)
    return { device, kind, at: Float64Array.from(sorted, ([at]) => at), value: Float64Array.from(sorted, ([, measured]) => measured) }
  })

type Row = Sum & { device: number; kind: number }

function read(bytes: Uint8Array): Row[] {
  const rows: Row[] = []
  readSums(bytes, start, ({ device, kind }, sum) => rows.push({ device, kind, ...sum }))
  return rows
}

/** Reading by reading, as anybody would sum up. */
function summed({ device, kind, at, value: values }: Group, isCounted: (at: number) => boolean): Row[] {
  const byHour = new Map<number, Sum>()
  at.forEach((one, i) => {
    if (isCounted(one)) return
    const [sum, known] = [sumOf(one, values[i] as number), byHour.get(hourOf(one))]
    if (known) addSum(known, sum)
    else byHour.set(hourOf(one), sum)
  })
  return [...byHour.values()].map((sum) => ({ device, kind, ...sum, firstAt: minuteOf(sum.firstAt), lastAt: minuteOf(sum.lastAt) }))
}

test('sums come back as they were', () => {
  fc.assert(
    fc.property(fc.array(group, { maxLength: 5 }), fc.integer({ min: 1, max: 9 }), (groups, every) => {
      const isCounted = (at: number) => Math.abs(at) % every === 1
      const wanted = groups.flatMap((each) => summed(each, isCounted))
      const chunk = encodeSums(groups, start, (device, kind) => (at) => keyOf(device, kind) >= 0 && isCounted(at))
      expect(read(chunk.bytes)).toStrictEqual(wanted)
      expect(chunk.sums).toBe(wanted.length)
      for (const { firstAt, lastAt } of wanted) {
        expect(chunk.at[0]).toBeLessThanOrEqual(firstAt)
        expect(chunk.at[1]).toBeGreaterThanOrEqual(lastAt)
      }
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
