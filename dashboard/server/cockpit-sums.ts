/** What the cockpit adds up that nobody needs to the second: registers, read anew when the directory changed, and a week of answers; in slices, behind the back of whoever asks. */
import type { FigureCursor, FigureStore } from '../../domain/figures.ts'
import { lifeSignSite } from '../../domain/life-sign.ts'
import type { Site } from '../../domain/people.ts'
import { before, type Clock, days, hours, type Instant, minutes, seconds } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import type { Answered, CockpitSite } from '../contracts-maps.ts'
import { breathe } from './breathe.ts'

/** What a site's devices and people are, before anybody asks how they are. */
export type Register = { residents: number; devices: number[]; buttons: string[] }
export type Registers = { sites: readonly Site[]; of: ReadonlyMap<string, Register> }
export type Sums = Pick<CockpitSite, 'day' | 'week'>

const readEvery = seconds(30)
/** Nobody looked for so long that what was read then is no answer. */
const tooOld = minutes(2)
const answerWithin = seconds(60)
/** So few that reading and adding them takes a millisecond. */
const alarmsPerSlice = 100
const sitesPerSlice = 200
/** A week of a thousand sites, many times over. */
const alarmsMost = 500_000

export type SumNeeds = { directory: Directory; figureStore: FigureStore; clock: Clock }

export function openSums({ directory, figureStore, clock }: SumNeeds) {
  const registers = openBehind(
    clock,
    () => readRegisters(directory),
    () => directory.version(),
  )
  const answers = openBehind(clock, () => readAnswers(figureStore, clock.now()))
  return { registers, answers }
}

/**
 * Reads again when half a minute has passed and `version` is another one. Whoever asks meanwhile gets what was read before, and nobody waits but for the first reading, or the first after a while.
 * A reading that fails is tried again by who asks next; it throws only while there is none.
 */
function openBehind<T>(clock: Clock, read: () => Promise<T>, version: () => number = () => Number.NaN): () => Promise<T> {
  let kept: { at: number; version: number; value: T } | null = null
  let running: Promise<T> | null = null
  const readNow = async (): Promise<T> => {
    const begun = { at: clock.elapsed(), version: version() }
    const value = await read()
    kept = { ...begun, value }
    return value
  }
  return async () => {
    if (kept && (clock.elapsed() - kept.at < readEvery || kept.version === version())) return kept.value
    running ??= readNow().finally(() => {
      running = null
    })
    if (!kept || clock.elapsed() - kept.at > tooOld) return running
    running.catch(() => undefined)
    return kept.value
  }
}

async function readRegisters(directory: Directory): Promise<Registers> {
  const of = new Map<string, Register>()
  const registerOf = (siteId: string): Register => {
    const register = of.get(siteId) ?? { residents: 0, devices: [], buttons: [] }
    of.set(siteId, register)
    return register
  }
  const sites = (await directory.sites()).filter(({ id }) => id !== lifeSignSite)
  await directory.eachWatchedResident(({ siteId }) => {
    registerOf(siteId).residents += 1
  })
  await directory.eachWatchedDevice(({ id, siteId, number, role }) => {
    const register = registerOf(siteId)
    register.devices.push(number)
    if (role === 'sos-button') register.buttons.push(id)
  })
  return { sites, of }
}

async function inSlices<T>(rows: readonly T[], size: number, each: (row: T) => void): Promise<void> {
  for (const [index, row] of rows.entries()) {
    if (index % size === 0) await breathe()
    each(row)
  }
}

type Took = { day: number[]; week: number[]; dayAll: number; weekAll: number }

/** How soon alarms for people were taken, by site: of the last day and the last seven. */
async function readAnswers(store: FigureStore, now: Instant): Promise<ReadonlyMap<string, Sums>> {
  const took = new Map<string, Took>()
  const dayFrom = before(now, hours(24))
  let after: FigureCursor | null = null
  for (let read = 0; read < alarmsMost; read += alarmsPerSlice) {
    const { rows, next } = await store.between('all', { from: before(now, days(7)), to: now }, { after, limit: alarmsPerSlice })
    for (const { siteId, kind, bySystem, storedAt, answeredAt } of rows) {
      // What is about devices, or took itself back, asked nobody to hurry; and what is young may still be answered in time.
      if (kind === 'technical' || (bySystem && answeredAt === null) || (answeredAt === null && now - storedAt < answerWithin)) continue
      const one = took.get(siteId) ?? { day: [], week: [], dayAll: 0, weekAll: 0 }
      took.set(siteId, one)
      const isToday = storedAt >= dayFrom
      one.weekAll += 1
      if (isToday) one.dayAll += 1
      if (answeredAt === null) continue
      one.week.push(answeredAt - storedAt)
      if (isToday) one.day.push(answeredAt - storedAt)
    }
    if (!next) break
    after = next
    await breathe()
  }
  const sums = new Map<string, Sums>()
  await inSlices([...took], sitesPerSlice, ([siteId, one]) => {
    sums.set(siteId, { day: answered(one.day, one.dayAll), week: answered(one.week, one.weekAll) })
  })
  return sums
}

function answered(spans: readonly number[], count: number): Answered {
  const sorted = [...spans].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  return { count, median: middle === undefined ? null : middle / 1_000, within: sorted.filter((span) => span <= answerWithin).length }
}

export const nothingAnswered: Answered = { count: 0, median: null, within: 0 }
