/** Readings of one millisecond: each has its own point, whichever batches they are sent in, and however often. */
import { expect, test } from 'vitest'
import { instant } from '../../domain/time.ts'
import { pack, packedOver, recordBytes } from '../sqlite/telemetry/batch.ts'
import { addLines, type Lines, openTwins, type Twins } from './line.ts'

type Motion = { device: number; at: number; value: number }

/** The lines of one batch, which was then taken. */
function sent(twins: Twins, readings: readonly Motion[]): string[] {
  const batch = packedOver(new ArrayBuffer(readings.length * recordBytes))
  for (const { device, at, value } of readings) pack(batch, { device, resident: 1, kind: 'motion', at: instant(at), value })
  const lines: Lines = { lines: [], outOfRange: [] }
  addLines(lines, batch, { measurement: 'reading', twins, siteOf: () => null })
  twins.nextBatch()
  return lines.lines
}

/** What makes a point: everything but its value. */
const pointOf = (line: string) => line.replace(/ value=\S+/, '')

test('twins of one millisecond are two points, be they sent in one batch or many small ones later', () => {
  const twins = openTwins()
  const [began] = sent(twins, [{ device: 7, at: 1_000, value: 1 }])
  for (let n = 0; n < 50; n++) sent(twins, [{ device: 8, at: 2_000 + n, value: 1 }])
  const [ended] = sent(twins, [{ device: 7, at: 1_000, value: 0 }])
  expect(pointOf(ended ?? '')).not.toBe(pointOf(began ?? ''))
})

test('what is sent again is the same points, even when it is cut into smaller batches', () => {
  const twins = openTwins()
  const readings = Array.from({ length: 40 }, (_, n) => ({ device: n % 4, at: 1_000 + Math.floor(n / 8), value: n % 3 }))
  const whole = sent(twins, readings)
  const again = readings.flatMap((reading) => sent(twins, [reading]))
  expect(again).toEqual(whole)
})

test('what is long past is forgotten: memory does not grow', () => {
  const twins = openTwins()
  const [first] = sent(twins, [{ device: 7, at: 1_000, value: 1 }])
  for (let n = 0; n < 3; n++)
    sent(
      twins,
      Array.from({ length: 10_000 }, (_, i) => ({ device: i, at: 2_000 + n, value: 1 })),
    )
  const [late] = sent(twins, [{ device: 7, at: 1_000, value: 0 }])
  expect(pointOf(late ?? '')).toBe(pointOf(first ?? ''))
})
