/** 电子地图: outlines and sites as SVG, projected by d3-geo; no tiles, nothing fetched from elsewhere. Colour only where something is open. */
import { type AreaOutline, middleOf, type Point } from '../../../domain/site-plan.ts'
import { pathOf } from '../maps/geometry.ts'
import { mapWords } from '../maps/words.ts'
import { type Group, outlinesOf, routeOf, type Spot, urgencyOf, type View } from './levels.ts'
import { mapSize, type Projected, projectionOf } from './projection.ts'

const dotsMost = 1_500

type Props = { view: View; outlines: readonly AreaOutline[]; spot: Spot }

/** Null where nothing is known of where anything lies. */
export function AreaMap({ view, outlines, spot }: Props) {
  const shown = outlinesOf(outlines, view)
  const placed = view.groups.flatMap(({ sites }) => sites.flatMap(({ point, open }) => (point ? [{ point, open }] : [])))
  const points = [...shown.flatMap(({ parts }) => parts.flat()), ...placed.map(({ point }) => point)]
  if (points.length === 0) return null
  const at = projectionOf(points)
  const t = mapWords.value.cockpit
  const troubled = placed.filter(({ open }) => urgencyOf(open) !== null).length
  return (
    <svg class="area-map" viewBox={`0 0 ${mapSize.width} ${mapSize.height}`}>
      <title>{t.mapLabel(shown.length, placed.length, troubled)}</title>
      {shown.map((outline) => (
        <Area key={`${outline.city}/${outline.district}/${outline.name}`} outline={outline} view={view} at={at} spot={spot} />
      ))}
      {view.level !== 'site' &&
        placed.slice(0, dotsMost).map(({ point, open }, index) => <Dot key={index} at={at(point)} urgency={urgencyOf(open)} />)}
      {view.level === 'site' && view.groups.map((group) => <SiteMark key={group.path.at(-1)} group={group} at={at} spot={spot} />)}
    </svg>
  )
}

function Area({ outline, view, at, spot }: { outline: AreaOutline; view: View; at: Projected; spot: Spot }) {
  const group = view.level === 'site' ? undefined : view.groups.find(({ name }) => name === outline.name)
  const path = <path d={pathOf({ shape: 'area', parts: outline.parts }, at)} />
  if (!group) return <g class="area around">{path}</g>
  const [x, y] = at(middleOf(outline.parts))
  const urgency = urgencyOf(group.sum.open)
  return (
    <a href={`#${routeOf({ ...spot, path: group.path })}`} class={`area${urgency ? ` p${urgency}` : ''}`} aria-label={saidOf(group)}>
      {path}
      <text x={x} y={y}>
        {outline.name}
      </text>
      <text class="count" x={x} y={y + 4}>
        {urgency ? group.sum.open.reduce((sum, count) => sum + count, 0) : ''}
      </text>
    </a>
  )
}

function SiteMark({ group, at, spot }: { group: Group; at: Projected; spot: Spot }) {
  const point = group.sites[0]?.point
  if (!point) return null
  const [x, y] = at(point)
  return (
    <a class="site-mark" href={`#${routeOf({ ...spot, path: group.path })}`} aria-label={saidOf(group)}>
      <Dot at={[x, y]} urgency={urgencyOf(group.sum.open)} large />
      <text x={x} y={y + 6}>
        {group.name}
      </text>
    </a>
  )
}

const shapes = { 1: 'M-1-2.4h2l1.4 1.4v2l-1.4 1.4h-2l-1.4-1.4v-2z', 2: 'M0-2.6 2.6 2H-2.6z', 3: 'M0-2a2 2 0 1 0 .01 0z' } as const

/** A dot is quiet; octagon, triangle and ring are not. */
function Dot({ at: [x, y], urgency, large = false }: { at: Point; urgency: 1 | 2 | 3 | null; large?: boolean }) {
  if (urgency === null) return <circle class="dot" cx={x} cy={y} r={large ? 1.6 : 0.7} />
  return <path class={`sign sign${urgency}`} transform={`translate(${x} ${y})`} d={shapes[urgency]} />
}

/** The same in words. */
export function saidOf({ name, sum: { open } }: Pick<Group, 'name' | 'sum'>): string {
  const t = mapWords.value.cockpit
  const parts = ([1, 2, 3] as const).flatMap((priority) => {
    const count = open[priority - 1] ?? 0
    return count > 0 ? [`${t.priority[priority]} ${count}`] : []
  })
  return [name || t.unnamed, parts.length > 0 ? parts.join(' · ') : t.none].join(' · ')
}
