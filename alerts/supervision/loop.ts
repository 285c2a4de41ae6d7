/** Joins the watch over devices and over people into the one question the timekeeper asks every second. */
import type { Bus } from '../../bus/bus.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import type { Inactivity } from '../inactivity.ts'
import type { Supervision } from '../supervision.ts'

export type WatchNeeds = {
  supervision: Supervision
  inactivity: Inactivity
  bus: Pick<Bus, 'subscribe'>
  clock: Pick<Clock, 'elapsed'>
  log: Log
}

export type SilenceWatch = {
  /** For the timekeeper, once a second. Never throws: a mistake in one watch must not blind the other. */
  supervise(now: Instant): readonly CareEventDraft[]
  /** Ends listening to what was committed. */
  stop(): void
}

export function openSilenceWatch({ supervision, inactivity, bus, clock, log }: WatchNeeds): SilenceWatch {
  const watches = [supervision, inactivity]
  const stop = bus.subscribe((facts) => {
    for (const watch of watches) watch.observe(facts)
  })
  return {
    stop,
    supervise(now) {
      const elapsed = clock.elapsed()
      return watches.flatMap((watch) => {
        try {
          return watch.tick(now, elapsed)
        } catch (error) {
          log('error', `The watch over silence failed and looks again next second: ${sentenceOf(error)}`)
          return []
        }
      })
    },
  }
}
