/** One of the staff, new or known: role, places, password; and for who is known, what guards the account. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import type { Site } from '../../../domain/people.ts'
import { type Area, type UserRole, userRoles } from '../../../store/store.ts'
import type { Refused } from '../../contracts.ts'
import type { SessionRow, StaffRow } from '../../contracts-accounts.ts'
import { api, request } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { Field, Modal } from '../shared/ui.tsx'
import { SessionTable } from './account-sessions.tsx'
import { areaKey, areaName, areasOf } from './areas.ts'
import { staffWords } from './staff-words.ts'

type Draft = {
  name: string
  displayName: string
  role: UserRole
  siteIds: readonly string[]
  areas: readonly Area[]
  password: string
  disabled: boolean
}

const draftOf = (user: StaffRow | null, sites: readonly Site[]): Draft => {
  const onlySite = sites.length === 1 ? sites.map(({ id }) => id) : []
  const { name = '', displayName = '', role = 'operator', siteIds = onlySite, areas = [], disabled = false } = user ?? {}
  return { name, displayName, role, siteIds, areas, disabled, password: '' }
}

const textOf = (refused: Refused): string =>
  [refusalText(refused), ...(refused.fields ?? []).map(({ message }) => message)].filter(Boolean).join(' ')

async function save(user: StaffRow | null, { name, password, disabled, ...rest }: Draft): Promise<string> {
  const fields = { ...rest, displayName: rest.displayName.trim() }
  const answer = user
    ? await api.changeUser(user.id, { ...fields, disabled, ...(password !== '' && { password }) })
    : await api.addUser({ ...fields, name: name.trim(), password })
  return answer.ok ? '' : textOf(answer.refused)
}

export function StaffWindow({ user, sites, onClose }: { user: StaffRow | null; sites: readonly Site[]; onClose: () => void }) {
  const t = staffWords.value
  const draft = useSignal(draftOf(user, sites))
  const trouble = useSignal('')
  const send = async (event: Event) => {
    event.preventDefault()
    trouble.value = await save(user, draft.value)
    if (trouble.value === '') onClose()
  }
  return (
    <Modal title={user ? t.editOf(user.displayName) : t.add} onClose={onClose} wide>
      <div class="staff-window">
        <form onSubmit={(event) => void send(event)}>
          <DraftFields draft={draft} user={user} sites={sites} />
          <p class="refusal" role="alert">
            {trouble.value}
          </p>
          <div class="buttons">
            <button type="button" class="button" onClick={onClose}>
              {t.cancel}
            </button>
            <button type="submit" class="button primary">
              {t.save}
            </button>
          </div>
        </form>
        {user && <Security user={user} />}
      </div>
    </Modal>
  )
}

function DraftFields({ draft, user, sites }: { draft: Signal<Draft>; user: StaffRow | null; sites: readonly Site[] }) {
  const t = staffWords.value
  const change = (part: Partial<Draft>) => {
    draft.value = { ...draft.value, ...part }
  }
  const { name, displayName, role, password, disabled } = draft.value
  return (
    <>
      {!user && <Field label={t.columns.name} required autocomplete="off" value={name} onText={(text) => change({ name: text })} />}
      <Field label={t.columns.person} required autocomplete="off" value={displayName} onText={(text) => change({ displayName: text })} />
      <RoleField role={role} onRole={(chosen) => change({ role: chosen })} />
      {role !== 'admin' && <Places draft={draft} sites={sites} />}
      <Field
        label={user ? t.newPassword : t.password}
        hint={t.passwordHint}
        type="password"
        required={!user}
        minLength={10}
        autocomplete="new-password"
        value={password}
        onText={(text) => change({ password: text })}
      />
      {user && user.id !== me.value?.id && (
        <p class="field">
          <label>
            <input type="checkbox" checked={disabled} onChange={() => change({ disabled: !disabled })} /> {t.disable}
          </label>
        </p>
      )}
    </>
  )
}

function RoleField({ role, onRole }: { role: UserRole; onRole: (role: UserRole) => void }) {
  const id = useId()
  const t = staffWords.value
  return (
    <p class="field">
      <label for={id}>{t.columns.role}</label>
      <select
        id={id}
        value={role}
        aria-describedby={`${id}-says`}
        onChange={(event) => onRole(userRoles.find((one) => one === event.currentTarget.value) ?? 'operator')}
      >
        {userRoles.map((one) => (
          <option key={one} value={one}>
            {words.value.roles[one]}
          </option>
        ))}
      </select>
      <small id={`${id}-says`} class="hint">
        {t.roleSays[role]}
      </small>
    </p>
  )
}

function Places({ draft, sites }: { draft: Signal<Draft>; sites: readonly Site[] }) {
  const t = staffWords.value
  const { areas, siteIds } = draft.value
  const known = new Map([...areasOf(sites), ...areas].map((area) => [areaKey(area), area]))
  const chosen = new Set(areas.map(areaKey))
  const toggleArea = (key: string, area: Area) => {
    draft.value = { ...draft.value, areas: chosen.has(key) ? areas.filter((one) => areaKey(one) !== key) : [...areas, area] }
  }
  const toggleSite = (id: string) => {
    draft.value = { ...draft.value, siteIds: siteIds.includes(id) ? siteIds.filter((one) => one !== id) : [...siteIds, id] }
  }
  return (
    <>
      <fieldset class="field areas">
        <legend>{t.areas}</legend>
        {[...known].map(([key, area]) => (
          <label key={key}>
            <input type="checkbox" checked={chosen.has(key)} onChange={() => toggleArea(key, area)} /> {areaName(area)}
          </label>
        ))}
      </fieldset>
      <fieldset class="field areas">
        <legend>{t.sites}</legend>
        {sites.map(({ id, name }) => (
          <label key={id}>
            <input type="checkbox" checked={siteIds.includes(id)} onChange={() => toggleSite(id)} /> {name}
          </label>
        ))}
      </fieldset>
    </>
  )
}

function Security({ user }: { user: StaffRow }) {
  const t = staffWords.value
  const sessions = useSignal<readonly SessionRow[]>([])
  const said = useSignal('')
  const asked = useSignal(false)
  const path = `/api/users/${encodeURIComponent(user.id)}`
  const look = async () => {
    const answer = await request<readonly SessionRow[]>('GET', `${path}/sessions`)
    if (answer.ok) sessions.value = answer.value
  }
  useEffect(() => void look(), [])
  const end = async (what: 'sessions' | 'second-factor', done: string) => {
    const answer = await request<null>('DELETE', `${path}/${what}`)
    said.value = answer.ok ? done : refusalText(answer.refused)
    await look()
  }
  const reset = () => {
    if (asked.value) void end('second-factor', t.resetDone)
    asked.value = !asked.value
  }
  return (
    <section aria-label={t.security}>
      <h3>{t.security}</h3>
      {sessions.value.length > 0 ? <SessionTable sessions={sessions.value} /> : <p class="dim">{t.noSessions}</p>}
      <div class="row">
        <button type="button" class="button" onClick={() => void end('sessions', t.ended)}>
          {t.endAll}
        </button>
        <button type="button" class="button" onClick={reset}>
          {asked.value ? t.resetAsk : t.reset}
        </button>
      </div>
      <p class="dim">{t.resetLead}</p>
      <p role="status">{said.value}</p>
    </section>
  )
}
