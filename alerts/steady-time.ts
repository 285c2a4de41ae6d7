/** A time that never goes back: when the wall clock is turned back, it goes on from where it was. For "try again at", never for what people read. */
import { type Clock, type Instant, instant } from '../domain/time.ts'

/** Whole milliseconds, as moments are everywhere; what the monotonic clock counts in between is kept, not lost. */
export function steadyTime(clock: Pick<Clock, 'now' | 'elapsed'>): () => Instant {
  let seenAt: number = clock.now()
  let seenElapsed = clock.elapsed()
  return () => {
    const elapsed = clock.elapsed()
    seenAt = Math.max(clock.now(), seenAt + elapsed - seenElapsed)
    seenElapsed = elapsed
    return instant(Math.floor(seenAt))
  }
}
