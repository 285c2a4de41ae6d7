/** Times are the home's, also over a change of the clocks. */
import { expect, test } from 'vitest'
import { dayTime, localOf, minuteOf, momentOf, timeText } from './time.ts'

const shanghai = { language: 'zh', timeZone: 'Asia/Shanghai' } as const

test('what a field shows is the moment that it stands for, in any zone and at any time of the year', () => {
  for (const timeZone of ['Asia/Shanghai', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu']) {
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 7_919 * 60_000) {
      const local = localOf(at, timeZone)
      const back = momentOf(local, timeZone) ?? 0
      expect(localOf(back, timeZone), `${local} in ${timeZone}`).toBe(local)
    }
  }
  expect(momentOf('2026-11-22T08:00', 'Asia/Shanghai')).toBe(Date.UTC(2026, 10, 22, 0, 0))
  expect(momentOf('', 'Asia/Shanghai')).toBe(null)
})

test('yesterday is yesterday there, not here', () => {
  const late = Date.UTC(2026, 10, 21, 15, 59)
  const early = Date.UTC(2026, 10, 21, 16, 1)
  expect(dayTime(late, early, shanghai)).toBe('11月21日 23:59')
  expect(dayTime(early, early + 60_000, shanghai)).toBe('00:01')
})

test('times of a day are written and read', () => {
  expect([0, 450, 1_439].map(timeText)).toEqual(['00:00', '07:30', '23:59'])
  expect(['00:00', '07:30', '23:59'].map(minuteOf)).toEqual([0, 450, 1_439])
})
