/** Once a week, after Sunday: whose days have slowly changed for the worse. A notice for the centre, not an alarm; worked out again after a restart. */
import { dayIn, dayNumber, dayPlus } from '../domain/calendar.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { daysNeeded, type SlowChange, slowChanges } from '../domain/slow-change.ts'
import { before, type Clock, hours, milliseconds, minutes } from '../domain/time.ts'
import type { Directory, HistoryStore } from '../store/store.ts'

export type ChangedPerson = { residentId: string; changes: readonly SlowChange[] }
/** `lastDay`: the Sunday of the week that is told; null until it was worked out. */
export type WeeklyChanges = { lastDay: string | null; people: readonly ChangedPerson[] }

export type WeeklyChangesNeeds = {
  directory: Pick<Directory, 'sites' | 'residents'>
  history: Pick<HistoryStore, 'days'>
  clock: Clock
  log: Log
  /** Rest after each person, in milliseconds: nobody waits for this work. */
  restMs?: number
}

export type WeeklyWatch = {
  of(siteId: string): WeeklyChanges
  /** Works out every week that is over and not told; resolves when done. One run at a time. */
  run(): Promise<void>
  stop(): Promise<void>
}

const lookEvery = minutes(30)
/** What days came to is written in the first hours of the next day. */
const afterMidnight = hours(6)
const none: WeeklyChanges = { lastDay: null, people: [] }

/** Begins after the first half hour: a start has better things to do. */
export function startWeeklyChanges(needs: WeeklyChangesNeeds): WeeklyWatch {
  const { clock, log } = needs
  const bySite = new Map<string, WeeklyChanges>()
  let running: Promise<void> | null = null
  let isStopped = false
  const run = (): Promise<void> => {
    running ??= lookAtAll(needs, bySite, () => isStopped)
      .catch((error: unknown) =>
        log('warn', 'The changes of the week could not be worked out; it is tried again.', { why: sentenceOf(error) }),
      )
      .finally(() => {
        running = null
      })
    return running
  }
  const stopLooking = clock.every(lookEvery, () => void run())
  return {
    of: (siteId) => bySite.get(siteId) ?? none,
    run,
    async stop() {
      isStopped = true
      stopLooking()
      await running
    },
  }
}

async function lookAtAll(needs: WeeklyChangesNeeds, bySite: Map<string, WeeklyChanges>, isStopped: () => boolean): Promise<void> {
  for (const { id, timeZone } of await needs.directory.sites()) {
    const lastDay = lastSunday(dayIn(timeZone, before(needs.clock.now(), afterMidnight)))
    if (bySite.get(id)?.lastDay === lastDay || isStopped()) continue
    const people = await changedPeople(needs, { siteId: id, timeZone, lastDay }, isStopped)
    if (!isStopped()) bySite.set(id, { lastDay, people })
  }
}

/** The newest Sunday before this day. 1970-01-01 was a Thursday. */
const lastSunday = (day: string): string => dayPlus(day, -(((dayNumber(day) + 3) % 7) + 1))

type Week = { siteId: string; timeZone: string; lastDay: string }

async function changedPeople(needs: WeeklyChangesNeeds, { siteId, timeZone, lastDay }: Week, isStopped: () => boolean) {
  const { directory, history, clock, restMs = 5 } = needs
  const from = dayPlus(lastDay, 1 - daysNeeded)
  const people: ChangedPerson[] = []
  for (const { resident } of await directory.residents([siteId])) {
    if (isStopped()) break
    const changes = slowChanges(await history.days({ resident: resident.number, from, to: lastDay }), { lastDay, timeZone })
    if (changes.length > 0) people.push({ residentId: resident.id, changes })
    await new Promise<void>((resolve) => void clock.later(milliseconds(restMs), resolve))
  }
  return people.sort((a, b) => b.changes.length - a.changes.length || (a.residentId < b.residentId ? -1 : 1))
}
