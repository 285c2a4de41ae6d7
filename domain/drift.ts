/** How far a device's clock is off: its own claim of when against the moment its message came, robust against single late messages. */
import type { Instant } from './time.ts'

/** The last so many differences are looked at. */
const samplesMost = 15
/** Fewer say nothing. */
const samplesLeast = 5
/** A clock that is off by more is worth somebody's time. */
export const clockOffLimitSeconds = 60

export type Drift = { offs: Float64Array; count: number; latestAt: number }
/** `seconds` > 0: its clock is ahead of ours. */
export type ClockOff = { seconds: number; samples: number; at: Instant }

export const newDrift = (): Drift => ({ offs: new Float64Array(samplesMost), count: 0, latestAt: 0 })

/** Takes one message that was sent at once. */
export function noteClaim(drift: Drift, claimedAt: Instant, receivedAt: Instant): void {
  drift.offs[drift.count % samplesMost] = claimedAt - receivedAt
  drift.count += 1
  drift.latestAt = receivedAt
}

/**
 * The second largest of the last fifteen differences: a message may come late, which makes its difference smaller, and none comes early.
 * So the largest is nearest to the truth, and the second largest is not led astray by one nonsense. Null: too few messages said when.
 */
export function clockOffOf(drift: Drift | undefined): ClockOff | null {
  if (!drift || drift.count < samplesLeast) return null
  const samples = Math.min(drift.count, samplesMost)
  const offs = [...drift.offs.subarray(0, samples)].sort((a, b) => b - a)
  return { seconds: 0 + Math.round((offs[1] ?? 0) / 1_000), samples, at: drift.latestAt as Instant }
}

export const isClockWrong = (off: ClockOff | null): boolean => off !== null && Math.abs(off.seconds) > clockOffLimitSeconds
