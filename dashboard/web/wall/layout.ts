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
}

type Space = { width: number; height: number; pitchMax: number; label: number }
type Group = { building: string; cells: number[] }

/** Lays out `buildings[i]` = the building of home i. */
export function layOut(buildings: readonly string[], space: Space): Layout {
  const groups = groupsOf(buildings)
  let best = place(groups, { ...space, columns: 1, pitch: pitchMin })
  const columnsMax = Math.min(groups.length, Math.max(1, Math.floor(space.width / 40)))
  for (let columns = 1; columns <= columnsMax; columns += 1) {
    const tried = largest(groups, space, columns)
    // A little more size is not worth narrower buildings.
    if (tried && tried.pitch > best.pitch * 1.08) best = tried
  }
  return best
}

const pitchMin = 3

/** The largest pitch at which everything fits with so many columns, or null when none does. */
function largest(groups: readonly Group[], space: Space, columns: number): Layout | null {
  let found: Layout | null = null
  let [low, high] = [pitchMin, space.pitchMax]
  for (let round = 0; round < 9; round += 1) {
    const pitch = round === 0 ? high : (low + high) / 2
    const tried = place(groups, { ...space, columns, pitch })
    if (tried.height <= space.height) {
      found = tried
      low = pitch
      if (round === 0) break
    } else high = pitch
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
  const gap = Math.max(pitch, label * 0.7)
  const columnWidth = (width + gap) / columns
  const perRow = Math.max(1, Math.floor((columnWidth - gap) / pitch))
  const total = groups.reduce((sum, { cells }) => sum + cells.length, 0)
  const [xs, ys, blocks] = [new Float32Array(total), new Float32Array(total), [] as Block[]]
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
  return { pitch, cell: pitch * (pitch < 6 ? 0.8 : 0.77), labelHeight: label, blocks, xs, ys, height: y + rowHeight }
}

/** The home under a point, or null. */
export function homeAt(layout: Layout, x: number, y: number): number | null {
  const block = layout.blocks.find((b) => x >= b.x && x < b.x + b.width && y >= b.y && y < b.y + b.height)
  const hit = block?.cells.find((index) => inCell(x - (layout.xs[index] ?? 0), y - (layout.ys[index] ?? 0), layout.pitch))
  return hit ?? null
}

const inCell = (dx: number, dy: number, pitch: number) => dx >= 0 && dx < pitch && dy >= 0 && dy < pitch
