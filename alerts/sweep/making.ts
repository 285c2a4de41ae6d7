/** Makes the list of one site after one outage: everybody who was at home in it, the worst risk first, each with the reasons. */
import type { Outage, SweepHome } from '../../domain/sweep.ts'
import { before, days, type Instant } from '../../domain/time.ts'
import type { CareStore, Directory, ResidentCard } from '../../store/store.ts'
import { isPersonal, riskOf, wasReal } from './risk.ts'

export type MakingNeeds = {
  directory: Pick<Directory, 'residents' | 'cards'>
  store: Pick<CareStore, 'openAlarms' | 'resolvedSince'>
  silence: { lastActiveAt(residentNumber: number): Instant }
}

/** Her device can only call from home. */
const elsewhere: ReadonlySet<string> = new Set(['away', 'hospital'])
const cardsAtOnce = 200
const unwellSince = days(1)
const closedMost = 10_000

/** Throws what the stores throw. */
export async function listFor({ directory, store, silence }: MakingNeeds, outage: Outage, siteId: string): Promise<readonly SweepHome[]> {
  const named = outage.residentIds && new Set(outage.residentIds)
  const people = (await directory.residents([siteId])).filter(
    ({ resident }) => !elsewhere.has(resident.mode) && (!named || named.has(resident.id)),
  )
  const open = new Set((await store.openAlarms([siteId])).filter(isPersonal).map(({ subjectId }) => subjectId))
  const closed = await store.resolvedSince([siteId], before(outage.from, unwellSince), closedMost)
  const unwell = new Set(closed.filter(wasReal).map(({ subjectId }) => subjectId))
  const rows: { card: ResidentCard; home: SweepHome }[] = []
  for (let from = 0; from < people.length; from += cardsAtOnce) {
    for (const card of await directory.cards(people.slice(from, from + cardsAtOnce).map(({ resident }) => resident.id))) {
      const { id, number } = card.resident
      const lastActiveAt = silence.lastActiveAt(number)
      const judged = riskOf({ ...card, lastActiveAt, isOpen: open.has(id), wasUnwell: unwell.has(id) }, outage.from)
      rows.push({ card, home: { residentId: id, building: card.home.building, ...judged, done: null } })
    }
    await breathe()
  }
  return rows.sort((a, b) => b.home.risk - a.home.risk || byDoor(a.card, b.card)).map(({ home }) => home)
}

/** The store answers at once: without a pause a press would wait for the whole list. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const numeric = new Intl.Collator('zh-CN', { numeric: true })
const doorOf = ({ home }: ResidentCard): string => `${home.building}-${home.unit}-${home.door}`
const byDoor = (a: ResidentCard, b: ResidentCard): number => numeric.compare(doorOf(a), doorOf(b))
