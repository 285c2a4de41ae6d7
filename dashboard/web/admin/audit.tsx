/** The record for whoever may read it: filters, pages, a spreadsheet, and the proof that nothing was changed. */
import '../style/admin.css'
import './account.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import type { AuditRow, ChainCheck, AuditPage as Page, StaffName } from '../../contracts-accounts.ts'
import { request } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { signOut } from '../shared/session.ts'
import { TableHead } from '../shared/table-head.tsx'
import { OtherLanguage } from '../shared/ui.tsx'
import { ownTime } from './account-state.ts'
import { auditWords } from './audit-words.ts'

/** All there is for an auditor. */
export function AuditorPage() {
  const t = auditWords.value
  useEffect(() => {
    document.title = `${words.value.product} · ${t.title}`
  })
  return (
    <div class="paper admin">
      <header>
        <h1>
          {words.value.product} <span>{t.title}</span>
        </h1>
        <nav aria-label={t.title}>
          <a href="#/account">{t.account}</a>
        </nav>
        <button type="button" class="link" onClick={() => void signOut()}>
          {t.signOut}
        </button>
        <OtherLanguage />
      </header>
      <main>
        <AuditPart />
      </main>
    </div>
  )
}

type Filter = { user: string; who: string; action: string; from: string; to: string }
const noFilter: Filter = { user: '', who: '', action: '', from: '', to: '' }

const queryOf = (filter: Filter, before?: number): string => {
  const given = Object.entries({ ...filter, before: before === undefined ? '' : String(before) }).filter(([, value]) => value.trim() !== '')
  return new URLSearchParams(given.map(([name, value]) => [name, value.trim()])).toString()
}

export function AuditPart() {
  const t = auditWords.value
  const filter = useSignal(noFilter)
  const lines = useSignal<readonly AuditRow[] | null>(null)
  const more = useSignal(false)
  const trouble = useSignal('')
  const load = async (before?: number) => {
    const answer = await request<Page>('GET', `/api/audit/page?${queryOf(filter.value, before)}`)
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (!answer.ok) return
    lines.value = before === undefined ? answer.value.lines : [...(lines.value ?? []), ...answer.value.lines]
    more.value = answer.value.more
  }
  useEffect(() => void load(), [])
  return (
    <div class="audit">
      <div class="tools">
        <h2>{t.title}</h2>
      </div>
      <p class="dim">{t.lead}</p>
      <ChainPart />
      <FilterForm filter={filter} onSearch={() => void load()} />
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      {lines.value?.length === 0 && <p class="dim">{t.none}</p>}
      {lines.value && lines.value.length > 0 && <Lines lines={lines.value} />}
      {more.value && (
        <button type="button" class="button" onClick={() => void load(lines.value?.at(-1)?.id)}>
          {t.more}
        </button>
      )}
    </div>
  )
}

function FilterForm({ filter, onSearch }: { filter: Signal<Filter>; onSearch: () => void }) {
  const t = auditWords.value
  const staff = useSignal<readonly StaffName[]>([])
  useEffect(() => {
    void request<readonly StaffName[]>('GET', '/api/audit/staff').then((answer) => {
      if (answer.ok) staff.value = answer.value
    })
  }, [staff])
  const change = (part: Partial<Filter>) => {
    filter.value = { ...filter.value, ...part }
  }
  const send = (event: Event) => {
    event.preventDefault()
    onSearch()
  }
  const { user, who, action, from, to } = filter.value
  const people = [['', t.everybody] as const, ...staff.value.map(({ id, displayName }) => [id, displayName] as const)]
  return (
    <form onSubmit={send}>
      <Choice label={t.user} value={user} options={people} onChosen={(value) => change({ user: value })} />
      <Typed label={t.who} type="search" value={who} onText={(value) => change({ who: value })} />
      <Choice
        label={t.action}
        value={action}
        options={[['', t.allActions], ...Object.entries(t.groups)]}
        onChosen={(value) => change({ action: value })}
      />
      <Typed label={t.from} type="date" value={from} onText={(value) => change({ from: value })} />
      <Typed label={t.to} type="date" value={to} onText={(value) => change({ to: value })} />
      <button type="submit" class="button primary">
        {t.search}
      </button>
      <a class="button" href={`/api/audit/csv?${queryOf(filter.value)}`} download>
        {t.csv}
      </a>
    </form>
  )
}

type ChoiceProps = { label: string; value: string; options: readonly (readonly [string, string])[]; onChosen: (value: string) => void }

function Choice({ label, value, options, onChosen }: ChoiceProps) {
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChosen(event.currentTarget.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </p>
  )
}

function Typed({ label, type, value, onText }: { label: string; type: 'search' | 'date'; value: string; onText: (text: string) => void }) {
  const id = useId()
  // Preact's types want one literal type of input in each place; ours is chosen by the caller.
  const kind: object = { type }
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input id={id} {...kind} value={value} onInput={(event) => onText(event.currentTarget.value)} />
    </p>
  )
}

function Lines({ lines }: { lines: readonly AuditRow[] }) {
  const t = auditWords.value
  return (
    <table>
      <TableHead columns={Object.values(t.columns)} />
      <tbody>
        {lines.map(({ id, at, userId, userName, action, subjectId, subject, detail, hash }) => (
          <tr key={id}>
            <td class="nowrap">
              {ownTime(at)}
              <small>{id}</small>
            </td>
            <td>
              {userName || (userId.startsWith('family:') ? t.family : t.nobody)}
              <small>{userName ? '' : <code>{userId}</code>}</small>
            </td>
            <td>
              {actionText(action)}
              <small>
                <code>{action}</code>
              </small>
            </td>
            <td>
              {subject || (subjectId === 'all' ? t.wholeList : subjectId === 'somebody' ? t.sought : '')}
              <small>
                <code>{subjectId}</code>
              </small>
            </td>
            <td>
              <code>{detail}</code>
            </td>
            <td>
              <code>{hash.slice(0, 12)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The longest group that the action begins with: what is done to a window or a list is the same deed. */
function actionText(action: string): string {
  const { groups } = auditWords.value
  const found = Object.keys(groups).filter((group) => action === group || action.startsWith(`${group}-`))
  return groups[found.sort((one, other) => other.length - one.length)[0] ?? ''] ?? ''
}

function ChainPart() {
  const t = auditWords.value
  const check = useSignal<ChainCheck | 'running' | null>(null)
  const run = async () => {
    check.value = 'running'
    const answer = await request<ChainCheck>('GET', '/api/audit/chain')
    check.value = answer.ok ? answer.value : null
  }
  const found = check.value
  return (
    <div class="chain" role="status">
      <button type="button" class="button" disabled={found === 'running'} onClick={() => void run()}>
        {found === 'running' ? t.checking : t.chain}
      </button>
      {found !== null && found !== 'running' && <Verdict check={found} />}
    </div>
  )
}

function Verdict({ check }: { check: ChainCheck }) {
  const t = auditWords.value
  const { brokenId, lastId, lines, head, begins, why } = check
  if (brokenId !== null)
    return (
      <p class="refusal">
        {t.broken(brokenId)} {t.why[why] ?? why}
      </p>
    )
  return (
    <>
      <p>
        <b>{t.whole(lastId, lines)}</b>
      </p>
      <p>
        {t.head} <code>{`${lastId} ${head}`}</code>
      </p>
      {begins !== null && begins > 1 && <p class="dim">{t.begins(begins)}</p>}
    </>
  )
}
