/** The invented geography of a made-up community: a district on a river, its streets, and the plan of each site. Nothing here exists. Pure. */
import type { AreaOutline, PlanFeature, Point } from '../domain/site-plan.ts'

type PlacedSite = { id: string; street: string; district: string; city: string }
type PlacedHome = { siteId: string; building: string }

/** The middle of the invented district; the coordinates lie in open water, so that nobody's house is meant. */
const middle: Point = [122.6, 30.3]
const metre = 1 / 111_320
const east = (metres: number) => (metres * metre) / Math.cos((middle[1] * Math.PI) / 180)
const north = (metres: number) => metres * metre

/** Streets of a district as cells of a leaning grid, four to a row. */
const streetsPerRow = 4
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

export function pointOfSite(index: number): Point {
  const { column, row } = cellOf(index)
  const corners = [cornerOf(column, row), cornerOf(column + 1, row), cornerOf(column + 1, row + 1), cornerOf(column, row + 1)]
  return [corners.reduce((sum, [x]) => sum + x / 4, 0), corners.reduce((sum, [, y]) => sum + y / 4, 0)]
}

/** The streets of the sites, and their district round them. */
export function demoOutlines(sites: readonly PlacedSite[]): readonly AreaOutline[] {
  const streets = [...new Map(sites.map((site) => [site.street, site])).values()]
  const rings = streets.map((_street, index) => ringOf(index))
  const [site] = sites
  if (!site) return []
  const { city, district } = site
  const drawn = streets.map(
    ({ street }, index): AreaOutline => ({ level: 'street', name: street, city, district, parts: [rings[index] ?? []] }),
  )
  return [{ level: 'district', name: district, city, district: '', parts: rings }, ...drawn]
}

const [buildingWide, buildingDeep, spaceWide, spaceDeep, perRow] = [62, 18, 26, 40, 3]

/** Buildings in rows of three, a road round them, two gates, a defibrillator by the first and a medicine point by the centre. */
export function demoPlan(homes: readonly PlacedHome[], index: number): readonly PlanFeature[] {
  const [x0, y0] = pointOfSite(index)
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
