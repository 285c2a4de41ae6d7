/** From sums of readings to the curves of a history: how fine, and which series. Gaps stay gaps. Pure. */
import { dayIn, dayPlus, daySpan, startOfDay } from '../../domain/calendar.ts'
import type { Device } from '../../domain/device.ts'
import type { ReadingKind } from '../../domain/reading.ts'
import { type Instant, instant } from '../../domain/time.ts'
import { type SummarySeries, summarySpansMax } from '../../store/store.ts'
import type { HistoryGroup, HistorySeries } from '../contracts.ts'

const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 86_400_000
/** Spans to choose from; from the day on they follow the local calendar. */
const steps = [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, 3 * hourMs, 6 * hourMs, dayMs, 7 * dayMs, 28 * dayMs] as const
/** Readings one by one of more than this are too many for one answer. */
const fineSpan = 20 * dayMs

/** `fineFrom`: since when readings are kept one by one, so that spans within an hour are known. */
export type Range = { from: Instant; to: Instant; timeZone: string; pointsMax: number; fineFrom: Instant }

/** The bounds of the spans, at most `pointsMax` of them: the finest step that fits. */
export function boundsOf(range: Range): { step: number; bounds: readonly Instant[] } {
  const { from, to, fineFrom } = range
  const isFine = from >= fineFrom && to - from <= fineSpan
  const pointsMax = Math.min(range.pointsMax, summarySpansMax)
  const step = steps.find((one) => (one >= hourMs || isFine) && (to - from) / one + 2 <= pointsMax) ?? coarsest(range)
  return { step, bounds: step < dayMs ? evenBounds(range, step) : dayBounds(range, step / dayMs) }
}

/** Whole days, so many that the few points are enough wherever in a day the range begins and ends. */
const coarsest = ({ from, to, pointsMax }: Range): number => Math.ceil(((to - from) / dayMs + 2) / pointsMax) * dayMs

function evenBounds({ from, to }: Range, step: number): Instant[] {
  const bounds: Instant[] = []
  for (let at = Math.floor(from / step) * step; at < to; at += step) bounds.push(instant(at))
  return [...bounds, instant((bounds[bounds.length - 1] ?? from) + step)]
}

/** Local days, cut at whole hours of UTC: what is kept for years is kept by the hour. */
function dayBounds({ from, to, timeZone }: Range, days: number): Instant[] {
  const bounds: Instant[] = []
  let day = dayIn(timeZone, from)
  while (true) {
    const bound = instant(Math.floor(startOfDay(timeZone, day) / hourMs) * hourMs)
    // A day that a zone left out, as Apia did 30 December 2011, has no length.
    if (bound > (bounds.at(-1) ?? Number.NEGATIVE_INFINITY)) bounds.push(bound)
    if (bound >= to && bounds.length > 1) return bounds
    day = dayPlus(day, days)
  }
}

const vitals: readonly ReadingKind[] = [
  ...(['heart-rate', 'respiration', 'oxygen', 'systolic', 'diastolic', 'body-temperature', 'glucose', 'weight', 'steps'] as const),
]
const activities: readonly ReadingKind[] = ['motion', 'presence', 'bed', 'vibration', 'button']

/** Sensors that only speak when something changes are silent for hours: their battery is still known a day later. */
const heldFor = dayMs

type Shape = { kinds: readonly ReadingKind[]; by: 'room' | 'device' | 'all'; number: 'sum' | 'count' | 'mean' | 'last' }

/** What each group of series is made of. Counts are 0 where the home was heard and nothing happened; measurements are null where nothing was measured. */
const shapes: Readonly<Record<HistoryGroup, Shape>> = {
  activity: { kinds: [...activities, 'door'], by: 'room', number: 'sum' },
  heartbeats: { kinds: ['heartbeat'], by: 'device', number: 'count' },
  battery: { kinds: ['battery'], by: 'device', number: 'last' },
  signal: { kinds: ['heartbeat', 'link'], by: 'device', number: 'mean' },
  vitals: { kinds: vitals, by: 'all', number: 'mean' },
  door: { kinds: ['door'], by: 'device', number: 'sum' },
}

export type Told = Pick<Device, 'id' | 'number' | 'room' | 'role'>

/** The series of these groups. `devices` names them; one that was removed since has no name and no room. */
export function seriesOf(
  groups: readonly HistoryGroup[],
  sums: readonly SummarySeries[],
  { devices, step }: { devices: readonly Told[]; step: number },
): HistorySeries[] {
  const spans = sums[0]?.count.length ?? 0
  const heard = new Uint8Array(spans)
  for (const { count } of sums) count.forEach((n, span) => void (n > 0 && heard.fill(1, span, span + 1)))
  const known = new Map(devices.map((device) => [device.number, device]))
  return groups.flatMap((group) => groupSeries(group, { sums, known, heard, step }))
}

type Source = { sums: readonly SummarySeries[]; known: ReadonlyMap<number, Told>; heard: Uint8Array; step: number }

function groupSeries(group: HistoryGroup, { sums, known, heard, step }: Source): HistorySeries[] {
  const { kinds, by, number } = shapes[group]
  const gathered = new Map<string, { head: Omit<HistorySeries, 'values'>; members: SummarySeries[] }>()
  for (const series of sums) {
    if (!kinds.includes(series.kind)) continue
    const device = known.get(series.device)
    const kind = by === 'room' ? 'activity' : series.kind
    const deviceId = by === 'device' ? (device?.id ?? '') : null
    const room = by === 'all' ? '' : (device?.room ?? '')
    const key = `${kind} ${deviceId} ${by === 'device' ? series.device : room}`
    const entry = gathered.get(key) ?? { head: { group, kind, deviceId, room }, members: [] }
    entry.members.push(series)
    gathered.set(key, entry)
  }
  const isCount = number === 'sum' || number === 'count'
  const valueAt = valueIn[number]
  return [...gathered.values()].map(({ head, members }) => {
    const values = Array.from(heard, (isHeard, span) => valueAt(members, span) ?? (isCount && isHeard ? 0 : null))
    return {
      ...head,
      values:
        number === 'last' ? held(values, { isHeard: heardOf(sums, members), spans: Math.max(1, Math.round(heldFor / step)) }) : values,
    }
  })
}

/** In which spans these devices themselves were heard. */
function heardOf(sums: readonly SummarySeries[], members: readonly SummarySeries[]): (span: number) => boolean {
  const devices = new Set(members.map(({ device }) => device))
  const own = sums.filter(({ device }) => devices.has(device))
  return (span) => own.some(({ count }) => (count[span] ?? 0) > 0)
}

/** What is told only when it changes still holds while the device is heard, and so many spans after. */
function held(values: readonly (number | null)[], { isHeard, spans }: { isHeard: (span: number) => boolean; spans: number }) {
  let last: number | null = null
  let heardAt = Number.NEGATIVE_INFINITY
  return values.map((value, span) => {
    last = value ?? last
    if (isHeard(span)) heardAt = span
    return value ?? (span - heardAt <= spans ? last : null)
  })
}

const total = (members: readonly SummarySeries[], of: (series: SummarySeries) => number) => members.reduce((sum, one) => sum + of(one), 0)
const rounded = (value: number) => Math.round(value * 100) / 100

/** One span's number of several devices together, or null when nothing was measured. */
const valueIn: Readonly<Record<Shape['number'], (members: readonly SummarySeries[], span: number) => number | null>> = {
  sum: (members, span) => (total(members, ({ count }) => count[span] ?? 0) === 0 ? null : total(members, ({ sum }) => sum[span] ?? 0)),
  count: (members, span) => total(members, ({ count }) => count[span] ?? 0) || null,
  mean(members, span) {
    const count = total(members, (one) => one.count[span] ?? 0)
    return count === 0 ? null : rounded(total(members, ({ sum }) => sum[span] ?? 0) / count)
  },
  last: (members, span) => members.find(({ count }) => (count[span] ?? 0) > 0)?.last[span] ?? null,
}

/** The readings that these groups and the question "was it heard at all" need: all kinds, since any reading proves that the home was heard. */
export const historyGroups = Object.keys(shapes) as readonly HistoryGroup[]

/** The last `count` local days up to and with the day of `now`. */
export function lastDays(timeZone: string, now: Instant, count: number): { from: string; to: string } {
  const to = dayIn(timeZone, now)
  return { from: dayPlus(to, 1 - count), to }
}

export const rangeOfDays = (timeZone: string, { from, to }: { from: string; to: string }): { from: Instant; to: Instant } => ({
  from: daySpan(timeZone, from).from,
  to: daySpan(timeZone, to).to,
})
