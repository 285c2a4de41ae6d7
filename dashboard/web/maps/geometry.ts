/** From a plan's own coordinates to a drawing: pure, in units of the drawing. A site is so small that the earth is flat. */
import { middleOf, type PlanFeature, type Point, type SitePlan } from '../../../domain/site-plan.ts'

export type Drawing = { width: number; height: number; at: (point: Point) => Point }

/** The drawing is this wide; its height follows. */
export const drawnWidth = 100
const room = 3

/** Fits the plan into a drawing; over a picture the picture is the frame. */
export function drawingOf({ frame, features }: SitePlan, picture: { width: number; height: number } | null): Drawing {
  if (frame === 'picture' && picture) {
    const scale = drawnWidth / picture.width
    return { width: drawnWidth, height: picture.height * scale, at: ([x, y]) => [x * scale, y * scale] }
  }
  const points = features.flatMap(({ parts }) => parts.flat())
  const ys = points.map(([, y]) => y)
  const middle = (Math.min(...ys) + Math.max(...ys)) / 2
  const narrow = frame === 'earth' ? Math.cos((middle * Math.PI) / 180) : 1
  const flat = ([x, y]: Point): Point => [x * narrow, frame === 'earth' ? -y : y]
  return fitted(points.map(flat), flat)
}

function fitted(points: readonly Point[], flat: (point: Point) => Point): Drawing {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [x, y] of points) [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)]
  if (points.length === 0) [left, top, right, bottom] = [0, 0, 1, 1]
  const [wide, high] = [Math.max(right - left, 1e-9), Math.max(bottom - top, 1e-9)]
  // Never higher than wide: it stands beside a case.
  const scale = Math.min((drawnWidth - 2 * room) / wide, (drawnWidth - 2 * room) / high)
  const height = high * scale + 2 * room
  const indent = (drawnWidth - wide * scale) / 2
  return {
    width: drawnWidth,
    height,
    at(point) {
      const [x, y] = flat(point)
      return [(x - left) * scale + indent, (y - top) * scale + room]
    },
  }
}

/** The `d` of an SVG path. */
export function pathOf({ shape, parts }: Pick<PlanFeature, 'shape' | 'parts'>, at: Drawing['at']): string {
  const written = (ring: readonly Point[]) =>
    ring
      .map((point) =>
        at(point)
          .map((number) => number.toFixed(2))
          .join(' '),
      )
      .join('L')
  return parts.map((ring) => `M${written(ring)}${shape === 'area' ? 'Z' : ''}`).join('')
}

/** Where a feature's name is written. */
export const nameAt = ({ parts }: Pick<PlanFeature, 'parts'>, at: Drawing['at']): Point => at(middleOf(parts))

/** The gate nearest to a building, as the crow flies; null without gates. */
export function gateNear(features: readonly PlanFeature[], building: PlanFeature, { at }: Drawing): PlanFeature | null {
  const [x, y] = nameAt(building, at)
  const far = (gate: PlanFeature) => {
    const [gx, gy] = nameAt(gate, at)
    return Math.hypot(gx - x, gy - y)
  }
  return features.filter(({ kind }) => kind === 'gate').sort((a, b) => far(a) - far(b))[0] ?? null
}

/** In which direction a building lies of a gate, as on the drawing: 0 up, 2 right, 4 down, 6 left. Over a picture up need not be north. */
export function directionOf(from: Point, to: Point): number {
  const turn = Math.atan2(to[0] - from[0], from[1] - to[1]) / (Math.PI / 4)
  return (Math.round(turn) + 8) % 8
}
