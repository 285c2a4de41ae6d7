/** Where everything of a map of areas lies: outlines, sites and the names that find room. Pure; drawn anew only when the place is another. */
import { type AreaOutline, middleOf, type Point } from '../../../domain/site-plan.ts'
import { pathOf } from '../maps/geometry.ts'
import { outlinesOf, type View } from './levels.ts'
import { mapSize, projectionOf } from './projection.ts'

export type MapLayout = {
  areas: readonly { outline: AreaOutline; path: string; at: Point }[]
  /** Site → where it lies. */
  spots: ReadonlyMap<string, Point>
}

/** Null where nothing is known of where anything lies. */
export function mapLayoutOf(view: View, outlines: readonly AreaOutline[]): MapLayout | null {
  const shown = outlinesOf(outlines, view)
  const placed = view.groups.flatMap(({ sites }) => sites.flatMap(({ id, point }) => (point ? [{ id, point }] : [])))
  const points = [...shown.flatMap(({ parts }) => parts.flat()), ...placed.map(({ point }) => point)]
  if (points.length === 0) return null
  const at = projectionOf(points)
  return {
    areas: shown.map((outline) => ({
      outline,
      path: pathOf({ shape: 'area', parts: outline.parts }, at),
      at: at(middleOf(outline.parts)),
    })),
    spots: new Map(placed.map(({ id, point }) => [id, at(point)])),
  }
}

/** Remembers the last answer while the same places are asked for: figures change every few seconds, borders do not. */
export function openMapLayouts() {
  let kept: { outlines: readonly AreaOutline[]; key: string; layout: MapLayout | null } | null = null
  return (view: View, outlines: readonly AreaOutline[]): MapLayout | null => {
    const key = JSON.stringify([view.level, view.within, view.groups.map(({ name }) => name).sort(), ...placesOf(view)])
    if (kept?.outlines !== outlines || kept.key !== key) kept = { outlines, key, layout: mapLayoutOf(view, outlines) }
    return kept.layout
  }
}

/** Groups change their order with their alarms; where they lie does not change with it. */
const placesOf = ({ groups }: View) =>
  groups.flatMap(({ sites }) => sites.map(({ id, point }) => `${id} ${point?.[0]} ${point?.[1]}`)).sort()

export type Wish = { key: string; text: string; at: Point }
/** What a name may not lie on: round this point, so far to each side. */
export type Obstacle = { at: Point; radius: number }
type Box = { left: number; right: number; top: number; bottom: number }

const letterHeight = 3.4
/** A Han character is as wide as it is high; others are about half of that. */
export const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? letterHeight : letterHeight * 0.58), 0)

/** Where it was wished, or else a little lower or higher. */
const shifts = [0, 4, -4, 7, -7, 10, -10, 13, -13] as const

/**
 * Which names are written, and where (the middle of their baseline): the first wishes first, none over another, over a mark or out of the drawing; what
 * finds no room is said in the list beside the map.
 */
export function namesOn(wishes: readonly Wish[], obstacles: readonly Obstacle[]): ReadonlyMap<string, Point> {
  const taken: Box[] = obstacles.map(({ at: [x, y], radius }) => ({
    left: x - radius,
    right: x + radius,
    top: y - radius,
    bottom: y + radius,
  }))
  const found = new Map<string, Point>()
  for (const { key, text, at } of wishes) {
    const half = widthOf(text) / 2 + 0.4
    if (half * 2 > mapSize.width) continue
    const x = Math.min(mapSize.width - half, Math.max(half, at[0]))
    const placed = shifts
      .map((shift): [Point, Box] => {
        const y = at[1] + shift
        return [[x, y], { left: x - half, right: x + half, top: y - letterHeight, bottom: y + 0.9 }]
      })
      .find(([, box]) => box.top >= 0 && box.bottom <= mapSize.height && !taken.some((other) => overlap(box, other)))
    if (!placed) continue
    taken.push(placed[1])
    found.set(key, placed[0])
  }
  return found
}

const overlap = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
