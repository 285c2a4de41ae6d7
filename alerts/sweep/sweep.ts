/** Welfare sweep: after every outage a durable list of who may have been unheard, ticked off by her own signs of life or by a person, to 100 %. */
import type { Bus } from '../../bus/bus.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { Outage, SweepTick } from '../../domain/sweep.ts'
import { before, type Clock, days, type Instant, minutes, type Span, seconds } from '../../domain/time.ts'
import type { CareStore, Directory, Sweeps } from '../../store/store.ts'
import { listFor, type MakingNeeds } from './making.ts'
import { networkOutage, openOutages, platformOutage, type Watched } from './outages.ts'
import { type Ask, openTicking } from './ticking.ts'

export type SweepNeeds = MakingNeeds & {
  sweeps: Sweeps
  store: Pick<CareStore, 'openAlarms' | 'resolvedSince'>
  directory: Pick<Directory, 'residents' | 'cards' | 'sites' | 'watchedResidents'>
  bus: Pick<Bus, 'subscribe'>
  /** Parts whose trouble means that people may be unheard: the way of a press, and the disks. */
  lifeSign: { outSince(): Instant | null }
  database: { health(): { fullSince: Instant | null } }
  readings: { health(): { refusedSince: Instant | null } }
  /** Outages shorter than this make no sweep. */
  settings: Readonly<{ ANLING_SWEEP_MINUTES: number }>
  clock: Clock
  log: Log
}

/** A sweep was made (`null`), or somebody on it was ticked off. */
export type SweepNews = { siteId: string; tick: SweepTick | null }
export type SweepDesk = Pick<Sweeps, 'current' | 'find'> & {
  /** Who is newly ticked off; nobody when the sweep is over or unknown. Throws StoreTrouble. */
  ask(asked: Ask): Promise<readonly string[]>
  subscribe(listener: (news: SweepNews) => void): () => void
}
export type StartedSweeps = SweepDesk & { look(): Promise<void>; stop(): Promise<void> }

const lookEvery = seconds(10)
const liveEvery = seconds(30)
/** A network that came back just before a restart is found again. */
const lookBack = days(1)
const closedMost = 10_000

/** Starts looking; the first look, over what happened before this start, goes on beside the opening of the doors: a press must not wait for a list. */
export async function startSweeps(needs: SweepNeeds): Promise<StartedSweeps> {
  const { sweeps, clock, log } = needs
  const limit = minutes(needs.settings.ANLING_SWEEP_MINUTES)
  const listeners = new Set<(news: SweepNews) => void>()
  const tell = (news: SweepNews) => {
    for (const listener of listeners) listener(news)
  }
  const ticking = openTicking({ ...needs, changed: (tick) => tell({ siteId: tick.siteId, tick }) })
  const outages = openOutages(watchedOf(needs), limit)
  const owed: Outage[] = [platformOutage(await sweeps.aliveAt(), clock.now(), limit) ?? []].flat()
  let begun = false
  const begin = async () => {
    owed.push(...(await networkOutagesBefore(needs, limit)))
    await ticking.load()
    begun = true
  }
  const round = async () => {
    if (!begun) await begin()
    owed.push(...outages.look(clock.now()))
    for (let outage = owed[0]; outage; outage = owed[0]) {
      if (await make(needs, outage, tell)) await ticking.load()
      owed.shift()
    }
    await ticking.hear()
  }
  let underWay: Promise<void> | null = null
  const look = () => {
    underWay ??= round()
      .catch((error) => log('error', `The welfare sweep could not be carried on; trying again: ${sentenceOf(error)}`))
      .finally(() => {
        underWay = null
      })
    return underWay
  }
  // Only while all is well and nothing is owed: whatever ends this process then, the next one knows from when on people may be unheard.
  const live = async () => {
    if (begun && owed.length === 0 && !outages.isOut()) await sweeps.live(clock.now())
  }
  const stayAlive = () => void live().catch((error) => log('error', `The sign that we are alive could not be kept: ${sentenceOf(error)}`))
  const unsubscribe = needs.bus.subscribe((facts) => {
    for (const { fact } of facts) if ('alarm' in fact) owed.push(...[networkOutage(fact.alarm, limit) ?? []].flat())
  })
  void look().then(stayAlive)
  const stops = [clock.every(lookEvery, () => void look()), clock.every(liveEvery, stayAlive), unsubscribe]
  return {
    current: sweeps.current,
    find: sweeps.find,
    ask: ticking.ask,
    look,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async stop() {
      for (const stop of stops) stop()
      await underWay
      await live().catch(() => {})
    },
  }
}

/** Areas that were heard again shortly before this process began. */
async function networkOutagesBefore({ store, clock }: SweepNeeds, limit: Span): Promise<readonly Outage[]> {
  const closed = await store.resolvedSince('all', before(clock.now(), lookBack), closedMost)
  return closed.flatMap((alarm) => networkOutage(alarm, limit) ?? [])
}

const watchedOf = ({ lifeSign, database, readings }: SweepNeeds): readonly Watched[] => [
  { cause: 'broker', downSince: lifeSign.outSince },
  { cause: 'disk', downSince: () => database.health().fullSince ?? readings.health().refusedSince },
]

/** True when at least one site's list is new. Made again after a failure, it is the same. */
async function make(needs: SweepNeeds, outage: Outage, tell: (news: SweepNews) => void): Promise<boolean> {
  const { sweeps, directory, clock, log } = needs
  const { cause, from, until } = outage
  const siteIds = outage.siteIds === 'all' ? (await directory.sites()).map(({ id }) => id) : outage.siteIds
  let made = 0
  for (const siteId of siteIds) {
    const list = await listFor(needs, outage, siteId)
    const sweep = { id: `${outage.id}:${siteId}`, siteId, cause, from, until, madeAt: clock.now() }
    if (!(await sweeps.put(sweep, list))) continue
    made += 1
    log('warn', 'After an outage a list of who may have been unheard was made', { sweep: sweep.id, site: siteId, people: list.length })
    tell({ siteId, tick: null })
  }
  return made > 0
}
