/** Moments in words, always by the clock of the home. Only what browsers of 2020 know. */

export { localOf, momentOf } from '../shared/local-moment.ts'

export type Language = 'zh' | 'en'
export type Where = { language: Language; timeZone: string }

const formats = new Map<string, Intl.DateTimeFormat>()

function format({ language, timeZone }: Where, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${JSON.stringify(options)}`
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { ...options, timeZone })
    formats.set(key, found)
  }
  return found
}

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const dayOptions = ({ language }: Where) => ({ month: language === 'zh' ? 'long' : 'short', day: 'numeric' }) as const

/** 14:31 */
export const shortTime = (at: number, where: Where): string => format(where, clock).format(at)

/** 14:31:58 */
export const clockTime = (at: number, where: Where): string => format(where, { ...clock, second: '2-digit' }).format(at)

/** 11月21日周六; Sat, 21 Nov */
export const dayOf = (at: number, where: Where): string => format(where, { ...dayOptions(where), weekday: 'short' }).format(at)

/** 14:31 today, else 11月21日 14:31 */
export const dayTime = (at: number, now: number, where: Where): string =>
  dayKey(at, where.timeZone) === dayKey(now, where.timeZone)
    ? shortTime(at, where)
    : format(where, { ...dayOptions(where), ...clock }).format(at)

/** 2026-11-22, in that zone. */
export const dayKey = (at: number, timeZone: string): string => {
  const parts = format({ language: 'en', timeZone }, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at)
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** Minutes after midnight there. */
export function minuteIn(at: number, timeZone: string): number {
  const [hour, minute] = shortTime(at, { language: 'en', timeZone }).split(':')
  return (Number(hour) % 24) * 60 + Number(minute)
}

/** 07:30 ↔ 450, as `<input type=time>` writes it. */
export const timeText = (minute: number): string => `${pad(Math.floor(minute / 60) % 24)}:${pad(minute % 60)}`
export const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
const pad = (n: number) => String(n).padStart(2, '0')

/** Do the phone's clock and the home's show the same now? */
export const isElsewhere = (at: number, timeZone: string): boolean =>
  minuteIn(at, timeZone) !== minuteIn(at, Intl.DateTimeFormat().resolvedOptions().timeZone)
