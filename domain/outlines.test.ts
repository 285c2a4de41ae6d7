/** Outlines of drawn cities: fewer corners, the same picture, and no sliver between neighbours. */
import { assert as check, constantFrom, double, integer, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outlinesAt, simplified } from './outlines.ts'
import { type AreaLevel, type AreaOutline, areaOf, type Point } from './site-plan.ts'

function thinned(outlines: readonly AreaOutline[]): readonly AreaOutline[] {
  const steps = simplified(outlines)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** A grid of areas whose borders sway: each side is the same corners for both of its neighbours. */
type City = { columns: number; rows: number; corners: number; sway: number; wide: number }
const drawnCity = record({
  columns: integer({ min: 1, max: 4 }),
  rows: integer({ min: 1, max: 4 }),
  corners: integer({ min: 1, max: 40 }),
  sway: double({ min: 0, max: 0.2, noNaN: true }),
  wide: constantFrom(0.01, 0.3, 4),
})

function sideOf({ corners, sway, wide }: City, from: readonly [number, number], to: readonly [number, number]): Point[] {
  const [[ax, ay], [bx, by]] = [from, to]
  // One way round for both neighbours.
  if (ax > bx || ay > by) return sideOf({ columns: 0, rows: 0, corners, sway, wide }, to, from).reverse()
  return Array.from({ length: corners + 1 }, (_, step): Point => {
    const share = step / corners
    // Near its ends less, so that two borders that leave a place do not run into each other there.
    const aside = Math.sin(step * 2.7 + ax * 5 + ay * 3) * Math.min(sway, share * 0.4, (1 - share) * 0.4)
    return [120 + (ax + (bx - ax) * share + (ay === by ? 0 : aside)) * wide, 30 + (ay + (by - ay) * share + (ay === by ? aside : 0)) * wide]
  })
}

function cityOf(city: City): AreaOutline[] {
  return Array.from({ length: city.columns * city.rows }, (_, index): AreaOutline => {
    const [x, y] = [index % city.columns, Math.floor(index / city.columns)]
    const turns = [
      [x, y],
      [x + 1, y],
      [x + 1, y + 1],
      [x, y + 1],
      [x, y],
    ] as const
    const ring = turns.slice(1).flatMap((to, turn) => sideOf(city, turns[turn] ?? to, to).slice(0, -1))
    return { level: 'street', name: `${index}`, city: '', district: '', parts: [[...ring, ring[0] ?? [0, 0]]] }
  })
}

const edgesOf = (outlines: readonly AreaOutline[]) =>
  outlines.flatMap(({ parts }) => parts.flatMap((ring) => ring.slice(1).map((to, index) => [ring[index], to].map(String).sort().join(' '))))

const sizeOf = (outlines: readonly AreaOutline[]) => outlines.flatMap(({ parts }) => parts.map((ring) => Math.abs(areaOf(ring))))

describe('with fewer corners', () => {
  test('neighbours still share every border they shared, and no area loses more than a few pixels along its border', () => {
    check(
      property(drawnCity, (city) => {
        const before = cityOf(city)
        const after = thinned(before)
        expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name))
        // Each border inside the city is there twice, those round it once: as many pairs as there are sides.
        const counts = new Map<string, number>()
        for (const edge of edgesOf(after)) counts.set(edge, (counts.get(edge) ?? 0) + 1)
        const outer = new Set(edgesOf(after).filter((edge) => counts.get(edge) === 1))
        const round = 2 * (city.columns + city.rows)
        expect(outer.size).toBeGreaterThanOrEqual(round)
        expect(outer.size).toBeLessThanOrEqual(round * city.corners)
        expect(Math.max(...counts.values())).toBeLessThanOrEqual(2)
        const pixel = (Math.max(city.columns, city.rows) * city.wide * 1.5) / 4_096
        const [was, is] = [sizeOf(before), sizeOf(after)]
        for (const [index, size] of was.entries()) expect(Math.abs((is[index] ?? 0) - size)).toBeLessThan(city.wide * 8 * pixel)
        // All together they cover what they covered: no gap, nothing twice.
        const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0)
        expect(Math.abs(sum(is) - sum(was))).toBeLessThan(city.wide * 4 * (city.columns + city.rows) * pixel)
      }),
      { numRuns: 200 },
    )
  })

  test('a straight border of a thousand corners becomes its two ends', () => {
    const ring = [...sideOf({ columns: 1, rows: 1, corners: 1_000, sway: 0, wide: 1 }, [0, 0], [1, 0])]
    const [area] = thinned([
      { level: 'city', name: 'x', city: '', district: '', parts: [[...ring, [121, 31], [120, 31], ring[0] ?? [0, 0]]] },
    ])
    expect(area?.parts[0]).toEqual([
      [120, 30],
      [121, 30],
      [121, 31],
      [120, 31],
      [120, 30],
    ])
  })

  test('an island that no screen shows is left out, but never all of an area; a ring round a hole keeps both', () => {
    const square = (x: number, y: number, size: number): Point[] => [
      [x, y],
      [x + size, y],
      [x + size, y + size],
      [x, y + size],
      [x, y],
    ]
    const area = (name: string, ...parts: Point[][]): AreaOutline => ({ level: 'street', name, city: '', district: '', parts })
    const [main, tiny, ring, hole] = thinned([
      area('main', square(120, 30, 1), square(120.5, 31.2, 0.000_01)),
      area('tiny', square(121.5, 30, 0.000_01)),
      area('ring', square(122, 30, 1), square(122.3, 30.3, 0.2)),
      area('in the hole', [...square(122.3, 30.3, 0.2)].reverse()),
    ])
    expect([main?.parts.length, tiny?.parts.length, ring?.parts.length]).toEqual([1, 1, 2])
    expect(new Set(ring?.parts[1]?.map(String))).toEqual(new Set(hole?.parts[0]?.map(String)))
  })

  test('nothing at all stays nothing', () => expect(thinned([])).toEqual([]))
})

test('the outlines of a level are those of the place, not of one with its name elsewhere', () => {
  const outline = (level: AreaLevel, name: string, [city, district = '']: readonly [string, string?]): AreaOutline => ({
    ...{ level, name, city, district, parts: [] },
  })
  const all = [
    outline('district', '徐汇区', ['上海市']),
    outline('district', '徐汇区', ['别的市']),
    outline('street', '田林街道', ['上海市', '徐汇区']),
    outline('street', '田林街道', ['上海市', '静安区']),
  ]
  expect(outlinesAt(all, { level: 'district', city: '上海市' })).toEqual([all[0]])
  expect(outlinesAt(all, { level: 'district' })).toEqual([all[0], all[1]])
  expect(outlinesAt(all, { level: 'street', city: '上海市', district: '徐汇区' })).toEqual([all[2]])
  expect(outlinesAt(all, { level: 'site', city: '上海市', district: '徐汇区', street: '田林街道' })).toEqual([all[2]])
  expect(outlinesAt(all, { level: 'site', city: '上海市', district: '徐汇区', street: '没有边界' })).toEqual([all[0]])
  expect(outlinesAt(all, { level: 'site', city: '', district: '', street: '' })).toEqual([])
})
