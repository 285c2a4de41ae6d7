/** Webhooks: whom to tell what, tried with a press, and what became of the latest tellings. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type WebhookDelivery, webhookKinds } from '../../../domain/webhooks.ts'
import type { DirectoryRows } from '../../../store/store.ts'
import type { NewWebhook, WebhookRow } from '../../contracts-upkeep.ts'
import { request } from '../shared/api.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'
import { Modal } from '../shared/ui.tsx'
import { Boxes, SecretDialog, TwiceButton } from './connect-parts.tsx'
import { connectWords } from './connect-words.ts'
import { Fields, type FormField } from './form.tsx'
import { keep, useDraft } from './row-state.ts'
import { momentText } from './rows.ts'
import { WebhookQueue } from './webhook-queue.tsx'

type Sites = DirectoryRows['sites']
type Open =
  | { what: 'edit'; hook: WebhookRow | null }
  | { what: 'secret'; secret: string; lead: string }
  | { what: 'log'; hook: WebhookRow }
  | null
type State = { hooks: Signal<readonly WebhookRow[]>; trouble: Signal<string>; said: Signal<string>; open: Signal<Open> }

const path = (id: string, rest = ''): string => `/api/webhooks/${encodeURIComponent(id)}${rest}`

export function WebhooksPart({ sites }: { sites: Sites }) {
  const t = connectWords.value
  const state: State = { hooks: useSignal([]), trouble: useSignal(''), said: useSignal(''), open: useSignal<Open>(null) }
  useEffect(() => void look(state), [])
  const { hooks, trouble, said, open } = state
  const close = () => {
    open.value = null
    void look(state)
  }
  const show = (next: Open) => {
    open.value = next
  }
  const now = open.value
  return (
    <section class="sheet" aria-label={t.hooks}>
      <h3>{t.hooks}</h3>
      <p class="dim">{t.hooksLead}</p>
      {hooks.value.length === 0 ? <p>{t.noHooks}</p> : <Table state={state} sites={sites} />}
      <p class="said" role="status">
        {said.value}
      </p>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="deeds">
        <button type="button" class="button" onClick={() => show({ what: 'edit', hook: null })}>
          {t.addHook}
        </button>
      </div>
      {now?.what === 'edit' && (
        <EditDialog
          {...{ hook: now.hook, sites }}
          onClose={close}
          onDone={(secret) => (secret === '' ? close() : show({ what: 'secret', secret, lead: '' }))}
        />
      )}
      {now?.what === 'secret' && <SecretDialog secret={now.secret} lead={now.lead} onClose={close} />}
      {now?.what === 'log' && <LogDialog hook={now.hook} onClose={close} />}
    </section>
  )
}

async function look({ hooks, trouble }: State): Promise<void> {
  const answer = await request<readonly WebhookRow[]>('GET', '/api/webhooks')
  if (answer.ok) hooks.value = answer.value
  trouble.value = answer.ok ? '' : refusalText(answer.refused)
}

/** One line of what came of a telling. */
function deliveryText({ outcome, status, tookMs }: WebhookDelivery): string {
  const t = connectWords.value
  return [t.outcomes[outcome], status === null ? '' : `HTTP ${status}`, t.ms(tookMs)].filter((part) => part !== '').join(' · ')
}

async function tryIt({ said, trouble }: State, { id, name }: WebhookRow): Promise<void> {
  said.value = connectWords.value.trying
  const answer = await request<WebhookDelivery>('POST', path(id, '/try'), {})
  said.value = answer.ok ? `${name}: ${deliveryText(answer.value)}` : ''
  trouble.value = answer.ok ? '' : refusalText(answer.refused)
}

async function newSecret({ open, trouble }: State, { id }: WebhookRow): Promise<void> {
  const answer = await request<NewWebhook>('POST', path(id, '/secret'), {})
  if (answer.ok) open.value = { what: 'secret', secret: answer.value.secret, lead: connectWords.value.newSecretLead }
  else trouble.value = refusalText(answer.refused)
}

async function remove(state: State, { id }: WebhookRow): Promise<void> {
  const answer = await request('DELETE', path(id))
  if (answer.ok) await look(state)
  else state.trouble.value = refusalText(answer.refused)
}

function Table({ state, sites }: { state: State; sites: Sites }) {
  const t = connectWords.value
  const names = new Map(sites.map(({ id, name }) => [id, name]))
  const comma = language.value === 'zh' ? '、' : ', '
  return (
    <div class="wide">
      <table>
        <TableHead columns={[t.name, t.url, t.sites, t.events]} acts={t.edit} />
        <tbody>
          {state.hooks.value.map((hook) => (
            <tr key={hook.id}>
              <td>
                {hook.name}
                <br />
                <small>{hook.enabled ? t.on : t.off}</small>
              </td>
              <td>{hook.url}</td>
              <td>{hook.siteIds === 'all' ? t.allSites : hook.siteIds.map((id) => names.get(id) ?? id).join(comma)}</td>
              <td>{hook.kinds.map((kind) => t.event[kind]).join(comma)}</td>
              <td>
                <Deeds hook={hook} state={state} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Deeds({ hook, state }: { hook: WebhookRow; state: State }) {
  const t = connectWords.value
  const { name } = hook
  const deeds: readonly (readonly [string, () => void])[] = [
    [t.try, () => void tryIt(state, hook)],
    [
      t.log,
      () => {
        state.open.value = { what: 'log', hook }
      },
    ],
    [
      t.edit,
      () => {
        state.open.value = { what: 'edit', hook }
      },
    ],
    [t.newSecret, () => void newSecret(state, hook)],
  ]
  return (
    <div class="row-deeds">
      {deeds.map(([label, act]) => (
        <button key={label} type="button" class="button small" aria-label={`${label} ${name}`} onClick={act}>
          {label}
        </button>
      ))}
      <TwiceButton name={t.remove} again={t.removeAsk} label={name} act={() => void remove(state, hook)} />
    </div>
  )
}

function hookFields(): readonly FormField[] {
  const t = connectWords.value
  return [
    { key: 'name', label: t.name, kind: 'text', required: true, max: 60 },
    {
      ...{ key: 'enabled', label: t.enabled, kind: 'choice' },
      choices: [
        ['true', t.on],
        ['false', t.off],
      ],
    },
    { key: 'url', label: t.url, kind: 'area', required: true, max: 1_000, hint: t.urlHint },
  ]
}

type EditProps = { hook: WebhookRow | null; sites: Sites; onClose: () => void; onDone: (secret: string) => void }

function EditDialog({ hook, sites, onClose, onDone }: EditProps) {
  const t = connectWords.value
  const draft = useDraft({ name: hook?.name ?? '', url: hook?.url ?? '', enabled: String(hook?.enabled ?? true) })
  const everywhere = 'all'
  const chosen = useSignal<readonly string[]>(hook && hook.siteIds !== 'all' ? hook.siteIds : [everywhere])
  const kinds = useSignal<readonly string[]>(hook?.kinds ?? ['alarm-raised', 'alarm-acknowledged', 'alarm-resolved'])
  const fields = hookFields()
  const save = async () => {
    const { name, url = '', enabled } = draft.values.value
    const siteIds = chosen.value.includes(everywhere) ? everywhere : chosen.value
    const body = { name, url: url.trim(), enabled: enabled === 'true', kinds: kinds.value, siteIds }
    let secret = ''
    const kept = await keep({ draft, fields, form: null }, async () => {
      if (hook) return request('PUT', path(hook.id), body)
      const answer = await request<NewWebhook>('POST', '/api/webhooks', body)
      if (answer.ok) secret = answer.value.secret
      return answer
    })
    if (kept) onDone(secret)
  }
  return (
    <Modal title={hook ? t.editHook : t.addHook} onClose={onClose} wide>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Fields fields={fields} values={draft.values} mistakes={draft.mistakes} />
        <Boxes
          legend={t.events}
          choices={webhookKinds.map((kind) => [kind, t.event[kind]])}
          chosen={kinds}
          {...(kinds.value.length === 0 && { mistake: t.chooseSome })}
        />
        <Boxes
          legend={t.sites}
          choices={[[everywhere, t.allSites], ...sites.map(({ id, name }) => [id, name] as const)]}
          chosen={chosen}
          {...(chosen.value.length === 0 && { mistake: t.chooseSome })}
        />
        <p class="refusal" role="alert">
          {draft.trouble.value}
        </p>
        <div class="buttons">
          <button type="button" class="button" onClick={onClose}>
            {words.value.cancel}
          </button>
          <button type="submit" class="button primary" disabled={kinds.value.length === 0 || chosen.value.length === 0}>
            {t.save}
          </button>
        </div>
      </form>
    </Modal>
  )
}

function LogDialog({ hook, onClose }: { hook: WebhookRow; onClose: () => void }) {
  const t = connectWords.value
  const list = useSignal<readonly WebhookDelivery[] | null>(null)
  useEffect(() => {
    void request<readonly WebhookDelivery[]>('GET', path(hook.id, '/deliveries')).then((answer) => {
      list.value = answer.ok ? answer.value : []
    })
  }, [hook.id])
  return (
    <Modal title={`${t.log} · ${hook.name}`} onClose={onClose} wide>
      {list.value?.length === 0 && <p>{t.logNone}</p>}
      <ul class="trouble-notes">
        {(list.value ?? []).map((delivery) => (
          <li key={`${delivery.at} ${delivery.eventId}`}>
            <small>{momentText(delivery.at, language.value)}</small> {t.event[delivery.kind]} · {deliveryText(delivery)}
          </li>
        ))}
      </ul>
      <WebhookQueue id={hook.id} />
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.close}
        </button>
      </div>
    </Modal>
  )
}
