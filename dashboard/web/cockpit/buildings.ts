/** The buildings of one site, and the homes of one building. Pure. */
import type { CockpitHomes } from '../../contracts-maps.ts'

/** `urgent`, `attention`, `offline`: how many homes look so. */
export type Building = { name: string; homes: number; urgent: number; attention: number; offline: number }

/** The homes of each building, in the order of the wall; a name that comes again is the same building. */
export function buildingsOf({ buildings, looks }: CockpitHomes): readonly Building[] {
  const found = new Map<string, Building>()
  let from = 0
  for (const [name, homes] of buildings) {
    const run = looks.slice(from, from + homes)
    from += homes
    const known = found.get(name) ?? { name, homes: 0, urgent: 0, attention: 0, offline: 0 }
    const count = (look: string) => run.split(look).length - 1
    found.set(name, {
      ...{ name, homes: known.homes + homes },
      ...{ urgent: known.urgent + count('5'), attention: known.attention + count('4'), offline: known.offline + count('3') },
    })
  }
  return [...found.values()]
}

/** Only the homes of that building; undefined: all. */
export function inBuilding(homes: CockpitHomes, building: string | undefined): CockpitHomes {
  if (building === undefined) return homes
  let from = 0
  let looks = ''
  for (const [name, count] of homes.buildings) {
    if (name === building) looks += homes.looks.slice(from, from + count)
    from += count
  }
  const site = homes.sites.find(([, count]) => count > 0)?.[0] ?? ''
  return { ...homes, looks, buildings: looks === '' ? [] : [[building, looks.length]], sites: [[site, looks.length]] }
}
