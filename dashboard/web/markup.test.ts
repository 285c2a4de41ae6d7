/** No page makes markup or a program of a text: there is no call that could. `test/browser/hostile-text.test.ts` shows the same in a browser. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const dangerous =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc|\beval\(|new Function|javascript:/i

test('nothing in the screens turns a text into markup or into a program', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  const sources = files.filter((path) => /\.(ts|tsx|html)$/.test(path) && !/^dist\/|\.test\.ts$/.test(path))
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.filter((path) => dangerous.test(readFileSync(join(import.meta.dirname, path), 'utf8')))).toEqual([])
})
