/** From longitude and latitude to the map of areas: everything shown lies inside it. Pure. */
import { geoMercator } from 'd3-geo'
import type { Point } from '../../../domain/site-plan.ts'

export const mapSize = { width: 160, height: 90, edge: 5 } as const
const { width, height, edge } = mapSize

export type Projected = (point: Point) => Point

/** Fits all points into the drawing; one point alone lies in the middle. */
export function projectionOf(points: readonly Point[]): Projected {
  const around = points.flatMap(([x, y]): [number, number][] => [
    [x - 0.004, y - 0.004],
    [x + 0.004, y + 0.004],
  ])
  const coordinates = around.map(([x, y]): [number, number] => [Math.max(-180, Math.min(180, x)), Math.max(-85, Math.min(85, y))])
  // Points one by one: a polygon on a sphere would have to know which side of its line is inside.
  const projection = geoMercator().fitExtent(
    [
      [edge, edge],
      [width - edge, height - edge],
    ],
    { type: 'MultiPoint', coordinates },
  )
  return ([x, y]) => projection([x, Math.max(-85, Math.min(85, y))]) ?? [0, 0]
}
