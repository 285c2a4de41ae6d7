import { expect, test } from 'vitest'
import { hoursUnderstood } from './reach-hours-words.ts'

test.each([
  ['工作日 18:00-22:00', '理解为：周一至周五 18:00–22:00', 'Understood: Mon–Fri 18:00–22:00'],
  ['Mon-Fri 9-17, weekend all day', '理解为：周一至周五 09:00–17:00；周六、周日 全天', 'Understood: Mon–Fri 09:00–17:00; Sat, Sun all day'],
  ['周日至周二 20:00-6:00', '理解为：周一、周二、周日 20:00–次日 06:00', 'Understood: Mon, Tue, Sun 20:00–06:00 the next day'],
  ['18 点以后', '理解为：每天 18:00–24:00', 'Understood: every day 18:00–24:00'],
  ['放学以后', '没有看懂：坐席会照原文显示，不据此排序。', 'Not understood: the desk shows it as written and does not order by it.'],
  [' ', '', ''],
])('“%s” is said as it is understood', (...[written, zh, en]) => {
  expect([hoursUnderstood(written, 'zh'), hoursUnderstood(written, 'en')]).toEqual([zh, en])
})
