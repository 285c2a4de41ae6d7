/** The history port as its callers see it, over the line to the telemetry worker. */
import { dayNumber } from '../../../domain/calendar.ts'
import type { Span } from '../../../domain/time.ts'
import { type HistoryStore, type SummaryQuery, summarySpansMax } from '../../store.ts'
import { instantMax, numberMax } from './batch.ts'
import type { Link } from './link.ts'

/** Days that one call saves, and that one question may ask for: a commit stays short. */
export const daysSavedMax = 2_000
export const daysAskedMax = 1_200

export function openHistory(link: Link, fineFor: Span): HistoryStore {
  return {
    fineFor,
    async summaries(query) {
      const why = whyUnanswerable(query)
      if (why) throw new RangeError(why)
      return link.ask('summaries', { query })
    },
    async saveDays(days) {
      if (days.some(({ day, resident }) => Number.isNaN(dayNumber(day)) || !(resident > 0 && resident <= numberMax)))
        throw new RangeError('A day is written 2026-11-22 and belongs to a resident.')
      for (let from = 0; from < days.length; from += daysSavedMax)
        await link.ask('save-days', { days: days.slice(from, from + daysSavedMax) })
    },
    async days(query) {
      const span = dayNumber(query.to) - dayNumber(query.from)
      if (!(span < daysAskedMax)) throw new RangeError(`Days are asked for from one to another, at most ${daysAskedMax}.`)
      return link.ask('days', query)
    },
    newestDays: () => link.ask('newest-days', {}),
  }
}

/** Why a question about summaries has no answer, or null. */
export function whyUnanswerable({ resident, device, bounds }: SummaryQuery): string | null {
  if (device === undefined && !(resident && resident > 0)) return 'Summaries are asked for by resident or by device.'
  if (bounds.length < 2 || bounds.length > summarySpansMax + 1) return `A question has 1 to ${summarySpansMax} spans.`
  const isFit = (bound: number, i: number) =>
    Number.isSafeInteger(bound) && Math.abs(bound) <= instantMax && (i === 0 || bound > (bounds[i - 1] as number))
  return bounds.every(isFit) ? null : 'The bounds of spans are whole milliseconds that ascend.'
}
