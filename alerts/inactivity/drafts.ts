/** The words of the watch over silence: each carries the numbers it was decided by, from which the card's sentence is made. */
import type { Reason } from '../../domain/alarm.ts'
import type { CareEventDraft, CheckInDue } from '../../domain/event.ts'
import { hours, type Instant, minutes, type Span } from '../../domain/time.ts'
import { deviceState, heardAgain } from '../silence/devices.ts'
import { type ResidentColumns, residentFlag } from '../silence/residents.ts'
import type { Limit } from '../silence/standing.ts'
import type { SilenceRegister } from '../silence.ts'

type Draft<Kind> = Extract<CareEventDraft, { kind: Kind }>

export const siteOf = (residents: ResidentColumns, number: number): string => residents.siteIds[residents.site[number] ?? 0] ?? ''

type Cleared = { now: Instant; reason: Extract<Reason, 'inactivity' | 'home-unseen'> }

export function clearedDraft(residents: ResidentColumns, number: number, { now: at, reason }: Cleared): CareEventDraft {
  return {
    kind: 'condition-cleared',
    subjectId: residents.ids[number] ?? '',
    siteId: siteOf(residents, number),
    at,
    reason,
    deviceId: null,
  }
}

const inMinutes = (span: Span): number => Math.round(span / minutes(1))

/** What the detector used. Whole minutes: a sentence says no more. */
function numbersOf({ within, longest, days, because, certainty, limit }: Limit, budget: number) {
  const usual = { withinMinutes: inMinutes(within), longestMinutes: inMinutes(longest), usualDays: days }
  return { rule: 'learned', because, certainty, budget, limitMinutes: inMinutes(limit), ...usual } as const
}

type Common = 'subjectId' | 'siteId' | 'at' | 'room' | 'claimedAt' | 'unreadable'

function common({ devices, residents }: SilenceRegister, number: number, at: Instant): Pick<Draft<'inactivity-noticed'>, Common> {
  const room = devices.rooms[residents.activeDevice.values[number] ?? 0] ?? ''
  return { subjectId: residents.ids[number] ?? '', siteId: siteOf(residents, number), at, room, claimedAt: null, unreadable: false }
}

/** When she was heard at all, and how her silence is counted. */
const lastOf = ({ residents }: SilenceRegister, number: number, since: Instant) => ({
  silentSince: since,
  lastActiveAt: residents.activeAt.values[number] ?? 0,
  ...((residents.flags[number] ?? 0) & residentFlag.partly ? { partlySeen: 1 } : {}),
})

type Noticed = { now: Instant; since: Instant; limit: Span; learned: (Limit & { budget: number }) | null }

export function noticedDraft(
  silence: SilenceRegister,
  number: number,
  { now, since, limit, learned }: Noticed,
): Draft<'inactivity-noticed'> {
  const numbers = learned ? numbersOf(learned, learned.budget) : { rule: 'hours', limitHours: limit / hours(1) }
  return {
    kind: 'inactivity-noticed',
    ...common(silence, number, now),
    deviceId: null,
    // Derived from the silence itself: the same silence can never be two alarms.
    causeId: `inactive:${silence.residents.ids[number] ?? ''}:${since}`,
    ...{ since, limit },
    detail: { ...lastOf(silence, number, since), ...numbers },
  }
}

type Question = {
  now: Instant
  because: CheckInDue['because']
  limit: Limit
  budget: number
  up: { latest: number | null; usual: number | null }
}

export function checkInDraft(
  silence: SilenceRegister,
  number: number,
  { now, because, limit, budget, up }: Question,
): Draft<'check-in-due'> {
  const { residents } = silence
  const last = lastOf(silence, number, limit.since)
  const morning = because === 'morning' && up.latest !== null ? { upLatestMinute: up.latest, upUsualMinute: up.usual ?? up.latest } : {}
  return {
    kind: 'check-in-due',
    ...common(silence, number, now),
    deviceId: because === 'not-back' ? null : terminalOf(silence, number),
    causeId: `check-in:${because}:${residents.ids[number] ?? ''}:${Math.max(limit.since, last.lastActiveAt)}`,
    because,
    detail: { ...last, ...numbersOf(limit, budget), ...morning, because },
  }
}

/** The terminal that can ask her: there is one, and it is heard. */
function terminalOf({ devices, residents }: SilenceRegister, number: number): string | null {
  const terminal = residents.terminal[number] ?? 0
  const state = (devices.state[terminal] ?? 0) & ~heardAgain
  return terminal > 0 && state === deviceState.heard ? (devices.ids[terminal] ?? null) : null
}
