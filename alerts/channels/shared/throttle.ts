/** What a provider allows, held on our side: a letter over the limit waits here and does not make the provider shut the door. */
import { type Clock, milliseconds, minutes, type Span } from '../../../domain/time.ts'
import type { Channel, Letter, Sent } from '../channel.ts'

/** So many in so long, by the provider's own rule. */
export type Limit = { count: number; per: Span }

export type Throttling = {
  clock: Pick<Clock, 'elapsed'>
  limits: readonly Limit[]
  /** Share of each limit that only letters of priority 1 may use: a flood of weak batteries must not use up the way of an SOS. */
  reserved?: number
  /** How long the whole channel rests after the provider said "too many" without saying how long. */
  rest?: Span
}

const reservedUsual = 0.25
const restUsual = minutes(1)
/** Letters remembered for each limit. */
const rememberedMax = 10_000

/**
 * `channel` within these limits. Over them, or while the provider wants rest, it answers `retry` and `held` at once, without a call:
 * that was no attempt. Limits are counted in this process; after a restart the provider's own refusal teaches them again.
 */
export function throttled(channel: Channel, { clock, limits, reserved = reservedUsual, rest = restUsual }: Throttling): Channel {
  const throttle = openThrottle(clock, limits, reserved)
  return {
    ...channel,
    async send(letter, signal) {
      const wait = signal.aborted ? milliseconds(0) : throttle.take(letter.priority)
      if (wait > 0) return { outcome: 'retry', why: "The channel's limit is reached.", retryAfter: wait, held: true }
      const sent = await channel.send(letter, signal)
      if (sent.outcome === 'retry' && sent.busy) throttle.rest(sent.retryAfter ?? rest)
      return sent
    },
  }
}

/** Counts by `clock.elapsed()`, which no change of the wall clock moves. */
export function openThrottle(clock: Pick<Clock, 'elapsed'>, limits: readonly Limit[], reserved = 0) {
  /** When the latest letters left, oldest first. */
  const left: number[] = []
  let restsUntil = Number.NEGATIVE_INFINITY
  const kept = Math.min(rememberedMax, Math.max(0, ...limits.map(({ count }) => count)))

  // Whole milliseconds: sums of fractions would leave a wait of nothing that is still a wait.
  const now = () => Math.floor(clock.elapsed())

  /** How long until `limit` has room for one more of this priority. */
  const waitFor = ({ count, per }: Limit, priority: Letter['priority']): number => {
    const open = priority === 1 ? count : Math.max(1, Math.floor(count * (1 - reserved)))
    const oldest = left[left.length - open]
    return oldest === undefined ? 0 : oldest + per - now()
  }
  return {
    /** 0 when the letter may go now, and it is counted; else how long to wait. */
    take(priority: Letter['priority']): Span {
      const wait = Math.max(restsUntil - now(), ...limits.map((limit) => waitFor(limit, priority)))
      if (wait > 0) return milliseconds(wait)
      left.push(now())
      if (left.length > kept) left.shift()
      return milliseconds(0)
    },
    /** Nothing goes for so long. */
    rest(span: Span): void {
      restsUntil = Math.max(restsUntil, now() + span)
    },
  }
}

/** Numbers remembered at once. */
const keysMax = 10_000
/** A longer wait is no wait: the person must be reached in another way. */
const waitMost = minutes(5)

/** The same for each telephone number: null when it may be called now, and it is counted. */
export function openThrottles(clock: Pick<Clock, 'elapsed'>, limits: readonly Limit[]) {
  const throttles = new Map<string, ReturnType<typeof openThrottle>>()
  return {
    take(key: string): Sent | null {
      const throttle = throttles.get(key) ?? openThrottle(clock, limits)
      // The number called longest ago is forgotten first.
      throttles.delete(key)
      throttles.set(key, throttle)
      if (throttles.size > keysMax) throttles.delete(throttles.keys().next().value ?? '')
      const wait = throttle.take(1)
      if (wait === 0) return null
      const why = 'This number was called as often as the provider allows.'
      return wait <= waitMost ? { outcome: 'retry', why, retryAfter: wait, held: true } : { outcome: 'refused', why }
    },
  }
}
