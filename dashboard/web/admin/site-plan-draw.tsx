/** Drawing over a picture: click the corners of a building or write them, name it, keep it; saved as GeoJSON in pixels of the picture. */
import { type Signal, useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { type FeatureKind, featureKinds, type PlanFeature, type Point } from '../../../domain/site-plan.ts'
import { geoJsonOf } from '../../../domain/site-plan-geojson.ts'
import type { Refused } from '../../contracts.ts'
import type { SitePlanAnswer } from '../../contracts-maps.ts'
import { mapsApi } from '../maps/api.ts'
import { pathOf } from '../maps/geometry.ts'
import { Field } from '../shared/ui.tsx'
import { Corners } from './site-plan-corners.tsx'
import { sitePlanWords } from './site-plan-words.ts'

type Size = { width: number; height: number; at: number }
type Props = { answer: SitePlanAnswer; picture: Size; onDone: (refused: Refused | null) => void }
type Draft = {
  kind: Signal<FeatureKind>
  name: Signal<string>
  corners: Signal<readonly Point[]>
  features: Signal<readonly PlanFeature[]>
}

const itself = (point: Point): Point => point
const shapes: Readonly<Record<FeatureKind, PlanFeature['shape']>> = {
  ...{ building: 'area', other: 'area', road: 'line' },
  ...{ gate: 'point', aed: 'point', medicine: 'point' },
}
const least = { area: 3, line: 2, point: 1 } as const

export function DrawPlan({ answer, picture, onDone }: Props) {
  const t = sitePlanWords.value
  const draft: Draft = {
    kind: useSignal<FeatureKind>('building'),
    name: useSignal(''),
    corners: useSignal<readonly Point[]>([]),
    // What lies on the earth cannot be drawn over a picture: then one begins anew.
    features: useSignal<readonly PlanFeature[]>(answer.plan?.frame === 'picture' ? answer.plan.features : []),
  }
  const save = async () => {
    const put = await mapsApi.putPlan(answer.siteId, 'picture', geoJsonOf(draft.features.value))
    onDone(put.ok ? null : put.refused)
  }
  return (
    <>
      <h3>{t.draw}</h3>
      <p class="dim">{t.drawHint}</p>
      {answer.plan?.frame === 'earth' && <p>{t.drawReplaces}</p>}
      <div class="draw-plan">
        <Sheet draft={draft} picture={picture} href={mapsApi.picturePath(answer.siteId, picture.at)} />
        <div>
          <OneFeature draft={draft} />
          <Drawn draft={draft} />
          <button type="button" class="button primary" disabled={draft.features.value.length === 0} onClick={() => void save()}>
            {t.save}
          </button>
        </div>
      </div>
    </>
  )
}

function Sheet({ draft, picture, href }: { draft: Draft; picture: Size; href: string }) {
  const { kind, corners, features } = draft
  const onClick = (event: MouseEvent & { currentTarget: SVGSVGElement }) => {
    const box = event.currentTarget.getBoundingClientRect()
    const scale = picture.width / box.width
    const at: Point = [Math.round((event.clientX - box.left) * scale), Math.round((event.clientY - box.top) * scale)]
    corners.value = [...corners.value, at]
  }
  const unit = picture.width / 300
  const [first, last] = [corners.value[0], corners.value.at(-1)]
  // Where the wall would be that is not drawn yet.
  const closing = shapes[kind.value] === 'area' && corners.value.length > 2 && first && last ? [last, first] : null
  return (
    <div class="sheet-of">
      <svg viewBox={`0 0 ${picture.width} ${picture.height}`} aria-hidden="true" onPointerUp={onClick} style={{ '--unit': `${unit}px` }}>
        <image href={href} width={picture.width} height={picture.height} />
        <Finished features={features.value} unit={unit} />
        {corners.value.length > 1 && <path class="line now" d={pathOf({ shape: 'line', parts: [corners.value] }, itself)} />}
        {closing && <path class="line now closing" d={pathOf({ shape: 'line', parts: [closing] }, itself)} />}
      </svg>
      <Corners corners={corners} picture={picture} />
    </div>
  )
}

const Finished = ({ features, unit }: { features: readonly PlanFeature[]; unit: number }) => (
  <>
    {features.map((feature, index) =>
      feature.shape === 'point' ? (
        <circle key={index} cx={feature.parts[0]?.[0]?.[0]} cy={feature.parts[0]?.[0]?.[1]} r={unit * 2} />
      ) : (
        <path key={index} class={feature.shape} d={pathOf(feature, itself)} />
      ),
    )}
    {features.map(({ name, parts }, index) => (
      <text key={index} {...middleOf(parts[0] ?? [])} font-size={unit * 7}>
        {name}
      </text>
    ))}
  </>
)

function middleOf(part: readonly Point[]): { x: number; y: number } {
  const ring = part.length > 1 ? part.slice(1) : part
  const mean = (axis: 0 | 1) => ring.reduce((sum, point) => sum + point[axis], 0) / Math.max(1, ring.length)
  return { x: mean(0), y: mean(1) }
}

function OneFeature({ draft: { kind, name, corners, features } }: { draft: Draft }) {
  const t = sitePlanWords.value
  const [kindId, cornersId] = [useId(), useId()]
  const shape = shapes[kind.value]
  const needsName = kind.value === 'building'
  const isReady = corners.value.length >= least[shape] && (!needsName || name.value.trim() !== '')
  const finish = (event: Event) => {
    event.preventDefault()
    if (!isReady) return
    const [first] = corners.value
    const part = shape === 'area' && first ? [...corners.value, first] : shape === 'point' ? corners.value.slice(-1) : corners.value
    features.value = [...features.value, { kind: kind.value, name: name.value.trim(), shape, parts: [part] }]
    ;[corners.value, name.value] = [[], '']
  }
  return (
    <form onSubmit={finish}>
      <p class="field">
        <label for={kindId}>{t.kind}</label>
        <select id={kindId} value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value as FeatureKind)}>
          {featureKinds.map((one) => (
            <option key={one} value={one}>
              {t.kinds[one]}
            </option>
          ))}
        </select>
      </p>
      <Field label={t.name} required={needsName} value={name.value} maxLength={60} onText={(text) => (name.value = text)} />
      <p class="field">
        <label for={cornersId}>{t.corners}</label>
        <textarea
          id={cornersId}
          rows={5}
          value={corners.value.map((corner) => corner.join(', ')).join('\n')}
          onChange={(event) => (corners.value = cornersOf(event.currentTarget.value))}
        />
      </p>
      <div class="tools">
        <button type="submit" class="button" disabled={!isReady}>
          {t.finish}
        </button>
        <button
          type="button"
          class="button"
          disabled={corners.value.length === 0}
          onClick={() => (corners.value = corners.value.slice(0, -1))}
        >
          {t.undo}
        </button>
      </div>
    </form>
  )
}

/** Lines that hold two numbers; others are left out. */
export const cornersOf = (text: string): readonly Point[] =>
  text.split('\n').flatMap((line): Point[] => {
    const found = /^\s*(\d+(?:\.\d+)?)[\s,，]+(\d+(?:\.\d+)?)\s*$/.exec(line)
    return found ? [[Number(found[1]), Number(found[2])]] : []
  })

function Drawn({ draft }: { draft: Draft }) {
  const t = sitePlanWords.value
  const { features } = draft
  const drop = (at: number) => {
    features.value = features.value.filter((_feature, index) => index !== at)
  }
  return (
    <section aria-label={t.drawn}>
      <h4>{t.drawn}</h4>
      <ul class="drawn">
        {features.value.map((feature, index) => (
          <li key={index}>
            <span>
              {t.kinds[feature.kind]} {feature.name}
            </span>
            <button
              type="button"
              class="button small"
              aria-label={t.again(feature.name || t.kinds[feature.kind])}
              disabled={draft.corners.value.length > 0 || feature.parts.length !== 1}
              onClick={() => {
                drop(index)
                takeUp(draft, feature)
              }}
            >
              {t.change}
            </button>
            <button
              type="button"
              class="button small"
              aria-label={t.drop(feature.name || t.kinds[feature.kind])}
              onClick={() => drop(index)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What was finished is drawn anew: its corners can be moved, and it is finished again. */
function takeUp({ kind, name, corners }: Draft, feature: PlanFeature): void {
  const [part = []] = feature.parts
  kind.value = feature.kind
  name.value = feature.name
  // A ring says its first corner twice.
  corners.value = feature.shape === 'area' ? part.slice(0, -1) : part
}
