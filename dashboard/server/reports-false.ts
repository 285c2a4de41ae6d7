/** False alarms by person and by device, and what would make them fewer: a sentence's worth of figures for each. Pure. */
import type { AlarmKind, Outcome, Reason } from '../../domain/alarm.ts'
import type { AlarmFigures } from '../../domain/figures.ts'
import { hourIn } from '../../domain/time.ts'
import type { FalseAdvice, FalseRow, OutcomeRow } from '../contracts-reports.ts'

/** Somebody looked, and nobody needed help. A test is no false alarm, and what found no fault says nothing of the person. */
const falseOutcomes: ReadonlySet<Outcome> = new Set(['false-press', 'sensor-false'])
export const isFalse = ({ outcome }: Pick<AlarmFigures, 'outcome'>): boolean => outcome !== null && falseOutcomes.has(outcome)

/** One is chance. */
const fewest = 2
const rowsMost = 200

type ZoneOf = (siteId: string) => string

/** How alarms of each kind ended; `open` are those that have not. Kinds without alarms are left out. */
export function outcomesOf(alarms: readonly AlarmFigures[]): readonly OutcomeRow[] {
  const rows = new Map<AlarmKind, { alarms: number; open: number; outcomes: Partial<Record<Outcome, number>> }>()
  for (const { kind, outcome } of alarms) {
    const row = rows.get(kind) ?? { alarms: 0, open: 0, outcomes: {} }
    row.alarms += 1
    if (outcome === null) row.open += 1
    else row.outcomes[outcome] = (row.outcomes[outcome] ?? 0) + 1
    rows.set(kind, row)
  }
  return [...rows].map(([kind, row]) => ({ kind, ...row })).sort((a, b) => b.alarms - a.alarms)
}

/** Whoever (or whatever device) called falsely twice and more, the most first. Only alarms that are over are counted. */
export function falseOf(alarms: readonly AlarmFigures[], by: 'subject' | 'device', zoneOf: ZoneOf): readonly FalseRow[] {
  const groups = new Map<string, AlarmFigures[]>()
  for (const alarm of alarms) {
    const key = by === 'subject' ? alarm.subjectId : alarm.deviceId
    if (key === null || alarm.outcome === null || alarm.bySystem || alarm.kind === 'technical') continue
    const group = groups.get(key) ?? []
    group.push(alarm)
    groups.set(key, group)
  }
  const rows = [...groups].flatMap(([key, group]) => rowOf(key, group, zoneOf))
  return rows.sort((a, b) => b.false - a.false || b.false / b.alarms - a.false / a.alarms || (a.key < b.key ? -1 : 1)).slice(0, rowsMost)
}

function rowOf(key: string, group: readonly AlarmFigures[], zoneOf: ZoneOf): FalseRow[] {
  const wrong = group.filter(isFalse)
  const [first] = wrong
  if (!first || wrong.length < fewest) return []
  const night = wrong.filter(({ pressedAt, siteId }) => isNight(hourIn(zoneOf(siteId), pressedAt))).length
  const reason = commonest(wrong.map((alarm) => alarm.reason))
  return [
    {
      ...{ key, siteId: first.siteId, subjectId: first.subjectId, deviceId: first.deviceId, reason },
      ...{ alarms: group.length, false: wrong.length, night, advice: adviceFor(reason, night / wrong.length) },
    },
  ]
}

/** From ten to six, by the clocks of the site. */
const isNight = (hour: number): boolean => hour >= 22 || hour < 6

function adviceFor(reason: Reason, nightShare: number): FalseAdvice {
  if (reason === 'button') return nightShare >= 0.5 ? 'pressed-at-night' : 'pressed-by-day'
  if (reason.startsWith('fall')) return 'fall-detector'
  if (reason === 'inactivity' || reason === 'not-back' || reason === 'check-in') return 'watch-less-closely'
  return 'sensor-place'
}

function commonest(reasons: readonly Reason[]): Reason {
  const counts = new Map<Reason, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0]
}
