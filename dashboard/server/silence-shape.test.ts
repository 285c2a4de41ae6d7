/** Curves of silence: as long as nobody was heard, over what is usual for that moment. */
import { expect, test } from 'vitest'
import type { Reading } from '../../domain/reading.ts'
import { instant, minutes } from '../../domain/time.ts'
import { silentCurve, usualCurve } from './silence-shape.ts'

const from = instant(1_000 * 86_400_000)
const to = instant(from + 86_400_000)
const at = (minute: number) => instant(from + minute * 60_000)
const reading = (minute: number, of: Partial<Reading> = {}): Reading => ({
  ...{ device: 1, resident: 1, kind: 'motion', at: at(minute), value: 1 },
  ...of,
})

test('silence grows until somebody is heard; heartbeats and endings are nobody; after now nobody knows', () => {
  const curve = silentCurve(
    [reading(-60), reading(25), reading(30, { kind: 'heartbeat' }), reading(35, { value: 0 })],
    { from, to },
    at(60),
  )
  expect(curve).toHaveLength(145)
  expect(curve.slice(0, 8)).toEqual([60, 70, 80, 5, 15, 25, 35, null])
})

test('before anything was heard nobody knows', () => {
  expect(silentCurve([reading(15)], { from, to }, at(30)).slice(0, 4)).toEqual([null, null, 5, 15])
})

const halves = (of: Readonly<Record<number, number>>) =>
  Array.from({ length: 48 }, (_, half) => ({ within: minutes(of[half] ?? 0), longest: minutes((of[half] ?? 0) * 2) }))

test('a night that begins at ten and lasts eight hours may be eight hours long at six, and nothing by day', () => {
  const usual = usualCurve(halves({ 44: 480 }), 'within', 145)
  const hour = (h: number) => usual[h * 6]
  expect([hour(23), hour(0), hour(3), hour(6), hour(12)]).toEqual([60, 120, 300, 480, 0])
  expect(usualCurve(halves({ 44: 480 }), 'longest', 145)[8 * 6]).toBe(600)
})

test('whoever was never silent has no band', () => {
  expect(Math.max(...usualCurve(halves({}), 'within', 145))).toBeLessThanOrEqual(30)
})
