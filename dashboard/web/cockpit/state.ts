/** What the cockpit knows: asked for every three seconds, and said to be old when no answer comes. */
import { batch, computed, signal } from '@preact/signals'
import type { AreaOutline } from '../../../domain/site-plan.ts'
import type { Cockpit, CockpitHomes, CockpitSite } from '../../contracts-maps.ts'
import { mapsApi } from '../maps/api.ts'
import { elapsed, every } from '../shared/clock.ts'

export const sites = signal<readonly CockpitSite[] | null>(null)
export const alarms = signal<Cockpit['alarms']>([])
export const serverAt = signal(0)
export const outlines = signal<readonly AreaOutline[]>([])
export const homes = signal<CockpitHomes | null>(null)
/** Milliseconds since the last answer. */
export const age = signal(0)

const staleAfterMs = 8_000
export const isStale = computed(() => age.value > staleAfterMs)
/** Site → its name. */
export const names = computed(() => new Map((sites.value ?? []).map(({ id, name }) => [id, name])))
const askEveryMs = 3_000
export type Asked = { mode: 'full' | 'show'; homes: boolean; path: readonly string[] }

/** What is known with what changed. The same list when nothing did, so that nothing is drawn anew. */
export function joined(
  known: readonly CockpitSite[] | null,
  { whole, sites: changed }: Pick<Cockpit, 'whole' | 'sites'>,
): readonly CockpitSite[] {
  if (whole || !known) return changed
  if (changed.length === 0) return known
  const byId = new Map(changed.map((site) => [site.id, site]))
  return known.map((site) => byId.get(site.id) ?? site)
}

/** Asks until the returned function is called. `what` is read at each round. */
export function startCockpit(what: () => Asked): () => void {
  let [answeredAt, version, running, isOver] = [elapsed(), '', false, false]
  const ask = async () => {
    const { mode, homes: wantsHomes, path } = what()
    const [answer, cells] = await Promise.all([mapsApi.cockpit({ mode, path, version }), wantsHomes ? mapsApi.homes({ mode, path }) : null])
    if (isOver || !answer.ok) return
    answeredAt = elapsed()
    version = answer.value.version
    batch(() => {
      sites.value = joined(sites.peek(), answer.value)
      alarms.value = answer.value.alarms
      serverAt.value = answer.value.at
      if (cells?.ok) homes.value = cells.value
    })
  }
  const round = () => {
    age.value = elapsed() - answeredAt
    if (running) return
    running = true
    void ask().finally(() => {
      running = false
    })
  }
  round()
  void mapsApi.outlines().then((answer) => {
    if (answer.ok) outlines.value = answer.value
  })
  const stop = every(askEveryMs, round)
  return () => {
    isOver = true
    stop()
    // Nothing of one look is left for the next, who may be a visitor.
    ;[sites.value, alarms.value, homes.value] = [null, [], null]
  }
}
