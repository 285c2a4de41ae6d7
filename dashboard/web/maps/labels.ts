/** Names on a plan: whole, inside the frame, none over another; what matters most is named first, and what finds no room is not named. Pure, in units of the drawing. */
import { middleOf, type PlanFeature, type Point } from '../../../domain/site-plan.ts'
import type { Drawing } from './geometry.ts'
import { widthOf } from './text-width.ts'

export type Frame = { x: number; y: number; width: number; height: number }
/** `x` is the middle of the text, `y` its base line, `size` its height. */
export type Label = { x: number; y: number; size: number; text: string }
/** `texts`: the best first, shorter ones for where there is no room. */
export type Named = { feature: PlanFeature; texts: readonly string[]; size: number; rank: number }

/** How far the letters reach above and below their base line. */
const [above, below] = [0.86, 0.16]
const boxOf = ({ x, y, size, text }: Label): Frame => {
  const width = widthOf(text, size)
  return { x: x - width / 2, y: y - size * above, width, height: size * (above + below) }
}

const overlap = (a: Frame, b: Frame): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
const holds = (frame: Frame, x: number, y: number): boolean =>
  x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height

const between = (least: number, value: number, most: number): number => Math.min(Math.max(value, least), Math.max(least, most))

/** Moved inside the frame, however near its edge the thing lies; null when the text is wider than the frame. */
function inside(label: Label, frame: Frame): Label | null {
  const { width, height } = boxOf(label)
  if (width > frame.width || height > frame.height) return null
  return {
    ...label,
    x: between(frame.x + width / 2, label.x, frame.x + frame.width - width / 2),
    y: between(frame.y + label.size * above, label.y, frame.y + frame.height - label.size * below),
  }
}

/** Where a name may stand: on a building, beside a point. */
function placesOf({ feature: { shape }, size }: Named, [x, y]: Point, text: string): Point[] {
  if (shape === 'area') return [[x, y + size * 0.35]]
  const aside = widthOf(text, size) / 2 + size * 0.75
  return [
    [x, y - size * 0.75],
    [x, y + size * 1.5],
    [x + aside, y + size * 0.35],
    [x - aside, y + size * 0.35],
  ]
}

/** Each feature that is named, with its label. Lower `rank` first. */
export function labelsOf(named: readonly Named[], frame: Frame, at: Drawing['at']): ReadonlyMap<PlanFeature, Label> {
  const placed = new Map<PlanFeature, Label>()
  const taken: Frame[] = []
  // Points are drawn, named or not: no name over one, but for the first, which is always named.
  const dots = named.flatMap(({ feature, size }) => (feature.shape === 'point' ? [dotOf(at(middleOf(feature.parts)), size)] : []))
  for (const one of [...named].sort((a, b) => a.rank - b.rank)) {
    const middle = at(middleOf(one.feature.parts))
    if (!holds(frame, ...middle)) continue
    const label = one.texts.flatMap((text) => freeOf(one, text, { middle, frame, taken }))[0]
    if (placed.size === 0) taken.push(...dots)
    if (!label) continue
    placed.set(one.feature, label)
    taken.push(boxOf(label))
    if (one.feature.kind === 'building') taken.push(boundsOf(one.feature.parts.flat().map(at)))
  }
  return placed
}

/** Half as wide as letters are high. */
export const dotSize = 0.5
const dotOf = ([x, y]: Point, size: number): Frame => ({
  ...{ x: x - size * dotSize, y: y - size * dotSize },
  ...{ width: size * dotSize * 2, height: size * dotSize * 2 },
})

function boundsOf(points: readonly Point[]): Frame {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

type Space = { middle: Point; frame: Frame; taken: readonly Frame[] }

function freeOf(one: Named, text: string, { middle, frame, taken }: Space): Label[] {
  return placesOf(one, middle, text).flatMap(([x, y]) => {
    const label = inside({ x, y, size: one.size, text }, frame)
    return label && !taken.some((box) => overlap(box, boxOf(label))) ? [label] : []
  })
}

/** As much of the drawing as shows these features with room round them: `wide` times as wide as high; the whole of it where little would be left out. */
export function frameOf({ width, height, at }: Drawing, features: readonly PlanFeature[], wide: number): Frame {
  const points = features.flatMap(({ parts }) => parts.flat()).map(at)
  const whole = { x: 0, y: 0, width, height }
  if (points.length === 0) return whole
  const { x: left, y: top, ...size } = boundsOf(points)
  const [across, down] = [size.width + 2 * room, size.height + 2 * room]
  const shown = Math.max(across, down * wide, width * leastShown)
  if (shown > width * wholeFrom) return whole
  const high = Math.min(shown / wide, height)
  const within = (middle: number, size: number, most: number) => between(0, middle - size / 2, most - size)
  return {
    ...{ x: within(left - room + across / 2, shown, width), y: within(top - room + down / 2, high, height) },
    ...{ width: shown, height: high },
  }
}

const room = 9
const [leastShown, wholeFrom] = [0.45, 0.9]
