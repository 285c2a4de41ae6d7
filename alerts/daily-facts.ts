/** What each person's day came to, written down once after the day is over, in the time of their own home; what a stop left out is caught up. */
import { dayIn, dayPlus, daySpan } from '../domain/calendar.ts'
import { dayFacts, nightFrom } from '../domain/daily.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { before, type Clock, type Instant, instant, milliseconds, minutes } from '../domain/time.ts'
import type { Directory, HistoryStore, ResidentCard, StoredDay, TelemetryStore } from '../store/store.ts'

export type DailyFactsNeeds = {
  directory: Directory
  telemetry: Pick<TelemetryStore, 'readings'>
  history: Pick<HistoryStore, 'saveDays' | 'newestDays'>
  clock: Clock
  log: Log
  /** Rest after each person, in milliseconds: nobody waits for this work, and it must not make others wait. */
  restMs?: number
}

/** A day is looked at this long after it ended, so that what was under way has come in. */
const afterMidnight = minutes(20)
/** Days without facts that are caught up at most; readings one by one are kept for longer. */
const caughtUpMax = 21
/** A new home has no older days: as far back as its first strip of days shows. */
const firstDays = 14
/** The day before is written again: devices that had no line send what they stored. */
const againDays = 1
const lookEvery = minutes(10)
/** After a start the devices come back first; nobody waits for days. */
const firstLookAfter = minutes(2)
const cardsAtOnce = 100
const readingsMax = 200_000

export type DailyFacts = {
  /** Writes all days that are over and not written, and resolves with how many. One run at a time. */
  run(): Promise<number>
  stop(): Promise<void>
}

/** Looks two minutes after the start and then every ten whether a day is over somewhere. */
export function startDailyFacts(needs: DailyFactsNeeds): DailyFacts {
  const { clock, log } = needs
  let running: Promise<number> | null = null
  let isStopped = false
  const run = (): Promise<number> => {
    running ??= writeDue(needs, () => isStopped)
      .catch((error: unknown) => {
        log('warn', 'What days came to could not be written; it is tried again.', { why: sentenceOf(error) })
        return 0
      })
      .finally(() => {
        running = null
      })
    return running
  }
  const stopLooking = clock.every(lookEvery, () => void run())
  const stopWaiting = clock.later(firstLookAfter, () => void run())
  return {
    run,
    async stop() {
      isStopped = true
      stopLooking()
      stopWaiting()
      await running
    },
  }
}

async function writeDue(needs: DailyFactsNeeds, isStopped: () => boolean): Promise<number> {
  const { directory, history, clock } = needs
  const newest = new Map(await history.newestDays())
  let written = 0
  for (const site of await directory.sites()) {
    const yesterday = dayPlus(dayIn(site.timeZone, before(clock.now(), afterMidnight)), -1)
    const due = (await directory.residents([site.id])).filter(({ resident }) => (newest.get(resident.number) ?? '') < yesterday)
    for (let from = 0; from < due.length && !isStopped(); from += cardsAtOnce) {
      const ids = due.slice(from, from + cardsAtOnce).map(({ resident }) => resident.id)
      written += await writeSome(needs, isStopped, { ids, newest, yesterday })
    }
  }
  return written
}

type Some = { ids: readonly string[]; newest: ReadonlyMap<number, string>; yesterday: string }

async function writeSome(needs: DailyFactsNeeds, isStopped: () => boolean, { ids, newest, yesterday }: Some): Promise<number> {
  const found: StoredDay[] = []
  for (const card of await needs.directory.cards(ids)) {
    if (isStopped()) break
    found.push(...(await daysOrTell(needs, { card, newest: newest.get(card.resident.number), yesterday })))
    await rest(needs.clock, needs.restMs ?? 10)
  }
  // Many people in one commit: each takes the disk from those who wait for it.
  if (found.length > 0) await needs.history.saveDays(found)
  return found.length
}

const rest = (clock: Clock, ms: number) => new Promise<void>((resolve) => void clock.later(milliseconds(ms), resolve))

/** The days to write of somebody whose newest written one is `newest`, oldest first. */
export function dueDays(newest: string | undefined, yesterday: string): string[] {
  const earliest = dayPlus(yesterday, 1 - (newest === undefined ? firstDays : caughtUpMax))
  const wanted = newest === undefined ? earliest : dayPlus(newest, 1 - againDays)
  const days: string[] = []
  for (let day = wanted > earliest ? wanted : earliest; day <= yesterday; day = dayPlus(day, 1)) days.push(day)
  return days
}

/** One person whose readings cannot be read must not keep everybody else's days from being written. */
async function daysOrTell(needs: DailyFactsNeeds, due: Due): Promise<readonly StoredDay[]> {
  try {
    return await daysOf(needs, due)
  } catch (error) {
    needs.log('warn', 'Days of one person could not be read; it is tried again.', {
      resident: due.card.resident.id,
      why: sentenceOf(error),
    })
    return []
  }
}

type Due = { card: ResidentCard; newest: string | undefined; yesterday: string }

/** All days that are due from one look at the readings. */
async function daysOf({ telemetry }: DailyFactsNeeds, { card, newest, yesterday }: Due): Promise<readonly StoredDay[]> {
  const { resident, site, devices } = card
  const { timeZone } = site
  const due = dueDays(newest, yesterday)
  const [first = yesterday] = due
  const span = { from: nightFrom(timeZone, first), to: last(daySpan(timeZone, yesterday).to) }
  const all = await telemetry.readings({ resident: resident.number, ...span, limit: readingsMax })
  return due.map((day) => {
    const [from, to] = [nightFrom(timeZone, day), daySpan(timeZone, day).to]
    const readings = all.filter(({ at }) => at >= from && at < to)
    return { resident: resident.number, ...dayFacts({ day, timeZone, readings, devices }) }
  })
}

const last = (to: Instant): Instant => instant(to - 1)
