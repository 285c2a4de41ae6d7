/** Why a silence is an alarm, in one or two plain sentences, in Chinese and English, from the very numbers the detector used. Pure. */
import type { Alarm } from './alarm.ts'
import { dayIn } from './calendar.ts'
import type { Resident } from './people.ts'
import { type Instant, instant } from './time.ts'

export type SentenceOf = {
  alarm: Pick<Alarm, 'reason' | 'detail' | 'causes'>
  language: 'zh' | 'en'
  timeZone: string
  now: Instant
  sex: Resident['sex']
}

/** '' for alarms that are no silence. */
export function silenceSentence(of: SentenceOf): string {
  const words = of.language === 'zh' ? zh : en
  const numbers = numbersOf(of)
  const parts = partsOf(of, words(of, numbers), numbers)
  return parts.filter((part) => part !== '').join(of.language === 'zh' ? '' : ' ')
}

type Numbers = {
  /** Moments, as 08:55, with the day when it is not today's. */
  last: string
  /** When counting began anew since then (a blind time, an absence ended), else ''. */
  counted: string
  stray: string
  unseen: string
  room: string
  withinMin: number
  longestMin: number
  days: number
  limitMin: number
  silentMin: number
  up: { usual: string; latest: string }
}
type Words = Readonly<{
  notBack: string
  morning: string
  byHours: string
  learned: string
  stray: string
  unanswered: string
  partly: string
  fewDays: string
  noDoor: string
  unseen: string
  callAll: string
}>

/** Fewer days than these are said to be few. */
const daysFew = 14

function partsOf({ alarm }: SentenceOf, words: Words, { stray, days }: Numbers): string[] {
  const { reason, detail } = alarm
  if (reason === 'home-unseen') return [words.unseen]
  if (reason === 'area-silent') return detail.callAll === 1 ? [words.callAll] : []
  if (reason !== 'inactivity' && reason !== 'not-back' && reason !== 'check-in') return []
  const isLearned = detail.rule === 'learned'
  const doubt = !isLearned || detail.certainty !== 'low' ? '' : days < daysFew ? words.fewDays : words.noDoor
  return [
    mainOf(alarm, words),
    stray === '' ? '' : words.stray,
    detail.partlySeen === 1 ? words.partly : '',
    doubt,
    detail.checkIn === 'unanswered' ? words.unanswered : '',
  ]
}

function mainOf({ detail }: SentenceOf['alarm'], words: Words): string {
  if (detail.because === 'not-back') return words.notBack
  if (detail.because === 'morning') return words.morning
  return detail.rule === 'learned' ? words.learned : words.byHours
}

function numbersOf({ alarm, language, timeZone, now }: SentenceOf): Numbers {
  const { detail } = alarm
  const number = (name: string): number => (typeof detail[name] === 'number' ? detail[name] : 0)
  const [since, lastAt] = [number('silentSince'), number('lastActiveAt')]
  // A stray sign only pushed the limit: the silence counts from the certain one before it.
  const isStray = lastAt > since + 60_000 && since > 0
  const at = (moment: number) => (moment === 0 ? '' : momentText(instant(moment), { language, timeZone, now }))
  const minuteOfDay = (minute: number) => `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  return {
    last: at(isStray ? since : lastAt),
    counted: lastAt > 0 && since > lastAt + 60_000 ? at(since) : '',
    stray: isStray ? at(lastAt) : '',
    unseen: at(number('unseenSince')),
    room: isStray ? '' : (alarm.causes[0]?.room ?? ''),
    withinMin: number('withinMinutes'),
    longestMin: number('longestMinutes'),
    days: number('usualDays'),
    limitMin: detail.rule === 'learned' ? number('limitMinutes') : Math.round(number('limitHours') * 60),
    silentMin: Math.max(0, Math.round((now - (since || lastAt || now)) / 60_000)),
    up: { usual: minuteOfDay(number('upUsualMinute')), latest: minuteOfDay(number('upLatestMinute')) },
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()
function momentText(at: Instant, { language, timeZone, now }: Pick<SentenceOf, 'language' | 'timeZone' | 'now'>): string {
  const isToday = dayIn(timeZone, at) === dayIn(timeZone, now)
  const key = `${language} ${timeZone} ${isToday}`
  let format = formats.get(key)
  if (!format) {
    const day = isToday ? {} : ({ month: language === 'zh' ? 'long' : 'short', day: 'numeric' } as const)
    const options = { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const
    format = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', options)
    formats.set(key, format)
  }
  return format.format(at)
}

/** 2 h 10 min */
const spanEn = (minutes: number): string => {
  const [whole, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (whole === 0) return `${rest} min`
  return rest === 0 ? `${whole} h` : `${whole} h ${String(rest).padStart(2, '0')} min`
}
/** 2 小时 10 分 */
const spanZh = (minutes: number): string => {
  const [whole, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (whole === 0) return `${rest} 分钟`
  return rest === 0 ? `${whole} 小时` : `${whole} 小时 ${rest} 分`
}

const sights: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  terminal: ['its terminal is silent', '家庭终端没有信号'],
  sensor: ['its sensors are silent', '传感器没有信号'],
  area: ['the whole area is silent', '整个片区没有信号'],
}
const sightOf = ({ alarm }: SentenceOf) => sights[String(alarm.detail.sight)] ?? sights.terminal ?? ['', '']

function en(of: SentenceOf, { last, counted, stray, unseen, room, withinMin, longestMin, days, limitMin, silentMin, up }: Numbers): Words {
  const she = of.sex === 'male' ? 'he' : of.sex === 'female' ? 'she' : 'this person'
  const her = of.sex === 'male' ? 'his' : of.sex === 'female' ? 'her' : 'the'
  const where = room === '' ? '' : /^[a-z ]+$/i.test(room) ? ` in the ${room}` : ` (${room})`
  const anew = counted === '' ? '' : ` Counted anew since ${counted}.`
  const heard = last === '' ? 'No sign of life yet.' : `Last sign of life ${last}${where}.${anew}`
  const now = `It is now ${spanEn(silentMin)}.`
  const span = days >= 42 ? 'in six weeks' : `in ${days} days`
  const usual =
    withinMin > 0
      ? `At this time of day ${she} is normally heard again within ${spanEn(withinMin)}; the longest ${span} was ${spanEn(longestMin)}.`
      : `At this time of day ${she} was never silent for long; the limit is ${spanEn(limitMin)}.`
  return {
    learned: `${heard} ${usual} ${now}`,
    byHours: `${heard} The limit is ${spanEn(limitMin)}. ${now}`,
    notBack: `The front door moved at ${last}, and nothing was heard since. After going out ${she} is expected back within ${spanEn(limitMin)}. ${now}`,
    morning: `Not up yet. ${her === 'the' ? 'The' : her === 'her' ? 'Her' : 'His'} first sign of life is usually about ${up.usual}, at the latest ${up.latest}. ${heard}`,
    stray: `A single movement at ${stray} is not counted as ${she === 'this person' ? 'a person' : she === 'she' ? 'her' : 'him'} for certain.`,
    unanswered: `Asked whether all is well: no answer.`,
    partly: 'Some sensors of this home are silent.',
    fewDays: `Less certain: only ${days} days are known.`,
    noDoor: 'Less certain: this home has no sensor at its front door.',
    unseen: `This home cannot be seen since ${unseen}: ${sightOf(of)[0]}. ${she === 'this person' ? 'The' : she === 'she' ? 'Her' : 'His'} silence is not judged. Please call.`,
    callAll: `These homes cannot be seen since ${unseen}. Please call each of them.`,
  }
}

function zh(of: SentenceOf, { last, counted, stray, unseen, room, withinMin, longestMin, days, limitMin, silentMin, up }: Numbers): Words {
  const she = of.sex === 'male' ? '他' : of.sex === 'female' ? '她' : '老人'
  const anew = counted === '' ? '' : `${counted} 起重新计时。`
  const heard = last === '' ? '还没有活动记录。' : `最后活动 ${last}${room === '' ? '' : `，${room}`}。${anew}`
  const now = `现在已 ${spanZh(silentMin)}。`
  const span = days >= 42 ? '六周来' : `${days} 天来`
  const usual =
    withinMin > 0
      ? `这个时段${she}通常 ${spanZh(withinMin)}内会再有动静，${span}最长 ${spanZh(longestMin)}。`
      : `这个时段${she}从不久静，上限 ${spanZh(limitMin)}。`
  return {
    learned: `${heard}${usual}${now}`,
    byHours: `${heard}上限 ${spanZh(limitMin)}，${now}`,
    notBack: `${last} 入户门有动静，之后再无活动。外出后${she}应在 ${spanZh(limitMin)}内回来，${now}`,
    morning: `还没起床。${she}通常约 ${up.usual} 有动静，最晚 ${up.latest}。${heard}`,
    stray: `${stray} 有一次孤立的感应，不能确定是${she}本人。`,
    unanswered: '已问平安，没有回应。',
    partly: '家中部分传感器没有信号。',
    fewDays: `把握较小：只了解 ${days} 天。`,
    noDoor: '把握较小：入户门没有传感器。',
    unseen: `${unseen} 起看不见这户：${sightOf(of)[1]}。${she}的安静无法判断，请打电话确认。`,
    callAll: `${unseen} 起看不见这些住户，请逐户打电话确认。`,
  }
}
