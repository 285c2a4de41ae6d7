/** The plan of a site: buildings, gates, roads and what helps; where something is open stands out, and is said in words beside it. */
import './site-plan.css'
import { buildingKey, middleOf, type PlanFeature, type SitePlan } from '../../../domain/site-plan.ts'
import type { AlarmCard } from '../../contracts.ts'
import type { SitePlanAnswer } from '../../contracts-maps.ts'
import { buildingName } from '../shared/format.ts'
import { language } from '../shared/i18n/i18n.ts'
import { mapsApi, plans } from './api.ts'
import { buildingOf, type Drawing, directionOf, drawingOf, gateNear, metresBetween, nameAt, pathOf } from './geometry.ts'
import { mapWords } from './words.ts'

/** Building → the most urgent open alarm there, and how many. */
export type OpenAt = ReadonlyMap<string, { priority: 1 | 2 | 3; count: number }>

/** In the case: which building, and the way from the nearest gate. */
export function SitePlanCard({ card: { alarm, place } }: { card: AlarmCard }) {
  const t = mapWords.value
  const answer = plans.of(place.siteId)
  if (!answer?.plan || place.building === '') return null
  const building = buildingOf(answer.plan.features, place.building)
  const way = building ? wayTo(answer, building) : t.notOnPlan(buildingName(place.building, language.value))
  const open: OpenAt = new Map([[buildingKey(place.building), { priority: alarm.priority, count: 1 }]])
  return (
    <div class={`box site-plan p${alarm.priority}`}>
      <h3>
        {t.plan} <span>{way}</span>
      </h3>
      <PlanDrawing answer={answer} open={open} label={t.planLabel(buildingName(building?.name ?? '', language.value), way)} />
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

/** One image to a screen reader; the same in words is the caller's. */
export function PlanDrawing({ answer, open, label }: { answer: SitePlanAnswer; open: OpenAt; label: string }) {
  const { plan, picture, siteId } = answer
  if (!plan) return null
  const drawing = drawingOf(plan, picture)
  const sorted = [...plan.features].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  return (
    <svg class="plan-drawing" viewBox={`0 0 ${drawing.width} ${drawing.height}`} role="img" aria-label={label}>
      {plan.frame === 'picture' && picture && (
        <image href={mapsApi.picturePath(siteId, picture.at)} width={drawing.width} height={drawing.height} />
      )}
      {sorted.map((feature, index) => (
        <Feature key={index} feature={feature} drawing={drawing} state={open.get(buildingKey(feature.name))} />
      ))}
    </svg>
  )
}

type FeatureProps = { feature: PlanFeature; drawing: Drawing; state: { priority: 1 | 2 | 3 } | undefined }

function Feature({ feature, drawing, state }: FeatureProps) {
  const { kind, name, shape } = feature
  const isOpen = kind === 'building' && state !== undefined
  const [x, y] = nameAt(feature, drawing.at)
  const classes = isOpen ? `${kind} open p${state.priority}` : kind
  return (
    <g class={classes}>
      {shape === 'point' ? <circle cx={x} cy={y} r={isOpen ? 3 : 1.6} /> : <path class={shape} d={pathOf(feature, drawing.at)} />}
      {isOpen && <Sign priority={state.priority} x={x} y={y - 3.2} />}
      {kind !== 'road' && (
        <text x={x} y={shape === 'point' ? y - 2.4 : isOpen ? y + 2.6 : y + 1}>
          {(kind === 'building' ? buildingName(name, language.value) : name) || mapWords.value.kinds[kind]}
        </text>
      )}
    </g>
  )
}

const signs = { 1: 'M-1 -2.4h2l1.4 1.4v2l-1.4 1.4h-2l-1.4-1.4v-2z', 2: 'M0-2.6 2.6 2H-2.6z', 3: 'M0-2a2 2 0 1 0 .01 0z' }

/** Octagon, triangle, circle: the shape says it without colour. */
const Sign = ({ priority, x, y }: { priority: 1 | 2 | 3; x: number; y: number }) => (
  <path class={`sign sign${priority}`} transform={`translate(${x} ${y})`} d={signs[priority]} />
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
