/** The forecast of a battery: right for the ones that fall, honest about the rest, and not led astray by single values. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BatteryPoint, forecastBattery } from './battery.ts'
import { type Instant, instant } from './time.ts'

const day = 86_400_000
const now = instant(Date.parse('2026-11-22T10:00:00Z'))
const ago = (days: number): Instant => instant(now - days * day)
/** One point a day over so many days, ending today. */
const daily = (days: number, percentOf: (day: number) => number): BatteryPoint[] =>
  Array.from({ length: days }, (_, index) => ({ at: ago(days - 1 - index), percent: percentOf(index) }))

describe('a battery that falls', () => {
  test('evenly: the day is near where the line meets 15 %', () => {
    const forecast = forecastBattery(
      daily(60, (index) => 90 - index * 0.5),
      now,
    )
    expect(forecast).toMatchObject({ known: true, most: false, percentPerMonth: -15 })
    // 60.5 % today and half a percent a day: 91 days to 15 %.
    expect(forecast.known && Math.abs(forecast.days - 91)).toBeLessThanOrEqual(3)
  })

  test('in steps of ten, as many devices tell it, and not every day', () => {
    const points = daily(90, (index) => 100 - Math.floor(index / 15) * 10).filter((_, index) => index % 3 === 0)
    const forecast = forecastBattery(points, now)
    expect(forecast.known && forecast.days).toBeGreaterThan(30)
    expect(forecast.known && forecast.days).toBeLessThan(90)
  })

  test('a quarter of the values wrong moves it hardly', () => {
    const right = daily(60, (index) => 90 - index * 0.5)
    const wrong = right.map((point, index) => (index % 5 === 2 ? { ...point, percent: index % 2 ? 100 : 60 } : point))
    const [a, b] = [forecastBattery(right, now), forecastBattery(wrong, now)]
    expect(a.known && b.known && Math.abs(a.days - b.days)).toBeLessThan(20)
  })

  test('after a new battery only the new one counts', () => {
    const old = daily(100, (index) => (index < 60 ? 80 - index : 100 - (index - 60) * 0.25))
    const forecast = forecastBattery(old, now)
    expect(forecast).toMatchObject({ known: true, percentPerMonth: -7.5 })
  })

  test('low already: none left; farther than anybody can see: at least two years', () => {
    expect(
      forecastBattery(
        daily(30, () => 12),
        now,
      ),
    ).toMatchObject({ known: true, days: 0 })
    expect(
      forecastBattery(
        daily(110, (index) => 100 - index * 0.03),
        now,
      ),
    ).toMatchObject({ known: true, days: 730, most: true })
  })
})

describe('not known', () => {
  test.each([
    ['too-few', daily(3, (index) => 90 - index)],
    ['too-short', daily(8, (index) => 90 - index)],
    ['stale', daily(60, (index) => 90 - index * 0.5).map((point) => ({ ...point, at: instant(point.at - 20 * day) }))],
    ['not-falling', daily(60, () => 100)],
    ['not-falling', daily(60, (index) => 88 + (index % 2))],
  ] as const)('%s', (why, points) => {
    expect(forecastBattery(points, now)).toMatchObject({ known: false, why })
  })
})

test('whatever comes in, in whatever order: never a throw, never a day below zero or beyond two years', () => {
  const point = fc.record({
    at: fc.integer({ min: 0, max: 200 }).map(ago),
    percent: fc.oneof(fc.double(), fc.integer({ min: -5, max: 120 })),
  })
  fc.assert(
    fc.property(fc.array(point, { maxLength: 80 }), (points) => {
      const forecast = forecastBattery(points, now)
      const shuffled = forecastBattery([...points].reverse(), now)
      expect(shuffled.known).toBe(forecast.known)
      if (forecast.known) expect(forecast.days >= 0 && forecast.days <= 730 && Number.isInteger(forecast.days)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
