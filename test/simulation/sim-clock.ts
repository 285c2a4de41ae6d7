/** Time for lives that are lived a thousand times: nothing waits for real, and the timers of a process die with it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Clock, type Instant, instant, type Span } from '../../domain/time.ts'

export type SimClock = Clock & {
  /** A clock whose timers all end with `kill`, as those of a process do. */
  process(): Clock & { kill(): void }
  advance(span: Span): Promise<void>
  /** The wall clock is turned by so many milliseconds. No time passes. */
  turn(milliseconds: number): void
  /** Time passes for everybody but the process: its timers run once, late, at the end. */
  stall(span: Span): Promise<void>
}

type Timer = { dueAt: number; order: number; span: Span | null; work: () => void; owner: object }

const world = {}

/** Everything the simulated parts do between two timers happens in promises; one turn of the event loop lets them all come to rest. */
export const settle = (): Promise<void> => nextTurn()

/** `rest` resolves when all that a timer set going has come to rest; a real disk takes longer than one turn. */
export function openSimClock(startAt: Instant, rest: () => Promise<void> = settle): SimClock {
  const timers = openTimers()
  let wall = startAt as number
  let held: object | null = null
  let processOwner: object | null = null
  const clockOf = (owner: object): Clock => ({
    now: () => instant(wall),
    elapsed: () => timers.elapsed(),
    every: (span, work) => timers.add(owner, { span, work }, span),
    later: (span, work) => timers.add(owner, { span: null, work }, span),
  })
  const passTo = (moment: number) => {
    wall += Math.max(0, moment - timers.elapsed())
    timers.passTo(moment)
  }
  const advance = async (span: Span) => {
    const end = timers.elapsed() + span
    for (let timer = timers.earliest(end, held); timer; timer = timers.earliest(end, held)) {
      passTo(timer.dueAt)
      timers.wind(timer)
      timer.work()
      await rest()
    }
    passTo(end)
    await rest()
  }
  return {
    ...clockOf(world),
    advance,
    process() {
      const owner = {}
      processOwner = owner
      return { ...clockOf(owner), kill: () => timers.kill(owner) }
    },
    turn(milliseconds) {
      wall += milliseconds
    },
    async stall(span) {
      held = processOwner
      await advance(span)
      held = null
      await advance(0 as Span)
    },
  }
}

/** The timers of everybody, and the monotonic time they are set by. */
function openTimers() {
  const timers = new Set<Timer>()
  const killed = new Set<object>()
  let elapsed = 0
  let order = 0
  return {
    elapsed: () => elapsed,
    passTo(moment: number) {
      elapsed = Math.max(elapsed, moment)
    },
    add(owner: object, timer: Pick<Timer, 'span' | 'work'>, span: Span) {
      order += 1
      const added = { ...timer, owner, order, dueAt: elapsed + span }
      if (!killed.has(owner)) timers.add(added)
      return () => void timers.delete(added)
    },
    kill(owner: object) {
      killed.add(owner)
      for (const timer of timers) if (timer.owner === owner) timers.delete(timer)
    },
    /** Sets it for its next time, if it has one. A timer that was late does not run again for every time it missed. */
    wind(timer: Timer) {
      if (timer.span === null) timers.delete(timer)
      else timer.dueAt = Math.max(timer.dueAt + timer.span, elapsed)
    },
    earliest: (end: number, held: object | null) => earliest(timers, end, held),
  }
}

function earliest(timers: ReadonlySet<Timer>, end: number, held: object | null): Timer | null {
  let found: Timer | null = null
  for (const timer of timers) {
    if (timer.dueAt > end || timer.owner === held) continue
    if (!found || timer.dueAt < found.dueAt || (timer.dueAt === found.dueAt && timer.order < found.order)) found = timer
  }
  return found
}
