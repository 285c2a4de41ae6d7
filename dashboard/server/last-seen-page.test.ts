/** The text made of numbers is the JSON that anybody would have made of them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newSeenPage, openPages, seenParts } from './last-seen-page.ts'

const moment = fc.oneof(fc.constantFrom(0, 1, 999_999_999_999, 1e12, 1_790_000_000_000, 9_999_999_999_999, 1e13, 2 ** 50), fc.nat(2 ** 45))
const seen = fc.array(fc.record({ at: moment, silent: fc.constantFrom(0, 1) }), { maxLength: 50 })

const textOf = (page: ReturnType<typeof newSeenPage>) => `{"deviceIds":[${Buffer.concat([...seenParts(page)]).toString()}`

test('any moments and flags come back from the text', () => {
  fc.assert(
    fc.property(seen, (rows) => {
      const page = newSeenPage(rows.length)
      rows.forEach(({ at, silent }, i) => {
        page.heardAt[i] = at
        page.silent[i] = silent
      })
      const expected = { deviceIds: [], heardAt: rows.map(({ at }) => at), silent: rows.map(({ silent }) => silent) }
      expect(JSON.parse(textOf(page))).toEqual(expected)
    }),
  )
})

test('a long page comes in parts, and a page given back is the next one taken', () => {
  const pages = openPages(60_000)
  const page = pages.take()
  page.heardAt.fill(1_790_000_000_123)
  expect([...seenParts(page)].length).toBeGreaterThan(2)
  expect(JSON.parse(textOf(page)).heardAt).toEqual(Array(60_000).fill(1_790_000_000_123))
  expect(pages.take()).not.toBe(page)
  pages.giveBack(page)
  expect(pages.take()).toBe(page)
})
