/** Which channels work: what became of the latest calls by each. For the check that somebody can be reached at all. */
import type { Clock, Instant } from '../domain/time.ts'
import type { Channel, Sent } from './channels/channel.ts'

export type ChannelHealth = {
  channel: string
  /** Never used, or not failing: false after three failures in a row. */
  works: boolean
  deliveredAt: Instant | null
  failedAt: Instant | null
  /** In a row, since the latest delivery. */
  failures: number
  /** Of the latest failure; names no person, address or secret. */
  why: string
}

const failuresMost = 3

export function openChannelHealth(clock: Pick<Clock, 'now'>, channels: readonly Pick<Channel, 'name'>[]) {
  const known = new Map<string, ChannelHealth>(
    channels.map(({ name }) => [name, { channel: name, works: true, deliveredAt: null, failedAt: null, failures: 0, why: '' }]),
  )
  return {
    /** A letter that our own limit held back, or whose person the channel cannot reach, says nothing about the channel. */
    note(channel: string, sent: Sent): void {
      const health = known.get(channel)
      if (!health || sent.outcome === 'refused' || (sent.outcome === 'retry' && sent.held)) return
      if (sent.outcome === 'delivered') known.set(channel, { ...health, works: true, deliveredAt: clock.now(), failures: 0 })
      else {
        const failures = health.failures + 1
        known.set(channel, { ...health, works: failures < failuresMost, failedAt: clock.now(), failures, why: sent.why })
      }
    },
    all: (): readonly ChannelHealth[] => [...known.values()],
  }
}
