/**
 * No sign of life for longer than is normal for this person: first somebody asks, then it is an alarm. Who set hours by hand is watched by them,
 * everybody else by what was learned. A home that cannot be seen is not judged, and whoever comes back from away, hospital or a blind time starts anew.
 */
import type { Alarm } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { hourIn, type Instant, minutes } from '../domain/time.ts'
import type { StoredFact } from '../store/store.ts'
import { adopt, forgiveDowntime, observed, type Watching } from './inactivity/adopt.ts'
import { clearedDraft } from './inactivity/drafts.ts'
import { type Judging, look } from './inactivity/look.ts'
import { numbersById } from './silence/register.ts'
import { type ResidentColumns, residentFlag } from './silence/residents.ts'
import { limitOf } from './silence/standing.ts'
import { type SilenceRegister, zoneDefault } from './silence.ts'

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
/** At a start everybody is looked at once, spread over this time: a million looks at once would hold up a press. */
const spreadOver = minutes(1.5)

const { activeAgain, asked, noticed, unseen } = residentFlag

/** Takes over what was announced before the start, and forgives the time the platform was off. */
export function openInactivity(needs: InactivityNeeds): Inactivity {
  const { silence, zoneOf, at } = needs
  const { residents } = silence
  forgiveDowntime(silence, at)
  const watching: Watching = { silence, announced: new Map(), callAgainAt: new Map() }
  const numberOf = openNumbers(residents)
  for (const alarm of needs.alarms) adopt(watching, alarm, numberOf(alarm.subjectId))
  for (let number = 1; number < residents.size; number += 1) residents.lookAt[number] = at + ((number * 7_919) % spreadOver)
  const isDay = openDayTest(residents, zoneOf)
  let startedAt: number | null = null
  return {
    tick(now, elapsed) {
      // Turned back between the opening and the first look: nobody compared the clocks yet.
      if (startedAt === null && now < at) silence.shift({ by: now - at, from: now, now })
      startedAt ??= elapsed
      silence.settle(now)
      const judging = {
        now,
        isDay: isDay(now),
        isSettled: elapsed - startedAt >= settling,
        settledAt: now + settling - (elapsed - startedAt),
      }
      return [...heardAgain(watching, now), ...lookAtDue(watching, judging)]
    },
    observe(facts) {
      for (const { fact } of facts) {
        if (fact.kind === 'alarm-resolved' || fact.kind === 'alarm-escalated') observed(watching, fact, numberOf(fact.subjectId))
      }
    },
  }
}

/** Numbers by id, worked out again only when somebody is not where she was. */
function openNumbers(residents: ResidentColumns): (id: string) => number | undefined {
  let numbers: ReadonlyMap<string, number> = new Map()
  return (id) => {
    const known = numbers.get(id)
    if (known !== undefined && residents.ids[known] === id) return known
    if (id.startsWith('area:')) return undefined
    numbers = numbersById(residents.ids)
    return numbers.get(id)
  }
}

/** For each site, whether it is day there; worked out once a minute. */
function openDayTest(residents: ResidentColumns, zoneOf: (siteId: string) => string | undefined): (now: Instant) => readonly boolean[] {
  let minute = -1
  let known: boolean[] = []
  return (now) => {
    const thisMinute = Math.floor(now / minutes(1))
    if (thisMinute !== minute || known.length !== residents.siteIds.length) {
      minute = thisMinute
      known = residents.siteIds.map((siteId) => isDayAt(zoneOf(siteId) ?? zoneDefault, now))
    }
    return known
  }
}

function isDayAt(timeZone: string, now: Instant): boolean {
  const hour = hourIn(timeZone, now)
  return hour >= day.from && hour < day.until
}

/** One look at every resident's next moment, once a second: plain numbers in a row, so that a million cost a millisecond or two. */
function lookAtDue(watching: Watching, judging: Judging): CareEventDraft[] {
  const { lookAt, size } = watching.silence.residents
  const drafts: CareEventDraft[] = []
  for (let number = 1; number < size; number += 1) {
    if (judging.now < (lookAt[number] as number)) continue
    for (const draft of look(watching, number, judging)) drafts.push(draft)
  }
  return drafts
}

/** They were announced; a sign of life since then ends it. */
function heardAgain({ silence, announced, callAgainAt }: Watching, now: Instant): CareEventDraft[] {
  const { residents } = silence
  const drafts: CareEventDraft[] = []
  for (const [number, told] of announced) {
    const flags = residents.flags[number] ?? 0
    if (flags & unseen && !silence.isBlind(number)) {
      residents.flags[number] = flags & ~unseen
      callAgainAt.delete(number)
      drafts.push(clearedDraft(residents, number, { now, reason: 'home-unseen' }))
    }
    if (flags & activeAgain) drafts.push(...answered(silence, number, { now, told }))
    if (((residents.flags[number] ?? 0) & (asked | noticed | unseen)) === 0) announced.delete(number)
  }
  return drafts
}

type Answer = { now: Instant; told: { since: Instant; isLearned: boolean } }

/** Any sign of life answers a question. A lone uncertain one, the sun on a sensor, a pet, does not end an alarm. */
function answered(silence: SilenceRegister, number: number, { now, told }: Answer): CareEventDraft[] {
  const { residents } = silence
  const flags = residents.flags[number] ?? 0
  residents.flags[number] = flags & ~activeAgain
  if (flags & noticed && told.isLearned) {
    const limit = limitOf(silence, number, { now, budget: 1 })
    if (limit && limit.since <= told.since + 1_000) return []
  }
  residents.flags[number] = flags & ~(activeAgain | asked | noticed)
  return [clearedDraft(residents, number, { now, reason: 'inactivity' })]
}
