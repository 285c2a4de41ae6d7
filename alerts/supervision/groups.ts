/** When many homes fall silent together they have one cause: pure decisions about which, and how far it reaches. */

/** A device that was not heard in time (`overdue`) or is noticeably late, as grouping sees it. */
export type Suspect = {
  device: number
  /** Resident number; 0 for a device that serves a building. */
  home: number
  /** 0 = none. */
  gateway: number
  /** Index of its building; 0 = the building is not known. */
  building: number
  overdue: boolean
}

export type Scope = { level: 'gateway' | 'building' | 'site'; key: number }
export type Group = Scope & { devices: readonly number[] }
export type HomesOf = { building(index: number): number; site: number }

const homesMin = 3
/** Late homes count only when they are a fair part of all: some are always late in a large site. */
const lateShareMin = 0.2

/** Groups among the suspects of one site: of a gateway, a building, or, when it reaches further, of the whole site. Nobody is in two. */
export function groupsOf(suspects: readonly Suspect[], homes: HomesOf): readonly Group[] {
  const gateways = groupsBy(suspects, 'gateway', () => 0)
  const inGateways = new Set(gateways.flatMap(({ devices }) => devices))
  const rest = suspects.filter(({ device }) => !inGateways.has(device))
  const narrow = [...gateways, ...groupsBy(rest, 'building', homes.building)]
  const held = new Set(narrow.flatMap(({ devices }) => devices))
  const outside = suspects.filter(({ device }) => !held.has(device))
  const wide = isGroup(outside, homes.site) || spread(narrow, suspects) > 1
  return wide ? [siteGroup(suspects, held, homes.site)] : narrow
}

function groupsBy(suspects: readonly Suspect[], level: 'gateway' | 'building', homes: (key: number) => number): readonly Group[] {
  const buckets = new Map<number, Suspect[]>()
  for (const suspect of suspects) {
    if (suspect[level] === 0) continue
    const bucket = buckets.get(suspect[level])
    if (bucket) bucket.push(suspect)
    else buckets.set(suspect[level], [suspect])
  }
  const groups: Group[] = []
  for (const [key, members] of buckets) {
    if (isGroup(members, homes(key))) groups.push({ level, key, devices: members.map(({ device }) => device) })
  }
  return groups
}

function siteGroup(suspects: readonly Suspect[], held: ReadonlySet<number>, homes: number): Group {
  const lateCount = homesIn(suspects) >= homes * lateShareMin
  const members = suspects.filter(({ device, overdue }) => overdue || lateCount || held.has(device))
  return { level: 'site', key: 0, devices: members.map(({ device }) => device) }
}

/** In how many buildings the groups lie: a cause in several is the site's. */
function spread(groups: readonly Group[], suspects: readonly Suspect[]): number {
  if (groups.length < 2) return groups.length
  const buildingOf = new Map(suspects.map(({ device, building }) => [device, building]))
  const buildings = new Set<string>()
  for (const { key, level, devices } of groups) {
    const building = buildingOf.get(devices[0] ?? 0) ?? 0
    buildings.add(building === 0 ? `${level} ${key}` : String(building))
  }
  return buildings.size
}

function isGroup(suspects: readonly Suspect[], homes: number): boolean {
  const overdue = suspects.filter((suspect) => suspect.overdue)
  if (overdue.length === 0) return false
  if (homesIn(overdue) >= homesMin) return true
  const all = homesIn(suspects)
  return all >= homesMin && all >= homes * lateShareMin
}

const homesIn = (suspects: readonly Suspect[]): number => new Set(suspects.filter(({ home }) => home > 0).map(({ home }) => home)).size
