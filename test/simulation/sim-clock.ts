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

export function openSimClock(startAt: Instant): SimClock {
  const timers = new Set<Timer>()
  let wall = startAt as number
  let elapsed = 0
  let order = 0
  let held: object | null = null
  const killed = new Set<object>()
  const add = (owner: object, timer: Pick<Timer, 'span' | 'work'>, span: Span) => {
    order += 1
    const added = { ...timer, owner, order, dueAt: elapsed + span }
    if (!killed.has(owner)) timers.add(added)
    return () => void timers.delete(added)
  }
  const clockOf = (owner: object): Clock => ({
    now: () => instant(wall),
    elapsed: () => elapsed,
    every: (span, work) => add(owner, { span, work }, span),
    later: (span, work) => add(owner, { span: null, work }, span),
  })
  const passTo = (moment: number) => {
    const span = Math.max(0, moment - elapsed)
    wall += span
    elapsed += span
  }
  const run = async (timer: Timer) => {
    passTo(timer.dueAt)
    if (timer.span === null) timers.delete(timer)
    // A timer that was late does not run again for every time it missed.
    else timer.dueAt = Math.max(timer.dueAt + timer.span, elapsed)
    timer.work()
    await settle()
  }
  const advance = async (span: Span) => {
    const end = elapsed + span
    for (let timer = earliest(timers, end, held); timer; timer = earliest(timers, end, held)) await run(timer)
    passTo(end)
    await settle()
  }
  let processOwner: object = world
  return {
    ...clockOf(world),
    advance,
    process() {
      const owner = {}
      processOwner = owner
      const kill = () => {
        killed.add(owner)
        for (const timer of timers) if (timer.owner === owner) timers.delete(timer)
      }
      return { ...clockOf(owner), kill }
    },
    turn(milliseconds) {
      wall += milliseconds
    },
    async stall(span) {
      held = processOwner === world ? null : processOwner
      await advance(span)
      held = null
      await advance(0 as Span)
    },
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
