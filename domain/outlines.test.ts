/** Outlines of drawn cities: fewer corners, the same picture, and no sliver between neighbours. */
import { assert as check, constantFrom, double, integer, oneof, property, record } from 'fast-check'
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

/** Rows of areas whose borders sway, every second row one area: it has its neighbours' corners, and they theirs. Each side is the same corners for both. */
type City = { columns: number; rows: number; corners: number; sway: number; wide: number }
const drawnCity = record({
  columns: integer({ min: 1, max: 4 }),
  rows: integer({ min: 1, max: 4 }),
  corners: integer({ min: 1, max: 40 }),
  // Half of them about a pixel, where some corners go and others stay.
  sway: oneof(double({ min: 0, max: 0.2, noNaN: true }), double({ min: 0, max: 0.002, noNaN: true })),
  wide: constantFrom(0.01, 0.3, 4),
})

function sideOf({ corners, sway, wide }: City, from: Place, to: Place): Point[] {
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

type Place = readonly [number, number]
const isWhole = (y: number) => y % 2 === 1
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

function areaAt(city: City, { name, turns }: { name: string; turns: readonly Place[] }): AreaOutline {
  const ring = turns.flatMap((to, turn) => sideOf(city, turns.at(turn - 1) ?? to, to).slice(0, -1))
  return { level: 'street', name, city: '', district: '', parts: [[...ring, ring[0] ?? [0, 0]]] }
}

const nameOf = (x: number, y: number) => (isWhole(y) ? `row ${y}` : `${x} ${y}`)

function cityOf(city: City): AreaOutline[] {
  const { columns, rows } = city
  return upTo(rows).flatMap((y) => {
    const parts = isWhole(y) ? [upTo(columns + 1)] : upTo(columns).map((x) => [x, x + 1])
    return parts.map((along) => {
      const turns = [...along.map((x): Place => [x, y]), ...along.toReversed().map((x): Place => [x, y + 1])]
      return areaAt(city, { name: nameOf(along[0] ?? 0, y), turns })
    })
  })
}

/** From one place of the grid to the next, along the border of an area. */
function borderOf({ wide }: City, outline: AreaOutline | undefined, ends: readonly Place[]): readonly string[] {
  const ring = outline?.parts[0]?.slice(0, -1) ?? []
  const nearest = ([x, y]: Place) => {
    const far = ([px, py]: Point) => Math.hypot(px - 120 - x * wide, py - 30 - y * wide)
    return ring.reduce((best, corner, index) => (far(corner) < far(ring[best] ?? corner) ? index : best), 0)
  }
  const [from = 0, to = 0] = ends.map(nearest)
  return [...ring, ...ring].slice(from, (to > from ? to : to + ring.length) + 1).map(String)
}

/** Of each border inside the city: its corners in the one area, and in the other. */
function sharedOf(city: City, outlines: readonly AreaOutline[]) {
  const byName = new Map(outlines.map((outline) => [outline.name, outline]))
  const both = (names: readonly [string, string], ends: readonly Place[]) =>
    names[0] === names[1]
      ? []
      : [[borderOf(city, byName.get(names[0]), ends), borderOf(city, byName.get(names[1]), ends.toReversed()).toReversed()]]
  return upTo(city.rows).flatMap((y) =>
    upTo(city.columns).flatMap((x) => {
      const corner: Place = [x + 1, y + 1]
      const right = x + 1 < city.columns ? both([nameOf(x, y), nameOf(x + 1, y)], [[x + 1, y], corner]) : []
      const below = y + 1 < city.rows ? both([nameOf(x, y), nameOf(x, y + 1)], [corner, [x, y + 1]]) : []
      return [...right, ...below]
    }),
  )
}

const sizeOf = (outlines: readonly AreaOutline[]) => outlines.flatMap(({ parts }) => parts.map((ring) => Math.abs(areaOf(ring))))

describe('with fewer corners', () => {
  test('neighbours still share every border they shared, and no area loses more than a few pixels along its border', () => {
    check(
      property(drawnCity, (city) => {
        const before = cityOf(city)
        const after = thinned(before)
        expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name))
        for (const [one, other] of sharedOf(city, after)) expect(one).toEqual(other)
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
