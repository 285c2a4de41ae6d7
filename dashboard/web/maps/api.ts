/** What the screens ask about maps. Plans rarely change: each is asked for once, and again after a while. */
import { signal } from '@preact/signals'
import type { FlatPlan } from '../../../domain/site-plan.ts'
import type { Cockpit, CockpitHomes, Outlines, SitePlanAnswer } from '../../contracts-maps.ts'
import { request } from '../shared/api.ts'
import { elapsed } from '../shared/clock.ts'

const named = (id: string) => encodeURIComponent(id)

/** `path`: city, district, street, site, as far as somebody went down. */
type AskedPart = { mode: 'full' | 'show'; path: readonly string[]; version?: string }
const parts = ['city', 'district', 'street', 'siteId'] as const

function queryOf({ mode, path, version }: AskedPart): string {
  const where = path.slice(0, parts.length).map((part, index) => [parts[index] ?? 'siteId', part])
  return new URLSearchParams([['mode', mode], ...(version === undefined ? [] : [['version', version]]), ...where]).toString()
}

export const mapsApi = {
  plan: (siteId: string) => request<SitePlanAnswer>('GET', `/api/maps/sites/${named(siteId)}`),
  putPlan: (siteId: string, frame: 'earth' | 'picture', geoJson: unknown) =>
    request<SitePlanAnswer>('PUT', `/api/maps/sites/${named(siteId)}?frame=${frame}`, geoJson),
  removePlan: (siteId: string) => request<null>('DELETE', `/api/maps/sites/${named(siteId)}`),
  picturePath: (siteId: string, at: number) => `/api/maps/sites/${named(siteId)}/picture?at=${at}`,
  putPicture: (siteId: string, picture: Blob) => request<null>('PUT', `/api/maps/sites/${named(siteId)}/picture`, picture),
  putPoint: (siteId: string, point: readonly [number, number] | null) =>
    request<null>('PUT', `/api/maps/sites/${named(siteId)}/point`, { point }),
  flat: (homeId: string) => request<{ plan: FlatPlan | null }>('GET', `/api/maps/homes/${named(homeId)}/flat`),
  putFlat: (homeId: string, plan: FlatPlan | null) => request<null>('PUT', `/api/maps/homes/${named(homeId)}/flat`, { plan }),
  /** `query`: of which level, inside which areas; see `outlineQuery`. */
  outlines: (query: string) => request<Outlines>('GET', `/api/maps/outlines?${query}`),
  putOutlines: (geoJson: unknown) => request<{ outlines: number }>('PUT', '/api/maps/outlines', geoJson),
  cockpit: (asked: AskedPart & { version: string }) => request<Cockpit>('GET', `/api/cockpit?${queryOf(asked)}`),
  homes: (asked: AskedPart) => request<CockpitHomes>('GET', `/api/cockpit/homes?${queryOf(asked)}`),
}

const askAgainAfterMs = 60_000

/** Remembers answers by id, so that an open case asks once and not at every beat. */
function openShelf<T>(ask: (id: string) => Promise<{ ok: true; value: T } | { ok: false }>) {
  const kept = signal<ReadonlyMap<string, T>>(new Map())
  const askedAt = new Map<string, number>()
  return {
    /** What is known now; asks in the background when that is nothing, or old. */
    of(id: string): T | null {
      const at = askedAt.get(id)
      if (id !== '' && (at === undefined || elapsed() - at > askAgainAfterMs)) {
        askedAt.set(id, elapsed())
        void ask(id).then((answer) => {
          if (answer.ok) kept.value = new Map([...kept.peek(), [id, answer.value]])
        })
      }
      return kept.value.get(id) ?? null
    },
  }
}

export const plans = openShelf(mapsApi.plan)
export const outlines = openShelf(mapsApi.outlines)

/** `within`: city, district and street, as far as somebody went down. */
export const outlineQuery = (level: string, within: readonly string[]): string =>
  new URLSearchParams([
    ['level', level],
    ...within.slice(0, 3).map((name, index): [string, string] => [parts[index] ?? '', name]),
  ]).toString()
