/** Mistakes that the simulation found, told as stories. The seed is the life in which each was seen first. */
import { expect, test } from 'vitest'
import { hours, seconds } from '../../domain/time.ts'
import { home, storyChannel } from '../story.ts'

test('two calls of the same moment are taken back in the same order, today and in a replay (seed 27)', async () => {
  const rosa = await home()
  await rosa.press()
  await rosa.fall('possible')
  await rosa.cancel()
  const takenBack = rosa.seen.filter(({ kind }) => kind === 'alarm-cancel-asked')
  expect(takenBack).toHaveLength(2)
  // That the replay gives the same facts is looked at when every story ends.
})

test('a call that is owed is made after a restart although the clock was turned back meanwhile (seed 1300)', async () => {
  let reachable = false
  const told: string[] = []
  const answer = () => (reachable ? { outcome: 'delivered' as const, why: '' as const } : { outcome: 'retry' as const, why: 'no line' })
  const rosa = await home({ channels: [storyChannel('push', (line) => told.push(line), answer)] })
  await rosa.press()
  rosa.clock.turn(-hours(2))
  reachable = true
  await rosa.restart()
  await rosa.wait(seconds(3))
  expect(told).toEqual(['anna by push'])
})
