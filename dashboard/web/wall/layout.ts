/** Where every home stands on the canvas: buildings in columns, cells as large as the space allows. Pure geometry, in CSS pixels. */

import { placeIn } from './homes.ts'

/** `building`: what is written over it; the first building of a site names the site too. */
export type Block = { building: string; x: number; y: number; width: number; height: number; cells: readonly number[] }
export type Layout = {
  /** Distance from one cell to the next, and the cell itself. */
  pitch: number
  cell: number
  labelHeight: number
  /** So wide may be what is written over a building; beyond it the next one begins. */
  labelRoom: number
  blocks: readonly Block[]
  xs: Float32Array
  ys: Float32Array
  height: number
}

/** `labelWidth`: how wide the name of a building is in letters of that height of label; without it, names are cut where they have no room. */
type Space = {
  width: number
  height: number
  pitchMax: number
  label: number
  labelWidth?: (building: string, label: number) => number
}
type Group = { building: string; cells: number[]; site: string; run: number }

const pitchMin = 3
/** Smaller letters first, then none, then cells as small as it takes: every home has its place, however many there are. */
const labelScales = [1, 0.65, 0] as const
/** Below this, in CSS pixels, the letters over a building cannot be read. */
const labelLeast = 12.5
/** Between a name and the next, and beside the last one. */
const nameGap = 8
/** For names that stand there whole the cells may be so much smaller. */
const wholeNames = 0.6
const pitchFloor = 0.5

/** So many columns of buildings, cells so far apart, letters so high. */
type Grid = { columns: number; pitch: number; label: number; width: number }

/** Lays out `buildings[i]` = the building of home i. */
export function layOut(buildings: readonly string[], space: Space): Layout {
  const groups = groupsOf(buildings)
  const labels = [...new Set(labelScales.map((scale) => (scale === 0 ? 0 : Math.max(labelLeast, space.label * scale))))]
  const tried = { ...space, pitchMin, nameWidth: 0 }
  for (const label of labels) {
    const found = bestOf(groups, { ...tried, label })
    if (found) return place(groups, (space.labelWidth && named(groups, { ...tried, label }, found)) || found)
  }
  const last = { ...tried, label: 0, pitchMin: pitchFloor }
  return place(groups, bestOf(groups, last) ?? { ...last, columns: 1, pitch: pitchFloor })
}

type Tried = Space & { pitchMin: number; nameWidth: number }

/** The best in which each name has its room; null when the homes would be too small for it. */
function named(groups: readonly Group[], space: Tried, { pitch }: Grid): Grid | null {
  for (const label of new Set([space.label, Math.min(space.label, labelLeast)])) {
    const nameWidth = Math.max(0, ...titles(groups).map((title) => space.labelWidth?.(title, label) ?? 0))
    const found = bestOf(groups, { ...space, label, nameWidth, pitchMin: Math.max(pitchMin, pitch * wholeNames) })
    if (found) return found
  }
  return null
}

function bestOf(groups: readonly Group[], space: Tried): Grid | null {
  let best: Grid | null = null
  const columnsMax = Math.min(groups.length, Math.max(1, Math.floor(space.width / 24)))
  for (let columns = 1; columns <= columnsMax; columns += 1) {
    const tried = largest(groups, space, columns)
    if (!tried || measuresOf(tried).labelRoom < space.nameWidth) continue
    // A little more size is not worth narrower buildings.
    if (!best || tried.pitch > best.pitch * 1.08) best = tried
  }
  return best
}

/** The largest pitch at which everything fits with so many columns, or null when none does. */
function largest(groups: readonly Group[], space: Tried, columns: number): Grid | null {
  const at = (pitch: number): Grid => ({ columns, pitch, label: space.label, width: space.width })
  const fits = (pitch: number) => {
    const { height, widest } = extentOf(groups, at(pitch))
    return height <= space.height && widest <= space.width
  }
  if (fits(space.pitchMax)) return at(space.pitchMax)
  if (!fits(space.pitchMin)) return null
  let [low, high] = [space.pitchMin, space.pitchMax]
  for (let round = 0; round < 8; round += 1) {
    const middle = (low + high) / 2
    if (fits(middle)) low = middle
    else high = middle
  }
  return at(low)
}

const collator = new Intl.Collator('zh-CN', { numeric: true })

function groupsOf(buildings: readonly string[]): Group[] {
  const groups = new Map<string, Group>()
  buildings.forEach((building, index) => {
    const group = groups.get(building)
    if (group) group.cells.push(index)
    else groups.set(building, { ...placeIn(building), cells: [index] })
  })
  return [...groups.values()].sort((a, b) => collator.compare(a.site, b.site) || a.run - b.run || collator.compare(a.building, b.building))
}

/** What is written over each: the first building of a site names the site too. */
const titles = (groups: readonly Group[]): string[] =>
  groups.map(({ building, site, run }, at) => {
    const before = groups[at - 1]
    const isFirst = before?.site !== site || before.run !== run
    return isFirst && site !== '' ? `${site} · ${building}` : building
  })

/** `above`: between a name and its cells, so that a large symbol in the first row does not lie on it. */
function measuresOf({ width, columns, pitch, label }: Grid) {
  const gap = Math.max(pitch * 1.4, label * 0.7)
  const columnWidth = (width + gap) / columns
  const perRow = Math.max(1, Math.floor((columnWidth - gap) / pitch))
  const above = label === 0 ? 0 : Math.max(0, 8 - pitch / 2, pitch / 4)
  const heightOf = (cells: number) => label + above + Math.ceil(cells / perRow) * pitch + gap * 0.55
  return { columnWidth, perRow, heightOf, above, labelRoom: columnWidth - Math.max(nameGap, gap - nameGap) }
}

/** How much room a grid takes, without placing a single home: this is asked hundreds of times. */
function extentOf(groups: readonly Group[], grid: Grid): { height: number; widest: number } {
  const { columnWidth, perRow, heightOf } = measuresOf(grid)
  let height = 0
  for (let from = 0; from < groups.length; from += grid.columns) {
    let most = 0
    for (let at = from; at < Math.min(groups.length, from + grid.columns); at += 1) most = Math.max(most, groups[at]?.cells.length ?? 0)
    height += heightOf(most)
  }
  return { height, widest: (Math.min(grid.columns, groups.length) - 1) * columnWidth + perRow * grid.pitch }
}

function place(groups: readonly Group[], grid: Grid): Layout {
  const { columns, pitch, label } = grid
  const { columnWidth, perRow, heightOf, above, labelRoom } = measuresOf(grid)
  const written = titles(groups)
  const total = groups.reduce((sum, { cells }) => sum + cells.length, 0)
  const [xs, ys, blocks] = [new Float32Array(total), new Float32Array(total), [] as Block[]]
  let [y, rowHeight] = [0, 0]
  groups.forEach(({ cells }, at) => {
    if (at % columns === 0) [y, rowHeight] = [y + rowHeight, 0]
    const x = (at % columns) * columnWidth
    cells.forEach((index, n) => {
      xs[index] = x + (n % perRow) * pitch
      ys[index] = y + label + above + Math.floor(n / perRow) * pitch
    })
    const height = heightOf(cells.length)
    blocks.push({ building: written[at] ?? '', x, y, width: columnWidth, height, cells })
    rowHeight = Math.max(rowHeight, height)
  })
  return { pitch, cell: pitch * (pitch < 6 ? 0.8 : 0.77), labelHeight: label, labelRoom, blocks, xs, ys, height: y + rowHeight }
}

/** The home under a point, or null. */
export function homeAt(layout: Layout, x: number, y: number): number | null {
  const block = layout.blocks.find((b) => x >= b.x && x < b.x + b.width && y >= b.y && y < b.y + b.height)
  const hit = block?.cells.find((index) => inCell(x - (layout.xs[index] ?? 0), y - (layout.ys[index] ?? 0), layout.pitch))
  return hit ?? null
}

const inCell = (dx: number, dy: number, pitch: number) => dx >= 0 && dx < pitch && dy >= 0 && dy < pitch

/** Where things lie, however many; `pitch`: less than half of it is no step. */
type Places = { xs: ArrayLike<number>; ys: ArrayLike<number>; pitch: number }

/** The home to the left, right, above or below of one; across buildings too, and itself where there is none. */
export function homeBeside({ xs, ys, pitch }: Places, from: number, [right, down]: readonly [number, number]): number {
  const [x, y] = [xs[from] ?? 0, ys[from] ?? 0]
  let [best, least] = [from, Number.POSITIVE_INFINITY]
  for (let index = 0; index < xs.length; index += 1) {
    const [dx, dy] = [(xs[index] ?? 0) - x, (ys[index] ?? 0) - y]
    const along = dx * right + dy * down
    const aside = Math.abs(dx * down) + Math.abs(dy * right)
    // In its own row or column first; a cell far aside is another way.
    if (along < pitch / 2 || aside > along * 2) continue
    const cost = along + aside * 3
    if (cost < least) [best, least] = [index, cost]
  }
  return best
}
