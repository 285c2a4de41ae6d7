/** The invented geography of a made-up community: a city of two districts, their streets, and the plan of each site. Nothing here exists. Pure. */
import type { AreaOutline, PlanFeature, Point } from '../domain/site-plan.ts'
import type { CommunityRows } from './community.ts'

type PlacedSite = { id: string; street: string; district: string; city: string }

/** Where the demo's six sites lie: a city with something to choose on each level. */
const areas = [
  { district: '临江区', street: '梧桐街道' },
  { district: '临江区', street: '梧桐街道' },
  { district: '临江区', street: '春晖街道' },
  { district: '临江区', street: '长乐街道' },
  { district: '望山区', street: '映月街道' },
  { district: '望山区', street: '银杏街道' },
] as const
export const demoSites = areas.length

/** The same people, their sites in the demo's districts. */
export function inDistricts(rows: CommunityRows): CommunityRows {
  const sites = rows.sites.map((site, index) => ({ ...site, ...areas[index % demoSites] }))
  const districtOf = new Map(sites.map(({ id, district }) => [id, district]))
  const homes = rows.homes.map((home) => ({ ...home, address: home.address.replace('临江区', districtOf.get(home.siteId) ?? '临江区') }))
  return { ...rows, sites, homes }
}

type PlacedHome = { siteId: string; building: string }

/** The middle of the invented district; the coordinates lie in open water, so that nobody's house is meant. */
const middle: Point = [122.6, 30.3]
const metre = 1 / 111_320
const east = (metres: number) => (metres * metre) / Math.cos((middle[1] * Math.PI) / 180)
const north = (metres: number) => metres * metre

/** Streets of a district as cells of a leaning grid, four to a row. */
const streetsPerRow = 3
const cellMetres = 2_200

/** The corner of the grid, moved a little by its own numbers, the same for both neighbours: a border is no ruler's line. */
function cornerOf(column: number, row: number): Point {
  const sway = (a: number, b: number) => Math.sin(column * a + row * b) * cellMetres * 0.22
  return [
    middle[0] + east((column - streetsPerRow / 2) * cellMetres + sway(2.3, 4.1) + row * 260),
    middle[1] - north((row - 1) * cellMetres + sway(3.7, 1.9)),
  ]
}

const cellOf = (index: number) => ({ column: index % streetsPerRow, row: Math.floor(index / streetsPerRow) })

function ringOf(index: number): readonly Point[] {
  const { column, row } = cellOf(index)
  const first = cornerOf(column, row)
  return [first, cornerOf(column + 1, row), cornerOf(column + 1, row + 1), cornerOf(column, row + 1), first]
}

/** The middle of a street's cell. */
export function pointOfSite(index: number): Point {
  const { column, row } = cellOf(index)
  const corners = [cornerOf(column, row), cornerOf(column + 1, row), cornerOf(column + 1, row + 1), cornerOf(column, row + 1)]
  return [corners.reduce((sum, [x]) => sum + x / 4, 0), corners.reduce((sum, [, y]) => sum + y / 4, 0)]
}

const streetsOf = (sites: readonly PlacedSite[]) => [...new Map(sites.map((site) => [`${site.district}/${site.street}`, site])).values()]

/** Where each site lies: in its street, beside the others of it. */
export function pointsOfSites(sites: readonly PlacedSite[]): ReadonlyMap<string, Point> {
  return new Map(
    streetsOf(sites).flatMap(({ district, street }, index) => {
      const inside = sites.filter((site) => site.district === district && site.street === street)
      const [x, y] = pointOfSite(index)
      return inside.map(({ id }, place): [string, Point] => {
        const aside = place - (inside.length - 1) / 2
        return [id, [x + east(aside * cellMetres * 0.4), y + north(aside * cellMetres * 0.22)]]
      })
    }),
  )
}

/** The streets of the sites, and their districts round them. */
export function demoOutlines(sites: readonly PlacedSite[]): readonly AreaOutline[] {
  const streets = streetsOf(sites).map(
    ({ street, district, city }, index): AreaOutline => ({ level: 'street', name: street, city, district, parts: [ringOf(index)] }),
  )
  const districts = new Map(sites.map(({ district, city }) => [district, city]))
  const round = [...districts].map(([name, city]): AreaOutline => {
    const parts = streets.filter(({ district }) => district === name).flatMap((street) => street.parts)
    return { level: 'district', name, city, district: '', parts }
  })
  return [...round, ...streets]
}

const [buildingWide, buildingDeep, spaceWide, spaceDeep, perRow] = [62, 18, 26, 40, 3]

/** Buildings in rows of three, a road round them, two gates, a defibrillator by the first and a medicine point by the centre. */
export function demoPlan(homes: readonly PlacedHome[], [x0, y0]: Point): readonly PlanFeature[] {
  const at = (right: number, down: number): Point => [x0 + east(right), y0 - north(down)]
  const buildings = [...new Set(homes.map(({ building }) => building))]
  const rows = Math.ceil(buildings.length / perRow)
  const [wide, deep] = [perRow * (buildingWide + spaceWide), rows * (buildingDeep + spaceDeep)]
  const drawn = buildings.map((name, number): PlanFeature => {
    const x = (number % perRow) * (buildingWide + spaceWide)
    const y = Math.floor(number / perRow) * (buildingDeep + spaceDeep)
    const ring = [at(x, y), at(x + buildingWide, y), at(x + buildingWide, y + buildingDeep), at(x, y + buildingDeep), at(x, y)]
    return { kind: 'building', name, shape: 'area', parts: [ring] }
  })
  const point = (kind: PlanFeature['kind'], name: string, place: Point): PlanFeature => ({ kind, name, shape: 'point', parts: [[place]] })
  const round = [at(-20, -22), at(wide, -22), at(wide, deep), at(-20, deep), at(-20, -22)]
  const across = Array.from({ length: Math.max(0, rows - 1) }, (_, row): readonly Point[] => {
    const y = (row + 1) * (buildingDeep + spaceDeep) - spaceDeep / 2
    return [at(-20, y), at(wide, y)]
  })
  return [
    { kind: 'road', name: '', shape: 'line', parts: [round, ...across] },
    ...drawn,
    point('gate', '南门', at(wide / 2, deep)),
    point('gate', '东门', at(wide, deep / 3)),
    point('aed', '南门岗亭', at(wide / 2 + 22, deep - 12)),
    point('medicine', '服务站', at(-20, deep / 2)),
  ]
}
