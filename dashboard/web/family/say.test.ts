/** What is said about her: never "all well" from old news, an alarm until somebody ends it, and each way to a person once. */
import { expect, test } from 'vitest'
import { instant } from '../../../domain/time.ts'
import type { FamilyStep, Verdict } from '../../contracts-family.ts'
import { answerOf, drawnSteps, lookOf, signOf, waitsFor, waysOf } from './say.ts'
import { en } from './words/en.ts'
import { moreEn } from './words/more-en.ts'
import { moreZh } from './words/more-zh.ts'
import { zh } from './words/zh.ts'

const verdicts: readonly Verdict[] = ['alarm', 'well', 'quiet', 'overdue', 'away', 'unseen', 'unknown']

test('old news is no answer, whatever it was; only an alarm stays one', () => {
  for (const verdict of verdicts) {
    expect(answerOf({ verdict }, false)).toBe(verdict)
    expect(answerOf({ verdict }, true)).toBe(verdict === 'alarm' ? 'alarm' : 'stale')
  }
  expect(lookOf(signOf('stale'))).not.toBe(lookOf(signOf('well')))
})

test('a home that she has left is not watched: no tick stands there', () => {
  expect(signOf('away')).toBe('away')
  expect(lookOf(signOf('away'))).not.toBe(lookOf(signOf('well')))
})

test('the octagon is for what cannot wait', () => {
  expect(signOf('alarm', { priority: 1 })).toBe('alarm')
  expect(signOf('alarm', { priority: 2 })).toBe('look')
})

const step = (kind: FamilyStep['kind'], at: number, name = ''): FamilyStep => ({ kind, at: instant(at), minutes: null, name })

test('steps: presses in a row are one line with their number, and the answers of relatives are not among them', () => {
  const steps = [
    step('raised', 1),
    step('pressed-again', 2),
    step('family-know', 3, '张敏'),
    step('pressed-again', 4),
    step('centre-has-it', 5),
  ]
  expect(drawnSteps(steps).map(({ kind, at, times }) => [kind, at, times])).toEqual([
    ['pressed-again', 4, 2],
    ['centre-has-it', 5, 1],
  ])
})

test('what help waits for', () => {
  expect(waitsFor({ state: 'raised', steps: [] })).toBe('centre')
  expect(waitsFor({ state: 'acknowledged', steps: [step('centre-has-it', 1)] })).toBe('arrival')
  expect(waitsFor({ state: 'acknowledged', steps: [step('centre-arrived', 1)] })).toBe(null)
  expect(waitsFor({ state: 'resolved', steps: [] })).toBe(null)
})

test('two providers of telephone calls are one way to the person; it works when one of them does', () => {
  const ways = [
    { channel: 'push', state: 'ready' },
    { channel: 'voice-aliyun', state: 'not-working' },
    { channel: 'voice-twilio', state: 'ready' },
    { channel: 'email', state: 'no-address' },
  ] as const
  expect(waysOf({ ways }, zh)).toEqual({ ready: ['手机通知', '电话'], not: ['电子邮件'] })
})

/** Every text of a dictionary; those with parts, filled with the plainest ones. */
function texts(words: object): string[] {
  return Object.values(words).flatMap((value: unknown) => {
    if (typeof value === 'string') return [value]
    if (typeof value === 'function') return [String(tried(value as Making))]
    return value && typeof value === 'object' ? texts(value) : []
  })
}
type Making = (...parts: unknown[]) => unknown
function tried(make: Making): unknown {
  try {
    return make(7, 7)
  } catch {
    return make(['7'])
  }
}

/** Names of products that have no other, and each language's own name. */
const allowed = /Chrome|Edge|Firefox|Safari|English|https|中文|Home Assistant|MQTT| ID（client id）/g

test('no Latin words among the Chinese, no Chinese among the English', () => {
  const latin = texts({ zh, moreZh }).filter((text) => /[A-Za-z]{2,}/.test(text.replace(allowed, '')))
  const chinese = texts({ en, moreEn }).filter((text) => /[\u3400-\u9fff]/.test(text.replace(allowed, '')))
  expect([latin, chinese]).toEqual([[], []])
})
