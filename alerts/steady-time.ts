/** A time that never goes back: when the wall clock is turned back, it goes on from where it was. For "try again at", never for what people read. */
import { after, type Clock, type Instant, latest, milliseconds } from '../domain/time.ts'

export function steadyTime(clock: Pick<Clock, 'now' | 'elapsed'>): () => Instant {
  let seenAt = clock.now()
  let seenElapsed = clock.elapsed()
  return () => {
    const elapsed = clock.elapsed()
    seenAt = latest(clock.now(), after(seenAt, milliseconds(elapsed - seenElapsed)))
    seenElapsed = elapsed
    return seenAt
  }
}
