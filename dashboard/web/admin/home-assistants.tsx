/** Which Home Assistants hear of an elder: listed, made (the password is shown once) and ended. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { StaffFamily } from '../../contracts-family.ts'
import type { HomeAssistantMade, HomeAssistantRow } from '../../contracts-out.ts'
import { request } from '../shared/api.ts'
import { language, refusalText } from '../shared/i18n/i18n.ts'
import { SecretDialog, TwiceButton } from './connect-parts.tsx'
import { outWords } from './out-words.ts'
import { momentText } from './rows.ts'

type Contacts = StaffFamily['contacts']
type Props = { residentId: string; contacts: Contacts }
type State = { rows: Signal<readonly HomeAssistantRow[] | null>; trouble: Signal<string>; made: Signal<HomeAssistantMade | null> }

const path = (residentId: string, rest = ''): string => `/api/residents/${encodeURIComponent(residentId)}/home-assistants${rest}`

export function HomeAssistants({ residentId, contacts }: Props) {
  const t = outWords.value
  const state: State = { rows: useSignal(null), trouble: useSignal(''), made: useSignal(null) }
  const { rows, trouble, made } = state
  const look = async () => {
    const answer = await request<readonly HomeAssistantRow[]>('GET', path(residentId))
    if (answer.ok) rows.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  // A consent that ended took its logins along.
  const consents = contacts.map(({ contactId, consent }) => `${contactId} ${consent?.at ?? ''}`).join()
  useEffect(() => void look(), [residentId, consents])
  const end = async (id: string) => {
    await request('DELETE', path(residentId, `/${encodeURIComponent(id)}`))
    await look()
  }
  const close = () => {
    made.value = null
  }
  return (
    <section class="relative" aria-label={t.title}>
      <h3>{t.title}</h3>
      <p class="dim">{t.lead}</p>
      {rows.value?.length === 0 && <p class="dim">{t.none}</p>}
      <ul class="phones">
        {(rows.value ?? []).map((row) => (
          <li key={row.id}>
            {rowText(row, contacts)} <TwiceButton name={t.end} again={t.endAgain} label={row.label} act={() => void end(row.id)} />
          </li>
        ))}
      </ul>
      <Making {...{ residentId, contacts, state }} onMade={() => void look()} />
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      {made.value && <SecretDialog secret={made.value.password} lead={t.made(made.value.user)} onClose={close} />}
    </section>
  )
}

function rowText({ label, contactId, madeAt, madeBy }: HomeAssistantRow, contacts: Contacts): string {
  const t = outWords.value
  const who = contactId === null ? t.ownHome : (contacts.find((each) => each.contactId === contactId)?.name ?? '')
  const by = madeBy.startsWith('family:') ? t.byFamily : madeBy
  return t.row({ label, who, at: momentText(madeAt, language.value), by })
}

const ownHome = ''

function Making({ residentId, contacts, state, onMade }: Props & { state: State; onMade: () => void }) {
  const t = outWords.value
  const [who, label, how] = [useSignal(ownHome), useSignal(''), useSignal<'spoken' | 'written'>('written')]
  const able = contacts.filter(({ consent }) => consent !== null)
  const isOwn = !able.some(({ contactId }) => contactId === who.value)
  const make = async (event: Event) => {
    event.preventDefault()
    const consent = isOwn ? { consent: { how: how.value, note: '' } } : {}
    const body = { label: label.value.trim(), contactId: isOwn ? null : who.value, ...consent }
    const answer = await request<HomeAssistantMade>('POST', path(residentId), body)
    state.trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (!answer.ok) return
    state.made.value = answer.value
    label.value = ''
    onMade()
  }
  return (
    <form class="tools" onSubmit={(event) => void make(event)}>
      <select aria-label={t.who} value={isOwn ? ownHome : who.value} onChange={(event) => (who.value = event.currentTarget.value)}>
        <option value={ownHome}>{t.ownHome}</option>
        {able.map(({ contactId, name }) => (
          <option key={contactId} value={contactId}>
            {name}
          </option>
        ))}
      </select>
      {isOwn && (
        <select
          aria-label={t.how}
          value={how.value}
          onChange={(event) => (how.value = event.currentTarget.value === 'spoken' ? 'spoken' : 'written')}
        >
          <option value="written">{t.written}</option>
          <option value="spoken">{t.spoken}</option>
        </select>
      )}
      <input
        aria-label={t.label}
        placeholder={t.label}
        required
        maxLength={40}
        value={label.value}
        onInput={(event) => (label.value = event.currentTarget.value)}
      />
      <button type="submit" class="button small">
        {t.make}
      </button>
    </form>
  )
}
