/** Who may sign in, as what, and for which sites. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import type { Site } from '../../../domain/people.ts'
import type { UserRole } from '../../../store/store.ts'
import type { UserRow } from '../../contracts.ts'
import { api } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { Field, Modal } from '../shared/ui.tsx'

export function UsersPage({ sites }: { sites: readonly Site[] }) {
  const t = words.value.admin
  const users = useSignal<readonly UserRow[]>([])
  const trouble = useSignal('')
  const adding = useSignal(false)
  const fetchUsers = async () => {
    const answer = await api.users()
    if (answer.ok) users.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => void fetchUsers(), [])
  const change = async (user: UserRow) => {
    const answer = await api.changeUser(user.id, { disabled: !user.disabled })
    if (answer.ok) await fetchUsers()
    else trouble.value = refusalText(answer.refused)
  }
  return (
    <>
      <div class="tools">
        <h2>{t.users}</h2>
        <button
          type="button"
          class="button"
          onClick={() => {
            adding.value = true
          }}
        >
          {t.addUser}
        </button>
      </div>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <UserTable users={users.value} sites={sites} onToggle={(user) => void change(user)} />
      {adding.value && (
        <NewUserDialog
          sites={sites}
          onClose={() => {
            adding.value = false
            void fetchUsers()
          }}
        />
      )}
    </>
  )
}

function UserTable({ users, sites, onToggle }: { users: readonly UserRow[]; sites: readonly Site[]; onToggle: (user: UserRow) => void }) {
  const t = words.value.admin
  const siteName = (id: string) => sites.find((site) => site.id === id)?.name ?? id
  return (
    <table>
      <thead>
        <tr>
          {(['name', 'displayName', 'userRole', 'sites', 'disabled'] as const).map((column) => (
            <th key={column} scope="col">
              {t.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={user.id}>
            <td>{user.name}</td>
            <td>{user.displayName}</td>
            <td>{words.value.roles[user.role]}</td>
            <td>{user.role === 'admin' ? t.allSites : user.siteIds.map(siteName).join(', ')}</td>
            <td>
              {user.disabled ? t.yes : t.no}{' '}
              {user.id !== me.value?.id && (
                <button
                  type="button"
                  class="button small"
                  aria-label={`${user.disabled ? t.enable : t.disable} ${user.displayName}`}
                  onClick={() => onToggle(user)}
                >
                  {user.disabled ? t.enable : t.disable}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const allRoles: readonly UserRole[] = ['operator', 'supervisor', 'technician', 'auditor', 'admin']

type Draft = { name: string; displayName: string; role: UserRole; siteIds: readonly string[]; password: string }

function NewUserDialog({ sites, onClose }: { sites: readonly Site[]; onClose: () => void }) {
  const t = words.value
  const onlySite = sites.length === 1 ? sites.map(({ id }) => id) : []
  const draft = useSignal<Draft>({ name: '', displayName: '', role: 'operator', siteIds: onlySite, password: '' })
  const trouble = useSignal('')
  const send = async (event: Event) => {
    event.preventDefault()
    const { name, displayName, ...rest } = draft.value
    const answer = await api.addUser({ ...rest, name: name.trim(), displayName: displayName.trim() })
    if (answer.ok) return onClose()
    trouble.value = [refusalText(answer.refused), ...(answer.refused.fields ?? []).map(({ message }) => message)].join(' ')
  }
  return (
    <Modal title={t.admin.addUser} onClose={onClose}>
      <form onSubmit={(event) => void send(event)}>
        <DraftFields draft={draft} sites={sites} />
        <p class="refusal" role="alert">
          {trouble.value}
        </p>
        <div class="buttons">
          <button type="button" class="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" class="button primary">
            {t.admin.save}
          </button>
        </div>
      </form>
    </Modal>
  )
}

function DraftFields({ draft, sites }: { draft: Signal<Draft>; sites: readonly Site[] }) {
  const t = words.value.gate
  const change = (part: Partial<Draft>) => {
    draft.value = { ...draft.value, ...part }
  }
  const { name, displayName, role, siteIds, password } = draft.value
  return (
    <>
      <Field label={t.name} required autocomplete="off" value={name} onText={(text) => change({ name: text })} />
      <Field label={t.displayName} required autocomplete="off" value={displayName} onText={(text) => change({ displayName: text })} />
      <RoleField role={role} onRole={(chosen) => change({ role: chosen })} />
      <SitesField sites={sites} chosen={siteIds} onChosen={(ids) => change({ siteIds: ids })} />
      <Field
        label={t.password}
        hint={t.passwordHint}
        type="password"
        required
        minLength={10}
        autocomplete="new-password"
        value={password}
        onText={(text) => change({ password: text })}
      />
    </>
  )
}

function RoleField({ role, onRole }: { role: UserRole; onRole: (role: UserRole) => void }) {
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{words.value.admin.columns.userRole}</label>
      <select id={id} value={role} onChange={(event) => onRole(allRoles.find((one) => one === event.currentTarget.value) ?? 'operator')}>
        {allRoles.map((one) => (
          <option key={one} value={one}>
            {words.value.roles[one]}
          </option>
        ))}
      </select>
    </p>
  )
}

function SitesField({
  sites,
  chosen,
  onChosen,
}: {
  sites: readonly Site[]
  chosen: readonly string[]
  onChosen: (ids: readonly string[]) => void
}) {
  const toggle = (id: string) => onChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <fieldset class="field checks">
      <legend>{words.value.admin.columns.sites}</legend>
      {sites.map(({ id, name }) => (
        <label key={id}>
          <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} /> {name}
        </label>
      ))}
    </fieldset>
  )
}
