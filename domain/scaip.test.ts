/** SCAIP's words for our alarms: each reason has its codes, of four digits, and a device that is itself the matter is named by its own type. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Reason } from './alarm.ts'
import { scaipByKind, scaipByReason, scaipByRole, scaipLocation, scaipOf } from './scaip.ts'
import { instant } from './time.ts'

const alarm = (kind: Parameters<typeof scaipOf>[0]['kind'], reason: Reason, more: Partial<Parameters<typeof scaipOf>[0]> = {}) =>
  scaipOf({ kind, reason, causes: [], clearedAt: null, detail: {}, ...more })

test('every code has the four digits of the standard', () => {
  const all = [...Object.values(scaipByReason), ...Object.values(scaipByKind)]
  const codes = all.flatMap(({ deviceType, status, restored }) => [deviceType, status, ...(restored === null ? [] : [restored])])
  expect([...codes, ...Object.values(scaipByRole).filter((type) => type !== null)].filter((code) => !/^\d{4}$/.test(code))).toEqual([])
})

test.each([
  ['sos', 'button', { deviceType: '0003', statusCode: '0010' }],
  ['fall', 'fall-confirmed', { deviceType: '0005', statusCode: '0009' }],
  ['silence', 'inactivity', { deviceType: '0010', statusCode: '0009' }],
  ['environment', 'carbon-monoxide', { deviceType: '0026', statusCode: '0009' }],
  ['technical', 'battery-low', { deviceType: '0049', statusCode: '0016' }],
  ['technical', 'area-silent', { deviceType: '0032', statusCode: '0023' }],
  ['technical', 'mains-lost', { deviceType: '0041', statusCode: '0085' }],
] as const)('%s %s', (kind, reason, codes) => {
  expect(alarm(kind, reason)).toEqual({ ...codes, location: '' })
})

test('a trouble that went away is told by the code of its end, and the device by its own type', () => {
  const detail = { role: 'sos-button' }
  expect(alarm('technical', 'device-silent', { detail })).toMatchObject({ deviceType: '0003', statusCode: '0123' })
  expect(alarm('technical', 'device-silent', { detail, clearedAt: instant(1) })).toMatchObject({ statusCode: '0124' })
  // Smoke that cleared is still an alarm somebody must look at.
  expect(alarm('environment', 'smoke', { clearedAt: instant(1) })).toMatchObject({ statusCode: '0009' })
  expect(alarm('technical', 'tamper', { detail: { role: 'constructor' } })).toMatchObject({ deviceType: '0049' })
})

test('rooms are told by the standard’s locations, in both languages', () => {
  expect(['卫生间', 'Bathroom', '主卧室', 'kitchen', '客厅', '门厅', '阳台'].map(scaipLocation)).toEqual([
    '011',
    '011',
    '012',
    '021',
    '043',
    '039',
    '',
  ])
})

test('the page that others read says the same as the table', () => {
  const page = readFileSync(new URL('../docs/scaip.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([\w-]+)` \| (\d{4}) [^|]*\| (\d{4}) [^|]*\| (\d{4})?/gm)]
  const told = rows.map(([, reason, deviceType, status, restored]) => [reason, { deviceType, status, restored: restored ?? null }])
  expect(Object.fromEntries(told)).toEqual(scaipByReason)
})
