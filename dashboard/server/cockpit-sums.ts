/** The figures of every site for the cockpit: read at most every half minute, added up at most every two seconds, whoever looks. */
import type { Silence } from '../../alerts/silence.ts'
import type { FigureCursor, FigureStore } from '../../domain/figures.ts'
import { before, type Clock, days, hours, type Instant, seconds } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import type { Answered, CockpitSite } from '../contracts-maps.ts'
import { breathe } from './breathe.ts'

/** What a site's devices and people are, before anybody asks how they are. */
export type Register = { residents: number; devices: number[]; buttons: string[] }
type Sums = Pick<CockpitSite, 'day' | 'week'>

const readEvery = seconds(30)
const pageSize = 1_000
const pagesMost = 60
const answerWithin = seconds(60)

export type SumNeeds = { directory: Directory; silence: Silence; figureStore: FigureStore; clock: Clock }

export function openSums({ directory, figureStore, clock }: SumNeeds) {
  const registers = openSlow(clock, () => readRegisters(directory))
  const answers = openSlow(clock, () => readAnswers(figureStore, clock.now()))
  return { registers, answers }
}

/** Reads again when what it has is older than half a minute; all who ask meanwhile wait for the same reading. */
function openSlow<T>(clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; value: Promise<T> } | null = null
  return () => {
    if (kept && clock.elapsed() - kept.at < readEvery) return kept.value
    const value = read()
    kept = { at: clock.elapsed(), value }
    value.catch(() => {
      kept = null
    })
    return value
  }
}

async function readRegisters(directory: Directory): Promise<ReadonlyMap<string, Register>> {
  const found = new Map<string, Register>()
  const of = (siteId: string): Register => {
    const register = found.get(siteId) ?? { residents: 0, devices: [], buttons: [] }
    found.set(siteId, register)
    return register
  }
  for (const { siteId } of await directory.watchedResidents()) of(siteId).residents += 1
  await breathe()
  for (const { id, siteId, number, role } of await directory.watchedDevices()) {
    const register = of(siteId)
    register.devices.push(number)
    if (role === 'sos-button') register.buttons.push(id)
  }
  return found
}

type Took = { day: number[]; week: number[]; dayAll: number; weekAll: number }

/** How soon alarms for people were taken, by site: of the last day and the last seven. */
async function readAnswers(store: FigureStore, now: Instant): Promise<ReadonlyMap<string, Sums>> {
  const took = new Map<string, Took>()
  const dayFrom = before(now, hours(24))
  let after: FigureCursor | null = null
  for (let page = 0; page < pagesMost; page += 1) {
    const { rows, next } = await store.between('all', { from: before(now, days(7)), to: now }, { after, limit: pageSize })
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
  return new Map([...took].map(([siteId, one]) => [siteId, { day: answered(one.day, one.dayAll), week: answered(one.week, one.weekAll) }]))
}

function answered(spans: readonly number[], count: number): Answered {
  const sorted = [...spans].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  return { count, median: middle === undefined ? null : middle / 1_000, within: sorted.filter((span) => span <= answerWithin).length }
}

export const nothingAnswered: Answered = { count: 0, median: null, within: 0 }
