import { expect, test } from 'vitest'
import { instant } from '../../../domain/time.ts'
import { inCallOrder } from './call-order.ts'

test('first whoever answers now, then whoever does later, last whoever has no number; among equals as registered', () => {
  const contact = (id: string, order: number, phone = '10000000000') => ({ id, order, phone })
  const contacts = [contact('silent', 1, ''), contact('at work', 2), contact('second', 4), contact('first', 3)]
  const reach = [{ id: 'at work', state: 'later' as const, at: instant(0) }]
  const order = inCallOrder(contacts, reach).map(({ id }) => id)
  expect(order).toEqual(['first', 'second', 'at work', 'silent'])
})
