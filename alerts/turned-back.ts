/** Deadlines that a wall clock turned back would put off: they keep the moment at which they were due by the clock that only grows. */
import { dueAt, type OpenAlarm } from '../domain/alarm.ts'
import { type Clock, type Instant, milliseconds } from '../domain/time.ts'

/** An alarm whose wait is over, and the deadline it was set. */
export type Overdue = { alarm: OpenAlarm; deadline: Instant }

export type TurnedBack = {
  /** Asked at every look. True when the wall clock went back since the last one: then `keep` wants to know all open alarms. */
  noticed(): boolean
  /** Remembers when each of these would have been due, had the clock not been turned. */
  keep(open: readonly OpenAlarm[]): void
  /** Those whose wait is over by now. They are named again until `handed` says that they were decided. */
  overdue(): readonly Overdue[]
  handed(these: readonly Overdue[]): void
}

/** Smaller steps are the ordinary correction of a clock, and not worth a look at every alarm. */
const stepLeast = milliseconds(50)

export function openTurnedBack(clock: Pick<Clock, 'now' | 'elapsed'>): TurnedBack {
  const kept = new Map<string, Overdue & { dueElapsed: number }>()
  let seenAt: number = clock.now()
  let seenElapsed = clock.elapsed()
  let turnedBy = 0
  return {
    noticed() {
      const now = clock.now()
      const elapsed = clock.elapsed()
      // Added up until `keep` was told: the store may not answer the first time.
      const back = seenAt + (elapsed - seenElapsed) - now
      if (back > stepLeast) turnedBy += back
      seenAt = now
      seenElapsed = elapsed
      return turnedBy > 0
    },
    keep(open) {
      for (const alarm of open) {
        const deadline = dueAt(alarm)
        if (kept.get(alarm.id)?.deadline === deadline) continue
        kept.set(alarm.id, { alarm, deadline, dueElapsed: seenElapsed + deadline - (seenAt + turnedBy) })
      }
      turnedBy = 0
    },
    overdue: () => [...kept.values()].filter(({ dueElapsed }) => dueElapsed <= clock.elapsed()),
    handed(these) {
      for (const { alarm, deadline } of these) if (kept.get(alarm.id)?.deadline === deadline) kept.delete(alarm.id)
    },
  }
}
