/** Telephone numbers as people write them. */
import { expect, test } from 'vitest'
import { e164, isChineseMobile, nationalOf } from './phone.ts'

test.each([
  ['13800138000', '+8613800138000', '13800138000'],
  ['138 0013-8000', '+8613800138000', '13800138000'],
  ['+86 138 0013 8000', '+8613800138000', '13800138000'],
  ['0086 13800138000', '+8613800138000', '13800138000'],
  ['021-6123 4567', '+862161234567', '02161234567'],
  ['(021) 61234567', '+862161234567', '02161234567'],
  ['+44 7700 900123', '+447700900123', ''],
  ['', '', ''],
  ['110', '', ''],
  ['ask Anna', '', ''],
  ['+8613800138000; DROP', '', ''],
])('%j is %j', (written, phone, national) => {
  expect(e164(written)).toBe(phone)
  expect(nationalOf(phone)).toBe(national)
})

test('only mobile telephones of mainland China get its SMS', () => {
  expect(['+8613800138000', '+862161234567', '+8612345678901', '+447700900123', ''].map(isChineseMobile)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ])
})

test('a number without a country is of the country that was set', () => {
  expect(e164('07700 900123', '44')).toBe('+447700900123')
})
