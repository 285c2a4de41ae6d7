import { expect, test } from 'vitest'
import { flatOf, flatSize, type Room } from './flat.ts'

const areaOf = (rooms: readonly Room[]) => rooms.reduce((sum, { width, height }) => sum + width * height, 0)
const overlap = (a: Room, b: Room) =>
  a.x < b.x + b.width - 0.01 && b.x < a.x + a.width - 0.01 && a.y < b.y + b.height && b.y < a.y + a.height

test.each([
  [['客厅']],
  [['客厅', '卧室', '卫生间', '厨房', '入户门', '厨房', '']],
  [['bath', 'kitchen', 'bedroom', 'living room', 'hall']],
  [['a', 'b', 'c']],
  [['门厅']],
])('the rooms %j fill the flat, each once and none over another', (names) => {
  const flat = flatOf(names)
  const rooms = flat?.rooms ?? []
  expect(rooms.map(({ name }) => name).sort()).toEqual([...new Set(names.filter((name) => name))].sort())
  expect(areaOf(rooms)).toBeCloseTo(flatSize.width * flatSize.height)
  for (const a of rooms) for (const b of rooms) if (a !== b) expect(overlap(a, b)).toBe(false)
  // One comes in from below.
  const way = rooms.find(({ x, width }) => flat && flat.door > x && flat.door < x + width && flat.door)
  expect(way && rooms.some(({ y, height }) => Math.abs(y + height - flatSize.height) < 0.01)).toBe(true)
})

test('without rooms there is no plan', () => {
  expect(flatOf([])).toBeNull()
  expect(flatOf(['', ' '])).toBeNull()
})
