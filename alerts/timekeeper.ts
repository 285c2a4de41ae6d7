/** Once a second: who is due, and who fell silent? Deadlines are rows in the store, so a failure, a stall or a restart only means that they are found again. */
import type { OpenAlarm } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, type Instant, seconds } from '../domain/time.ts'
import type { CareStore } from '../store/store.ts'
import type { Desk } from './desk.ts'
import { openHanding } from './handing.ts'
import { isDue } from './rules/ring.ts'
import { within } from './within.ts'

export type TimekeeperNeeds = {
  store: Pick<CareStore, 'dueAlarms' | 'openAlarms'>
  desk: Pick<Desk, 'handle'>
  clock: Clock
  log: Log
  /** The watch over silence, asked once a second however slow the rest is. What it noticed is kept here until the desk has recorded it. */
  supervise?: (now: Instant) => readonly CareEventDraft[]
}

export type Timekeeper = {
  /** When the last round of deadlines ended, by `clock.elapsed()`; null before the first. For the health page. */
  lastTickAt(): number | null
  /** Ends the ticking; resolves when what is under way is over. */
  stop(): Promise<void>
}

const tickEvery = seconds(1)
/** Alarms found due in one round. More than this are found in the next one, oldest first. */
const dueMax = 500
/** How long a question to the store may take. */
const patience = seconds(5)
/** How often every open alarm is looked at, to find deadlines that a clock turned back has put out of reach. */
const thoroughEvery = seconds(10)
/** With so much unrecorded nothing new is looked for; to the watch the pause is a stall of ours, so nobody is declared silent by it. */
const noticedMax = 20_000

/** Starts ticking. One failing or hanging alarm never stops the others, and a round never begins before the last one ended. */
export function startTimekeeper(needs: TimekeeperNeeds): Timekeeper {
  const { clock } = needs
  let lastTickAt: number | null = null
  let running: Promise<void> | null = null
  const round = openRound(needs)
  const noticed = openHanding(needs)

  const stopTicking = clock.every(tickEvery, () => {
    running ??= round().finally(() => {
      lastTickAt = clock.elapsed()
      running = null
    })
    if (needs.supervise && noticed.waiting() < noticedMax) noticed.add(needs.supervise(clock.now()))
    void noticed.bring()
  })
  return {
    lastTickAt: () => lastTickAt,
    async stop() {
      stopTicking()
      await Promise.all([running, noticed.bring()])
    },
  }
}

function openRound(needs: TimekeeperNeeds): () => Promise<void> {
  const findDue = openFinder(needs)
  return async () => {
    try {
      const now = needs.clock.now()
      // What is not decided needs no memory: its row is still due next second.
      const deadlines = openHanding(needs)
      deadlines.add((await findDue(now)).map((alarm) => deadlineOf(alarm, now)))
      await deadlines.bring()
    } catch (error) {
      needs.log('error', `The timekeeper could not ask who is due and asks again next second: ${sentenceOf(error)}`)
    }
  }
}

function openFinder({ store, clock }: TimekeeperNeeds): (now: Instant) => Promise<readonly OpenAlarm[]> {
  const ask = <T>(question: () => Promise<T>) => within({ clock, limit: patience, what: 'The store' }, question)
  let thoroughAt = Number.NEGATIVE_INFINITY
  return async (now) => {
    const due = await ask(() => store.dueAlarms(now, dueMax))
    if (clock.elapsed() - thoroughAt < thoroughEvery) return due
    const open = await ask(() => store.openAlarms('all'))
    thoroughAt = clock.elapsed()
    const found = new Set(due.map((alarm) => alarm.id))
    return [...due, ...open.filter((alarm) => isDue(alarm, now) && !found.has(alarm.id))]
  }
}

function deadlineOf({ id: alarmId, subjectId, siteId }: OpenAlarm, at: Instant): CareEventDraft {
  return { kind: 'deadline-passed', alarmId, subjectId, siteId, at }
}
