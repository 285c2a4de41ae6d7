/** What the cockpit knows: asked for every three seconds, and said to be old when no answer comes. */
import { batch, computed, signal } from '@preact/signals'
import type { Cockpit, CockpitHomes, CockpitSite } from '../../contracts-maps.ts'
import { mapsApi } from '../maps/api.ts'
import { elapsed, every } from '../shared/clock.ts'
import { joined } from './levels.ts'

export const sites = signal<readonly CockpitSite[] | null>(null)
/** Of the place that is shown; null: not known yet, which is not the same as none. */
export const alarms = signal<Cockpit['alarms'] | null>(null)
export const serverAt = signal(0)
export const homes = signal<CockpitHomes | null>(null)
/** Milliseconds since the last answer. */
export const age = signal(0)

const staleAfterMs = 8_000
export const isStale = computed(() => age.value > staleAfterMs)
/** Site → its name. */
export const names = computed(() => new Map((sites.value ?? []).map(({ id, name }) => [id, name])))
const askEveryMs = 3_000
export type Asked = { mode: 'full' | 'show'; homes: boolean; path: readonly string[] }

let askAgain = () => {}

/** Somebody went elsewhere: what was open there is not open here. The sites are known already. */
export function moved(): void {
  ;[alarms.value, homes.value] = [null, null]
  askAgain()
}

/** Asks until the returned function is called. `what` is read at each round. */
export function startCockpit(what: () => Asked): () => void {
  let [answeredAt, version, running, isOver] = [elapsed(), '', false, false]
  const whereNow = () => what().path.join('/')
  const ask = async (): Promise<void> => {
    const { mode, homes: wantsHomes, path } = what()
    const [answer, cells] = await Promise.all([mapsApi.cockpit({ mode, path, version }), wantsHomes ? mapsApi.homes({ mode, path }) : null])
    if (isOver || !answer.ok) return
    answeredAt = elapsed()
    version = answer.value.version
    const isHere = path.join('/') === whereNow()
    batch(() => {
      sites.value = joined(sites.peek(), answer.value)
      serverAt.value = answer.value.at
      if (isHere) alarms.value = answer.value.alarms
      if (isHere && cells?.ok) homes.value = cells.value
    })
    // Somebody went on while this was asked.
    if (!isHere) return ask()
  }
  const round = () => {
    age.value = elapsed() - answeredAt
    if (running) return
    running = true
    void ask().finally(() => {
      running = false
    })
  }
  askAgain = round
  round()
  const stop = every(askEveryMs, round)
  return () => {
    isOver = true
    stop()
    askAgain = () => {}
    // Nothing of one look is left for the next, who may be a visitor.
    ;[sites.value, alarms.value, homes.value] = [null, null, null]
  }
}
