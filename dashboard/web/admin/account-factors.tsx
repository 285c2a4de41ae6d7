/** Second factors: passkeys that can be added, named and removed; an app that shows codes; recovery codes that are shown once. */
import { useSignal } from '@preact/signals'
import type { NewOneTimeCode, PasskeyRow } from '../../contracts-accounts.ts'
import { type Answer, request } from '../shared/api.ts'
import { addPasskey, canUsePasskeys } from '../shared/passkey.ts'
import { Field } from '../shared/ui.tsx'
import { QrCode } from '../technician/qr.tsx'
import { type Account, did, ownTime } from './account-state.ts'
import { accountWords } from './account-words.ts'

export function PasskeysPart({ account }: { account: Account }) {
  const t = accountWords.value
  const name = useSignal('')
  const { passkeys, canHavePasskeys, isFresh } = account.state
  const isPossible = canHavePasskeys && canUsePasskeys()
  const add = async (event: Event) => {
    event.preventDefault()
    const answer = await addPasskey(name.value.trim())
    if (answer.ok) {
      name.value = ''
      account.made(answer.value)
    } else if (answer.refused.code === 'no-passkey') account.said.value = t.passkeyDeclined
    else await did(account, answer)
  }
  return (
    <section aria-label={t.passkeys}>
      <h2>{t.passkeys}</h2>
      <p class="dim">{isPossible ? t.passkeysLead : t.noPasskeyHere}</p>
      {passkeys.length === 0 ? (
        <p class="dim">{t.noPasskeys}</p>
      ) : (
        <ul>
          {passkeys.map((passkey) => (
            <OnePasskey key={passkey.id} passkey={passkey} account={account} />
          ))}
        </ul>
      )}
      {isPossible && isFresh && (
        <form onSubmit={(event) => void add(event)}>
          <Field label={t.passkeyName} required maxLength={60} value={name.value} onText={(typed) => (name.value = typed)} />
          <button type="submit" class="button">
            {t.addPasskey}
          </button>
        </form>
      )}
    </section>
  )
}

function OnePasskey({ passkey, account }: { passkey: PasskeyRow; account: Account }) {
  const t = accountWords.value
  const { id, label, madeAt, usedAt } = passkey
  const draft = useSignal<string | null>(null)
  const send = async (event: Event) => {
    event.preventDefault()
    if (await did(account, await request<null>('PATCH', '/api/me/passkeys', { id, label: draft.value?.trim() }))) draft.value = null
  }
  if (draft.value !== null)
    return (
      <li>
        <form onSubmit={(event) => void send(event)}>
          <Field label={t.passkeyName} required maxLength={60} value={draft.value} onText={(typed) => (draft.value = typed)} />
          <button type="submit" class="button">
            {t.save}
          </button>
          <button type="button" class="button" onClick={() => (draft.value = null)}>
            {t.cancel}
          </button>
        </form>
      </li>
    )
  return (
    <li>
      <span>
        <b>{label}</b>{' '}
        <small class="dim">
          {t.added} {ownTime(madeAt)} · {usedAt === null ? t.neverUsed : `${t.lastUsed} ${ownTime(usedAt)}`}
        </small>
      </span>
      <button type="button" class="button small" aria-label={`${t.rename} ${label}`} onClick={() => (draft.value = label)}>
        {t.rename}
      </button>
      <Removal name={label} account={account} remove={() => request('DELETE', `/api/me/passkeys?id=${encodeURIComponent(id)}`)} />
    </li>
  )
}

/** Asks a second time before it is done. */
function Removal({ name, account, remove }: { name: string; account: Account; remove: () => Promise<Answer<unknown>> }) {
  const t = accountWords.value
  const asked = useSignal(false)
  const press = async () => {
    if (asked.value) await did(account, await remove())
    asked.value = !asked.value
  }
  const text = asked.value ? t.removeAsk : t.remove
  return (
    <button type="button" class="button small" aria-label={`${text} ${name}`} onClick={() => void press()}>
      {text}
    </button>
  )
}

export function CodesPart({ account }: { account: Account }) {
  const t = accountWords.value
  const fresh = useSignal<NewOneTimeCode | null>(null)
  const { oneTimeCodeSince, isFresh } = account.state
  const begin = async () => {
    const answer = await request<NewOneTimeCode>('POST', '/api/me/one-time-code')
    if (answer.ok) fresh.value = answer.value
    else await did(account, answer)
  }
  return (
    <section aria-label={t.codes}>
      <h2>{t.codes}</h2>
      <p class="dim">{t.codesLead}</p>
      {oneTimeCodeSince !== null && (
        <div class="row">
          <span>
            <b>{t.codesOn}</b> · {t.added} {ownTime(oneTimeCodeSince)}
          </span>
          <Removal name={t.codes} account={account} remove={() => request('DELETE', '/api/me/one-time-code')} />
        </div>
      )}
      {oneTimeCodeSince === null && isFresh && !fresh.value && (
        <div class="row">
          <button type="button" class="button" onClick={() => void begin()}>
            {t.codesAdd}
          </button>
        </div>
      )}
      {oneTimeCodeSince === null && fresh.value && <NewCode fresh={fresh.value} account={account} onDone={() => (fresh.value = null)} />}
    </section>
  )
}

function NewCode({ fresh, account, onDone }: { fresh: NewOneTimeCode; account: Account; onDone: () => void }) {
  const t = accountWords.value
  const code = useSignal('')
  const send = async (event: Event) => {
    event.preventDefault()
    const answer = await request<Parameters<Account['made']>[0]>('POST', '/api/me/one-time-code/confirm', { code: code.value.trim() })
    code.value = ''
    if (!answer.ok) return void (await did(account, answer))
    account.said.value = ''
    onDone()
    account.made(answer.value)
  }
  return (
    <>
      <p>{t.codesScan}</p>
      <QrCode text={fresh.uri} label={t.qr} />
      <p>
        {t.codesSecret} <code class="token">{fresh.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <form onSubmit={(event) => void send(event)}>
        <Field
          label={t.code}
          autocomplete="one-time-code"
          required
          maxLength={7}
          value={code.value}
          onText={(typed) => (code.value = typed)}
        />
        <button type="submit" class="button">
          {t.confirm}
        </button>
      </form>
    </>
  )
}

export function RecoveryPart({ account }: { account: Account }) {
  const t = accountWords.value
  const renew = async () => {
    const answer = await request<{ recoveryCodes: readonly string[] }>('POST', '/api/me/recovery-codes')
    if (await did(account, answer)) if (answer.ok) account.showCodes(answer.value.recoveryCodes)
  }
  return (
    <section aria-label={t.recovery}>
      <h2>{t.recovery}</h2>
      <p class="dim">{t.recoveryLeft(account.state.recoveryCodesLeft)}</p>
      {account.state.isFresh && (
        <div class="row">
          <button type="button" class="button" onClick={() => void renew()}>
            {t.recoveryNew}
          </button>
        </div>
      )}
    </section>
  )
}

/** Codes as they are seen once and never again. */
export function ShownOnce({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const t = accountWords.value
  const copied = useSignal(false)
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join('\n')).then(
      () => (copied.value = true),
      () => undefined,
    )
  }
  return (
    <section aria-label={t.recoveryTitle}>
      <h2>{t.recoveryTitle}</h2>
      <p class="notice">{t.recoveryLead}</p>
      <ol class="codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div class="row">
        <button type="button" class="button" onClick={() => void copy()}>
          {copied.value ? t.copied : t.copy}
        </button>
        <button type="button" class="button primary" onClick={onDone}>
          {t.done}
        </button>
      </div>
    </section>
  )
}
