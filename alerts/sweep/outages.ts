/** Notices that something was out and for how long: what is looked at every ten seconds, and areas that were silent and are heard again. */
import type { Alarm } from '../../domain/alarm.ts'
import type { Outage, OutageCause } from '../../domain/sweep.ts'
import { before, between, type Instant, latest, minutes, type Span } from '../../domain/time.ts'

/** Since when something is out, or null while it is well. */
export type Watched = { cause: OutageCause; downSince: () => Instant | null }

/** An area is declared silent after three minutes. */
const declaredAfter = minutes(3)

/** Remembers what was out; `look` gives the outages that have just ended and were long enough to matter. */
export function openOutages(watched: readonly Watched[], limit: Span) {
  const since = new Map<OutageCause, Instant>()
  return {
    look(now: Instant): readonly Outage[] {
      const over: Outage[] = []
      for (const { cause, downSince } of watched) {
        const from = downSince()
        const begun = since.get(cause)
        if (from !== null) since.set(cause, begun ?? from)
        else if (begun !== undefined) {
          since.delete(cause)
          over.push(outageOf(cause, begun, now))
        }
      }
      return over.filter((outage) => isLong(outage, limit))
    },
    isOut: () => since.size > 0,
  }
}

const outageOf = (cause: OutageCause, from: Instant, until: Instant): Outage => ({
  ...{ id: `${cause}:${from}`, cause, siteIds: 'all', residentIds: null },
  ...{ from, until: latest(from, until) },
})

export const isLong = ({ from, until }: Pick<Outage, 'from' | 'until'>, limit: Span): boolean => between(from, until) >= limit

/**
 * The platform was away from when it was last known to be well until now. A stamp that lies ahead means the clock was turned back while
 * it was away: nobody can say how long that was, so it counts.
 */
export function platformOutage(aliveAt: Instant | null, now: Instant, limit: Span): Outage | null {
  if (aliveAt === null) return null
  if (aliveAt > now) return between(now, aliveAt) < limit ? null : outageOf('platform', now, now)
  const outage = outageOf('platform', aliveAt, now)
  return isLong(outage, limit) ? outage : null
}

/** The network of an area is back: its alarm is over because its devices are heard again. */
export function networkOutage(alarm: Alarm, limit: Span): Outage | null {
  if (alarm.reason !== 'area-silent' || alarm.clearedAt === null) return null
  const from = before(alarm.raisedAt, declaredAfter)
  const outage: Outage = {
    ...{ id: `network:${alarm.id}`, cause: 'network', siteIds: [alarm.siteId], residentIds: alarm.residentIds },
    ...{ from, until: alarm.clearedAt },
  }
  return isLong(outage, limit) ? outage : null
}
