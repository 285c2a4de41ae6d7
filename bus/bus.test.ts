/** The doorbell: the wall first, and nobody's trouble is anybody else's. */
import { expect, test } from 'vitest'
import { openLocalBus } from './bus.ts'

test('the wall hears a press before those who came earlier, and a listener that throws disturbs nobody', () => {
  const heard: string[] = []
  const errors: unknown[] = []
  const bus = openLocalBus((error) => errors.push(error))
  bus.subscribe(() => heard.push('outbox'))
  bus.subscribe(() => {
    throw new Error('broken')
  })
  const end = bus.subscribe(() => heard.push('wall'), 'first')
  bus.subscribe(() => heard.push('figures'))
  bus.publish([])
  expect(heard).toEqual(['wall', 'outbox', 'figures'])
  expect(errors).toHaveLength(1)
  end()
  bus.publish([])
  expect(heard.slice(3)).toEqual(['outbox', 'figures'])
})
