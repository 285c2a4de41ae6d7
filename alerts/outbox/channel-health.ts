/** Which channels work: what became of the latest calls by each. For the check that somebody can be reached at all. */
import { between, type Clock, type Instant, seconds } from '../../domain/time.ts'
import type { Channel, Sent } from '../channels/channel.ts'

export type ChannelHealth = {
  channel: string
  /** Never used, or not failing: false after three failures in a row, or one that only a person can mend. */
  works: boolean
  deliveredAt: Instant | null
  failedAt: Instant | null
  /** In a row, since the latest delivery. */
  failures: number
  /** Of the latest failure; names no person, address or secret. */
  why: string
}

const failuresMost = 3
/** A channel that failed is tried first again after that: somebody may have mended it. */
const distrustedFor = seconds(30)

export function openChannelHealth(clock: Pick<Clock, 'now'>, channels: readonly Pick<Channel, 'name'>[]) {
  const known = new Map<string, ChannelHealth>(
    channels.map(({ name }) => [name, { channel: name, works: true, deliveredAt: null, failedAt: null, failures: 0, why: '' }]),
  )
  return {
    /** A letter that our own limit held back, or whose person the channel cannot reach, says nothing about the channel. */
    note(channel: string, sent: Sent): void {
      const health = known.get(channel)
      if (!health) return
      if (sent.outcome === 'delivered') {
        known.set(channel, { ...health, works: true, deliveredAt: clock.now(), failures: 0 })
        return
      }
      const weight = sent.outcome === 'retry' ? (sent.held ? 0 : 1) : sent.broken ? failuresMost : 0
      if (weight === 0) return
      const failures = health.failures + weight
      known.set(channel, { ...health, works: failures < failuresMost, failedAt: clock.now(), failures, why: sent.why })
    },
    /** Whether it should be tried before others. */
    isTrusted(channel: string): boolean {
      const health = known.get(channel)
      return !health || health.works || between(health.failedAt ?? clock.now(), clock.now()) > distrustedFor
    },
    all: (): readonly ChannelHealth[] => [...known.values()],
  }
}
