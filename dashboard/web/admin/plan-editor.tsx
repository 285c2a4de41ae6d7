/** One plan, open for writing. What it would do is shown beside it while it is written, by the server that would do it. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AlarmKind, Plan } from '../../../domain/alarm.ts'
import { seconds } from '../../../domain/time.ts'
import type { DirectoryRows, StoredPlan } from '../../../store/store.ts'
import type { PlanPreview } from '../../contracts.ts'
import { api } from '../shared/api.ts'
import { later } from '../shared/clock.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { Field } from '../shared/ui.tsx'
import { Choice } from './plan-choice.tsx'
import { addStep, type Opened } from './plan-draft.ts'
import { Preview } from './plan-preview.tsx'
import { StepFields } from './plan-steps.tsx'

type Props = { opened: Opened; rows: DirectoryRows; onDone: (sentence: string) => void }

/** After the last letter that was typed. */
const previewAfterMs = 350

export function PlanEditor({ opened, rows, onDone }: Props) {
  const t = words.value.planning
  const draft = useSignal<StoredPlan>(opened.stored)
  const example = useSignal(opened.stored.residentId ?? '')
  const seen = useSignal<PlanPreview | null>(null)
  const trouble = useSignal('')
  const asked = JSON.stringify([draft.value, example.value])
  useEffect(() => later(previewAfterMs, () => void look({ draft: draft.value, example: example.value }, seen, trouble)), [asked])
  const change = (part: Partial<StoredPlan>) => {
    draft.value = { ...draft.value, ...part }
  }
  const { plan } = draft.value
  const setPlan = (part: Partial<Plan>) => change({ plan: { ...plan, ...part } })
  return (
    <form class="plan-editor" aria-label={plan.name} onSubmit={(event) => void save(event, { draft: draft.value, trouble, onDone })}>
      <div>
        <Heads draft={draft.value} rows={rows} change={change} />
        {plan.steps.map((step, index) => (
          <StepFields
            key={`${index} of ${plan.steps.length}`}
            {...{ step, index, steps: plan.steps, isWrong: seen.value?.problem?.step === index + 1 }}
            contacts={rows.contacts.filter(({ residentId }) => residentId === draft.value.residentId)}
            channels={seen.value?.channels ?? null}
            onSteps={(steps) => setPlan({ steps })}
          />
        ))}
        <div class="ends">
          <button type="button" class="button small" onClick={() => setPlan({ steps: addStep(plan.steps) })}>
            {t.addStep}
          </button>
        </div>
        <div class="heads">
          <Seconds label={t.repeatEvery} value={plan.repeatEvery} onValue={(value) => setPlan({ repeatEvery: seconds(value) })} />
          <Seconds label={t.lease} value={plan.lease} onValue={(value) => setPlan({ lease: seconds(value) })} />
        </div>
      </div>
      <section aria-label={t.preview}>
        <h3>{t.preview}</h3>
        {draft.value.residentId === null && <Example rows={rows} siteId={draft.value.siteId} chosen={example} />}
        <Preview seen={seen.value} />
      </section>
      <Ends {...{ opened, trouble, onDone }} name={plan.name} mayNot={seen.value?.problem !== null} />
    </form>
  )
}

type Looked = { draft: StoredPlan; example: string }

async function look({ draft, example }: Looked, seen: Signal<PlanPreview | null>, trouble: Signal<string>): Promise<void> {
  const answer = await api.previewPlan({ ...draft, exampleId: draft.residentId ?? (example === '' ? null : example) })
  if (answer.ok) seen.value = answer.value
  trouble.value = answer.ok ? '' : [refusalText(answer.refused), ...(answer.refused.fields ?? []).map(({ message }) => message)].join(' ')
}

type Saving = { draft: StoredPlan; trouble: Signal<string>; onDone: (sentence: string) => void }

async function save(event: Event, { draft, trouble, onDone }: Saving): Promise<void> {
  event.preventDefault()
  const answer = await api.putPlan(draft)
  if (answer.ok) onDone(words.value.planning.saved)
  else trouble.value = refusalText(answer.refused)
}

const kinds: readonly (AlarmKind | 'any')[] = ['any', 'sos', 'fall', 'vitals', 'silence', 'environment', 'technical']

type HeadProps = { draft: StoredPlan; rows: DirectoryRows; change: (part: Partial<StoredPlan>) => void }

function Heads({ draft, rows, change }: HeadProps) {
  const t = words.value.planning
  const { plan, siteId, residentId, kind } = draft
  const everybody = me.value?.role === 'admin' ? [{ value: '', label: t.everybody }] : []
  const holders = [
    ...everybody,
    ...rows.sites.map(({ id, name }) => ({ value: `site ${id}`, label: name })),
    ...rows.residents.map(({ id, name }) => ({ value: `resident ${id}`, label: `${name} ${t.onlyHer}` })),
  ]
  const holder = residentId === null ? (siteId === null ? '' : `site ${siteId}`) : `resident ${residentId}`
  const choose = (value: string) => {
    const [what = '', id = ''] = value.split(' ')
    change({ siteId: what === 'site' ? id : null, residentId: what === 'resident' ? id : null })
  }
  return (
    <div class="heads">
      <Field label={t.name} required maxLength={100} value={plan.name} onText={(name) => change({ plan: { ...plan, name } })} />
      <Choice label={t.forWhom} options={holders} value={holder} onValue={choose} />
      <Choice
        label={t.kind}
        options={kinds.map((value) => ({ value, label: t.kinds[value] }))}
        value={kind}
        onValue={(value) => change({ kind: kinds.find((one) => one === value) ?? 'any' })}
      />
    </div>
  )
}

function Example({ rows, siteId, chosen }: { rows: DirectoryRows; siteId: string | null; chosen: Signal<string> }) {
  const t = words.value.planning
  const those = rows.residents.filter((resident) => siteId === null || resident.siteId === siteId)
  const options = [{ value: '', label: t.noExample }, ...those.map(({ id, name }) => ({ value: id, label: name }))]
  return (
    <Choice
      label={t.example}
      options={options}
      value={chosen.value}
      onValue={(value) => {
        chosen.value = value
      }}
    />
  )
}

function Seconds({ label, value, onValue }: { label: string; value: number; onValue: (seconds: number) => void }) {
  return (
    <Field label={label} value={String(Math.round(value / 1_000))} onText={(text) => /^\d{1,5}$/.test(text) && onValue(Number(text))} />
  )
}

type EndProps = { opened: Opened; name: string; mayNot: boolean; trouble: Signal<string>; onDone: (sentence: string) => void }

function Ends({ opened, name, mayNot, trouble, onDone }: EndProps) {
  const t = words.value.planning
  const remove = async () => {
    if (!window.confirm(t.removeAsk(name))) return
    const answer = await api.removePlan(opened.stored.plan.id)
    if (answer.ok) onDone(t.removed)
    else trouble.value = refusalText(answer.refused)
  }
  return (
    <div class="ends">
      <button type="submit" class="button primary" disabled={mayNot}>
        {t.save}
      </button>
      {!opened.isNew && (
        <button type="button" class="button" onClick={() => void remove()}>
          {t.remove}
        </button>
      )}
      <button type="button" class="button" onClick={() => onDone('')}>
        {words.value.cancel}
      </button>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
    </div>
  )
}
