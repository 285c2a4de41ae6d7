import { expect, test } from 'vitest'
import { byName, type Column, inOrder, nextOrder } from './order.ts'

type Row = readonly [name: string, count: number]
const columns: readonly Column<Row>[] = [
  { name: 'building', compare: ([a], [b]) => byName(a, b) },
  { name: 'urgent', compare: ([, a], [, b]) => a - b, down: true },
]
const rows: readonly Row[] = [
  ['10 栋', 1],
  ['2 栋', 3],
  ['1 栋', 1],
]
const names = (order: Parameters<typeof inOrder>[2]) => inOrder(rows, columns, order).map(([name]) => name)

test('numbers in names count as numbers, equal rows keep their order, and nothing chosen is as it came', () => {
  expect(names(null)).toEqual(['10 栋', '2 栋', '1 栋'])
  expect(names({ by: 0, down: false })).toEqual(['1 栋', '2 栋', '10 栋'])
  expect(names({ by: 1, down: true })).toEqual(['2 栋', '10 栋', '1 栋'])
  expect(names({ by: 1, down: false })).toEqual(['10 栋', '1 栋', '2 栋'])
})

test('the first press shows what is looked for, the second the other end, another column begins anew', () => {
  const first = nextOrder(null, 1, { down: true })
  expect(first).toEqual({ by: 1, down: true })
  expect(nextOrder(first, 1, { down: true })).toEqual({ by: 1, down: false })
  expect(nextOrder(first, 0, {})).toEqual({ by: 0, down: false })
})
