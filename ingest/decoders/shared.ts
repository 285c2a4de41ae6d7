/** The parts that all signals of one message share, and how most families say a time. */
import type { Origin, Signal } from '../../domain/signal.ts'
import type { Instant } from '../../domain/time.ts'
import { credibleClaim, incredibleClaim } from './decoder.ts'

export type Shared = { deviceKey: string; origin: Origin; claimedAt?: NonNullable<Signal['claimedAt']>; saidAt?: Instant }

/** With the device's own claim of when, if it is credible: epoch seconds, epoch milliseconds or ISO 8601 with a zone. */
export function sharedAt(shared: Shared, claim: unknown, receivedAt: Instant): Shared {
  const said = isSeconds(claim) ? claim * 1_000 : claim
  const claimedAt = credibleClaim(said, receivedAt)
  if (claimedAt !== undefined) return { ...shared, claimedAt }
  const saidAt = incredibleClaim(said, receivedAt)
  return saidAt === undefined ? shared : { ...shared, saidAt }
}

const isSeconds = (value: unknown): value is number => typeof value === 'number' && value > 1e8 && value < 1e11
