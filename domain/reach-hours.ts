/** When a contact can be reached, from what people write ("工作日 18:00 后", "Mon-Fri 9-17"), and whether that is now. What is not understood whole is not understood: it is shown as written. Pure. */
import { dayIn, dayPlus } from './calendar.ts'
import { type Shift, type Turn, turnsOf } from './duty.ts'
import type { Instant } from './time.ts'

/** On these local days (1 Monday … 7 Sunday), from minute to minute after midnight; `until` at or before `from` is the next day. */
export type ReachWindow = Pick<Shift, 'weekdays' | 'from' | 'until'>
/** `now` with the moment it ends (null: not within a day), or `later` with the moment it begins. */
export type Reach = { state: 'now'; until: Instant | null } | { state: 'later'; at: Instant }

const everyDay = [1, 2, 3, 4, 5, 6, 7] as const
const dayMinutes = 1_440
const daysAhead = 8

const groups: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^(?:工作日|平日|weekdays?|workdays?)/, [1, 2, 3, 4, 5]],
  [/^(?:周末|双休日|weekends?)/, [6, 7]],
  [/^(?:每天|每日|天天|daily|every ?day)/, everyDay],
]
const days: readonly (readonly [RegExp, readonly number[]])[] = [
  ...[...'一二三四五六'].map((digit, index) => [new RegExp(`^(?:周|星期|礼拜)${digit}`), [index + 1]] as const),
  [/^(?:周|星期|礼拜)[日天]/, [7]],
  ...['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map(
    (name, index) => [new RegExp(`^${name}(?:s|nes|rs|ur)?(?:day)?s?(?![a-z])`), [index + 1]] as const,
  ),
]
const allDay = /^(?:全天|整天|随时|24 ?小时|24 ?h(?:ours)?|all day|any ?time|always)/
const time = /^(上午|早上|凌晨|中午|下午|晚上|晚)?(\d{1,2})(?:[:.](\d\d)| ?[点时](半|\d\d分?)?)? ?(am|pm)?/
const to = /^(?:-|–|—|~|至|到|to |until |till )/
const after = /^(?:以后|之后|后|起)/
const before = /^(?:以前|之前|前)/
const between = /^[\s,，、;；/和及与&|]+|^and /
const [wordAfter, wordBefore] = [/^(?:after|from) /, /^(?:before|until|till) /]

type Text = { rest: string }

/** Takes what matches at the beginning of the rest. */
function take(text: Text, what: RegExp): RegExpExecArray | null {
  const found = what.exec(text.rest)
  if (found) text.rest = text.rest.slice(found[0].length)
  while (found && text.rest.startsWith(' ')) text.rest = text.rest.slice(1)
  return found
}

/** The windows of what somebody wrote; null for nothing, and for what is not understood to its last letter. */
export function readReachHours(written: string): readonly ReachWindow[] | null {
  const text = { rest: written.normalize('NFKC').toLowerCase().trim() }
  const windows: ReachWindow[] = []
  let [chosen, used] = [[] as readonly number[], true]
  while (text.rest !== '') {
    const weekdays = takeDays(text)
    const span = weekdays ? null : takeSpan(text)
    // Days after a time begin anew: "Mon 9-12, Tue 14-16".
    if (weekdays) [chosen, used] = [used ? weekdays : [...chosen, ...weekdays], false]
    else if (span) {
      windows.push({ weekdays: chosen.length === 0 ? everyDay : chosen, ...span })
      used = true
    } else if (!take(text, between)) return null
  }
  if (!used) windows.push({ weekdays: chosen, from: 0, until: 0 })
  return windows.length === 0 ? null : windows
}

function takeDays(text: Text): readonly number[] | null {
  for (const [word, group] of groups) if (take(text, word)) return group
  const first = takeDay(text)
  if (first === null) return null
  const kept = text.rest
  const last = take(text, to) ? takeDay(text) : null
  if (last !== null) return everyDay.filter((day) => (first <= last ? day >= first && day <= last : day >= first || day <= last))
  text.rest = kept
  return [first]
}

function takeDay(text: Text): number | null {
  for (const [word, [day = 0]] of days) if (take(text, word)) return day
  return null
}

type Span = Pick<ReachWindow, 'from' | 'until'>

function takeSpan(text: Text): Span | null {
  if (take(text, allDay)) return { from: 0, until: 0 }
  const isUntil = take(text, wordBefore) !== null
  const isFrom = !isUntil && take(text, wordAfter) !== null
  const first = takeTime(text)
  if (!first) return null
  if (isUntil) return { from: 0, until: first.at }
  if (take(text, to)) return rangeTo(first, takeTime(text))
  if (isFrom || take(text, after)) return { from: first.at, until: 0 }
  return take(text, before) ? { from: 0, until: first.at } : null
}

/** Minutes after midnight; `afternoon` and `bare`: said with a half of the day, and with none. */
type Time = { at: number; afternoon: boolean; bare: boolean }

/** "下午 2 点到 5 点": the second belongs to the same half of the day. */
function rangeTo(first: Time, last: Time | null): Span | null {
  if (!last) return null
  const isSameHalf = first.afternoon && last.bare && last.at < first.at && last.at + dayMinutes / 2 > first.at
  return { from: first.at, until: isSameHalf ? last.at + dayMinutes / 2 : last.at }
}

function takeTime(text: Text): Time | null {
  const found = take(text, time)
  if (!found) return null
  const [, part = '', hours = '', past = '', said = '', half = ''] = found
  const [hour, minute] = [Number(hours), said === '半' ? 30 : Number.parseInt(past || said, 10) || 0]
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0)) return null
  const afternoon = half === 'pm' || /^(?:下午|晚)/.test(part) || (part === '中午' && hour < 11)
  const morning = half === 'am' || part === '凌晨'
  const shown = afternoon && hour < 12 ? hour + 12 : morning && hour === 12 ? 0 : hour
  return { at: (shown * 60 + minute) % dayMinutes, afternoon, bare: part === '' && half === '' }
}

const asShift = (window: ReachWindow): Shift => ({
  ...{ id: '', siteId: '', name: '', personIds: [], firstDay: '', lastDay: '' },
  ...window,
})

/** Whether somebody can be reached at this moment, on the clocks of this zone; null where the text does not say. Throws a RangeError for an unknown zone. */
export function reachAt(written: string, at: Instant, timeZone: string): Reach | null {
  const windows = readReachHours(written)
  if (!windows) return null
  const today = dayIn(timeZone, at)
  const ahead = Array.from({ length: daysAhead + 1 }, (_, index) => dayPlus(today, index - 1))
  const turns = turnsOf({ timeZone, shifts: windows.map(asShift), exceptions: [] }, ahead)
  const until = endOf(turns, at)
  if (until !== null) return { state: 'now', until: until - at >= dayMinutes * 60_000 ? null : until }
  const next = turns.find(({ from }) => from > at)
  return next ? { state: 'later', at: next.from } : null
}

/** The end of the turn that runs, through those that follow without a gap; null when none runs. `turns` in order of beginning. */
function endOf(turns: readonly Turn[], at: Instant): Instant | null {
  let end: Instant | null = null
  for (const { from, until } of turns) if (from <= (end ?? at) && until > (end ?? at)) end = until
  return end
}
