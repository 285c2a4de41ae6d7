/** A clock that stands still until a test lets time pass. Timers run in order, and everything they set going settles before the next one. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { after, type Clock, instant, type Span } from '../domain/time.ts'

export type VirtualClock = Clock & {
  /** Lets `span` pass, timer by timer. */
  advance(span: Span): Promise<void>
  /** Turns the wall clock by `span` (back if negative). No time passes. */
  turn(span: number): void
  /** `span` passes while the process does nothing: afterwards each timer that was due runs once. */
  stall(span: Span): Promise<void>
}

type Timer = { dueAt: number; order: number; span: Span | null; work: () => void }

/** Turns of the event loop after each timer: enough for a press to be recorded, told and called, through a store that commits once a turn. */
const turnsToSettle = 12

export async function settle(turns = turnsToSettle): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn()
}

/** Starts at `startAt`, a summer's evening in Shanghai unless told otherwise. */
export function openVirtualClock(startAt: number = Date.UTC(2026, 6, 1, 12)): VirtualClock {
  let wall = instant(startAt)
  let elapsed = 0
  let order = 0
  const timers = new Set<Timer>()

  const add = (timer: Omit<Timer, 'order'>) => {
    const added = { ...timer, order: order++ }
    timers.add(added)
    return () => void timers.delete(added)
  }
  const pass = (span: number) => {
    wall = after(wall, span as Span)
    elapsed += span
  }
  const nextDueBy = (limit: number): Timer | undefined =>
    [...timers].filter((timer) => timer.dueAt <= limit).sort((a, b) => a.dueAt - b.dueAt || a.order - b.order)[0]

  const run = (timer: Timer) => {
    if (timer.span === null) timers.delete(timer)
    // A timer that was late does not run again for each time it missed.
    else timer.dueAt = Math.max(timer.dueAt, elapsed - timer.span) + timer.span
    timer.work()
  }
  const runUntil = async (limit: number) => {
    for (let timer = nextDueBy(limit); timer; timer = nextDueBy(limit)) {
      pass(Math.max(0, timer.dueAt - elapsed))
      run(timer)
      await settle()
    }
    pass(Math.max(0, limit - elapsed))
    await settle()
  }
  return {
    now: () => wall,
    // Fractions, as the real one gives them: whoever makes a moment of it must round.
    elapsed: () => elapsed + 0.0371,
    every: (span, work) => add({ dueAt: elapsed + span, span, work }),
    later: (span, work) => add({ dueAt: elapsed + span, span: null, work }),
    advance: (span) => runUntil(elapsed + span),
    turn(span) {
      wall = after(wall, span as Span)
    },
    async stall(span) {
      pass(span)
      await runUntil(elapsed)
    },
  }
}
