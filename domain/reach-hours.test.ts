import { assert, constantFrom, integer, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { dayIn } from './calendar.ts'
import { momentOf } from './duty.ts'
import { reachAt, readReachHours } from './reach-hours.ts'

const [workdays, weekend, all] = [
  [1, 2, 3, 4, 5],
  [6, 7],
  [1, 2, 3, 4, 5, 6, 7],
]
const [from, until] = [(hour: number, minute = 0) => hour * 60 + minute, (hour: number, minute = 0) => hour * 60 + minute]

test.each([
  ['周一至周五 18:00 以后', [{ weekdays: workdays, from: from(18), until: 0 }]],
  [
    '工作日18点后，周末全天',
    [
      { weekdays: workdays, from: from(18), until: 0 },
      { weekdays: weekend, from: 0, until: 0 },
    ],
  ],
  ['周六 18 点以后', [{ weekdays: [6], from: from(18), until: 0 }]],
  ['Sat 9 am-5 pm', [{ weekdays: [6], from: from(9), until: until(17) }]],
  ['weekdays after 18:00', [{ weekdays: workdays, from: from(18), until: 0 }]],
  ['Mon-Fri 9-17', [{ weekdays: workdays, from: from(9), until: until(17) }]],
  [
    'Mon, Wed 9:30-12:00; Sat 14:00-16:00',
    [
      { weekdays: [1, 3], from: from(9, 30), until: until(12) },
      { weekdays: [6], from: from(14), until: until(16) },
    ],
  ],
  ['下午2点到5点半', [{ weekdays: all, from: from(14), until: until(17, 30) }]],
  ['晚上8点至11点', [{ weekdays: all, from: from(20), until: until(23) }]],
  ['6pm-10pm', [{ weekdays: all, from: from(18), until: until(22) }]],
  ['22:00－6:00', [{ weekdays: all, from: from(22), until: until(6) }]],
  ['周末', [{ weekdays: weekend, from: 0, until: 0 }]],
  [
    '星期六、星期日 9:00-12:00，14:00-18:00',
    [
      { weekdays: [6, 7], from: from(9), until: until(12) },
      { weekdays: [6, 7], from: from(14), until: until(18) },
    ],
  ],
  ['before 9:00', [{ weekdays: all, from: 0, until: until(9) }]],
  ['随时', [{ weekdays: all, from: 0, until: 0 }]],
  ['周五到周一 全天', [{ weekdays: [1, 5, 6, 7], from: 0, until: 0 }]],
])('%s is understood', (written, windows) => {
  expect(readReachHours(written)).toEqual(windows)
})

test.each(['', '下班后', '上夜班，先发短信', '18:00', '25:00-26:00', '除周三外', 'after work', '9', '周八', '9:00-12:00 (not in August)'])(
  '“%s” says nothing that could be held against somebody',
  (written) => {
    expect(readReachHours(written)).toBeNull()
    expect(reachAt(written, momentOf('Asia/Shanghai', '2026-11-23', 600), 'Asia/Shanghai')).toBeNull()
  },
)

test('on the clocks of the home: now with its end, or later with its beginning, over midnight and into the next week', () => {
  const at = (day: string, hour: number, zone = 'Asia/Shanghai') => momentOf(zone, day, hour * 60)
  const evenings = '工作日 18:00-22:00'
  // 2026-11-23 is a Monday.
  expect(reachAt(evenings, at('2026-11-23', 19), 'Asia/Shanghai')).toEqual({ state: 'now', until: at('2026-11-23', 22) })
  expect(reachAt(evenings, at('2026-11-23', 17), 'Asia/Shanghai')).toEqual({ state: 'later', at: at('2026-11-23', 18) })
  expect(reachAt(evenings, at('2026-11-27', 22), 'Asia/Shanghai')).toEqual({ state: 'later', at: at('2026-11-30', 18) })
  // The same moment is the morning in London.
  expect(reachAt(evenings, at('2026-11-23', 19), 'Europe/London')).toEqual({ state: 'later', at: at('2026-11-23', 18, 'Europe/London') })
  expect(reachAt('22:00-6:00', at('2026-11-24', 5), 'Asia/Shanghai')).toEqual({ state: 'now', until: at('2026-11-24', 6) })
  expect(reachAt('随时', at('2026-11-24', 5), 'Asia/Shanghai')).toEqual({ state: 'now', until: null })
  // One window after the other without a gap is one.
  expect(reachAt('8:00-12:00，12:00-18:00', at('2026-11-24', 9), 'Asia/Shanghai')).toEqual({ state: 'now', until: at('2026-11-24', 18) })
})

const when = '2026-11-2'
test('whatever is written, it is understood or left alone, and a later moment lies ahead of the one asked about', () => {
  const parts = constantFrom(
    '周一',
    '至',
    '周五',
    '工作日',
    '18',
    ':00',
    '点',
    '后',
    '-',
    '，',
    ' ',
    'mon',
    'after ',
    '9',
    '全天',
    '下午',
    '半',
    'x',
  )
  assert(
    property(
      string({ unit: parts, maxLength: 12 }),
      integer({ min: 0, max: 9 }),
      integer({ min: 0, max: 1439 }),
      (written, day, minute) => {
        const at = momentOf('Asia/Shanghai', `${when}${day}`, minute)
        const reach = reachAt(written, at, 'Asia/Shanghai')
        expect(reach === null).toBe(readReachHours(written) === null)
        if (reach?.state === 'later') expect(reach.at).toBeGreaterThan(at)
        if (reach?.state === 'now' && reach.until !== null) expect(reach.until).toBeGreaterThan(at)
        expect(dayIn('Asia/Shanghai', at)).toBe(`${when}${day}`)
      },
    ),
  )
})
