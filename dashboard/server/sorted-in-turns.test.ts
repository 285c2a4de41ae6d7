import { array, asyncProperty, assert as check, integer } from 'fast-check'
import { expect, test } from 'vitest'
import { sortedInTurns } from './sorted-in-turns.ts'

const byKey = (a: { key: number }, b: { key: number }) => a.key - b.key

test('as a sort at one go would have it, equal ones as they came', async () => {
  await check(
    asyncProperty(array(integer({ min: 0, max: 30 }), { maxLength: 60 }), integer({ min: 1, max: 200 }), async (keys, times) => {
      const items = Array.from({ length: keys.length * times }, (_, place) => ({
        key: (keys[place % keys.length] ?? 0) ^ (place % 7),
        place,
      }))
      expect(await sortedInTurns(items, byKey)).toEqual(items.toSorted(byKey))
    }),
    { numRuns: 40 },
  )
})

test('others have their turn while a long list is put in order', async () => {
  let turns = 0
  let isDone = false
  const count = () => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  await sortedInTurns(
    Array.from({ length: 40_000 }, (_, place) => ({ key: (place * 7_919) % 40_009 })),
    byKey,
  )
  isDone = true
  expect(turns).toBeGreaterThan(40)
})
