/** API keys: made and shown once, listed with their last use, revoked for ever. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type ApiKey, apiKeyRoles } from '../../../domain/api-keys.ts'
import type { DirectoryRows } from '../../../store/store.ts'
import type { NewApiKey } from '../../contracts-upkeep.ts'
import { request } from '../shared/api.ts'
import { language, refusalText } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'
import { Boxes, SecretDialog, TwiceButton } from './connect-parts.tsx'
import { connectWords } from './connect-words.ts'
import { Fields, type FormField } from './form.tsx'
import { FormDialog } from './form-dialog.tsx'
import { keep, useDraft } from './row-state.ts'
import { momentText } from './rows.ts'

type Sites = DirectoryRows['sites']

export function ApiKeysPart({ sites }: { sites: Sites }) {
  const t = connectWords.value
  const keys = useSignal<readonly ApiKey[]>([])
  const trouble = useSignal('')
  const open = useSignal<'add' | { secret: string } | null>(null)
  const look = async () => {
    const answer = await request<readonly ApiKey[]>('GET', '/api/api-keys')
    if (answer.ok) keys.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => void look(), [])
  const revoke = async (id: string) => {
    const answer = await request('DELETE', `/api/api-keys/${encodeURIComponent(id)}`)
    if (answer.ok) await look()
    else trouble.value = refusalText(answer.refused)
  }
  const close = () => {
    open.value = null
    void look()
  }
  return (
    <section class="sheet" aria-label={t.keys}>
      <h3>{t.keys}</h3>
      <p class="dim">{t.keysLead}</p>
      {keys.value.length === 0 ? <p>{t.noKeys}</p> : <Table keys={keys.value} sites={sites} onRevoke={(id) => void revoke(id)} />}
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="deeds">
        <button
          type="button"
          class="button"
          onClick={() => {
            open.value = 'add'
          }}
        >
          {t.addKey}
        </button>
      </div>
      {open.value === 'add' && (
        <AddDialog
          sites={sites}
          onClose={close}
          onMade={(secret) => {
            open.value = { secret }
          }}
        />
      )}
      {open.value !== null && open.value !== 'add' && <SecretDialog secret={open.value.secret} onClose={close} />}
    </section>
  )
}

function Table({ keys, sites, onRevoke }: { keys: readonly ApiKey[]; sites: Sites; onRevoke: (id: string) => void }) {
  const t = connectWords.value
  const names = new Map(sites.map(({ id, name }) => [id, name]))
  const at = (moment: number | null) => (moment === null ? t.neverUsed : momentText(moment, language.value))
  return (
    <div class="wide">
      <table>
        <TableHead columns={[t.name, t.role, t.sites, t.rights, t.made, t.used]} acts={t.revoke} />
        <tbody>
          {keys.map(({ id, name, role, siteIds, mayWrite, madeAt, madeBy, usedAt, revokedAt }) => (
            <tr key={id}>
              <td>{name}</td>
              <td>{t.roles[role]}</td>
              <td>{siteIds.map((siteId) => names.get(siteId) ?? siteId).join(language.value === 'zh' ? '、' : ', ')}</td>
              <td>{mayWrite ? t.mayWrite : t.readOnly}</td>
              <td>
                {at(madeAt)} <small>{madeBy}</small>
              </td>
              <td>{at(usedAt)}</td>
              <td>
                {revokedAt === null ? <TwiceButton name={t.revoke} again={t.revokeAsk} label={name} act={() => onRevoke(id)} /> : t.revoked}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function AddDialog({ sites, onClose, onMade }: { sites: Sites; onClose: () => void; onMade: (secret: string) => void }) {
  const t = connectWords.value
  const form = useRef<HTMLFormElement>(null)
  const draft = useDraft({ name: '', role: 'supervisor', mayWrite: 'false' })
  const chosen = useSignal<readonly string[]>(sites.length === 1 ? sites.map(({ id }) => id) : [])
  const fields: readonly FormField[] = [
    { key: 'name', label: t.name, kind: 'text', required: true, max: 60 },
    { key: 'role', label: t.role, kind: 'choice', choices: apiKeyRoles.map((role) => [role, t.roles[role]]) },
    {
      ...{ key: 'mayWrite', label: t.rights, kind: 'choice' },
      choices: [
        ['false', t.readOnly],
        ['true', t.mayWrite],
      ],
    },
  ]
  const made = { secret: '' }
  const save = async () => {
    const { name, role, mayWrite } = draft.values.value
    const body = { name, role, mayWrite: mayWrite === 'true', siteIds: chosen.value }
    const kept = await keep({ draft, fields, form: form.current }, async () => {
      const answer = await request<NewApiKey>('POST', '/api/api-keys', body)
      if (answer.ok) made.secret = answer.value.secret
      return answer
    })
    if (kept) onMade(made.secret)
  }
  return (
    <FormDialog
      title={t.addKey}
      action={t.addKey}
      trouble={draft.trouble.value}
      isBusy={chosen.value.length === 0}
      form={form}
      onClose={onClose}
      onSend={save}
    >
      <Fields fields={fields} values={draft.values} mistakes={draft.mistakes} />
      <Boxes legend={t.sites} choices={sites.map(({ id, name }) => [id, name])} chosen={chosen} />
    </FormDialog>
  )
}
