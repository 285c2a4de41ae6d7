/** Once a second: who is due, and who fell silent? Deadlines are rows in the store, so a failure, a stall or a restart only means that they are found again. */
import type { OpenAlarm } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, type Instant, milliseconds, seconds } from '../domain/time.ts'
import type { CareStore } from '../store/store.ts'
import type { Desk } from './desk.ts'
import { openHanding } from './handing.ts'
import { isDue } from './rules/ring.ts'
import { openTurnedBack } from './turned-back.ts'
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
/** Deadlines are looked at once more between two ticks, unless there is trouble: nobody waits a second longer than the plan says. */
const lookBetweenAfter = milliseconds(500)
/** From the start to the first look: whoever became due while nothing ran has waited enough. */
const firstLookAfter = milliseconds(50)
/** Alarms asked for at once, oldest first. */
const dueMax = 500
/** How often one round asks again, while as many are due as it asks for: a machine that was away finds thousands. */
const pagesMax = 200
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
  let running: Promise<boolean> | null = null
  let stopped = false
  const round = openRound(needs)
  const noticed = openHanding(needs)
  const look = (): Promise<boolean> => {
    running ??= round().finally(() => {
      lastTickAt = clock.elapsed()
      running = null
    })
    return running
  }
  let callOffLook = clock.later(firstLookAfter, look)
  const stopTicking = clock.every(tickEvery, () => {
    callOffLook()
    void look().then((well) => {
      if (well && !stopped) callOffLook = clock.later(lookBetweenAfter, look)
    })
    if (needs.supervise && noticed.waiting() < noticedMax) noticed.add(needs.supervise(clock.now()))
    void noticed.bring()
  })
  return {
    lastTickAt: () => lastTickAt,
    async stop() {
      stopped = true
      stopTicking()
      callOffLook()
      await Promise.all([running, noticed.bring()])
    },
  }
}

/** One look for all who are due, page after page. Resolves with false when something is left to be tried again. */
function openRound(needs: TimekeeperNeeds): () => Promise<boolean> {
  const findDue = openFinder(needs)
  return async () => {
    try {
      for (let page = 1; ; page += 1) {
        const found = await findDue(needs.clock.now())
        // What is not decided needs no memory: its row is still due next second.
        const deadlines = openHanding(needs)
        deadlines.add(found.due)
        await deadlines.bring()
        const decided = deadlines.waiting() === 0
        if (decided) found.decided()
        if (found.due.length < dueMax || !decided || page === pagesMax) return decided
      }
    } catch (error) {
      needs.log('error', `The timekeeper could not ask who is due and asks again next second: ${sentenceOf(error)}`)
      return false
    }
  }
}

type Found = { due: readonly CareEventDraft[]; decided: () => void }

function openFinder({ store, clock }: TimekeeperNeeds): (now: Instant) => Promise<Found> {
  const ask = <T>(question: () => Promise<T>) => within({ clock, limit: patience, what: 'The store' }, question)
  const turnedBack = openTurnedBack(clock)
  let thoroughAt = Number.NEGATIVE_INFINITY
  return async (now) => {
    const due = await ask(() => store.dueAlarms(now, dueMax))
    const wasTurned = turnedBack.noticed()
    const events = new Map(due.map((alarm) => [alarm.id, deadlineOf(alarm, now)]))
    if (wasTurned || clock.elapsed() - thoroughAt >= thoroughEvery) {
      const open = await ask(() => store.openAlarms('all'))
      thoroughAt = clock.elapsed()
      if (wasTurned) turnedBack.keep(open)
      for (const alarm of open) if (isDue(alarm, now) && !events.has(alarm.id)) events.set(alarm.id, deadlineOf(alarm, now))
    }
    const overdue = turnedBack.overdue()
    for (const { alarm, deadline } of overdue) if (!events.has(alarm.id)) events.set(alarm.id, { ...deadlineOf(alarm, now), deadline })
    return { due: [...events.values()], decided: () => turnedBack.handed(overdue) }
  }
}

type DeadlinePassed = Extract<CareEventDraft, { kind: 'deadline-passed' }>

function deadlineOf({ id: alarmId, subjectId, siteId }: OpenAlarm, at: Instant): DeadlinePassed {
  return { kind: 'deadline-passed', alarmId, subjectId, siteId, at }
}
