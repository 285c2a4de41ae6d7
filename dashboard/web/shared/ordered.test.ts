import { expect, test } from 'vitest'
import { ordered } from './ordered.ts'

const rows = [
  { name: '10 栋', open: 1 },
  { name: '2 栋', open: 3 },
  { name: '1 栋', open: 1 },
  { name: '3 栋', open: null },
]
const by = (key: 'name' | 'open', isDown: boolean) =>
  ordered(rows, { by: (row) => row[key], isDown, language: 'zh' }).map(({ name }) => name)

test('numbers in names count as numbers, equal rows keep their order, and what is not known goes last whichever way', () => {
  expect(by('name', false)).toEqual(['1 栋', '2 栋', '3 栋', '10 栋'])
  expect(by('name', true)).toEqual(['10 栋', '3 栋', '2 栋', '1 栋'])
  expect(by('open', true)).toEqual(['2 栋', '10 栋', '1 栋', '3 栋'])
  expect(by('open', false)).toEqual(['10 栋', '1 栋', '2 栋', '3 栋'])
})
