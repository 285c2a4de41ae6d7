/**
 * The plain rule of inactivity: so many hours without a live sign of life, by day and by night, and somebody should look.
 * A home that cannot be seen is not judged, and whoever comes back from away, hospital or a blind time starts anew.
 */
import type { Alarm } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { hourIn, hours, type Instant, minutes } from '../domain/time.ts'
import type { StoredFact } from '../store/store.ts'
import { deviceFlag } from './silence/devices.ts'
import { numbersById, write } from './silence/register.ts'
import { type ResidentColumns, residentFlag } from './silence/residents.ts'
import type { SilenceRegister } from './silence.ts'

export type Inactivity = {
  /** Once a second: whose silence passed its limit, and who gave a sign of life again. `elapsed` is the monotonic clock, in milliseconds. */
  tick(now: Instant, elapsed: number): CareEventDraft[]
  /** Committed facts: a person who closed the alarm has looked after her, so her silence counts anew from there. */
  observe(facts: readonly StoredFact[]): void
}

export type InactivityNeeds = {
  silence: SilenceRegister
  /** The open alarms and those closed in the last days: what was said is not said again. */
  alarms: readonly Alarm[]
  /** IANA zone of a site; undefined = unknown, then China's. */
  zoneOf(siteId: string): string | undefined
  at: Instant
}

/** The day, in hours of the site's zone: from 06:00 until before 22:00. */
const day = { from: 6, until: 22 } as const
/** So long after a start nobody is judged: what happened meanwhile is still arriving. */
const settling = minutes(2)
/** A longer time in which the platform was off does not count as silence. */
const downtimeMin = minutes(10)

const { activeAgain, blind, noticed, sensed, suspended, watched } = residentFlag

/** Takes over what was announced before the start, and forgives the time the platform was off. */
export function openInactivity(needs: InactivityNeeds): Inactivity {
  const { silence, zoneOf, at } = needs
  const { residents } = silence
  forgiveDowntime(silence, at)
  const numberOf = () => numbersById(residents.ids)
  const known = numberOf()
  for (const alarm of needs.alarms) adopt(residents, alarm, known.get(alarm.subjectId))
  const isDay = openDayTest(residents, zoneOf)
  let startedAt: number | null = null
  return {
    tick(now, elapsed) {
      startedAt ??= elapsed
      return judgeAll(silence, { now, isDay: isDay(now), settled: elapsed - startedAt >= settling })
    },
    observe(facts) {
      const closed = facts.filter(({ fact }) => fact.kind === 'alarm-resolved' && isInactivity(fact.alarm))
      if (closed.length === 0) return
      const numbers = numberOf()
      for (const { fact } of closed) if (fact.kind === 'alarm-resolved') adopt(residents, fact.alarm, numbers.get(fact.subjectId))
    },
  }
}

const isInactivity = (alarm: Alarm): boolean => alarm.reason === 'inactivity'

/** What an alarm says of her: open → announced; closed by a person → looked after at that moment. */
function adopt(residents: ResidentColumns, alarm: Alarm, number: number | undefined): void {
  if (number === undefined || number === 0 || !isInactivity(alarm)) return
  const flags = residents.flags[number] ?? 0
  if (alarm.state !== 'resolved') {
    const again = (residents.activeAt.values[number] ?? 0) > alarm.raisedAt ? activeAgain : 0
    if (alarm.clearedAt === null) residents.flags[number] = flags | noticed | again
    return
  }
  residents.flags[number] = flags & ~(noticed | activeAgain)
  if ((residents.freshAt.values[number] ?? 0) < alarm.at) write(residents.freshAt, number, alarm.at)
}

function forgiveDowntime({ devices, residents }: SilenceRegister, at: Instant): void {
  let stoppedAt = 0
  for (const stamp of devices.heardAt.values) stoppedAt = Math.max(stoppedAt, stamp)
  for (const stamp of residents.activeAt.values) stoppedAt = Math.max(stoppedAt, stamp)
  const downtime = at - stoppedAt
  if (stoppedAt === 0 || downtime < downtimeMin) return
  for (let number = 1; number < residents.size; number += 1) {
    const since = sinceOf(residents, number, at)
    if (since > 0) write(residents.freshAt, number, Math.min(at, since + downtime))
  }
}

/** Since when her silence counts. A stamp from the future counts as now. */
const sinceOf = (residents: ResidentColumns, number: number, now: Instant): Instant =>
  Math.min(now, Math.max(residents.activeAt.values[number] ?? 0, residents.freshAt.values[number] ?? 0)) as Instant

/** For each site, whether it is day there; worked out once a minute. */
function openDayTest(residents: ResidentColumns, zoneOf: (siteId: string) => string | undefined): (now: Instant) => readonly boolean[] {
  let minute = -1
  let known: boolean[] = []
  return (now) => {
    const thisMinute = Math.floor(now / minutes(1))
    if (thisMinute !== minute || known.length !== residents.siteIds.length) {
      minute = thisMinute
      known = residents.siteIds.map((siteId) => isDayAt(zoneOf(siteId) ?? 'Asia/Shanghai', now))
    }
    return known
  }
}

function isDayAt(timeZone: string, now: Instant): boolean {
  const hour = hourIn(timeZone, now)
  return hour >= day.from && hour < day.until
}

type Judging = { now: Instant; isDay: readonly boolean[]; settled: boolean }

function judgeAll(silence: SilenceRegister, judging: Judging): CareEventDraft[] {
  const { residents } = silence
  const drafts: CareEventDraft[] = []
  const { flags: allFlags, size } = residents
  const activeAt = residents.activeAt.values
  const freshAt = residents.freshAt.values
  const recently = hours(residents.hoursLeast)
  for (let number = 1; number < size; number += 1) {
    const flags = allFlags[number] as number
    // Nearly all leave here: at home, to be seen, and active not long ago.
    const age = judging.now - Math.max(activeAt[number] as number, freshAt[number] as number)
    if ((flags & ~(sensed | watched)) === 0 && age >= 0 && age < recently) continue
    if ((flags & watched) === 0) continue
    const draft = flags & noticed ? heardOf(residents, number, judging.now) : judge(silence, number, judging)
    if (draft) drafts.push(draft)
  }
  return drafts
}

/** She was announced; a sign of life since then ends it. */
function heardOf(residents: ResidentColumns, number: number, now: Instant): CareEventDraft | null {
  const flags = residents.flags[number] ?? 0
  if ((flags & activeAgain) === 0) return null
  residents.flags[number] = flags & ~(noticed | activeAgain)
  const subjectId = residents.ids[number] ?? ''
  return { kind: 'condition-cleared', subjectId, siteId: siteOf(residents, number), at: now, reason: 'inactivity', deviceId: null }
}

function judge(silence: SilenceRegister, number: number, { now, isDay, settled }: Judging): CareEventDraft | null {
  const { residents } = silence
  if (isSuspended(residents, number, now)) return null
  const limitHours = (isDay[residents.site[number] ?? 0] ? residents.dayHours[number] : residents.nightHours[number]) ?? 0
  const since = sinceOf(residents, number, now)
  if (limitHours <= 0 || now - since < hours(limitHours) || !settled || !canShowLife(silence, number)) return null
  residents.flags[number] = (residents.flags[number] ?? 0) | noticed
  return noticedDraft(silence, number, { now, since, limitHours })
}

/** Away, in hospital or not to be seen; the end of it is a fresh start. */
function isSuspended(residents: ResidentColumns, number: number, now: Instant): boolean {
  const flags = residents.flags[number] ?? 0
  const isNow = (residents.awayUntil[number] ?? 0) > now || (flags & blind) !== 0
  if (isNow) residents.flags[number] = flags | suspended
  else if (flags & suspended) {
    residents.flags[number] = flags & ~suspended
    write(residents.freshAt, number, now)
  }
  return isNow
}

/** A home without a sensor whose only sign ever was a press of the button cannot show that she is well: it is not judged. */
function canShowLife({ devices, residents }: SilenceRegister, number: number): boolean {
  if ((residents.flags[number] ?? 0) & sensed) return true
  const by = residents.activeDevice.values[number] ?? 0
  return (residents.activeAt.values[number] ?? 0) > 0 && ((devices.flags[by] ?? 0) & deviceFlag.button) === 0
}

const siteOf = (residents: ResidentColumns, number: number): string => residents.siteIds[residents.site[number] ?? 0] ?? ''

type Noticed = { now: Instant; since: Instant; limitHours: number }

function noticedDraft({ devices, residents }: SilenceRegister, number: number, { now, since, limitHours }: Noticed): CareEventDraft {
  const subjectId = residents.ids[number] ?? ''
  const lastActiveAt = residents.activeAt.values[number] ?? 0
  return {
    kind: 'inactivity-noticed',
    ...{ subjectId, siteId: siteOf(residents, number), at: now, deviceId: null },
    room: devices.rooms[residents.activeDevice.values[number] ?? 0] ?? '',
    // Derived from the silence itself: the same silence can never be two alarms.
    causeId: `inactive:${subjectId}:${since}`,
    ...{ claimedAt: null, unreadable: false, since, limit: hours(limitHours) },
    detail: { silentSince: since, lastActiveAt, limitHours },
  }
}
