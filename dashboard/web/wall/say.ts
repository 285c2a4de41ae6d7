/** Alarms in words: what, where, who, since when. Shared by the queue, the card, the events and the title. */
import type { Alarm, Recipient } from '../../../domain/alarm.ts'
import type { Doer } from '../../../domain/owner.ts'
import type { Contact } from '../../../domain/people.ts'
import type { ContactReach, Place, WallAlarm } from '../../contracts.ts'
import {
  dayOf,
  dayTime,
  doorAddress,
  figure,
  fullTime,
  labelAddress,
  listedIn,
  shortTime,
  siteAmong,
  type Where,
} from '../shared/format.ts'
import { dutyWords } from '../shared/i18n/duty.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { now, siteCount, siteZone } from './desk.ts'

export const whatOf = (alarm: Alarm): string => words.value.reasons[alarm.reason]
export const addressOf = (place: Place): string => doorAddress(place, language.value)
/** Its site, where this desk sees several: every one of them has a building 1. */
export const siteOf = (place: Place): string => siteAmong(place, siteCount.value)
export const wholeAddressOf = (place: Place): string => [siteOf(place), addressOf(place)].filter((part) => part !== '').join(' ')
/** A home's short name as an address in the reader's language. */
export const labelText = (label: string): string => labelAddress(label, language.value)
/** How to write moments for this home. */
export const whereOf = (place: Pick<Place, 'timeZone'>): Where => ({ language: language.value, timeZone: place.timeZone })
export const whereSite = (): Where => ({ language: language.value, timeZone: siteZone.value })
export const number = (value: number): string => figure(value, language.value)

/** Whose an alarm is, or who wrote a note, is told by the account: two people may have one name. */
export const isMine = ({ byId }: Doer): boolean => byId !== undefined && byId === me.value?.id

export const personOf = ({ place }: WallAlarm): string => (place.age === null ? place.person : `${place.person} ${place.age}`)

/** What the device means in the home, when the alarm is about a device. */
export function roleText(role: string | number | undefined): string {
  const names: Readonly<Record<string, string>> = words.value.deviceRoles
  return names[String(role)] ?? ''
}

/** Whom a call goes to: the person's name where the card knows it, else the plan's own word in the reader's language. */
export function recipientText({ contactId, label }: Recipient, contacts: readonly Contact[]): string {
  const contact = contacts.find(({ id }) => id === contactId)
  if (contact) return `${words.value.relations[contact.relation]} ${contact.name}`
  const [, word = label, order = ''] = /^([a-z-]+)( \d+)?$/.exec(label) ?? []
  return `${words.value.recipients[word] ?? word}${order}`
}

/** The second line of a card: where in the home, which figures. */
export function detailOf({ alarm, place }: WallAlarm, now: number): string {
  const t = words.value
  const where = whereOf(place)
  const room = alarm.causes[0]?.room ?? ''
  // A silence says its numbers in a sentence of its own.
  const { silentSince, limitHours, role } =
    alarm.kind === 'silence' ? { role: undefined, silentSince: '', limitHours: undefined } : alarm.detail
  const parts = [
    [room, roleText(role)].filter((part) => part !== '').join(' '),
    typeof silentSince === 'number' ? t.case.figures.silentSince(dayTime(silentSince, now, where)) : '',
    alarm.reason === 'wall-unattended' ? askedText(alarm.detail) : '',
    limitHours === undefined ? '' : t.case.figures.limitHours(String(limitHours)),
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

/** What the desk is asked that hears of a site without anybody. */
function askedText({ level, sitePhones }: Alarm['detail']): string {
  const asked: Readonly<Record<string, string>> = dutyWords.value.asked
  return [asked[String(level)] ?? '', listed(String(sitePhones ?? '').split('、'))].filter((part) => part !== '').join(' · ')
}

/** 6 minutes ago, in the words of the language. */
export function agoText(at: number, now: number): string {
  const t = words.value
  const s = Math.max(0, Math.floor((now - at) / 1000))
  if (s < 60) return t.ago(s, 'second')
  if (s < 3_600) return t.ago(Math.floor(s / 60), 'minute')
  return s < 172_800 ? t.ago(Math.floor(s / 3_600), 'hour') : t.ago(Math.floor(s / 86_400), 'day')
}

/** Whether a contact can be reached now, with the moment that changes: its day where that is not today. */
export function reachText(reach: ContactReach, where: Where, later = words.value.case.reachFrom): string {
  const t = words.value.case
  if (reach.state === 'now') return reach.until === null ? t.reachNow : t.reachUntil(shortTime(reach.until, where))
  const isToday = dayOf(reach.at, where) === dayOf(now.value, where)
  return later(isToday ? shortTime(reach.at, where) : fullTime(reach.at, where, weekdayTime))
}
const weekdayTime = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

/** A length in round words. */
export function spanText(spanMs: number): string {
  const s = Math.max(0, Math.round(spanMs / 1000))
  return s < 120 ? words.value.seconds(s) : words.value.minutes(Math.round(s / 60))
}

/** A、B和C; A, B and C. */
export const listed = (items: readonly string[]): string => listedIn(items, language.value)
