/** How a person is reached: by which ways, at day and at night, and when they want quiet. Pure. Nobody can mute a call for help. */
import type { AlarmKind, Priority } from './alarm.ts'
import { after, type Instant, minutes } from './time.ts'

/** Part of a day in minutes after midnight, in the person's own zone; `from` after `until` goes over midnight, equal means never. */
export type DailySpan = { from: number; until: number }

/** What one person said about being reached. */
export type Reach = {
  /** A contact's id, or whatever id plans use for somebody of the staff. */
  personId: string
  /** '' = the telephone in the directory. */
  phone: string
  email: string
  language: 'zh' | 'en'
  /** What they call the elder (妈妈). They said it themselves, so it may stand in their messages. */
  subject: string
  /** IANA zone they live in; '' = the site's. */
  timeZone: string
  /** Names of channels, the first choice first. */
  day: readonly string[]
  night: readonly string[]
  /** When night is. */
  nightHours: DailySpan
  /** When they want to hear of nothing but calls for help; null: never. */
  quiet: DailySpan | null
}

/** The order that holds for whoever said nothing: what costs nothing first, what wakes people before what does not. */
export const usualWays = ['push', 'voice-aliyun', 'voice-twilio', 'sms-aliyun', 'sms-twilio', 'email', 'webhook'] as const
const usualNight: DailySpan = { from: 22 * 60, until: 7 * 60 }

export const usualReach = (personId: string): Reach => ({
  personId,
  phone: '',
  email: '',
  language: 'zh',
  subject: '',
  timeZone: '',
  day: usualWays,
  night: usualWays,
  nightHours: usualNight,
  quiet: null,
})

/** A letter as choosing sees it. */
export type Weight = { kind: AlarmKind; priority: Priority }

/** Where and when: `zone` holds when the person named none; `available` are the channels of this platform that can reach the person. */
export type Moment = { at: Instant; zone: string; available: ReadonlySet<string> }

/** Somebody may be in danger: no quiet hours, and no empty list, keeps it from anybody. */
export const isUnmutable = ({ kind, priority }: Weight): boolean => kind === 'sos' || priority === 1

/**
 * The ways to try, in order. For a call for help the ways that the person did not choose follow those they did, so that a way that
 * fails is never the end. For everything else their word is kept, also when it is "not at all".
 */
export function waysFor(reach: Reach, weight: Weight, { at, zone, available }: Moment): readonly string[] {
  const chosen = isWithin(reach.nightHours, minuteOf(reach.timeZone || zone, at)) ? reach.night : reach.day
  const wanted = isUnmutable(weight) ? [...chosen, ...usualWays, ...available] : chosen
  return [...new Set(wanted)].filter((way) => available.has(way))
}

/** The end of the quiet hours that keep this letter waiting; null when it may go now. */
export function quietUntil(reach: Reach, weight: Weight, { at, zone }: Pick<Moment, 'at' | 'zone'>): Instant | null {
  if (reach.quiet === null || isUnmutable(weight)) return null
  const minute = minuteOf(reach.timeZone || zone, at)
  if (!isWithin(reach.quiet, minute)) return null
  return after(at, minutes((reach.quiet.until - minute + dayMinutes) % dayMinutes))
}

const dayMinutes = 24 * 60

/** `until` is no longer within. */
export const isWithin = ({ from, until }: DailySpan, minute: number): boolean =>
  from <= until ? minute >= from && minute < until : minute >= from || minute < until

const formats = new Map<string, Intl.DateTimeFormat>()

/** Minutes after midnight in an IANA zone. Throws a RangeError for an unknown one. */
export function minuteOf(timeZone: string, at: Instant): number {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: 'numeric', hour12: false, timeZone })
    formats.set(timeZone, format)
  }
  const [hour = '0', minute = '0'] = format.format(at).split(':')
  return (Number(hour) % 24) * 60 + Number(minute)
}

/** A browser that may be pushed to, as the browser itself described it. */
export type PushSubscription = {
  /** SHA-256 of the person and the endpoint, in hex: may be logged, which the endpoint may not. */
  id: string
  personId: string
  endpoint: string
  p256dh: string
  auth: string
  /** What the person calls the telephone; '' when it has no name. */
  label: string
  madeAt: Instant
  /** When the push service said that it is gone; the family page asks for a new one. */
  deadAt: Instant | null
  /** When something last arrived at the push service for it. */
  usedAt: Instant | null
}

/** A message that a provider took: what it calls it, and which notice it was. */
export type SentCall = { channel: string; reference: string; noticeId: string; at: Instant }

/** What a provider says later of what it took. `under-way` may be followed by another; the others are the end. */
export type Receipt = { channel: string; reference: string; state: 'reached' | 'failed' | 'under-way'; code: string; at: Instant }
