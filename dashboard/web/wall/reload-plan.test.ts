import { expect, test } from 'vitest'
import { type PageState, reloadPlan } from './reload-plan.ts'

const calm: PageState = {
  ...{
    newVersion: false,
    minute: '14:00',
    reloadAt: '04:10',
    upMs: 40_000_000,
    urgentOpen: false,
    busy: false,
    onDuty: true,
    soundNeedsPerson: false,
  },
}
const plan = (more: Partial<PageState>) => reloadPlan({ ...calm, ...more })

test('a new version is loaded as soon as no urgent alarm is open', () => {
  expect(plan({})).toBe('stay')
  expect(plan({ newVersion: true })).toBe('reload')
  expect(plan({ newVersion: true, urgentOpen: true })).toBe('wait')
  expect(plan({ newVersion: true, busy: true })).toBe('stay')
})

test('a screen whose sound waits for a press after loading asks, and is never made silent by itself', () => {
  expect(plan({ newVersion: true, soundNeedsPerson: true })).toBe('ask')
  expect(plan({ minute: '04:10', soundNeedsPerson: true })).toBe('stay')
  expect(plan({ minute: '04:10', soundNeedsPerson: true, onDuty: false })).toBe('reload')
})

test('each night once, in the quiet minute', () => {
  expect(plan({ minute: '04:10' })).toBe('reload')
  expect(plan({ minute: '04:10', upMs: 30_000 })).toBe('stay')
  expect(plan({ minute: '04:10', reloadAt: '' })).toBe('stay')
  expect(plan({ minute: '04:10', urgentOpen: true })).toBe('stay')
})
