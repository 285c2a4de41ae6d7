/** Which sites nobody attends, for how long that must last to count, and who hears of it: the next level up where somebody is. Pure. */
import type { Site } from '../../domain/people.ts'
import type { Instant } from '../../domain/time.ts'

/** One site as it was found by one check. */
export type Looked = {
  site: Pick<Site, 'id' | 'name' | 'phone' | 'street' | 'district' | 'city'>
  /** A desk on watch, or somebody on duty who can be reached. */
  attended: boolean
  /** People live there, and it had a desk or a rota at some time: it is missed when nobody is there. */
  counts: boolean
}

/** What is remembered of a site. `since` null: not declared unmanned. */
export type Standing = { against: number; since: Instant | null }

/** Checks in a row that must say otherwise before a site is declared unmanned, or manned again: a wall that is loaded anew is no emergency. */
export const checksNeeded = 2

/** The standing of every site after one more check. */
export function judged(before: ReadonlyMap<string, Standing>, looked: readonly Looked[], now: Instant): Map<string, Standing> {
  return new Map(looked.map((one) => [one.site.id, next(before.get(one.site.id) ?? { against: 0, since: null }, one, now)]))
}

function next({ against, since }: Standing, { attended, counts }: Looked, now: Instant): Standing {
  const isMissed = counts && !attended
  if (isMissed === (since !== null)) return { against: 0, since }
  if (against + 1 < checksNeeded) return { against: against + 1, since }
  return { against: 0, since: isMissed ? now : null }
}

export const levels = ['street', 'district', 'city', 'elsewhere', 'nobody'] as const
/** How far up somebody was found; `nobody`: nowhere. */
export type Level = (typeof levels)[number]

/** One alarm: at the site `hostId`, whose people are asked to look after the others. */
export type Charge = {
  hostId: string
  level: Level
  siteIds: readonly string[]
  names: readonly string[]
  /** Of the centres that have one. */
  phones: readonly string[]
  since: Instant
}

/** In one street, district or city; '' is no name of a place, so nothing is in it. */
const shared: Readonly<Record<'street' | 'district' | 'city' | 'elsewhere', (a: Looked['site'], b: Looked['site']) => boolean>> = {
  street: (a, b) => a.street !== '' && a.street === b.street && shared.district(a, b),
  district: (a, b) => a.district === b.district && (a.district !== '' || a.street !== '') && shared.city(a, b),
  city: (a, b) => a.city === b.city && (a.city !== '' || a.district !== ''),
  elsewhere: () => true,
}

/**
 * Who looks after whom: for every unmanned site an attended one in its street, else its district, its city, anywhere; all that fall to the
 * same one are one alarm. Where nobody is anywhere, all are one alarm at one of them. `before` (site → its last host) keeps choices still.
 */
export function chargesOf(
  looked: readonly Looked[],
  standing: ReadonlyMap<string, Standing>,
  before: ReadonlyMap<string, string>,
): readonly Charge[] {
  const inOrder = looked.toSorted((a, b) => (a.site.id < b.site.id ? -1 : 1))
  const unmanned = inOrder.filter(({ site }) => sinceOf(standing, site.id) !== null)
  const present = inOrder.filter(({ site, attended }) => attended && sinceOf(standing, site.id) === null)
  const forlorn = unmanned.find(({ site }) => before.get(site.id) === site.id) ?? unmanned[0]
  const chosen = unmanned.map((one) => {
    const found = hostFor(one, present, before.get(one.site.id))
    return { one, ...(found ?? { hostId: forlorn?.site.id ?? one.site.id, level: 'nobody' as const }) }
  })
  return [...Map.groupBy(chosen, ({ hostId }) => hostId)].map(([hostId, group]) => ({
    hostId,
    level: levels[Math.max(...group.map(({ level }) => levels.indexOf(level)))] ?? 'nobody',
    siteIds: group.map(({ one }) => one.site.id),
    names: group.map(({ one }) => one.site.name),
    phones: group.flatMap(({ one }) => (one.site.phone === '' ? [] : [one.site.phone])),
    since: Math.max(...group.map(({ one }) => sinceOf(standing, one.site.id) ?? 0)) as Instant,
  }))
}

const sinceOf = (standing: ReadonlyMap<string, Standing>, siteId: string): Instant | null => standing.get(siteId)?.since ?? null

function hostFor({ site }: Looked, present: readonly Looked[], last: string | undefined): { hostId: string; level: Level } | null {
  for (const level of ['street', 'district', 'city', 'elsewhere'] as const) {
    const near = present.filter((other) => shared[level](site, other.site))
    const host = near.find((other) => other.site.id === last) ?? near[0]
    if (host) return { hostId: host.site.id, level }
  }
  return null
}
