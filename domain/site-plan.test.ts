import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areaOf, buildingKey, isInside, middleOf, type Point, pictureOf } from './site-plan.ts'
import { geoJsonOf, type RawFeature, readOutlines, readSitePlan } from './site-plan-geojson.ts'

const square: readonly Point[] = [
  [120, 30],
  [120.01, 30],
  [120.01, 30.01],
  [120, 30.01],
  [120, 30],
]
const feature = (coordinates: unknown, more: Partial<RawFeature> = {}): RawFeature => ({
  ...{ type: 'Polygon', properties: { name: '3 栋' }, coordinates },
  ...more,
})

describe('a plan as GeoJSON', () => {
  test.each(
    (
      [
        ['an open ring', [square.slice(0, 4)], {}, 'ring'],
        ['two corners', [[square[0], square[1], square[0]]], {}, 'ring'],
        ['a ring that holds nothing', [[square[0], square[1], square[0], square[0]]], {}, 'ring'],
        ['text as numbers', [[['120', '30']]], {}, 'coordinates'],
        ['no number', [[[Number.NaN, 30]]], {}, 'coordinates'],
        ['beyond the pole', [[[120, 91]]], {}, 'coordinates'],
        ['nested a thousand deep', JSON.parse('['.repeat(1_000) + ']'.repeat(1_000)), {}, 'coordinates'],
        ['an unknown shape', [square], { type: 'constructor' }, 'geometry'],
        ['a building without a name', [square], { properties: {} }, 'name-needed'],
      ] as [string, unknown, Partial<RawFeature>, string][]
    ).map(([name, coordinates, more, why]) => ({ name, coordinates, more, why })),
  )('$name is refused with its number', ({ coordinates, more, why }) => {
    const read = readSitePlan([feature([square]), feature(coordinates, more)], 'earth')
    expect(read).toEqual({ ok: false, problem: { feature: 2, why } })
  })

  test('a name stays text, without what cannot be seen, and never too long', () => {
    const name = `<script>alert(1)</script>\u202e\u0000${'x'.repeat(100)}`
    const read = readSitePlan([feature([square], { properties: { name } })], 'earth')
    expect(read.ok && read.value[0]?.name).toMatch(/^<script>alert\(1\)<\/script>x+$/)
    expect(read.ok && read.value[0]?.name.length).toBe(60)
  })

  test('too many corners are refused, an empty file too', () => {
    const long = [...Array.from({ length: 100_001 }, (_, index): Point => [120 + index / 1e6, 30]), [120, 31] as Point, [120, 30] as Point]
    expect(readSitePlan([feature([long])], 'earth')).toEqual({ ok: false, problem: { feature: 1, why: 'too-many-points' } })
    expect(readSitePlan([], 'earth')).toEqual({ ok: false, problem: { feature: 0, why: 'no-features' } })
  })

  test('what was read and written again is the same plan', () => {
    const read = readSitePlan(
      [feature([square]), feature([120, 30], { type: 'Point', properties: { kind: 'gate', name: '南门' } })],
      'earth',
    )
    if (!read.ok) throw new Error('It was refused.')
    const { features } = geoJsonOf(read.value) as { features: { properties: object; geometry: { type: string; coordinates: unknown } }[] }
    const again = readSitePlan(
      features.map(({ properties, geometry }) => ({ properties: { ...properties }, ...geometry })),
      'earth',
    )
    expect(again).toEqual(read)
  })

  test('an outline says its level, and is there once', () => {
    const outline = (properties: object) => feature([square], { properties: { ...properties } })
    const street = { level: 'street', name: '春晖街道', district: '临江区', city: '云江市' }
    expect(readOutlines([outline(street)]).ok).toBe(true)
    expect(readOutlines([outline(street), outline(street)])).toEqual({ ok: false, problem: { feature: 2, why: 'name-twice' } })
    expect(readOutlines([outline({ ...street, level: 'planet' })])).toEqual({ ok: false, problem: { feature: 1, why: 'level' } })
  })
})

test('whatever comes in, reading ends in a value', () => {
  const coordinates = fc.anything({ maxDepth: 4 })
  const type = fc.constantFrom('Point', 'LineString', 'Polygon', 'MultiPolygon', 'MultiLineString', 'toString', '')
  fc.assert(
    fc.property(type, coordinates, fc.dictionary(fc.string(), fc.anything()), (shape, given, properties) => {
      const read = readSitePlan([{ type: shape, coordinates: given, properties }], 'earth')
      expect(read.ok ? read.value.length : read.problem.feature).toBe(1)
    }),
    { numRuns: 300 },
  )
})

test('the middle of a convex shape lies inside it, and the way round does not matter', () => {
  const far = fc.double({ min: -150, max: 150, noNaN: true })
  const size = fc.double({ min: 0.001, max: 5, noNaN: true })
  fc.assert(
    fc.property(
      fc.tuple(far, fc.double({ min: -60, max: 60, noNaN: true })),
      size,
      fc.integer({ min: 3, max: 12 }),
      ([x, y], radius, corners) => {
        const round = Array.from({ length: corners }, (_, index): Point => {
          const turn = (index * 2 * Math.PI) / corners
          return [x + radius * Math.cos(turn), y + radius * Math.sin(turn)]
        })
        const ring = [...round, round[0] ?? [0, 0]] as const
        expect(isInside(middleOf([ring]), [ring])).toBe(true)
        expect(areaOf([...ring].reverse())).toBeCloseTo(-areaOf(ring), 6)
      },
    ),
  )
})

test('one building by any of its names', () => {
  for (const name of ['3 栋', '3栋', '3号楼', '３幢', 'Building 3']) expect(buildingKey(name)).toBe('3')
  expect(buildingKey('13 栋')).not.toBe(buildingKey('3 栋'))
})

test('a picture is what its first bytes say, not what it is called', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d494844520000012c000000c8080200000000000000', 'hex')
  const jpeg = Buffer.from('ffd8ffe000040000ffc0001108006400c8030122000211010311', 'hex')
  expect(pictureOf(png)).toEqual({ type: 'image/png', width: 300, height: 200 })
  expect(pictureOf(jpeg)).toEqual({ type: 'image/jpeg', width: 200, height: 100 })
  expect(pictureOf(Buffer.from('<svg onload="alert(1)"></svg>'.padEnd(80)))).toBeNull()
  expect(pictureOf(Buffer.alloc(40))).toBeNull()
  const huge = Buffer.from(png)
  huge.writeUInt32BE(40_000, 16)
  expect(pictureOf(huge)).toBeNull()
})
