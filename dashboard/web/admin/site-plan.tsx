/** 地图与户型: a site's plan imported or drawn, where the site lies, the outlines of areas, and the plans of flats. */
import './site-plan.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { Refused } from '../../contracts.ts'
import type { SitePlanAnswer } from '../../contracts-maps.ts'
import { mapsApi } from '../maps/api.ts'
import { PlanDrawing } from '../maps/site-plan.tsx'
import { FileButton } from '../shared/file-button.tsx'
import { refusalText } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { Field } from '../shared/ui.tsx'
import { FlatEditor } from './flat-plan.tsx'
import { DrawPlan } from './site-plan-draw.tsx'
import { sitePlanWords } from './site-plan-words.ts'

export function SitePlanPage({ rows }: { rows: DirectoryRows }) {
  const t = sitePlanWords.value
  const chosen = useSignal(rows.sites[0]?.id ?? '')
  const siteId = useId()
  return (
    <div class="maps-page">
      <div class="tools">
        <h2>{t.title}</h2>
        <p class="field">
          <label for={siteId}>{t.site}</label>
          <select id={siteId} value={chosen.value} onChange={(event) => (chosen.value = event.currentTarget.value)}>
            {rows.sites.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </p>
      </div>
      <p class="dim">{t.lead}</p>
      {chosen.value !== '' && <SiteSection key={chosen.value} siteId={chosen.value} />}
      <FlatEditor homes={rows.homes.filter(({ siteId }) => siteId === chosen.value)} />
      {me.value?.deeds.includes('edit-sites') && <Outlines />}
    </div>
  )
}

/** What is wrong with a file, with the number of the feature. */
function mapRefusal(refused: Refused): string {
  const t = sitePlanWords.value
  const [field] = refused.fields ?? []
  const problems: Readonly<Record<string, string>> = t.problems
  const why = problems[field?.message ?? '']
  if (refused.code !== 'bad-map' || !why) return refusalText(refused)
  const at = /^features\.(\d+)$/.exec(field?.path ?? '')?.[1]
  return at ? `${t.feature(at)}${why}` : why
}

async function jsonOf(file: File): Promise<unknown> {
  try {
    return JSON.parse(await file.text())
  } catch {
    return undefined
  }
}

type Said = Signal<{ text: string; isBad: boolean }>

function SiteSection({ siteId }: { siteId: string }) {
  const t = sitePlanWords.value
  const answer = useSignal<SitePlanAnswer | null>(null)
  const said: Said = useSignal({ text: '', isBad: false })
  const asked = useRef(0)
  const load = async () => {
    asked.current += 1
    const mine = asked.current
    const found = await mapsApi.plan(siteId)
    // Answers may overtake each other: what was asked before the last change is not news.
    if (mine !== asked.current) return
    if (found.ok) answer.value = found.value
    else said.value = { text: refusalText(found.refused), isBad: true }
  }
  useEffect(() => void load(), [siteId])
  const done = (refused: Refused | null, text = t.saved) => {
    said.value = refused ? { text: mapRefusal(refused), isBad: true } : { text, isBad: false }
    void load()
  }
  const importPlan = async (file: File) => {
    const read = await jsonOf(file)
    if (read === undefined) {
      said.value = { text: t.notJson, isBad: true }
      return
    }
    const put = await mapsApi.putPlan(siteId, 'earth', read)
    done(put.ok ? null : put.refused)
  }
  const upload = async (file: File) => {
    const put = await mapsApi.putPicture(siteId, file)
    done(put.ok ? null : put.refused)
  }
  const now = answer.value
  return (
    <section>
      <p role="status" class={said.value.isBad ? 'refusal' : 'said'}>
        {said.value.text}
      </p>
      <p>{now && (now.plan ? t.has(now.plan.features.length) : t.none)}</p>
      <div class="tools">
        <FileButton label={t.importPlan} accept=".geojson,.json,application/geo+json,application/json" onFile={importPlan} />
        <FileButton label={t.picture} accept="image/png,image/jpeg" onFile={upload} />
        {now?.plan && (
          <a class="button" href={`/api/maps/sites/${encodeURIComponent(siteId)}/geojson`} download="plan.geojson">
            {t.export}
          </a>
        )}
        {(now?.plan || now?.picture) && <Remove siteId={siteId} onDone={done} />}
      </div>
      {now?.plan && !now.picture && <PlanDrawing answer={now} open={new Map()} label={t.has(now.plan.features.length)} />}
      {now?.picture && <DrawPlan key={now.picture.at} answer={now} picture={now.picture} onDone={done} />}
      {now && <PointField siteId={siteId} point={now.point} onDone={done} />}
    </section>
  )
}

function Remove({ siteId, onDone }: { siteId: string; onDone: (refused: Refused | null, text?: string) => void }) {
  const t = sitePlanWords.value
  const asked = useSignal(false)
  const press = async () => {
    if (!asked.value) {
      asked.value = true
      return
    }
    asked.value = false
    const gone = await mapsApi.removePlan(siteId)
    onDone(gone.ok ? null : gone.refused, t.removed)
  }
  return (
    <button type="button" class="button" onClick={() => void press()}>
      {asked.value ? t.removeAsk : t.remove}
    </button>
  )
}

function PointField(props: {
  siteId: string
  point: readonly [number, number] | null
  onDone: (refused: Refused | null, text?: string) => void
}) {
  const t = sitePlanWords.value
  const typed = useSignal(props.point?.map((part) => Number(part.toFixed(6))).join(', ') ?? '')
  const bad = useSignal('')
  const save = async (event: Event) => {
    event.preventDefault()
    const text = typed.value.trim()
    const found = /^(-?\d+(?:\.\d+)?)\s*[,，]\s*(-?\d+(?:\.\d+)?)$/.exec(text)
    bad.value = text !== '' && !found ? t.pointBad : ''
    if (bad.value !== '') return
    const put = await mapsApi.putPoint(props.siteId, found ? [Number(found[1]), Number(found[2])] : null)
    props.onDone(put.ok ? null : put.refused)
  }
  return (
    <form class="tools" onSubmit={save}>
      <Field label={t.point} hint={t.pointHint} value={typed.value} onText={(text) => (typed.value = text)} />
      <button type="submit" class="button">
        {t.savePoint}
      </button>
      <p class="refusal" role="alert">
        {bad.value}
      </p>
    </form>
  )
}

function Outlines() {
  const t = sitePlanWords.value
  const said: Said = useSignal({ text: '', isBad: false })
  const load = async (file: File) => {
    const read = await jsonOf(file)
    const put = read === undefined ? null : await mapsApi.putOutlines(read)
    if (!put) said.value = { text: t.notJson, isBad: true }
    else said.value = put.ok ? { text: t.outlinesSaved(put.value.outlines), isBad: false } : { text: mapRefusal(put.refused), isBad: true }
  }
  return (
    <section>
      <h2>{t.outlines}</h2>
      <p class="dim">{t.outlinesLead}</p>
      <FileButton label={t.importOutlines} accept=".geojson,.json,application/geo+json,application/json" onFile={load} />
      <p role="status" class={said.value.isBad ? 'refusal' : 'said'}>
        {said.value.text}
      </p>
    </section>
  )
}
