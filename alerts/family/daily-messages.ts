/** Once a day, when each relative chose, how the elder is. What was sent is remembered on disk; after an absence it is still sent while it is news. */
import { dayIn } from '../../domain/calendar.ts'
import type { DailyWish, FamilyStore } from '../../domain/family.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { minuteOf, type Reach, usualReach } from '../../domain/reach.ts'
import { type Clock, type Instant, minutes } from '../../domain/time.ts'
import { dayFrom, type Verdict, verdictOf } from '../../domain/verdict.ts'
import type { CareStore, Directory, ResidentCard } from '../../store/store.ts'
import type { Silence } from '../silence.ts'
import type { FamilyMail } from './messages.ts'

export type DailyNeeds = {
  family: Pick<FamilyStore, 'dailies' | 'dailyDone'>
  directory: Pick<Directory, 'card'>
  store: Pick<CareStore, 'load'>
  silence: Pick<Silence, 'standing'>
  reach: (personId: string) => Promise<Reach | null>
  mail: Pick<FamilyMail, 'write'>
  /** Where the page is; '' when it is not known. */
  origin: string
  clock: Clock
  log: Log
}

export type DailyMessages = {
  /** Sends what is due; resolves when done. One run at a time. */
  run(): Promise<void>
  stop(): Promise<void>
}

const lookEvery = minutes(1)
/** A message of the morning is worth nothing in the evening. */
const worthFor = 180
const dayMinutes = 1_440

export function startDailyMessages(needs: DailyNeeds): DailyMessages {
  let running: Promise<void> | null = null
  let isStopped = false
  const run = (): Promise<void> => {
    running ??= sendAll(needs, () => isStopped)
      .catch((error: unknown) => needs.log('warn', `Daily messages could not be sent; it is tried again: ${sentenceOf(error)}`))
      .finally(() => {
        running = null
      })
    return running
  }
  const stopLooking = needs.clock.every(lookEvery, () => void run())
  return {
    run,
    async stop() {
      isStopped = true
      stopLooking()
      await running
    },
  }
}

async function sendAll(needs: DailyNeeds, isStopped: () => boolean): Promise<void> {
  for (const wish of await needs.family.dailies()) {
    if (isStopped()) return
    try {
      await sendOne(needs, wish)
    } catch (error) {
      needs.log('warn', `A daily message could not be sent; it is tried again: ${sentenceOf(error)}`, { contact: wish.contactId })
    }
  }
}

/** The local day whose message is due now; null: none is. Its time may lie before midnight and we after it. */
export function dueDay({ minute, doneDay }: Pick<DailyWish, 'minute' | 'doneDay'>, timeZone: string, at: Instant): string | null {
  const late = (minuteOf(timeZone, at) - minute + dayMinutes) % dayMinutes
  if (late >= worthFor) return null
  const day = dayIn(timeZone, (at - late * 60_000) as Instant)
  return doneDay >= day ? null : day
}

async function sendOne(needs: DailyNeeds, wish: DailyWish): Promise<void> {
  const { residentId, contactId } = wish
  const now = needs.clock.now()
  // Nearly always nothing is due: that must cost nothing, and the home's zone is known only from the card.
  if (wish.timeZone !== '' && dueDay(wish, wish.timeZone, now) === null) return
  const card = await needs.directory.card(residentId)
  if (!card) return
  const { site } = card
  const day = dueDay(wish, wish.timeZone || site.timeZone, now)
  if (day === null) return
  const { language, subject } = (await needs.reach(contactId)) ?? usualReach(contactId)
  const told = await howSheIs(needs, card, now)
  const link = needs.origin === '' ? '' : `${needs.origin}/family`
  const plain = { ...dailyWords(told, { language, subject, timeZone: site.timeZone }), link }
  const relative = { residentId, contactId, siteId: site.id, timeZone: site.timeZone }
  const outcome = await needs.mail.write(relative, { id: `daily/${contactId}/${day}`, plain })
  // Said only after it was taken: a message twice is a smaller evil than a morning without one. Its id is the same, and shows once.
  if (outcome !== 'retry') await needs.family.dailyDone(contactId, day)
  if (outcome === 'refused') needs.log('warn', 'A daily message could reach nobody.', { contact: contactId })
}

/** What is known of her at a moment. */
export type Told = { at: Instant; verdict: Verdict; upAt: Instant | null; lastAt: Instant | null; room: string }

async function howSheIs({ store, silence }: DailyNeeds, { resident, site, devices }: ResidentCard, at: Instant): Promise<Told> {
  const { open } = await store.load(resident.id)
  const { mode, sight, lastAt, upAt, limit, isAsked, isNoticed, lastDevice } = silence.standing(resident.number, at)
  const isOverdue = isAsked || isNoticed || (limit?.isDue ?? false)
  const verdict = verdictOf({ alarms: open, mode, isSeen: sight === 'seen', lastAt, isOverdue, dayFrom: dayFrom(site.timeZone, at) })
  return { at, verdict, upAt, lastAt, room: devices.find(({ number }) => number === lastDevice)?.room ?? '' }
}

type Reader = { language: 'zh' | 'en'; subject: string; timeZone: string }

/** What is known, and no more; times are the home's. */
export function dailyWords(told: Told, reader: Reader): { title: string; body: string } {
  return reader.language === 'zh' ? inChinese(told, reader) : inEnglish(told, reader)
}

function inChinese({ at: now, verdict, upAt, lastAt, room }: Told, { subject, timeZone }: Reader): { title: string; body: string } {
  const who = subject || '您关心的老人'
  const at = (moment: Instant | null) => whenOf({ moment, now, timeZone, language: 'zh' })
  const last = lastAt === null ? '' : `最近一次活动 ${at(lastAt)}${room === '' ? '' : `，${room}`}。`
  const texts: Readonly<Record<Verdict, readonly [title: string, body: string]>> = {
    well: ['今日平安', `${upAt === null ? '今天有活动' : `今天 ${at(upAt)} 起来了`}。${last}`],
    quiet: ['今天还没有动静', `今天还没有看到活动，目前没有超出平时。${last}`],
    overdue: ['比平时安静', `安静的时间比平时长，服务中心正在询问。${last}`],
    alarm: ['有一条未结束的告警', '请打开页面查看情况。'],
    away: ['不在家', '现在登记为不在家，不判断活动。'],
    unseen: ['暂时看不到', '家中设备目前联系不上，无法判断情况，服务中心会检查设备。'],
    unknown: ['还没有活动记录', '家中设备还没有记录到活动。'],
  }
  const [title, body] = texts[verdict]
  return { title: `${who}：${title}`, body }
}

function inEnglish({ at: now, verdict, upAt, lastAt, room }: Told, { subject, timeZone }: Reader): { title: string; body: string } {
  const who = subject || 'Your relative'
  const at = (moment: Instant | null) => whenOf({ moment, now, timeZone, language: 'en' })
  const last = lastAt === null ? '' : ` Last seen: ${at(lastAt)}${room === '' ? '' : `, ${room}`}.`
  const texts: Readonly<Record<Verdict, readonly [title: string, body: string]>> = {
    well: ['safe and well today', `${upAt === null ? 'Seen today.' : `Up since ${at(upAt)}.`}${last}`],
    quiet: ['not seen yet today', `Nothing is unusual so far.${last}`],
    overdue: ['quieter than usual', `Silent for longer than usual; the centre is asking.${last}`],
    alarm: ['an alarm is open', 'Please open the page.'],
    away: ['away', 'Said to be away from home; activity is not judged.'],
    unseen: ['cannot be seen', 'The devices at home cannot be heard, so nobody knows; the centre looks after them.'],
    unknown: ['nothing seen yet', 'The devices at home have not recorded anything yet.'],
  }
  const [title, body] = texts[verdict]
  return { title: `${who}: ${title}`, body }
}

type When = { moment: Instant | null; now: Instant; timeZone: string; language: 'zh' | 'en' }

/** 07:30 of today; of another day with that day, or an evening would be taken for this morning. */
function whenOf({ moment, now, timeZone, language }: When): string {
  if (moment === null) return ''
  const minute = minuteOf(timeZone, moment)
  const time = `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`
  const day = dayIn(timeZone, moment)
  if (day === dayIn(timeZone, now)) return time
  const [, month, date] = day.split('-').map(Number)
  return language === 'zh' ? `${month}月${date}日 ${time}` : `${day} ${time}`
}

const pad = (n: number): string => String(n).padStart(2, '0')
