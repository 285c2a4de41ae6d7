import { assert as check, constantFrom, double, array as listOf, property, record, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { namesOn, type Obstacle, type Wish, widthOf } from './map-layout.ts'
import { mapSize } from './projection.ts'

const place = tuple(double({ min: 0, max: mapSize.width, noNaN: true }), double({ min: 0, max: mapSize.height, noNaN: true }))

test('the first name finds its place; no name lies over another, over a mark or outside, however many want to', () => {
  const wishes = listOf(record({ text: constantFrom('临江区', '梧桐街道', 'Riverside', '第一百二十三社区'), at: place }), { maxLength: 40 })
  const marks = listOf(place, { maxLength: 20 })
  check(
    property(wishes, marks, (drawn, points) => {
      const wished = drawn.map((one, index): Wish => ({ ...one, key: String(index) }))
      const obstacles = points.map((at): Obstacle => ({ at, radius: 2 }))
      const names = namesOn(wished, obstacles)
      const boxes = wished.flatMap(({ key, text }) => {
        const [x, y] = names.get(key) ?? [Number.NaN, 0]
        return Number.isNaN(x) ? [] : [{ left: x - widthOf(text) / 2, right: x + widthOf(text) / 2, top: y - 3, bottom: y + 0.5 }]
      })
      for (const [index, a] of boxes.entries()) {
        expect(a.left >= 0 && a.right <= mapSize.width && a.top >= 0 && a.bottom <= mapSize.height).toBe(true)
        for (const b of boxes.slice(index + 1))
          expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false)
        for (const { at } of obstacles) expect(at[0] > a.left && at[0] < a.right && at[1] > a.top && at[1] < a.bottom).toBe(false)
      }
      if (points.length === 0 && wished.length > 0) expect(names.has('0')).toBe(true)
    }),
  )
})
