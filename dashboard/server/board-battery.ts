/** How full each battery is and how many days it will last, for the board: read from memory; forecasts are worked out little by little, and kept for hours. */
import { type BatteryForecast, forecastBattery } from '../../domain/battery.ts'
import type { Device } from '../../domain/device.ts'
import { before, type Clock, days, type Instant, milliseconds } from '../../domain/time.ts'
import type { HistoryStore } from '../../store/store.ts'
import type { BoardBattery, BoardRow } from '../contracts-upkeep.ts'
import { breathe } from './breathe.ts'

type Told = { batteryPercent: number | null; batteryAt: Instant | null }
export type BatteryNeeds = {
  history: Pick<HistoryStore, 'summaries'>
  /** What a device told last; undefined: nobody notes it here. */
  noteOf: (deviceId: string) => Told | undefined
  clock: Clock
}

type Powered = Pick<Device, 'id' | 'number' | 'power'>
export type Batteries = {
  /** Null for what hangs on the mains. */
  of(device: Powered): BoardBattery | null
  /** Works out what is missing, as far as that goes in a moment; the rest follows slowly by itself. */
  reckon(devices: readonly Powered[]): Promise<void>
  stop(): void
}

const pastDays = 120
const keptFor = 6 * 3_600_000
/** What was not known may be, as soon as more is told. */
const unknownKeptFor = 10 * 60_000
/** Whoever looks waits for so long at most. */
const waitMost = 250
/** The rest is one question to the history at a time, and leaves the disk to others between two. */
const pause = milliseconds(25)

export function openBatteries({ history, noteOf, clock }: BatteryNeeds): Batteries {
  const kept = new Map<string, { madeAt: number; forecast: BatteryForecast }>()
  let waiting: Powered[] = []
  let stopWaiting: (() => void) | null = null
  const isOwed = ({ id, power }: Powered): boolean => {
    const known = kept.get(id)
    return (
      power === 'battery' &&
      (noteOf(id)?.batteryPercent ?? null) !== null &&
      !(known && clock.elapsed() - known.madeAt < (known.forecast.known ? keptFor : unknownKeptFor))
    )
  }
  const make = async (device: Powered): Promise<void> => {
    const forecast = forecastBattery(await batteryPast({ history, clock }, device.number), clock.now())
    kept.set(device.id, { madeAt: clock.elapsed(), forecast })
  }
  const soon = () => {
    stopWaiting ??= clock.later(pause, () => void one())
  }
  const one = async () => {
    const next = waiting.pop()
    // A history in trouble: the forecast stays unknown, and the next look asks again.
    if (next && isOwed(next)) await make(next).catch(() => undefined)
    stopWaiting = null
    if (waiting.length > 0) soon()
  }
  return {
    of({ id, power }) {
      if (power !== 'battery') return null
      const note = noteOf(id)
      return { percent: note?.batteryPercent ?? null, at: note?.batteryAt ?? null, forecast: kept.get(id)?.forecast ?? null }
    },
    async reckon(devices) {
      const owed = devices.filter(isOwed)
      const from = clock.elapsed()
      while (owed.length > 0 && clock.elapsed() - from < waitMost) {
        const next = owed.shift()
        if (next) await make(next).catch(() => undefined)
        await breathe()
      }
      waiting = owed.reverse()
      if (waiting.length > 0) soon()
    },
    stop() {
      stopWaiting?.()
      waiting = []
    },
  }
}

/** One value a day over the last months: the last one told in it. */
export async function batteryPast(
  { history, clock }: Omit<BatteryNeeds, 'noteOf'>,
  device: number,
): Promise<{ at: Instant; percent: number }[]> {
  const to = clock.now()
  const bounds = Array.from({ length: pastDays + 1 }, (_, index) => before(to, days(pastDays - index)))
  const [series] = await history.summaries({ device, kinds: ['battery'], bounds })
  if (!series) return []
  return bounds.slice(1).flatMap((at, index) => (series.count[index] ? [{ at, percent: series.last[index] ?? 0 }] : []))
}

/** The soonest empty first; then by what is left, where nobody can say how long; what never told its battery after those, and the mains last. */
export function batteryFirst(a: BoardRow, b: BoardRow): number {
  const [ka, kb] = [keyOf(a), keyOf(b)]
  return ka[0] - kb[0] || ka[1] - kb[1]
}

function keyOf({ battery }: BoardRow): readonly [number, number] {
  if (battery === null) return [3, 0]
  if (battery.forecast?.known) return [0, battery.forecast.days]
  return battery.percent === null ? [2, 0] : [1, battery.percent]
}
