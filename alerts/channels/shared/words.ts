/** What a person reads or hears: short, plain, in their language, with no name but the one they themselves gave. */
import type { Reason } from '../../../domain/alarm.ts'
import type { Instant } from '../../../domain/time.ts'
import type { Letter } from '../channel.ts'

export type Language = 'zh' | 'en'

/** What a message says besides the letter itself. */
export type Context = {
  language: Language
  /** What the receiver calls the elder ("妈妈"); '' when they never said. */
  subject: string
  /** IANA zone in which the receiver reads the time. */
  timeZone: string
  /** Where to look and answer; '' for none. */
  link: string
  /** The centre's telephone; '' for none. */
  phone: string
}

type Texts = {
  reasons: Readonly<Partial<Record<Reason, string>>>
  /** For a reason that has no words here yet: a message goes out all the same. */
  otherwise: string
  urgent: string
  soon: string
  device: string
  elder: string
}

const zh: Texts = {
  reasons: {
    button: '按了求救键',
    'fall-possible': '可能跌倒了',
    'fall-confirmed': '跌倒了',
    smoke: '家中烟雾报警',
    gas: '家中燃气报警',
    'carbon-monoxide': '家中一氧化碳报警',
    'water-leak': '家中漏水',
    inactivity: '长时间没有活动',
    'check-in': '没有按时报平安',
    'home-unseen': '到家后没有动静',
    'not-back': '外出未按时回家',
    'device-flapping': '家里设备时断时续',
    'clock-wrong': '设备时钟不准',
    'device-silent': '家中设备失联',
    'area-silent': '所在区域设备失联',
    'battery-low': '设备电量低',
    tamper: '设备被拆动',
    'mains-lost': '家中停电',
    'retained-press': '有一条来源不明的求救消息',
    'case-overdue': '家中设备故障超时未处理',
    'wall-unattended': '有社区无人值守，也联系不上值班人员',
  },
  otherwise: '需要关注',
  urgent: '紧急求助',
  soon: '请尽快关注',
  device: '设备提醒',
  elder: '您关心的老人',
}

const en: Texts = {
  reasons: {
    button: 'pressed the help button',
    'fall-possible': 'may have fallen',
    'fall-confirmed': 'has fallen',
    smoke: 'has smoke at home',
    gas: 'has gas at home',
    'carbon-monoxide': 'has carbon monoxide at home',
    'water-leak': 'has a water leak at home',
    inactivity: 'has not moved for a long time',
    'check-in': 'did not say that all is well',
    'home-unseen': 'has not been seen at home',
    'not-back': 'is not back yet',
    'device-flapping': 'a device comes and goes',
    'clock-wrong': 'the clock of a device is wrong',
    'device-silent': 'has a device that went silent',
    'area-silent': 'lives where all devices went silent',
    'battery-low': 'has a device with a low battery',
    tamper: 'has a device that was opened',
    'mains-lost': 'has no mains power',
    'retained-press': 'has a call for help of unknown age',
    'case-overdue': 'has a broken device that nobody mended in time',
    'wall-unattended': 'A site has no desk on watch and nobody on duty who can be reached',
  },
  otherwise: 'needs attention',
  urgent: 'Help needed',
  soon: 'Please look soon',
  device: 'Device notice',
  elder: 'Somebody you care for',
}

const texts: Readonly<Record<Language, Texts>> = { zh, en }

/** How urgent it is, in two or three words. */
export function urgencyOf({ priority }: Pick<Letter, 'priority'>, language: Language): string {
  const { urgent, soon, device } = texts[language]
  return priority === 1 ? urgent : priority === 2 ? soon : device
}

/** What happened, without saying to whom. */
export const reasonOf = ({ reason }: Pick<Letter, 'reason'>, language: Language): string =>
  texts[language].reasons[reason] ?? texts[language].otherwise

/** One line: urgency, who, what. */
export function titleOf(letter: Letter, { language, subject }: Context): string {
  if (letter.plain) return letter.plain.title
  // Of a site, not of a person.
  if (letter.reason === 'wall-unattended')
    return `${urgencyOf(letter, language)}${language === 'zh' ? '：' : ': '}${reasonOf(letter, language)}`
  const who = subject === '' ? texts[language].elder : subject
  const what = reasonOf(letter, language)
  return language === 'zh' ? `${urgencyOf(letter, 'zh')}：${who}${what}` : `${urgencyOf(letter, 'en')}: ${who} ${what}`
}

/** When, how often, and what to do now. */
export function bodyOf(letter: Letter, context: Context): string {
  const { link, phone } = context
  if (letter.plain) return link === '' ? letter.plain.body : `${letter.plain.body}\n${link}`
  const at = timeOf(letter.raisedAt, context)
  if (context.language === 'zh') {
    const times = letter.presses > 1 ? `，已 ${letter.presses} 次` : ''
    return [
      `${at}${times}。`,
      link === '' ? '' : letter.isToStaff ? `请打开 ${link} 接警。` : `请打开 ${link} 告诉大家您能否前往。`,
      phone === '' ? '' : `服务中心电话 ${phone}。`,
    ].join('')
  }
  const times = letter.presses > 1 ? `, ${letter.presses} times` : ''
  const say = link === '' ? '' : letter.isToStaff ? `Open ${link} and take it.` : `Open ${link} and say whether you can go.`
  return [`${at}${times}.`, say, phone === '' ? '' : `The centre: ${phone}.`].filter((part) => part !== '').join(' ')
}

/** What a telephone says: title and what to do, twice, because the first time nobody is listening yet. */
export function spokenOf(letter: Letter, context: Context): string {
  const { phone, language } = context
  const call = language === 'zh' ? `请致电服务中心 ${phone}。` : `Please call the centre: ${phone}.`
  const once = `${titleOf(letter, context)}${language === 'zh' ? '。' : '. '}${phone === '' ? '' : call}`
  return `${once} ${once}`
}

/** What a group of the centre's own people reads: ids, never names; the page behind the link knows who that is. */
export function groupTextOf(letter: Letter, link: string): string {
  const { subjectId, siteId, presses, state, alarmId } = letter
  const times = presses > 1 ? `(第 ${presses} 次)` : ''
  const lines = [
    `【${urgencyOf(letter, 'zh')}】${reasonOf(letter, 'zh')}${times}`,
    `对象 ${subjectId} · 社区 ${siteId} · ${state === 'raised' ? '无人处理' : '处理中'}`,
    link === '' ? `告警 ${alarmId}` : link,
  ]
  return lines.join('\n')
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** The hour and minute in the receiver's zone. */
function timeOf(at: Instant, { timeZone }: Context): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone })
  formats.set(timeZone, format)
  return format.format(at)
}
