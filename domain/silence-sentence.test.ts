/** The sentence says the numbers, in both languages, and nothing that is not known. */
import { expect, test } from 'vitest'
import type { Reason } from './alarm.ts'
import { type SentenceOf, silenceSentence } from './silence-sentence.ts'
import { instant } from './time.ts'

const at = (time: string) => Date.parse(`2026-11-22T${time}:00+08:00`)
const learned = { rule: 'learned', because: 'silence', certainty: 'normal', withinMinutes: 130, longestMinutes: 185, usualDays: 42 }
const told = (
  reason: Reason,
  detail: Record<string, string | number>,
  more: Partial<SentenceOf> & { room?: string; time?: string } = {},
) => {
  const { room = '', time = '13:15', ...rest } = more
  const cause = { id: 'c', reason, deviceId: null, room, receivedAt: instant(0), claimedAt: null, unreadable: false }
  const of: SentenceOf = {
    ...{ alarm: { reason, detail, causes: [cause] }, language: 'en', timeZone: 'Asia/Shanghai', now: instant(at(time)), sex: 'female' },
    ...rest,
  }
  return [silenceSentence(of), silenceSentence({ ...of, language: 'zh' })]
}
const since = (time: string) => ({ silentSince: at(time), lastActiveAt: at(time) })

test('a silence: when she was heard, what is normal, what it is now', () => {
  expect(told('inactivity', { ...learned, ...since('08:55') }, { room: 'kitchen' })).toEqual([
    'Last sign of life 08:55 in the kitchen. At this time of day she is normally heard again within 2 h 10 min; the longest in six weeks was 3 h 05 min. It is now 4 h 20 min.',
    '最后活动 08:55，kitchen。这个时段她通常 2 小时 10 分内会再有动静，六周来最长 3 小时 5 分。现在已 4 小时 20 分。',
  ])
})

test('it goes on counting, names yesterday, and says how many days are known', () => {
  const [english] = told(
    'inactivity',
    { ...learned, usualDays: 9, silentSince: at('21:30') - 86_400_000, lastActiveAt: at('21:30') - 86_400_000 },
    { sex: 'male', room: '厨房' },
  )
  expect(english).toBe(
    'Last sign of life 21 Nov, 21:30 (厨房). At this time of day he is normally heard again within 2 h 10 min; the longest in 9 days was 3 h 05 min. It is now 15 h 45 min.',
  )
})

test('a single uncertain movement is said, and is not the last sign of life', () => {
  const [english, chinese] = told('inactivity', { ...learned, silentSince: at('08:55'), lastActiveAt: at('11:00') }, { room: 'hall' })
  expect(english).toContain('Last sign of life 08:55. ')
  expect(english).toContain('A single movement at 11:00 is not counted as her for certain.')
  expect(chinese).toContain('11:00 有一次孤立的感应')
})

test('doubts are named: few days, no front door, silent sensors; and that nobody answered', () => {
  const low = { ...learned, ...since('08:55'), certainty: 'low' }
  expect(told('inactivity', { ...low, usualDays: 5 })[0]).toContain('Less certain: only 5 days are known.')
  expect(told('inactivity', low)[0]).toContain('Less certain: this home has no sensor at its front door.')
  expect(told('inactivity', { ...learned, ...since('08:55'), partlySeen: 1 })[0]).toContain('Some sensors of this home are silent.')
  expect(told('inactivity', { ...learned, ...since('08:55'), checkIn: 'unanswered' })[1]).toContain('已问平安，没有回应。')
})

test('hours set by hand', () => {
  expect(told('inactivity', { rule: 'hours', limitHours: 2.5, ...since('10:30') }, { sex: 'unknown' })).toEqual([
    'Last sign of life 10:30. The limit is 2 h 30 min. It is now 2 h 45 min.',
    '最后活动 10:30。上限 2 小时 30 分，现在已 2 小时 45 分。',
  ])
})

test('never heard, and counted anew after a blind time', () => {
  const byHours = { rule: 'hours', limitHours: 2 }
  expect(told('inactivity', { ...byHours, silentSince: at('11:00'), lastActiveAt: 0 })[0]).toMatch(
    /^No sign of life yet\. The limit is 2 h\./,
  )
  const [english, chinese] = told('inactivity', { ...byHours, silentSince: at('11:00'), lastActiveAt: at('08:55') })
  expect(english).toBe('Last sign of life 08:55. Counted anew since 11:00. The limit is 2 h. It is now 2 h 15 min.')
  expect(chinese).toBe('最后活动 08:55。11:00 起重新计时。上限 2 小时，现在已 2 小时 15 分。')
})

test('out and not back', () => {
  const [english, chinese] = told('not-back', { ...learned, because: 'not-back', limitMinutes: 200, ...since('09:10') })
  expect(english).toBe(
    'The front door moved at 09:10, and nothing was heard since. After going out she is expected back within 3 h 20 min. It is now 4 h 05 min.',
  )
  expect(chinese).toBe('09:10 入户门有动静，之后再无活动。外出后她应在 3 小时 20 分内回来，现在已 4 小时 5 分。')
})

test('not up', () => {
  const detail = { ...learned, because: 'morning', upUsualMinute: 425, upLatestMinute: 490, ...since('03:10') }
  expect(told('check-in', detail, { time: '08:45' })).toEqual([
    'Not up yet. Her first sign of life is usually about 07:05, at the latest 08:10. Last sign of life 03:10.',
    '还没起床。她通常约 07:05 有动静，最晚 08:10。最后活动 03:10。',
  ])
})

test('a home that cannot be seen is not judged, and says since when and why', () => {
  expect(told('home-unseen', { unseenSince: at('09:02'), sight: 'sensor' })).toEqual([
    'This home cannot be seen since 09:02: its sensors are silent. Her silence is not judged. Please call.',
    '09:02 起看不见这户：传感器没有信号。她的安静无法判断，请打电话确认。',
  ])
  expect(told('area-silent', { callAll: 1, unseenSince: at('09:02') })[0]).toContain('These homes cannot be seen since 09:02.')
})

test('other alarms have no such sentence', () => {
  expect([told('button', {}), told('area-silent', {}), told('device-silent', { silentSince: 1 })].flat()).toEqual(['', '', '', '', '', ''])
})
