/** What an office answers for, out of the figures of its alarms: who was answered in time, at whose door in time, by site, shift and kind. Pure. */
import { dayIn, dayNumber, dayPlus } from './calendar.ts'
import { type Rota, type Turn, turnsOf } from './duty.ts'
import type { AlarmFigures } from './figures.ts'
import { between, hourIn, type Instant, minutes, seconds } from './time.ts'

export const answerSoon = seconds(60)
export const answerLate = seconds(180)
export const doorWithin = minutes(45)

/** So many of so many. */
export type Share = { kept: number; of: number }

export type GroupFigures = {
  /** A site's id, a shift's name, or a kind of alarm. */
  key: string
  /** Calls that an office answers for; `alarms` are all. */
  alarms: number
  calls: number
  /** Took themselves back before anybody answered. */
  takenBack: number
  /** Neither answered nor old enough to be late. */
  waiting: number
  answered60: Share
  answered180: Share
  /** Of those to whom somebody went. */
  atDoor45: Share
  answerMedianSeconds: number | null
  answerP95Seconds: number | null
}

export type ReportSite = { id: string; timeZone: string; rota: Rota | null }

/** Names of the shifts where nobody wrote a rota, by the hour of the site: 8–16, 16–24, 0–8. */
export const plainShifts = ['day', 'evening', 'night'] as const
/** There is a rota, and nobody was in it. */
export const uncovered = 'uncovered'

/** Who was on duty, and how the shift is called. */
export type ShiftAt = { name: string; seats: number; covered: boolean }
export type Shifts = (siteId: string, at: Instant) => ShiftAt

/** Knows the shifts of these sites from one moment to another. */
export function openShifts(sites: readonly ReportSite[], span: { from: Instant; to: Instant }): Shifts {
  const known = new Map(sites.map((site) => [site.id, shiftsOf(site, span)]))
  return (siteId, at) => known.get(siteId)?.(at) ?? plainShift('Asia/Shanghai', at)
}

function shiftsOf({ timeZone, rota }: ReportSite, { from, to }: { from: Instant; to: Instant }): (at: Instant) => ShiftAt {
  if (!rota || rota.shifts.length === 0) return (at) => plainShift(timeZone, at)
  const first = dayPlus(dayIn(timeZone, from), -1)
  const count = dayNumber(dayIn(timeZone, to)) - dayNumber(first) + 1
  const turns = turnsOf(
    rota,
    Array.from({ length: count }, (_, index) => dayPlus(first, index)),
  )
  return (at) => turnsToShift(turns.filter((turn) => turn.from <= at && at < turn.until))
}

function turnsToShift(turns: readonly Turn[]): ShiftAt {
  const people = new Set(turns.flatMap(({ personIds }) => personIds))
  const manned = turns.find(({ personIds }) => personIds.length > 0)
  return { name: manned?.name ?? uncovered, seats: Math.max(1, people.size), covered: people.size > 0 }
}

/** Without a rota nobody knows how many seats there are; one is counted. */
function plainShift(timeZone: string, at: Instant): ShiftAt {
  const hour = hourIn(timeZone, at)
  return { name: plainShifts[hour < 8 ? 2 : hour < 16 ? 0 : 1], seats: 1, covered: true }
}

/** A call for a person's help. Questions by the terminal and troubles of devices are load, not calls. */
export const isCall = ({ kind, reason }: Pick<AlarmFigures, 'kind' | 'reason'>): boolean => kind !== 'technical' && reason !== 'check-in'

/** How long it took until somebody answered; until now while nobody did; null where it took itself back first. */
export function answerTook(alarm: AlarmFigures, now: Instant): { took: number; answered: boolean } | null {
  if (alarm.answeredAt !== null) return { took: between(alarm.storedAt, alarm.answeredAt), answered: true }
  if (alarm.resolvedAt !== null && alarm.bySystem) return null
  return { took: between(alarm.storedAt, alarm.resolvedAt ?? now), answered: alarm.resolvedAt !== null }
}

/** How long it took until somebody was at the door; null where nobody set out. */
export function doorTook(alarm: AlarmFigures, now: Instant): { took: number; arrived: boolean } | null {
  if (alarm.arrivedAt !== null) return { took: between(alarm.storedAt, alarm.arrivedAt), arrived: true }
  if (alarm.acceptedAt === null) return null
  return { took: between(alarm.storedAt, alarm.resolvedAt ?? now), arrived: false }
}

export function groupFigures(key: string, alarms: readonly AlarmFigures[], now: Instant): GroupFigures {
  const calls = alarms.filter(isCall)
  const answers = calls.map((alarm) => answerTook(alarm, now))
  const judged = answers.filter((answer) => answer !== null)
  const times = judged.filter(({ answered }) => answered).map(({ took }) => took)
  times.sort((a, b) => a - b)
  return {
    ...{ key, alarms: alarms.length, calls: calls.length, takenBack: answers.length - judged.length },
    waiting: judged.filter(({ answered, took }) => !answered && took <= answerSoon).length,
    answered60: within(judged, answerSoon),
    answered180: within(judged, answerLate),
    atDoor45: shareAtDoor(calls, now),
    answerMedianSeconds: quantile(times, 0.5),
    answerP95Seconds: quantile(times, 0.95),
  }
}

/** Whoever still waits counts as soon as the time is over, not before. */
function within(answers: readonly { took: number; answered: boolean }[], limit: number): Share {
  const judged = answers.filter(({ took, answered }) => answered || took > limit)
  return { kept: judged.filter(({ took, answered }) => answered && took <= limit).length, of: judged.length }
}

function shareAtDoor(calls: readonly AlarmFigures[], now: Instant): Share {
  const visits = calls.flatMap((alarm) => doorTook(alarm, now) ?? [])
  return within(
    visits.map(({ took, arrived }) => ({ took, answered: arrived })),
    doorWithin,
  )
}

function quantile(sorted: readonly number[], share: number): number | null {
  const found = sorted[Math.ceil(sorted.length * share) - 1]
  return found === undefined ? null : Math.round(found / 100) / 10
}

export type Grouped = {
  all: GroupFigures
  bySite: readonly GroupFigures[]
  byShift: readonly GroupFigures[]
  byKind: readonly GroupFigures[]
}

/** All alarms of a period, and the same by site, shift and kind; groups with most calls first. */
export function grouped(alarms: readonly AlarmFigures[], shifts: Shifts, now: Instant): Grouped {
  const by = (keyOf: (alarm: AlarmFigures) => string): readonly GroupFigures[] =>
    [...Map.groupBy(alarms, keyOf)]
      .map(([key, some]) => groupFigures(key, some, now))
      .sort((a, b) => b.calls - a.calls || (a.key < b.key ? -1 : 1))
  return {
    all: groupFigures('all', alarms, now),
    bySite: by(({ siteId }) => siteId),
    byShift: by(({ siteId, storedAt }) => shifts(siteId, storedAt).name),
    byKind: by(({ kind }) => kind),
  }
}
