/** Where every home stands on the canvas: buildings in columns, cells as large as the space allows. Pure geometry, in CSS pixels. */

export type Block = { building: string; x: number; y: number; width: number; height: number; cells: readonly number[] }
export type Layout = {
  /** Distance from one cell to the next, and the cell itself. */
  pitch: number
  cell: number
  labelHeight: number
  blocks: readonly Block[]
  xs: Float32Array
  ys: Float32Array
  height: number
  /** How far the cells reach to the right. */
  widest: number
}

type Space = { width: number; height: number; pitchMax: number; label: number }
type Group = { building: string; cells: number[] }

const pitchMin = 3
/** Smaller letters first, then none, then cells as small as it takes: every home has its place, however many there are. */
const labelScales = [1, 0.65, 0] as const
const pitchFloor = 0.5

/** Lays out `buildings[i]` = the building of home i. */
export function layOut(buildings: readonly string[], space: Space): Layout {
  const groups = groupsOf(buildings)
  for (const scale of labelScales) {
    const found = bestOf(groups, { ...space, label: space.label * scale, pitchMin })
    if (found) return found
  }
  const last = { ...space, label: 0, pitchMin: pitchFloor }
  return bestOf(groups, last) ?? place(groups, { ...last, columns: 1, pitch: pitchFloor })
}

function bestOf(groups: readonly Group[], space: Space & { pitchMin: number }): Layout | null {
  let best: Layout | null = null
  const columnsMax = Math.min(groups.length, Math.max(1, Math.floor(space.width / 24)))
  for (let columns = 1; columns <= columnsMax; columns += 1) {
    const tried = largest(groups, space, columns)
    // A little more size is not worth narrower buildings.
    if (tried && (!best || tried.pitch > best.pitch * 1.08)) best = tried
  }
  return best
}

/** The largest pitch at which everything fits with so many columns, or null when none does. */
function largest(groups: readonly Group[], space: Space & { pitchMin: number }, columns: number): Layout | null {
  const at = (pitch: number) => place(groups, { ...space, columns, pitch })
  const fits = (layout: Layout) => layout.height <= space.height && layout.widest <= space.width
  const most = at(space.pitchMax)
  if (fits(most)) return most
  let found = at(space.pitchMin)
  if (!fits(found)) return null
  let [low, high] = [space.pitchMin, space.pitchMax]
  for (let round = 0; round < 8; round += 1) {
    const tried = at((low + high) / 2)
    if (fits(tried)) found = tried
    low = fits(tried) ? tried.pitch : low
    high = fits(tried) ? high : tried.pitch
  }
  return found
}

function groupsOf(buildings: readonly string[]): Group[] {
  const groups = new Map<string, Group>()
  buildings.forEach((building, index) => {
    const group = groups.get(building)
    if (group) group.cells.push(index)
    else groups.set(building, { building, cells: [index] })
  })
  return [...groups.values()].sort((a, b) => a.building.localeCompare(b.building, 'zh-CN', { numeric: true }))
}

function place(groups: readonly Group[], { width, label, columns, pitch }: Space & { columns: number; pitch: number }): Layout {
  const gap = Math.max(pitch * 1.4, label * 0.7)
  const columnWidth = (width + gap) / columns
  const perRow = Math.max(1, Math.floor((columnWidth - gap) / pitch))
  const total = groups.reduce((sum, { cells }) => sum + cells.length, 0)
  const [xs, ys, blocks] = [new Float32Array(total), new Float32Array(total), [] as Block[]]
  const widest = (Math.min(columns, groups.length) - 1) * columnWidth + perRow * pitch
  let [y, rowHeight] = [0, 0]
  groups.forEach(({ building, cells }, at) => {
    if (at % columns === 0 && at > 0) [y, rowHeight] = [y + rowHeight, 0]
    const x = (at % columns) * columnWidth
    const height = label + Math.ceil(cells.length / perRow) * pitch
    cells.forEach((index, n) => {
      xs[index] = x + (n % perRow) * pitch
      ys[index] = y + label + Math.floor(n / perRow) * pitch
    })
    blocks.push({ building, x, y, width: columnWidth, height: height + gap * 0.55, cells })
    rowHeight = Math.max(rowHeight, height + gap * 0.55)
  })
  return { pitch, cell: pitch * (pitch < 6 ? 0.8 : 0.77), labelHeight: label, blocks, xs, ys, height: y + rowHeight, widest }
}

/** The home under a point, or null. */
export function homeAt(layout: Layout, x: number, y: number): number | null {
  const block = layout.blocks.find((b) => x >= b.x && x < b.x + b.width && y >= b.y && y < b.y + b.height)
  const hit = block?.cells.find((index) => inCell(x - (layout.xs[index] ?? 0), y - (layout.ys[index] ?? 0), layout.pitch))
  return hit ?? null
}

const inCell = (dx: number, dy: number, pitch: number) => dx >= 0 && dx < pitch && dy >= 0 && dy < pitch
