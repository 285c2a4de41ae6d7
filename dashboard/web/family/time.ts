/** Moments in words, always by the clock of the home. Only what browsers of 2020 know. */

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

/** The moment when clocks of that zone show this; `local` as an `<input type=datetime-local>` writes it. Null when it cannot be read. */
export function momentOf(local: string, timeZone: string): number | null {
  const asIfUtc = Date.parse(`${local}Z`)
  if (Number.isNaN(asIfUtc)) return null
  // Twice: near a change of the clocks the first guess may lie on the other side of it.
  const first = asIfUtc - offsetAt(asIfUtc, timeZone)
  return asIfUtc - offsetAt(first, timeZone)
}

/** What `<input type=datetime-local>` shows for a moment there. */
export const localOf = (at: number, timeZone: string): string => `${dayKey(at, timeZone)}T${shortTime(at, { language: 'en', timeZone })}`

const offsetAt = (at: number, timeZone: string): number => Date.parse(`${localOf(at, timeZone)}Z`) - Math.floor(at / 60_000) * 60_000

/** 07:30 ↔ 450, as `<input type=time>` writes it. */
export const timeText = (minute: number): string => `${pad(Math.floor(minute / 60) % 24)}:${pad(minute % 60)}`
export const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
const pad = (n: number) => String(n).padStart(2, '0')

/** Do the phone's clock and the home's show the same now? */
export const isElsewhere = (at: number, timeZone: string): boolean =>
  minuteIn(at, timeZone) !== minuteIn(at, Intl.DateTimeFormat().resolvedOptions().timeZone)
