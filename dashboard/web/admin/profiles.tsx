/** Mapping profiles: written, tried on samples and kept. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { StoredProfile, TryAnswer } from '../../contracts-profiles.ts'
import { request } from '../shared/api.ts'
import { refusalText } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'
import { exampleProfile, exampleSamples, profileWords } from './profiles-words.ts'

type Draft = { text: Signal<string>; samples: Signal<string>; tried: Signal<TryAnswer | null>; said: Signal<string> }

export function ProfilesPage() {
  const t = profileWords.value
  const stored = useSignal<readonly StoredProfile[] | null>(null)
  const draft: Draft = {
    text: useSignal(exampleProfile),
    samples: useSignal(exampleSamples),
    tried: useSignal<TryAnswer | null>(null),
    said: useSignal(''),
  }
  const load = async () => {
    const answer = await request<readonly StoredProfile[]>('GET', '/api/profiles')
    if (answer.ok) stored.value = answer.value
    else draft.said.value = refusalText(answer.refused)
  }
  useEffect(() => void load(), [])
  const open = (text: string) => {
    draft.text.value = text
    draft.tried.value = null
    draft.said.value = ''
  }
  return (
    <>
      <div class="tools">
        <h2>{t.title}</h2>
        {stored.value?.map(({ id, text }) => (
          <button key={id} type="button" onClick={() => open(text)}>
            {id}
          </button>
        ))}
        <button type="button" class="link" onClick={() => open(exampleProfile)}>
          {t.fresh}
        </button>
      </div>
      <p class="dim">{t.lead}</p>
      {stored.value?.length === 0 && <p class="dim">{t.none}</p>}
      <Editor draft={draft} stored={stored.value ?? []} onChanged={() => void load()} />
    </>
  )
}

function Editor({ draft, stored, onChanged }: { draft: Draft; stored: readonly StoredProfile[]; onChanged: () => void }) {
  const t = profileWords.value
  const asked = useSignal(false)
  const own = /^profile:\s*["']?([a-z0-9-]+)/m.exec(draft.text.value)?.[1] ?? ''
  const isStored = stored.some(({ id }) => id === own)
  const remove = async () => {
    if (!asked.value) {
      asked.value = true
      return
    }
    asked.value = false
    const answer = await request<null>('DELETE', `/api/profiles/${own}`)
    draft.said.value = answer.ok ? '' : refusalText(answer.refused)
    onChanged()
  }
  return (
    <form class="profiles" onSubmit={(event) => event.preventDefault()}>
      <label>
        {t.text}
        <textarea
          rows={14}
          spellcheck={false}
          value={draft.text.value}
          onInput={(event) => (draft.text.value = event.currentTarget.value)}
        />
      </label>
      <label>
        {t.samples}
        <textarea
          rows={14}
          spellcheck={false}
          value={draft.samples.value}
          onInput={(event) => (draft.samples.value = event.currentTarget.value)}
        />
      </label>
      <div class="tools">
        <button type="button" class="button" onClick={() => void tryIt(draft)}>
          {t.try}
        </button>
        <button type="button" class="button" onClick={() => void save(draft, onChanged)}>
          {t.save}
        </button>
        {isStored && (
          <button type="button" class="link" onClick={() => void remove()}>
            {asked.value ? t.removeAsk : t.remove}
          </button>
        )}
        <output class={draft.tried.value?.problem ? 'refusal' : 'dim'}>{draft.tried.value?.problem ?? draft.said.value}</output>
      </div>
      {draft.tried.value?.problem === null && <Lines answer={draft.tried.value} />}
    </form>
  )
}

async function tryIt({ text, samples, tried, said }: Draft): Promise<void> {
  const answer = await request<TryAnswer>('POST', '/api/profiles/try', { text: text.value, samples: samples.value })
  said.value = ''
  tried.value = answer.ok ? answer.value : { problem: refusalText(answer.refused), lines: [] }
}

async function save({ text, tried, said }: Draft, onChanged: () => void): Promise<void> {
  const answer = await request<null>('PUT', '/api/profiles', { text: text.value })
  tried.value = answer.ok ? null : { problem: answer.refused.message || refusalText(answer.refused), lines: [] }
  said.value = answer.ok ? profileWords.value.saved : ''
  if (answer.ok) onChanged()
}

function Lines({ answer }: { answer: TryAnswer }) {
  const t = profileWords.value
  return (
    <table>
      <TableHead columns={[t.line, t.device, t.became]} />
      <tbody>
        {answer.lines.map(({ line, signals, problem }) => (
          <tr key={line}>
            <td>{line}</td>
            <td>{signals[0]?.device || t.itself}</td>
            <td class={problem ? 'refusal' : ''}>
              {problem ?? (signals.map(({ kind, shown }) => `${kind} ${shown}`.trim()).join(' · ') || t.nothing)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
