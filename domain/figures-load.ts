/** How many alarms a seat has to bear, by the measures of ISA-18.2 and EEMUA 191 (docs/reports.md). Pure. */
import type { Reason } from './alarm.ts'
import type { AlarmFigures } from './figures.ts'
import type { Shifts } from './figures-report.ts'
import { type Instant, instant, minutes } from './time.ts'

/** EEMUA 191: about one in ten minutes is very likely acceptable, two are the most that can be managed. */
export const perSeatHourGood = 6
export const perSeatHourMost = 12
/** ISA-18.2: more than this in ten minutes is a flood, and floods should fill less than one hundredth of the time. */
export const floodAbove = 10
export const floodShareMost = 0.01
/** ISA-18.2: alarms that stand for more than a day, on any day. */
export const standingMost = 5

const window = minutes(10)
const hour = minutes(60)
const badActorsShown = 10

export type BadActor = { deviceId: string | null; subjectId: string; siteId: string; reason: Reason; alarms: number; share: number }

export type AlarmLoad = {
  /** Alarms that rang the centre: raised, pressed again, come back. */
  rings: number
  seatHours: number
  perSeatHour: number | null
  /** The fullest ten minutes of one site, by seat. */
  peak: { perSeat: number; rings: number; seats: number; siteId: string; at: Instant } | null
  /** Ten-minute windows with more than ten for each seat, of all windows of all sites. */
  floods: number
  windows: number
  badActors: readonly BadActor[]
}

type LoadNeeds = { shifts: Shifts; siteIds: readonly string[]; from: Instant; to: Instant }

/** Windows begin at whole ten minutes of UTC, so that everybody counts the same ones. */
const windowOf = (at: number): number => Math.floor(at / window) * window

export function loadOf(
  alarms: readonly AlarmFigures[],
  needs: LoadNeeds,
): { load: AlarmLoad; isFlood: (siteId: string, at: Instant) => boolean } {
  const bins = binsOf(alarms, needs)
  const full = [...bins.values()].sort((a, b) => b.perSeat - a.perSeat || a.at - b.at)
  const floods = new Set(full.filter(({ perSeat }) => perSeat > floodAbove).map(({ siteId, at }) => `${siteId} ${at}`))
  const rings = full.reduce((sum, bin) => sum + bin.rings, 0)
  const seatHours = seatHoursOf(needs)
  const load: AlarmLoad = {
    ...{ rings, seatHours, perSeatHour: seatHours > 0 ? rounded(rings / seatHours) : null, peak: full[0] ?? null },
    floods: floods.size,
    windows: needs.siteIds.length * Math.ceil(Math.max(0, needs.to - needs.from) / window),
    badActors: badActorsOf(alarms),
  }
  return { load, isFlood: (siteId, at) => floods.has(`${siteId} ${windowOf(at)}`) }
}

type Bin = NonNullable<AlarmLoad['peak']>

function binsOf(alarms: readonly AlarmFigures[], { shifts, from, to }: LoadNeeds): ReadonlyMap<string, Bin> {
  const bins = new Map<string, Bin>()
  for (const { siteId, ringsAt } of alarms) {
    for (const at of ringsAt) {
      if (at < from || at >= to) continue
      const begins = instant(windowOf(at))
      const key = `${siteId} ${begins}`
      const seats = bins.get(key)?.seats ?? shifts(siteId, begins).seats
      const rings = (bins.get(key)?.rings ?? 0) + 1
      bins.set(key, { siteId, at: begins, seats, rings, perSeat: rounded(rings / seats) })
    }
  }
  return bins
}

/** Seats are looked at once an hour. */
function seatHoursOf({ shifts, siteIds, from, to }: LoadNeeds): number {
  let sum = 0
  for (const siteId of siteIds) {
    for (let at: number = from; at < to; at += hour) sum += shifts(siteId, instant(at)).seats * Math.min(1, (to - at) / hour)
  }
  return rounded(sum)
}

/** By device and reason; where no device spoke, by person. */
function badActorsOf(alarms: readonly AlarmFigures[]): readonly BadActor[] {
  const total = alarms.reduce((sum, { ringsAll }) => sum + ringsAll, 0)
  const byActor = Map.groupBy(alarms, ({ deviceId, subjectId, reason }) => `${deviceId ?? subjectId} ${reason}`)
  const actors = [...byActor.values()].flatMap((some) => {
    const [first] = some
    if (!first) return []
    const rings = some.reduce((sum, { ringsAll }) => sum + ringsAll, 0)
    const { deviceId, subjectId, siteId, reason } = first
    return [{ deviceId, subjectId, siteId, reason, alarms: rings, share: Math.round((rings / total) * 1_000) / 1_000 }]
  })
  return actors.sort((a, b) => b.alarms - a.alarms || (a.subjectId < b.subjectId ? -1 : 1)).slice(0, badActorsShown)
}

const rounded = (value: number): number => Math.round(value * 100) / 100
