/** What changed slowly about somebody: this week against the four weeks before, by medians, so that one odd day says nothing. Pure. */
import { dayPlus, startOfDay } from './calendar.ts'
import type { DayFacts } from './daily.ts'

export const changeKinds = ['less-active', 'up-later', 'more-nights', 'out-less'] as const
export type ChangeKind = (typeof changeKinds)[number]
/** Medians: minutes a day, minutes after midnight, visits a night. */
export type SlowChange = { kind: ChangeKind; before: number; now: number }

/** Days of a week and of the time before it, and how many of them must be known. */
const week = { days: 7, known: 5 } as const
const past = { days: 28, known: 14 } as const
export const daysNeeded = week.days + past.days

type Measure = {
  kind: ChangeKind
  of(facts: DayFacts): number | null
  /** +1: more is worse; −1: less is worse. */
  sense: 1 | -1
  /** The least change that matters: in its own unit, and as a share of what was. */
  least: number
  share: number
}

const measuresIn = (timeZone: string): readonly Measure[] => [
  { kind: 'less-active', of: ({ activeMinutes }) => activeMinutes, sense: -1, least: 20, share: 0.25 },
  { kind: 'up-later', of: (facts) => upMinute(facts, timeZone), sense: 1, least: 45, share: 0 },
  { kind: 'more-nights', of: ({ nightBathroomVisits }) => nightBathroomVisits, sense: 1, least: 1, share: 0.25 },
  { kind: 'out-less', of: ({ outMinutes }) => outMinutes, sense: -1, least: 30, share: 0.5 },
]

function upMinute({ firstUpAt, day }: DayFacts, timeZone: string): number | null {
  return firstUpAt === null ? null : Math.round((firstUpAt - startOfDay(timeZone, day)) / 60_000)
}

/** The changes of the week that ended with `lastDay` (included). Days may be missing, in any order. */
export function slowChanges(
  days: readonly DayFacts[],
  { lastDay, timeZone }: { lastDay: string; timeZone: string },
): readonly SlowChange[] {
  const firstOfWeek = dayPlus(lastDay, 1 - week.days)
  const firstOfPast = dayPlus(firstOfWeek, -past.days)
  const thisWeek = days.filter(({ day }) => day >= firstOfWeek && day <= lastDay)
  const before = days.filter(({ day }) => day >= firstOfPast && day < firstOfWeek)
  return measuresIn(timeZone).flatMap((measure) => changeOf(measure, thisWeek, before))
}

function changeOf({ kind, of, sense, least, share }: Measure, thisWeek: readonly DayFacts[], before: readonly DayFacts[]): SlowChange[] {
  const [now, was] = [valuesOf(thisWeek, of), valuesOf(before, of)]
  if (now.length < week.known || was.length < past.known) return []
  const [middle, usual] = [median(now), median(was)]
  const spread = median(was.map((value) => Math.abs(value - usual)))
  const worse = (middle - usual) * sense
  // Beyond what her own days differ by anyway: the median of a week wavers by about half of what single days do.
  const isReal = worse >= least && worse >= usual * share && worse > spread * 0.9
  return isReal ? [{ kind, before: usual, now: middle }] : []
}

const valuesOf = (days: readonly DayFacts[], of: Measure['of']): number[] => days.map(of).filter((value) => value !== null)

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
