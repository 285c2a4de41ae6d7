/** Once a second: who is due? Deadlines are rows in the store, so a failure, a stall or a restart only means that they are found again. */
import type { OpenAlarm } from '../domain/alarm.ts'
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
/** Alarms decided side by side. */
const width = 32
/** How long one alarm, or one question to the store, may hold up its lane of a round. */
const patience = seconds(5)
/** How often every open alarm is looked at, to find deadlines that a clock turned back has put out of reach. */
const thoroughEvery = seconds(10)
/** Failures named one by one in each round; the rest are counted. */
const failuresNamed = 5

/** Starts ticking. One failing or hanging alarm never stops the others, and a round never begins before the last one ended. */
export function startTimekeeper(needs: TimekeeperNeeds): Timekeeper {
  const { clock, log } = needs
  const findDue = dueFinder(needs)
  let lastTickAt: number | null = null
  let running: Promise<void> | null = null

  const round = async () => {
    try {
      const now = clock.now()
      await handAll(needs, await findDue(now), now)
    } catch (error) {
      log('error', `The timekeeper could not ask who is due and asks again next second: ${sentenceOf(error)}`)
    } finally {
      lastTickAt = clock.elapsed()
      running = null
    }
  }
  const stopTicking = clock.every(tickEvery, () => {
    running ??= round()
  })
  return {
    lastTickAt: () => lastTickAt,
    async stop() {
      stopTicking()
      await running
    },
  }
}

function dueFinder({ store, clock }: TimekeeperNeeds): (now: Instant) => Promise<readonly OpenAlarm[]> {
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

/** What fails here needs no memory: its row is still due next second. */
async function handAll({ desk, clock, log }: TimekeeperNeeds, alarms: readonly OpenAlarm[], at: Instant): Promise<void> {
  let failed = 0
  await sideBySide(alarms, width, async ({ id: alarmId, subjectId, siteId }) => {
    try {
      const deadline = { kind: 'deadline-passed', alarmId, subjectId, siteId, at } as const
      await within({ clock, limit: patience, what: 'The desk' }, () => desk.handle(deadline))
    } catch (error) {
      failed += 1
      if (failed <= failuresNamed) log('error', `Not decided, tried again next second: ${sentenceOf(error)}`, { alarm: alarmId })
    }
  })
  if (failed > failuresNamed) log('error', 'Deadlines were not decided and are tried again next second', { failed, of: alarms.length })
}
