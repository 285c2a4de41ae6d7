/** 可联系时间怎样被理解 · What was understood of the hours that somebody wrote, in both languages. */
import { type ReachWindow, readReachHours } from '../../../domain/reach-hours.ts'
import type { Language } from '../shared/format.ts'

const dayMinutes = 1_440

const zh = {
  days: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
  span: (first: string, last: string) => `${first}至${last}`,
  list: (parts: readonly string[]) => parts.join('、'),
  everyDay: '每天',
  allDay: '全天',
  nextDay: (time: string) => `次日 ${time}`,
  windows: (parts: readonly string[]) => parts.join('；'),
  understood: (what: string) => `理解为：${what}`,
  notUnderstood: '没有看懂：坐席会照原文显示，不据此排序。',
}

const en: typeof zh = {
  days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
  span: (first, last) => `${first}–${last}`,
  list: (parts) => parts.join(', '),
  everyDay: 'every day',
  allDay: 'all day',
  nextDay: (time) => `${time} the next day`,
  windows: (parts) => parts.join('; '),
  understood: (what) => `Understood: ${what}`,
  notUnderstood: 'Not understood: the desk shows it as written and does not order by it.',
}
type Words = typeof zh

/** One sentence for what is written in the field; '' for nothing. */
export function hoursUnderstood(written: string, language: Language): string {
  if (written.trim() === '') return ''
  const t = language === 'zh' ? zh : en
  const windows = readReachHours(written)
  return windows ? t.understood(t.windows(windows.map((window) => windowText(window, t)))) : t.notUnderstood
}

const windowText = ({ weekdays, from, until }: ReachWindow, t: Words): string => `${daysText(weekdays, t)} ${spanText(from, until, t)}`

const clockText = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

function spanText(from: number, until: number, t: Words): string {
  if (from === until) return from === 0 ? t.allDay : `${clockText(from)}–${t.nextDay(clockText(until))}`
  if (until === 0) return `${clockText(from)}–${clockText(dayMinutes)}`
  return `${clockText(from)}–${until < from ? t.nextDay(clockText(until)) : clockText(until)}`
}

/** Three days and more in a row are said by the first and the last. */
function daysText(weekdays: readonly number[], t: Words): string {
  const days = [...new Set(weekdays)].sort((a, b) => a - b)
  if (days.length === t.days.length) return t.everyDay
  const runs: number[][] = []
  for (const day of days) {
    const run = runs.at(-1)
    if (run?.at(-1) === day - 1) run.push(day)
    else runs.push([day])
  }
  const name = (day: number | undefined) => t.days[(day ?? 1) - 1] ?? ''
  return t.list(runs.flatMap((run) => (run.length > 2 ? [t.span(name(run[0]), name(run.at(-1)))] : run.map(name))))
}
