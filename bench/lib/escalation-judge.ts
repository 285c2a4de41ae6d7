/** Knows from the plans alone which call is owed when, and compares it with what was sent. It asks nothing of the engine but what it decided. */
import type { AlarmFact, Plan, RaisedAlarm } from '../../domain/alarm.ts'
import type { StoredFact } from '../../store/store.ts'

/** All moments are milliseconds of a clock that only grows; `wall` is what the machine shows people. */
export type Moment = { elapsed: number; wall: number }

type Watched = {
  plan: Plan
  step: number
  ring: number
  /** When the next round is due, and by what the row in the store says. */
  dueElapsed: number
  deadlineWall: number
}

export type EscalationVerdict = {
  alarms: number
  rounds: number
  sent: number
  worstLatenessMs: number
  latenessP99Ms: number
  /** Calls that were owed and not sent, rounds that were not decided, and steps that were skipped. */
  missed: number
  /** Calls that were sent more than once. */
  repeated: number
  /** Of those sent again: they had left when the process was cut off, and their record had not. The receiver knows them by their id. */
  sentAgainAfterCrash: number
}

export type Judge = ReturnType<typeof openJudge>

/** A call that is due so shortly before the end may still be on its way. */
const endGraceMs = 1_000

type State = ReturnType<typeof emptyState>

const emptyState = () => ({
  watched: new Map<string, Watched>(),
  owed: new Map<string, number>(),
  sentTimes: new Map<string, number>(),
  cutOff: new Set<string>(),
  downs: [] as { from: number; to: number }[],
  late: [] as number[],
  counts: { rounds: 0, skipped: 0, repeated: 0, sentAgainAfterCrash: 0 },
})

export function openJudge() {
  const state = emptyState()
  return {
    /** What the desk decided, at the moment it became known. */
    decided: (stored: StoredFact, at: Moment): void => decided(state, stored, at),
    sent: (id: string, elapsed: number): void => sent(state, id, elapsed),
    /** The wall clock went forward under a running process: what it now says is due is due, sooner than the plan meant. */
    wentForward({ elapsed, wall }: Moment): void {
      for (const each of state.watched.values()) if (each.deadlineWall <= wall) each.dueElapsed = Math.min(each.dueElapsed, elapsed)
    },
    /** Nothing ran from `from` until now, and nobody can tell how long that was but by the wall clock; so the rows count from here on. */
    cameBack(from: number, { elapsed, wall }: Moment): void {
      state.downs.push({ from, to: elapsed })
      for (const each of state.watched.values()) {
        const left = each.deadlineWall - wall
        const possible = left > 0 && left <= waitAfter(each.plan, each.step)
        each.dueElapsed = possible ? elapsed + left : Math.min(each.dueElapsed, elapsed)
      }
    },
    /** These had left when the process ended, before that was on record. */
    cutOff(ids: Iterable<string>): void {
      for (const id of ids) state.cutOff.add(id)
    },
    verdict: (elapsed: number): EscalationVerdict => verdict(state, elapsed),
  }
}

function decided({ watched, owed, counts }: State, { fact }: StoredFact, at: Moment): void {
  if (!isRound(fact)) return
  const { alarm } = fact
  const before = watched.get(alarm.id)
  const last = alarm.plan.steps.length - 1
  const expected = before ? { step: Math.min(before.step + 1, last), ring: before.ring + 1 } : { step: 0, ring: 1 }
  if (alarm.planStep !== expected.step || alarm.rings !== expected.ring) counts.skipped += 1
  counts.rounds += 1
  const due = before ? before.dueElapsed : at.elapsed
  for (const index of (alarm.plan.steps[expected.step]?.tell ?? []).keys()) {
    owed.set(`${alarm.id}/${expected.step}/${expected.ring}/${index}`, due)
  }
  const wait = waitAfter(alarm.plan, expected.step)
  watched.set(alarm.id, { plan: alarm.plan, ...expected, dueElapsed: at.elapsed + wait, deadlineWall: fact.at + wait })
}

function sent({ owed, sentTimes, cutOff, downs, late, counts }: State, id: string, elapsed: number): void {
  const times = (sentTimes.get(id) ?? 0) + 1
  sentTimes.set(id, times)
  if (times > 1) counts[cutOff.delete(id) ? 'sentAgainAfterCrash' : 'repeated'] += 1
  const due = owed.get(id)
  if (due === undefined) return
  owed.delete(id)
  const down = downs.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(elapsed, to) - Math.max(due, from)), 0)
  late.push(Math.max(0, elapsed - due - down))
}

function verdict({ watched, owed, sentTimes, late, counts }: State, elapsed: number): EscalationVerdict {
  const dueBefore = elapsed - endGraceMs
  const unsent = [...owed.values()].filter((due) => due <= dueBefore).length
  const undecided = [...watched.values()].filter(({ dueElapsed }) => dueElapsed <= dueBefore).length
  late.sort((a, b) => a - b)
  return {
    alarms: watched.size,
    rounds: counts.rounds,
    sent: sentTimes.size,
    worstLatenessMs: Math.round(late.at(-1) ?? 0),
    latenessP99Ms: Math.round(late[Math.floor(late.length * 0.99)] ?? 0),
    missed: unsent + undecided + counts.skipped,
    repeated: counts.repeated,
    sentAgainAfterCrash: counts.sentAgainAfterCrash,
  }
}

type Round = AlarmFact & { alarm: RaisedAlarm }

const isRound = (fact: StoredFact['fact']): fact is Round =>
  (fact.kind === 'alarm-raised' || fact.kind === 'alarm-escalated') && fact.alarm.state === 'raised'

/** Written anew here: the judge must not believe the engine. */
function waitAfter(plan: Plan, step: number): number {
  return plan.steps[step + 1]?.wait ?? plan.repeatEvery
}
