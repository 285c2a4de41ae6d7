import { expect, test } from 'vitest'
import { commandOf } from './keys.ts'

const press = (key: string, more: Partial<Parameters<typeof commandOf>[0]> = {}) =>
  commandOf({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...more })

test('the keys an operator learns', () => {
  expect(press(' ')).toEqual({ do: 'acknowledge' })
  expect(press('F2')).toEqual({ do: 'note', note: 'call-120' })
  expect(press('W')).toEqual({ do: 'note', note: 'no-answer' })
  expect(press('3')).toEqual({ do: 'choose', index: 2 })
  expect(press('ArrowDown')).toEqual({ do: 'step', by: 1 })
  expect(press('/')).toEqual({ do: 'search' })
  expect(press('h')).toEqual({ do: 'history' })
})

test('a held key walks but never acts twice', () => {
  expect(press('ArrowDown', { repeat: true })).toEqual({ do: 'step', by: 1 })
  expect(press(' ', { repeat: true })).toBeNull()
  expect(press('r', { repeat: true })).toBeNull()
})

test("the browser's own shortcuts stay the browser's", () => {
  expect(press('s', { ctrlKey: true })).toBeNull()
  expect(press('r', { metaKey: true })).toBeNull()
  expect(press('x')).toBeNull()
})

test('letters can be switched off; everything else goes on', () => {
  const key = (name: string) => commandOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, repeat: false }, false)
  expect(['q', 'R', 'm', 's', 'z'].map(key)).toEqual([null, null, null, null, null])
  expect([' ', 'F2', '1', '/', '?', 'ArrowUp'].map(key)).not.toContain(null)
})
