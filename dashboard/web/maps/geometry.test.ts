import { assert, constantFrom, double, integer, array as listOf, property, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PlanFeature, Point } from '../../../domain/site-plan.ts'
import { projectionOf } from '../cockpit/projection.ts'
import { homeBeside, layOut } from '../wall/layout.ts'
import { drawingOf, drawnWidth } from './geometry.ts'

const between = (min: number, max: number) => double({ min, max, noNaN: true, noDefaultInfinity: true })
/** Any place on earth but its poles, where a map of this kind ends. */
const somewhere = tuple(between(-179, 179), between(-84, 84))
const nearby = tuple(between(-0.01, 0.01), between(-0.01, 0.01))
const slack = 1e-3
const road = (points: readonly Point[]): PlanFeature => ({ kind: 'road', name: '', shape: 'line', parts: [points] })

describe('the map of areas', () => {
  test('every point lies inside the drawing, east to the right and north above', () => {
    assert(
      property(listOf(somewhere, { minLength: 1, maxLength: 30 }), (points) => {
        const at = projectionOf(points)
        for (const a of points) {
          const [x, y] = at(a)
          expect(x).toBeGreaterThanOrEqual(5 - slack)
          expect(x).toBeLessThanOrEqual(155 + slack)
          expect(y).toBeGreaterThanOrEqual(5 - slack)
          expect(y).toBeLessThanOrEqual(85 + slack)
          for (const b of points) {
            if (b[0] > a[0]) expect(at(b)[0]).toBeGreaterThanOrEqual(x - slack)
            if (b[1] > a[1]) expect(at(b)[1]).toBeLessThanOrEqual(y + slack)
          }
        }
      }),
    )
  })

  test('one point alone lies in the middle', () => {
    assert(
      property(somewhere, (point) => {
        const [x, y] = projectionOf([point])(point)
        expect(Math.abs(x - 80)).toBeLessThan(0.5)
        expect(Math.abs(y - 45)).toBeLessThan(0.5)
      }),
    )
  })
})

describe('the plan of a site', () => {
  test('of the earth: all of it lies inside, as high as wide at most, and a metre is as long in both directions', () => {
    assert(
      property(tuple(between(-170, 170), between(-70, 70)), listOf(nearby, { minLength: 2, maxLength: 30 }), ([x, y], corners) => {
        const points = corners.map(([dx, dy]): Point => [x + dx, y + dy])
        const drawing = drawingOf({ frame: 'earth', features: [road(points)] }, null)
        expect(drawing.height).toBeLessThanOrEqual(drawnWidth + slack)
        for (const point of points) {
          const [px, py] = drawing.at(point)
          expect(Math.min(px, py)).toBeGreaterThanOrEqual(-slack)
          expect(px).toBeLessThanOrEqual(drawing.width + slack)
          expect(py).toBeLessThanOrEqual(drawing.height + slack)
        }
      }),
    )
    const [longitude, latitude] = [121, 60]
    const square: readonly Point[] = [
      [longitude, latitude],
      [longitude + 0.002, latitude + 0.001],
    ]
    const { at } = drawingOf({ frame: 'earth', features: [road(square)] }, null)
    const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = square.map(at)
    // At 60 degrees a degree of longitude is half as long as one of latitude.
    expect((bx - ax) / (ay - by)).toBeCloseTo(1, 3)
  })

  test('over a picture a corner of the picture is a corner of the drawing', () => {
    assert(
      property(integer({ min: 1, max: 12_000 }), integer({ min: 1, max: 12_000 }), (width, height) => {
        const drawing = drawingOf({ frame: 'picture', features: [] }, { width, height })
        const [x, y] = drawing.at([width, height])
        expect(x).toBeCloseTo(drawing.width)
        expect(y).toBeCloseTo(drawing.height)
        expect(drawing.width / drawing.height).toBeCloseTo(width / height)
      }),
    )
  })
})

test('the arrow keys stay on the wall, go the way they say, and reach every home', () => {
  const ways = [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ] as const
  const space = { width: 600, height: 400, pitchMax: 20, label: 16 }
  assert(
    property(listOf(integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), constantFrom(600, 1_200), (counts, width) => {
      const layout = layOut(
        counts.flatMap((count, index) => Array<string>(count).fill(String(index + 1))),
        { ...space, width },
      )
      const { xs, ys } = layout
      const reached = new Set([0])
      for (const from of reached)
        for (const way of ways) {
          const to = homeBeside(layout, from, way)
          const along = ((xs[to] ?? 0) - (xs[from] ?? 0)) * way[0] + ((ys[to] ?? 0) - (ys[from] ?? 0)) * way[1]
          expect(to === from || along > 0).toBe(true)
          reached.add(to)
        }
      expect(reached.size).toBe(xs.length)
    }),
  )
})
