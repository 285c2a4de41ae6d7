/** Outlines as a screen can show them: those of one level, and with fewer corners where two lie in the same pixel. Borders that two areas share stay shared. Pure. */
import { type AreaLevel, type AreaOutline, areaLevels, type Point } from './site-plan.ts'

/** Which level is drawn, and inside which areas; '' or absent where nobody said. `site`: what lies round the sites of a street. */
export type DrawnLevel = { level: AreaLevel | 'site' } & { [area in AreaLevel]?: string | undefined }

/** The outlines that are drawn there: the areas of that level, or of sites the smallest area that has one. */
export function outlinesAt(outlines: readonly AreaOutline[], { level, ...within }: DrawnLevel): readonly AreaOutline[] {
  const agree = (mine: string, asked = '') => mine === '' || asked === '' || mine === asked
  const isHere = (one: AreaOutline) => agree(one.city, within.city) && agree(one.district, within.district)
  if (level !== 'site') return outlines.filter((one) => one.level === level && isHere(one))
  for (const around of [...areaLevels].reverse()) {
    const found = outlines.filter((one) => one.level === around && one.name === within[around] && isHere(one))
    if (found.length > 0) return found
  }
  return []
}

/** As wide as the widest screen that is used: half of one of its pixels is more than anybody sees. */
const pixelsAcross = 4_096

/** Where corners lie, each place once. `cut`: more than one line leads through it in different ways, so that it stays. */
type Corners = { xs: number[]; ys: number[]; cut: boolean[] }
/** Numbers of corners, one after the other; the first is not said again at the end. */
type Ring = readonly number[]

/**
 * The outlines with as few corners as show the same on `pixelsAcross` pixels, written with as few digits. A border between two areas is one line in both, and
 * stays one: rings are cut where lines meet (as TopoJSON does, Bostock 2012) and each piece is thinned out for itself (Ramer 1972, Douglas and Peucker 1973),
 * always from the same end. What is smaller than a pixel is left out unless it is all of its area. Stops after each step, so that whoever calls may let others in.
 */
export function* simplified(outlines: readonly AreaOutline[]): Generator<void, readonly AreaOutline[]> {
  const corners: Corners = { xs: [], ys: [], cut: [] }
  const rings: Ring[][] = []
  const numberOf = numbering(corners)
  const mark = markCuts(corners)
  for (const { parts } of outlines) {
    const numbered: Ring[] = []
    for (const part of parts) {
      const ring = closedUp(part.map(numberOf))
      mark(ring)
      numbered.push(ring)
      yield
    }
    rings.push(numbered)
  }
  const { tolerance, narrow } = measureOf(corners)
  const decimals = Math.max(0, Math.ceil(-Math.log10(tolerance)))
  const at = (corner: number): Point => [
    Number((corners.xs[corner] ?? 0).toFixed(decimals)),
    Number((corners.ys[corner] ?? 0).toFixed(decimals)),
  ]
  const thin = thinning({ ...corners, xs: corners.xs.map((x) => x * narrow) }, tolerance)
  const made: AreaOutline[] = []
  for (const [index, outline] of outlines.entries()) {
    const parts: Point[][] = []
    for (const ring of rings[index] ?? []) {
      const kept = thin(ring).map(at)
      parts.push([...kept, ...kept.slice(0, 1)])
      yield
    }
    // Three corners and the first again: less is a line or a point.
    const seen = parts.filter(({ length }) => length > 3)
    made.push({ ...outline, parts: seen.length > 0 ? seen : parts.slice(0, 1) })
  }
  return made
}

/** The same place has the same number, whichever ring leads through it. */
function numbering({ xs, ys, cut }: Corners): (point: Point) => number {
  const columns = new Map<number, Map<number, number>>()
  return ([x, y]) => {
    const column = columns.get(x) ?? new Map<number, number>()
    columns.set(x, column)
    const known = column.get(y)
    if (known !== undefined) return known
    column.set(y, xs.length)
    xs.push(x)
    ys.push(y)
    cut.push(false)
    return xs.length - 1
  }
}

/** Without the first corner again at its end, and none twice in a row. */
function closedUp(numbers: readonly number[]): Ring {
  const ring = numbers.filter((corner, index) => corner !== numbers[index - 1])
  return ring.length > 1 && ring[0] === ring.at(-1) ? ring.slice(0, -1) : ring
}

/** A corner that has other neighbours in another ring, or in the same one, is where lines meet. */
function markCuts({ cut }: Corners): (ring: Ring) => void {
  const neighbours: (readonly [number, number])[] = []
  return (ring) =>
    ring.forEach((corner, index) => {
      const [before, behind] = [ring.at(index - 1) ?? corner, ring[(index + 1) % ring.length] ?? corner]
      const pair = before < behind ? ([before, behind] as const) : ([behind, before] as const)
      const known = neighbours[corner]
      if (!known) neighbours[corner] = pair
      else if (known[0] !== pair[0] || known[1] !== pair[1]) cut[corner] = true
    })
}

/** Half a pixel in degrees of latitude, and how much narrower a degree of longitude is in the middle of it all. */
function measureOf({ xs, ys }: Corners): { tolerance: number; narrow: number } {
  let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let [bottom, top] = [left, right]
  xs.forEach((x, corner) => {
    const y = ys[corner] ?? 0
    ;[left, right, bottom, top] = [Math.min(left, x), Math.max(right, x), Math.min(bottom, y), Math.max(top, y)]
  })
  if (xs.length === 0) return { tolerance: 1, narrow: 1 }
  const narrow = Math.max(0.01, Math.cos((((bottom + top) / 2) * Math.PI) / 180))
  const across = Math.max((right - left) * narrow, top - bottom, 1e-6)
  return { tolerance: across / pixelsAcross / 2, narrow }
}

/** The corners of a ring that stay, cut where lines meet. */
function thinning({ xs, ys, cut }: Corners, tolerance: number): (ring: Ring) => number[] {
  const far = (a: number, b: number) => Math.hypot((xs[a] ?? 0) - (xs[b] ?? 0), (ys[a] ?? 0) - (ys[b] ?? 0))
  /** From `line`, open, its first corner and those that stay, without its last. */
  const ofLine = (line: Ring): number[] => {
    const [first = 0, last = 0] = [line[0], line.at(-1)]
    const isTurned = first > last
    const stay = kept({ xs, ys, line: isTurned ? [...line].reverse() : line, tolerance })
    return (isTurned ? stay.reverse() : stay).slice(0, -1)
  }
  /** A line that ends where it begins is cut at the corner farthest away. */
  const ofLoop = (line: Ring): number[] => {
    const [first = 0] = line
    let middle = 1
    line.forEach((corner, index) => {
      const [distance, most] = [far(first, corner), far(first, line[middle] ?? first)]
      if (distance > most || (distance === most && corner < (line[middle] ?? first))) middle = index
    })
    return [...ofLine(line.slice(0, middle + 1)), ...ofLine(line.slice(middle))]
  }
  return (ring) => {
    if (ring.length < 3) return [...ring]
    const begin = ring.findIndex((corner) => cut[corner])
    // A ring that meets no other begins at its lowest number: the same one for both of its sides.
    const from = begin >= 0 ? begin : ring.indexOf(ring.reduce((least, corner) => Math.min(least, corner), Number.POSITIVE_INFINITY))
    const round = [...ring.slice(from), ...ring.slice(0, from), ring[from] ?? 0]
    const stops = round.flatMap((corner, index) => (index === 0 || index === round.length - 1 || cut[corner] ? [index] : []))
    return stops.slice(1).flatMap((stop, index) => {
      const line = round.slice(stops[index], stop + 1)
      return line[0] === line.at(-1) ? ofLoop(line) : ofLine(line)
    })
  }
}

type Line = { xs: readonly number[]; ys: readonly number[]; line: Ring; tolerance: number }

/** Ramer, Douglas and Peucker: its ends, and whatever lies farther than `tolerance` from the straight line between two that stay. */
function kept({ xs, ys, line, tolerance }: Line): number[] {
  const stays = new Uint8Array(line.length)
  stays[0] = stays[line.length - 1] = 1
  const open: [number, number][] = [[0, line.length - 1]]
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to] = span
    let [farthest, most] = [-1, tolerance]
    for (let index = from + 1; index < to; index += 1) {
      const distance = distanceTo({ xs, ys }, line[index] ?? 0, [line[from] ?? 0, line[to] ?? 0])
      if (distance > most) [farthest, most] = [index, distance]
    }
    if (farthest < 0) continue
    stays[farthest] = 1
    open.push([from, farthest], [farthest, to])
  }
  return line.filter((_, index) => stays[index] === 1)
}

/** Of a corner from the stretch between two others. */
function distanceTo({ xs, ys }: Pick<Line, 'xs' | 'ys'>, corner: number, [a, b]: readonly [number, number]): number {
  const [ax, ay] = [xs[a] ?? 0, ys[a] ?? 0]
  const [dx, dy] = [(xs[b] ?? 0) - ax, (ys[b] ?? 0) - ay]
  const [px, py] = [(xs[corner] ?? 0) - ax, (ys[corner] ?? 0) - ay]
  const length = dx * dx + dy * dy
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length))
  return Math.hypot(px - share * dx, py - share * dy)
}
