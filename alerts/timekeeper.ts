/** Once a second: who is due? Deadlines are rows in the store, so a failure, a stall or a restart only means that they are found again. */
import type { OpenAlarm } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, type Instant, seconds } from '../domain/time.ts'
import type { CareStore } from '../store/store.ts'
import type { Desk } from './desk.ts'
import { isDue } from './rules/ring.ts'
import { sideBySide, within } from './within.ts'

export type TimekeeperNeeds = {
  store: Pick<CareStore, 'dueAlarms' | 'openAlarms'>
  desk: Pick<Desk, 'handle'>
  clock: Clock
  log: Log
  /** The supervision of silence, once a second. What the desk cannot take is kept here and handed over again next second, in order. */
  supervise?: (now: Instant) => readonly CareEventDraft[]
}

export type Timekeeper = {
  /** When the last round ended, by `clock.elapsed()`; null before the first. For the health page. */
  lastTickAt(): number | null
  /** Ends the ticking; resolves when the running round is over. */
  stop(): Promise<void>
}

const tickEvery = seconds(1)
/** Alarms found due in one round. More than this are found in the next one, oldest first. */
const dueMax = 500
/** Subjects decided side by side. */
const width = 32
/** How long one event or one question to the store may hold up its lane of a round. */
const patience = seconds(5)
/** How often every open alarm is looked at, to find deadlines that a clock turned back has put out of reach. */
const thoroughEvery = seconds(10)
/** What supervision noticed and the desk could not take yet. Beyond it the oldest are dropped and counted; silence is noticed again after a restart. */
const keptMax = 20_000
/** Failures named one by one in each round; the rest are counted. */
const failuresNamed = 5

/** Starts ticking. One failing or hanging alarm never stops the others, and a round never begins before the last one ended. */
export function startTimekeeper(needs: TimekeeperNeeds): Timekeeper {
  const { clock } = needs
  let lastTickAt: number | null = null
  let running: Promise<void> | null = null
  const findDeadlines = deadlineFinder(needs)
  const superviseAll = supervision(needs)

  const round = async () => {
    const now = clock.now()
    await Promise.all([guarded(needs, 'deadlines', () => findDeadlines(now)), guarded(needs, 'supervision', () => superviseAll(now))])
    lastTickAt = clock.elapsed()
  }
  const stopTicking = clock.every(tickEvery, () => {
    running ??= round().finally(() => {
      running = null
    })
  })
  return {
    lastTickAt: () => lastTickAt,
    async stop() {
      stopTicking()
      await running
    },
  }
}

function deadlineFinder(needs: TimekeeperNeeds): (now: Instant) => Promise<void> {
  const { store, clock } = needs
  let thoroughAt = Number.NEGATIVE_INFINITY
  return async (now) => {
    const due = await within({ clock, limit: patience, what: 'The store' }, () => store.dueAlarms(now, dueMax))
    const found = new Map(due.map((alarm) => [alarm.id, alarm]))
    if (clock.elapsed() - thoroughAt >= thoroughEvery) {
      const open = await within({ clock, limit: patience, what: 'The store' }, () => store.openAlarms('all'))
      for (const alarm of open.filter((each) => isDue(each, now))) found.set(alarm.id, alarm)
      thoroughAt = clock.elapsed()
    }
    // What fails here needs no memory: its row is still due next second.
    await handAll(
      needs,
      [...found.values()].map((alarm) => deadlineOf(alarm, now)),
    )
  }
}

function deadlineOf(alarm: OpenAlarm, at: Instant): CareEventDraft {
  return { kind: 'deadline-passed', alarmId: alarm.id, subjectId: alarm.subjectId, siteId: alarm.siteId, at }
}

function supervision(needs: TimekeeperNeeds): (now: Instant) => Promise<void> {
  let kept: readonly CareEventDraft[] = []
  return async (now) => {
    const noticed = needs.supervise?.(now) ?? []
    const left = await handAll(needs, [...kept, ...noticed])
    kept = left.slice(-keptMax)
    const dropped = left.length - kept.length
    if (dropped > 0) needs.log('error', 'Too much that supervision noticed could not be decided', { dropped })
  }
}

/** Hands every draft to the desk, in order for each subject. Returns those that were not decided, and those that stood behind them. */
async function handAll(needs: TimekeeperNeeds, drafts: readonly CareEventDraft[]): Promise<readonly CareEventDraft[]> {
  const left = new Set<CareEventDraft>()
  const bySubject = Map.groupBy(drafts, (draft) => draft.subjectId)
  await sideBySide(bySubject.values(), width, async (queue) => {
    const taken = await handInOrder(needs, queue, left.size < failuresNamed)
    for (const draft of queue.slice(taken)) left.add(draft)
  })
  if (left.size > failuresNamed) needs.log('error', 'Events were not decided and are tried again', { left: left.size, of: drafts.length })
  return drafts.filter((draft) => left.has(draft))
}

/** How many of the queue were decided before one failed. */
async function handInOrder({ desk, clock, log }: TimekeeperNeeds, queue: readonly CareEventDraft[], naming: boolean): Promise<number> {
  let taken = 0
  for (const draft of queue) {
    try {
      await within({ clock, limit: patience, what: 'The desk' }, () => desk.handle(draft))
      taken += 1
    } catch (error) {
      if (naming) log('error', `Not decided, tried again next second: ${sentenceOf(error)}`, { subject: draft.subjectId, kind: draft.kind })
      break
    }
  }
  return taken
}

async function guarded({ log }: TimekeeperNeeds, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    log('error', `The timekeeper could not finish its round of ${what} and tries again next second: ${sentenceOf(error)}`)
  }
}
