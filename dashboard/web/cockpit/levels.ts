/** From sites to streets, districts and cities: which level is shown, and what its parts add up to. Pure. */
import { type AreaLevel, type AreaOutline, areaLevels } from '../../../domain/site-plan.ts'
import type { Answered, Cockpit, CockpitSite } from '../../contracts-maps.ts'

/** `path`: city, district, street, site, building, as far as somebody went down. `homes`: the wall of homes instead of the map. */
export type Spot = { path: readonly string[]; mode: 'full' | 'show'; homes: boolean }
export type Level = AreaLevel | 'site'
const levels: readonly Level[] = [...areaLevels, 'site']

export function spotOf(route: string): Spot {
  const [where = '', query = ''] = route.split('?')
  const asked = new URLSearchParams(query)
  const [page, ...rest] = where.split('/').slice(1)
  const path =
    page === 'cockpit'
      ? rest
          .filter((part) => part !== '')
          .map(decoded)
          .slice(0, levels.length + 1)
      : []
  return { path, mode: asked.get('mode') === 'show' ? 'show' : 'full', homes: page === 'wall' || asked.get('view') === 'homes' }
}

/** A name that nobody gave stands as a dash in the address. */
const decoded = (part: string): string => {
  try {
    return part === '-' ? '' : decodeURIComponent(part)
  } catch {
    return part
  }
}

export function routeOf({ path, mode, homes }: Spot): string {
  const query = new URLSearchParams({ ...(mode === 'show' ? { mode } : {}), ...(homes ? { view: 'homes' } : {}) }).toString()
  const parts = path.map((part) => `/${part === '' ? '-' : encodeURIComponent(part)}`)
  return `/cockpit${parts.join('')}${query === '' ? '' : `?${query}`}`
}

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

const partOf = (site: CockpitSite, level: Level): string => (level === 'site' ? site.id : site[level])

export const sitesIn = (sites: readonly CockpitSite[], path: readonly string[]): readonly CockpitSite[] =>
  sites.filter((site) => path.slice(0, levels.length).every((part, index) => partOf(site, levels[index] ?? 'site') === part))

/** The clock of what is shown: the zone of its sites; '' (the screen's own) where they lie in several. */
export function zoneOf(sites: readonly CockpitSite[], path: readonly string[]): string {
  const zones = new Set(sitesIn(sites, path).map(({ timeZone }) => timeZone))
  return zones.size === 1 ? ([...zones][0] ?? '') : ''
}

/** `path`: where it leads. */
export type Group = { name: string; path: readonly string[]; sites: readonly CockpitSite[]; sum: Sum }
export type View = { level: Level; groups: readonly Group[]; within: readonly string[] }

/** The first level below the path at which there is something to choose: one city with one district opens at its streets. */
export function viewOf(sites: readonly CockpitSite[], path: readonly string[]): View {
  const found = sitesIn(sites, path)
  let within = path
  while (within.length < levels.length - 1) {
    const level = levels[within.length] ?? 'site'
    const names = new Set(found.map((site) => partOf(site, level)))
    if (names.size > 1) break
    within = [...within, [...names][0] ?? '']
  }
  const level = levels[Math.min(within.length, levels.length - 1)] ?? 'site'
  const base = within.slice(0, levels.indexOf(level))
  const parts = new Map<string, CockpitSite[]>()
  for (const site of found) {
    const part = partOf(site, level)
    const group = parts.get(part)
    if (group) group.push(site)
    else parts.set(part, [site])
  }
  const groups = [...parts].map(([part, inside]): Group => {
    const name = level === 'site' ? (inside[0]?.name ?? part) : part
    return { name, path: [...base, part], sites: inside, sum: sumOf(inside) }
  })
  return { level, within: base, groups: groups.sort(byTrouble) }
}

/** One level up: the next place at which there is something to choose, or from all homes to the map; null at the top. */
export function upOf(sites: readonly CockpitSite[], spot: Spot): Spot | null {
  const { path, homes } = spot
  if (homes) return { ...spot, homes: false }
  for (let length = path.length - 1; length >= 0; length -= 1) {
    const up = path.slice(0, length)
    if (length === 0 || length === levels.length || viewOf(sites, up).groups.length > 1) return { ...spot, path: up }
  }
  return null
}

export type Sum = Pick<CockpitSite, 'residents' | 'open' | 'waiting' | 'devices'> & {
  day: Omit<Answered, 'median'>
  week: Omit<Answered, 'median'>
  /** How many of the sites somebody watches. */
  attended: number
  count: number
}

export function sumOf(sites: readonly CockpitSite[]): Sum {
  const add = (of: (site: CockpitSite) => number) => sites.reduce((sum, site) => sum + of(site), 0)
  const answered = (of: (site: CockpitSite) => Answered) => ({
    count: add((site) => of(site).count),
    within: add((site) => of(site).within),
  })
  return {
    residents: add(({ residents }) => residents),
    open: [add(({ open }) => open[0]), add(({ open }) => open[1]), add(({ open }) => open[2])],
    waiting: add(({ waiting }) => waiting),
    devices: {
      total: add(({ devices }) => devices.total),
      silent: add(({ devices }) => devices.silent),
      buttons: add(({ devices }) => devices.buttons),
      proven: add(({ devices }) => devices.proven),
    },
    day: answered(({ day }) => day),
    week: answered(({ week }) => week),
    attended: sites.filter(({ seats }) => seats > 0).length,
    count: sites.length,
  }
}

const collator = new Intl.Collator('zh-CN', { numeric: true })
/** Where somebody calls comes first, then by name: quiet places keep their order. */
function byTrouble(a: Group, b: Group): number {
  for (const priority of [0, 1] as const) {
    const more = b.sum.open[priority] - a.sum.open[priority]
    if (more !== 0) return more
  }
  return collator.compare(a.name, b.name)
}

/** 1, 2 or 3 of the most urgent alarm that is open, or null. */
export function urgencyOf([one, two, three]: Sum['open']): 1 | 2 | 3 | null {
  if (one > 0) return 1
  return two > 0 ? 2 : three > 0 ? 3 : null
}

/** The outline of each group; of sites, what the server said lies round them. `outlines` are those of this level and place. */
export function outlinesOf(outlines: readonly AreaOutline[], { level, groups }: View): readonly AreaOutline[] {
  if (level === 'site') return outlines
  const names = new Set(groups.map(({ name }) => name))
  return outlines.filter(({ name }) => names.has(name))
}
