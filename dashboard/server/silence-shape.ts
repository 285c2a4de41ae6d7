/** Today's silence as a curve over what is usual, from readings and from what was learned. Pure. */
import type { UsualHalfHour } from '../../alerts/silence.ts'
import { isActivity } from '../../domain/daily.ts'
import type { Reading } from '../../domain/reading.ts'
import { type Instant, minutes } from '../../domain/time.ts'

export const stepMinutes = 10
const step = minutes(stepMinutes)
const halfHours = 48

export type Day = { from: Instant; to: Instant }

/** At each step of the day until `now`, how long nobody had been heard, in minutes; null before anything was heard and after now. */
export function silentCurve(readings: readonly Reading[], { from, to }: Day, now: Instant): (number | null)[] {
  const seen = readings.filter(isActivity)
  const curve: (number | null)[] = []
  let next = 0
  for (let at = from as number; at <= to; at += step) {
    while (next < seen.length && (seen[next]?.at ?? 0) <= at) next += 1
    const last = seen[next - 1]
    curve.push(at > now || !last ? null : Math.round((at - last.at) / minutes(1)))
  }
  return curve
}

/**
 * How long a silence that is running at each step is at most, when every silence keeps to what is usual for its beginning: the longest t − s
 * over all beginnings s whose silences last that long. `points` many, from midnight.
 */
export function usualCurve(usual: readonly UsualHalfHour[], which: keyof UsualHalfHour, points: number): number[] {
  const lasts = usual.map((half) => half[which] / minutes(1))
  return Array.from({ length: points }, (_, index) => longestRunning(lasts, index * stepMinutes))
}

function longestRunning(lasts: readonly number[], minute: number): number {
  let longest = 0
  for (let back = 0; back < halfHours; back += 1) {
    // A silence that began in this half-hour, at its end at the latest.
    const began = Math.floor(minute / 30) - back
    const elapsed = minute - began * 30
    const length = lasts[((began % halfHours) + halfHours) % halfHours] ?? 0
    if (length >= elapsed - 30) longest = Math.max(longest, Math.min(elapsed, length))
  }
  return Math.round(longest)
}
