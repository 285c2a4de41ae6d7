/** The staff: who may sign in, as what, and for which places; with which second factor, and where they are signed in. */
import './account.css'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Site } from '../../../domain/people.ts'
import type { StaffRow } from '../../contracts-accounts.ts'
import { api } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'
import { areaName } from './areas.ts'
import { staffWords } from './staff-words.ts'
import { StaffWindow } from './users-window.tsx'

export function UsersPage({ sites }: { sites: readonly Site[] }) {
  const t = staffWords.value
  const users = useSignal<readonly StaffRow[]>([])
  const trouble = useSignal('')
  const open = useSignal<StaffRow | 'new' | null>(null)
  const fetchUsers = async () => {
    const answer = await api.users()
    if (answer.ok) users.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => void fetchUsers(), [])
  return (
    <>
      <div class="tools">
        <h2>{t.title}</h2>
        <button type="button" class="button" onClick={() => (open.value = 'new')}>
          {t.add}
        </button>
      </div>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <StaffTable users={users.value} sites={sites} onEdit={(user) => (open.value = user)} />
      {open.value && (
        <StaffWindow
          key={open.value === 'new' ? 'new' : open.value.id}
          user={open.value === 'new' ? null : open.value}
          sites={sites}
          onClose={() => {
            open.value = null
            void fetchUsers()
          }}
        />
      )}
    </>
  )
}

function StaffTable({ users, sites, onEdit }: { users: readonly StaffRow[]; sites: readonly Site[]; onEdit: (user: StaffRow) => void }) {
  const t = staffWords.value
  return (
    <table>
      <TableHead columns={Object.values(t.columns)} />
      <tbody>
        {users.map((user) => (
          <tr key={user.id}>
            <td>{user.name}</td>
            <td>{user.displayName}</td>
            <td>{words.value.roles[user.role]}</td>
            <td>{scopeText(user, sites)}</td>
            <td>{factorText(user)}</td>
            <td>{user.sessions}</td>
            <td class="nowrap">
              {user.disabled ? t.disabled : t.active}{' '}
              <button type="button" class="button small" aria-label={t.editOf(user.displayName)} onClick={() => onEdit(user)}>
                {t.edit}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function scopeText({ role, siteIds, areas }: StaffRow, sites: readonly Site[]): string {
  const t = staffWords.value
  if (role === 'admin') return t.allSites
  const names = [...areas.map(areaName), ...siteIds.map((id) => sites.find((site) => site.id === id)?.name ?? id)]
  return names.join(', ') || t.noSites
}

function factorText({ oneTimeCode, passkeys }: StaffRow): string {
  const t = staffWords.value
  return [oneTimeCode ? t.codes : '', passkeys > 0 ? t.passkeys(passkeys) : ''].filter(Boolean).join(' · ') || t.noFactor
}
