/** Fetches a history: the last day finely, two weeks by the hour, and what days came to. */
import { dayPlus } from '../../../../domain/calendar.ts'
import type { DaysAnswer, HistoryAnswer } from '../../../contracts.ts'
import { request } from '../../shared/api.ts'
import { beginOf, lastDays } from './shape.ts'

export type Loaded = { day: HistoryAnswer; fortnight: HistoryAnswer; days: DaysAnswer['days']; shownDays: readonly string[] }

const daysShown = 14
const dayMs = 86_400_000

const pathOf = (residentId: string) => `/api/residents/${encodeURIComponent(residentId)}`
export const csvPath = (residentId: string, from: number): string => `${pathOf(residentId)}/history?from=${from}&points=400&format=csv`

/** Everything, or null when any of it could not be had. */
export async function load(residentId: string, timeZone: string, now: number): Promise<Loaded | null> {
  const path = pathOf(residentId)
  const shownDays = lastDays(timeZone, now, daysShown)
  const oldest = shownDays[shownDays.length - 1] ?? dayPlus('1970-01-01', 0)
  const [day, fortnight, days] = await Promise.all([
    request<HistoryAnswer>('GET', `${path}/history?from=${now - dayMs}&to=${now}&series=activity&points=100`),
    request<HistoryAnswer>('GET', `${path}/history?from=${beginOf(timeZone, oldest)}&to=${now}&series=activity,battery,vitals&points=400`),
    request<DaysAnswer>('GET', `${path}/days?from=${oldest}&to=${shownDays[0]}`),
  ])
  return day.ok && fortnight.ok && days.ok ? { day: day.value, fortnight: fortnight.value, days: days.value.days, shownDays } : null
}
