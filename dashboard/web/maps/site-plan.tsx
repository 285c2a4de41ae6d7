/** The plan of a site: buildings, gates, roads and what helps; where something is open stands out, and is said in words beside it. */
import './site-plan.css'
import { buildingKey, buildingOf, metresBetween, middleOf, type PlanFeature, type SitePlan } from '../../../domain/site-plan.ts'
import type { AlarmCard } from '../../contracts.ts'
import type { SitePlanAnswer } from '../../contracts-maps.ts'
import { buildingName } from '../shared/format.ts'
import { language } from '../shared/i18n/i18n.ts'
import { mapsApi, plans } from './api.ts'
import { type Drawing, directionOf, drawingOf, gateNear, nameAt, pathOf } from './geometry.ts'
import { dotSize, type Frame, frameOf, type Label, labelsOf, type Named } from './labels.ts'
import { mapWords } from './words.ts'

/** Building → the most urgent open alarm there, and how many. */
export type OpenAt = ReadonlyMap<string, { priority: 1 | 2 | 3; count: number }>

/** Beside a case it is as wide as this times its height. */
const beside = 1.8

/** In the case: which building, and the way from the nearest gate, as near as shows both; `whole`: all of the site. */
export function SitePlanCard({ card: { alarm, place }, whole = false }: { card: AlarmCard; whole?: boolean }) {
  const t = mapWords.value
  const answer = plans.of(place.siteId)
  if (!answer?.plan || place.building === '') return null
  const building = buildingOf(answer.plan.features, place.building)
  const way = building ? wayTo(answer, building) : t.notOnPlan(buildingName(place.building, language.value))
  const open: OpenAt = new Map([[buildingKey(place.building), { priority: alarm.priority, count: 1 }]])
  const label = t.planLabel(buildingName(building?.name ?? '', language.value), way)
  return (
    <div class={`box site-plan p${alarm.priority}`}>
      <h3>
        {t.plan} <span>{way}</span>
      </h3>
      <PlanDrawing answer={answer} open={open} label={label} near={whole ? null : building} />
    </div>
  )
}

/** "In by the east gate, then north, about 120 m": a direction, not a route. */
function wayTo({ plan, picture }: SitePlanAnswer, building: PlanFeature): string {
  const t = mapWords.value
  if (!plan) return ''
  const drawing = drawingOf(plan, picture)
  const gate = gateNear(plan.features, building, drawing)
  if (!gate) return buildingName(building.name, language.value)
  const turn = directionOf(nameAt(gate, drawing.at), nameAt(building, drawing.at))
  const isEarth = plan.frame === 'earth'
  const metres = isEarth ? Math.round(metresBetween(middleOf(gate.parts), middleOf(building.parts)) / 10) * 10 : null
  return t.from(gate.name || t.gateUnnamed, (isEarth ? t.compass : t.ways)[turn] ?? '', metres)
}

const order: readonly PlanFeature['kind'][] = ['other', 'road', 'building', 'medicine', 'aed', 'gate']

type DrawingProps = { answer: SitePlanAnswer; open: OpenAt; label: string; near?: PlanFeature | null }

/** One image to a screen reader; the same in words is the caller's. `near`: only what lies round this building and its gate, in large letters. */
export function PlanDrawing({ answer, open, label, near = null }: DrawingProps) {
  const { plan, picture, siteId } = answer
  if (!plan) return null
  const drawing = drawingOf(plan, picture)
  const frame = near ? roundOf(plan, near, drawing) : { x: 0, y: 0, width: drawing.width, height: drawing.height }
  const size = near ? Math.max(frame.width, frame.height * beside) * 0.046 : 2.6
  const labels = labelsOf(plan.features.flatMap(namedOf(open, size)), frame, drawing.at)
  const sorted = [...plan.features].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  return (
    <svg class="plan-drawing" viewBox={`${frame.x} ${frame.y} ${frame.width} ${frame.height}`} role="img" aria-label={label}>
      {plan.frame === 'picture' && picture && (
        <image href={mapsApi.picturePath(siteId, picture.at)} width={drawing.width} height={drawing.height} />
      )}
      {sorted.map((feature, index) => (
        <Feature key={index} {...{ feature, drawing, size }} state={stateOf(open, feature)} />
      ))}
      {sorted.map((feature, index) => (
        <Name key={index} feature={feature} label={labels.get(feature)} state={stateOf(open, feature)} />
      ))}
    </svg>
  )
}

function roundOf({ features }: SitePlan, building: PlanFeature, drawing: Drawing): Frame {
  const gate = gateNear(features, building, drawing)
  return frameOf(drawing, gate ? [building, gate] : [building], beside)
}

type State = { priority: 1 | 2 | 3 } | undefined
const stateOf = (open: OpenAt, { kind, name }: PlanFeature): State => (kind === 'building' ? open.get(buildingKey(name)) : undefined)

const ranks: Readonly<Record<PlanFeature['kind'], number>> = { gate: 1, building: 2, aed: 3, medicine: 4, other: 5, road: 6 }

/** Roads keep their names to themselves; what helps says what it is before where. */
const namedOf =
  (open: OpenAt, size: number) =>
  (feature: PlanFeature): Named[] => {
    const { kind, name } = feature
    if (kind === 'road') return []
    const said = mapWords.value.kinds[kind]
    if (kind === 'aed' || kind === 'medicine')
      return [{ feature, texts: name === '' ? [said] : [`${said} ${name}`, said], size, rank: ranks[kind] }]
    const isOpen = stateOf(open, feature) !== undefined
    const text = (kind === 'building' ? buildingName(name, language.value) : name) || said
    return [{ feature, texts: [text], size: isOpen ? size * 1.5 : size, rank: isOpen ? 0 : ranks[kind] }]
  }

const cross = 'M-.4-1h.8v.6h.6v.8h-.6v.6h-.8v-.6h-.6v-.8h.6z'
type DotProps = { kind: PlanFeature['kind']; x: number; y: number; radius: number }

/** What helps is a cross, a gate a dot. */
const Dot = ({ kind, x, y, radius }: DotProps) =>
  kind === 'aed' || kind === 'medicine' ? (
    <path class="cross" transform={`translate(${x} ${y}) scale(${radius * 1.2})`} d={cross} />
  ) : (
    <circle cx={x} cy={y} r={radius} />
  )

type FeatureProps = { feature: PlanFeature; drawing: Drawing; size: number; state: State }

function Feature({ feature, drawing, size, state }: FeatureProps) {
  const { kind, shape } = feature
  const [x, y] = nameAt(feature, drawing.at)
  return (
    <g class={state ? `${kind} open p${state.priority}` : kind}>
      {shape === 'point' ? (
        <Dot {...{ kind, x, y }} radius={size * (state ? 0.9 : dotSize)} />
      ) : (
        <path class={shape} d={pathOf(feature, drawing.at)} />
      )}
      {state && <Sign priority={state.priority} x={x} y={y - size * 1.7} scale={size / 2.6} />}
    </g>
  )
}

type NameProps = { feature: PlanFeature; label: Label | undefined; state: State }

const Name = ({ feature: { kind }, label, state }: NameProps) =>
  label ? (
    <g class={state ? `${kind} open p${state.priority}` : kind}>
      <text x={label.x} y={label.y} font-size={label.size} stroke-width={label.size * 0.2}>
        {label.text}
      </text>
    </g>
  ) : null

const signs = { 1: 'M-1 -2.4h2l1.4 1.4v2l-1.4 1.4h-2l-1.4-1.4v-2z', 2: 'M0-2.6 2.6 2H-2.6z', 3: 'M0-2a2 2 0 1 0 .01 0z' }

type SignProps = { priority: 1 | 2 | 3; x: number; y: number; scale: number }

/** Octagon, triangle, circle: the shape says it without colour. */
const Sign = ({ priority, x, y, scale }: SignProps) => (
  <path class={`sign sign${priority}`} transform={`translate(${x} ${y}) scale(${scale})`} d={signs[priority]} />
)

/** The buildings with something open, in words. */
export function OpenBuildings({ plan, open }: { plan: SitePlan; open: OpenAt }) {
  const named = plan.features.filter(({ kind, name }) => kind === 'building' && open.has(buildingKey(name)))
  if (named.length === 0) return null
  return (
    <ul class="open-buildings">
      {named.map(({ name }) => (
        <li key={name}>{mapWords.value.openIn(buildingName(name, language.value), open.get(buildingKey(name))?.count ?? 0)}</li>
      ))}
    </ul>
  )
}
