import { expect, test } from 'vitest'
import { openNewest } from './newest.ts'

function slowly() {
  const waiting: ((answer: string) => void)[] = []
  const taken: string[] = []
  const newest = openNewest(
    () => new Promise<string>((resolve) => waiting.push(resolve)),
    (answer) => taken.push(answer),
  )
  return { newest, waiting, taken }
}

test('an answer that was overtaken is not shown, in whichever order they come', async () => {
  const { newest, waiting, taken } = slowly()
  const [first, second] = [newest.now(), newest.now()]
  waiting[1]?.('as it is now')
  await second
  waiting[0]?.('as it was')
  await first
  expect(taken).toEqual(['as it is now'])
})

test('a slow answer is waited for and not asked for again; then the asking goes on', async () => {
  const { newest, waiting, taken } = slowly()
  const first = newest.now()
  newest.again()
  newest.again()
  expect(waiting.length).toBe(1)
  waiting[0]?.('late')
  await first
  newest.again()
  expect(waiting.length).toBe(2)
  expect(taken).toEqual(['late'])
})
