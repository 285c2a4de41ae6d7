/** 电子地图: outlines and sites as SVG, projected by d3-geo; no tiles, nothing fetched from elsewhere. Colour only where something is open. */
import type { AreaOutline, Point } from '../../../domain/site-plan.ts'
import { mapWords } from '../maps/words.ts'
import { type Group, routeOf, type Spot, urgencyOf, type View } from './levels.ts'
import { type MapLayout, namesOn, openMapLayouts } from './map-layout.ts'
import { mapSize } from './projection.ts'
import { placeKey } from './way.ts'

const dotsMost = 1_500
/** More sites than this stand close: their marks become smaller. */
const crowd = 100
type Urgency = 1 | 2 | 3 | null
const radiusOf = (urgency: Urgency) => (urgency === null ? 0.8 : 2.8)
const layoutOf = openMapLayouts()

type Props = { view: View; outlines: readonly AreaOutline[]; spot: Spot }

/** Null where nothing is known of where anything lies. */
export function AreaMap({ view, outlines, spot }: Props) {
  const layout = layoutOf(view, outlines)
  if (!layout) return null
  const sites = view.groups.flatMap((group) => group.sites)
  const troubled = sites.filter(({ id, open }) => layout.spots.has(id) && urgencyOf(open) !== null).length
  const label = mapWords.value.cockpit.mapLabel(layout.areas.length, layout.spots.size, troubled)
  return (
    <svg class="area-map" viewBox={`0 0 ${mapSize.width} ${mapSize.height}`}>
      <title>{label}</title>
      {view.level === 'site' ? <SiteLevel {...{ view, layout, spot }} /> : <AreaLevel {...{ view, layout, spot }} />}
    </svg>
  )
}

type LevelProps = { view: View; layout: MapLayout; spot: Spot }

/** Cities, districts or streets: each a shape that leads on, its sites as dots over it. */
function AreaLevel({ view, layout, spot }: LevelProps) {
  const groups = new Map(view.groups.map((group, rank) => [group.name, { group, rank }]))
  const known = layout.areas.map((area) => ({ ...area, ...groups.get(area.outline.name), key: keyOf(area.outline) }))
  const drawn = new Set(known.map(({ outline }) => outline.name))
  const bare = view.groups.filter(({ name }) => !drawn.has(name)).flatMap((group) => markOf(group, layout))
  const wishes = [...known]
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ key, at, outline, group }) => ({ key, at, text: group ? textOf(group) : outline.name }))
  const dots = view.groups
    .flatMap(({ sites }) => sites)
    .slice(0, dotsMost)
    .flatMap(({ id, open }): { id: string; at: Point; urgency: Urgency }[] => {
      const at = layout.spots.get(id)
      return at ? [{ id, at, urgency: urgencyOf(open) }] : []
    })
  const scale = Math.min(1, Math.sqrt(crowd / dots.length))
  const obstacles = dots
    .filter(({ urgency }) => urgency !== null || dots.length < crowd)
    .map(({ at, urgency }) => ({ at, radius: radiusOf(urgency) * scale }))
  const names = namesOn([...wishes, ...bare.map(wishOf)], obstacles)
  return (
    <>
      {known.map(({ key, path, group }) =>
        group ? (
          <Area key={key} {...{ group, path, spot }} name={names.get(key)} />
        ) : (
          <g key={key} class="area around">
            <path d={path} />
          </g>
        ),
      )}
      {dots.map(({ id, at, urgency }) => (
        <Dot key={id} {...{ at, urgency, scale }} />
      ))}
      {bare.map((mark) => (
        <SiteMark key={mark.key} mark={mark} name={names.get(mark.key)} spot={spot} />
      ))}
    </>
  )
}

const keyOf = ({ city, district, name }: AreaOutline) => [city, district, name].join('/')

/** One street's sites, or those of an area that has no streets: each a mark with its name. */
function SiteLevel({ view, layout, spot }: LevelProps) {
  const marks = view.groups.flatMap((group) => markOf(group, layout))
  const obstacles = marks.map(({ at, group }) => ({ at, radius: radiusOf(urgencyOf(group.sum.open)) }))
  const names = namesOn(marks.map(wishOf), obstacles)
  return (
    <>
      {layout.areas.map(({ outline, path }) => (
        <g key={keyOf(outline)} class="area around">
          <path d={path} />
        </g>
      ))}
      {marks.map((mark) => (
        <SiteMark key={mark.key} mark={mark} name={names.get(mark.key)} spot={spot} />
      ))}
    </>
  )
}

type Mark = { group: Group; at: Point; key: string }

/** In the middle of its sites; none where nobody said where they lie. */
function markOf(group: Group, { spots }: MapLayout): readonly Mark[] {
  const found = group.sites.flatMap(({ id }): Point[] => {
    const at = spots.get(id)
    return at ? [at] : []
  })
  if (found.length === 0) return []
  const mean = (axis: 0 | 1) => found.reduce((sum, point) => sum + point[axis], 0) / found.length
  return [{ group, at: [mean(0), mean(1)], key: group.path.join('/') }]
}

const wishOf = ({ group, at: [x, y], key }: Mark) => ({ key, text: nameOf(group), at: [x, y + nameBelow] as const })

const SiteMark = ({ mark: { group, at }, name, spot }: { mark: Mark; name: Point | undefined; spot: Spot }) => (
  <a class="site-mark" data-place={placeKey(group.path)} href={`#${routeOf({ ...spot, path: group.path })}`} aria-label={saidOf(group)}>
    <Dot at={at} urgency={urgencyOf(group.sum.open)} scale={1} large />
    <Name at={name} text={nameOf(group)} />
  </a>
)

/** Under its mark. */
const nameBelow = 6.4

function Area({ group, path, spot, name }: { group: Group; path: string; spot: Spot; name: Point | undefined }) {
  const urgency = urgencyOf(group.sum.open)
  return (
    <a
      data-place={placeKey(group.path)}
      href={`#${routeOf({ ...spot, path: group.path })}`}
      class={`area${urgency ? ` p${urgency}` : ''}`}
      aria-label={saidOf(group, textOf(group))}
    >
      <path d={path} />
      <Name at={name} text={textOf(group)} />
    </a>
  )
}

const Name = ({ at, text }: { at: Point | undefined; text: string }) =>
  at ? (
    <text x={at[0]} y={at[1]}>
      {text}
    </text>
  ) : null

const shapes = { 1: 'M-1-2.4h2l1.4 1.4v2l-1.4 1.4h-2l-1.4-1.4v-2z', 2: 'M0-2.6 2.6 2H-2.6z', 3: 'M0-2a2 2 0 1 0 .01 0z' } as const

type DotProps = { at: Point; urgency: Urgency; scale: number; large?: boolean }

/** A dot is quiet; octagon, triangle and ring are not. */
function Dot({ at: [x, y], urgency, scale, large = false }: DotProps) {
  if (urgency === null) return <circle class="dot" cx={x} cy={y} r={large ? 1.6 : 0.7 * scale} />
  return <path class={`sign sign${urgency}`} transform={`translate(${x} ${y}) scale(${scale})`} d={shapes[urgency]} />
}

/** With how many are open there. */
function textOf(group: Group): string {
  const count = group.sum.open.reduce((sum, each) => sum + each, 0)
  return count === 0 ? nameOf(group) : `${nameOf(group)} ${count}`
}

const nameOf = ({ name }: Pick<Group, 'name'>) => name || mapWords.value.cockpit.unnamed

/** The same in words; begins with what is written there, so that who sees it and who hears it mean the same. */
export function saidOf(group: Pick<Group, 'name' | 'sum'>, written = nameOf(group)): string {
  const t = mapWords.value.cockpit
  const { open } = group.sum
  const parts = ([1, 2, 3] as const).flatMap((priority) => {
    const count = open[priority - 1] ?? 0
    return count > 0 ? [`${t.priority[priority]} ${count}`] : []
  })
  return [written, parts.length > 0 ? parts.join(' · ') : t.none].join(' · ')
}
