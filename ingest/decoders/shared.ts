/** The parts that all signals of one message share, and how most families say a time. */
import type { Origin, Signal } from '../../domain/signal.ts'
import type { Instant } from '../../domain/time.ts'
import { credibleClaim } from './decoder.ts'

export type Shared = { deviceKey: string; origin: Origin; claimedAt?: NonNullable<Signal['claimedAt']> }

/** With the device's own claim of when, if it is credible: epoch seconds, epoch milliseconds or ISO 8601 with a zone. */
export function sharedAt(shared: Shared, claim: unknown, receivedAt: Instant): Shared {
  const claimedAt = credibleClaim(isSeconds(claim) ? claim * 1_000 : claim, receivedAt)
  return claimedAt === undefined ? shared : { ...shared, claimedAt }
}

const isSeconds = (value: unknown): value is number => typeof value === 'number' && value > 1e8 && value < 1e11
