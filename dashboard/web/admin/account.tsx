/** My account: passkeys, one-time codes, recovery codes, sessions and the password, on one page. */
import '../style/admin.css'
import './account.css'
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Me } from '../../contracts.ts'
import type { FactorMade, OwnAccount } from '../../contracts-accounts.ts'
import { request } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { enter, me, signOut } from '../shared/session.ts'
import { Field, OtherLanguage } from '../shared/ui.tsx'
import { CodesPart, PasskeysPart, RecoveryPart, ShownOnce } from './account-factors.tsx'
import { SessionsPart } from './account-sessions.tsx'
import { type Account, did } from './account-state.ts'
import { accountWords } from './account-words.ts'
import { OwnReachPart } from './own-reach.tsx'

export function AccountPage() {
  const t = accountWords.value
  const state = useSignal<OwnAccount | null>(null)
  const codes = useSignal<readonly string[] | null>(null)
  const said = useSignal('')
  const again = async () => {
    const answer = await request<OwnAccount>('GET', '/api/me/account')
    if (answer.ok) state.value = answer.value
    else said.value = refusalText(answer.refused)
  }
  useEffect(() => {
    document.title = `${words.value.product} · ${t.title}`
  })
  useEffect(() => void again(), [])
  const made = ({ me: who, recoveryCodes }: FactorMade) => {
    // The page stays where it is until the codes were read.
    if (recoveryCodes) codes.value = recoveryCodes
    enter(recoveryCodes ? { ...who, mustAddFactor: me.value?.mustAddFactor ?? false } : who)
    void again()
  }
  const account = state.value && { state: state.value, again, made, said, showCodes: (fresh: readonly string[]) => (codes.value = fresh) }
  return (
    <Frame>
      {me.value?.mustAddFactor && <p class="notice">{t.mustAdd}</p>}
      <p class="refusal" role="alert">
        {said.value}
      </p>
      {codes.value && (
        <ShownOnce
          codes={codes.value}
          onDone={() => {
            codes.value = null
            if (me.value) enter({ ...me.value, mustAddFactor: false })
          }}
        />
      )}
      {account && <Parts account={account} />}
    </Frame>
  )
}

function Frame({ children }: { children: ComponentChildren }) {
  const t = accountWords.value
  return (
    <div class="paper admin account">
      <header>
        <h1>
          {words.value.product} <span>{t.title}</span>
        </h1>
        <span>{me.value?.displayName}</span>
        <nav aria-label={t.title}>{!me.value?.mustAddFactor && <a href="#/">{t.back}</a>}</nav>
        <button type="button" class="link" onClick={() => void signOut()}>
          {t.signOut}
        </button>
        <OtherLanguage />
      </header>
      <main>{children}</main>
    </div>
  )
}

function Parts({ account }: { account: Account }) {
  const { isFresh, passkeys, oneTimeCodeSince } = account.state
  const hasFactor = passkeys.length > 0 || oneTimeCodeSince !== null
  return (
    <>
      {!isFresh && <ConfirmPart account={account} />}
      <PasskeysPart account={account} />
      <CodesPart account={account} />
      {hasFactor && <RecoveryPart account={account} />}
      {!me.value?.mustAddFactor && <OwnReachPart />}
      {!me.value?.mustAddFactor && <SessionsPart account={account} />}
      {!me.value?.mustAddFactor && <PasswordPart account={account} />}
    </>
  )
}

function ConfirmPart({ account }: { account: Account }) {
  const t = accountWords.value
  const password = useSignal('')
  const send = async (event: Event) => {
    event.preventDefault()
    await did(account, await request<null>('POST', '/api/me/confirm', { password: password.value }))
    password.value = ''
  }
  return (
    <section aria-label={t.confirmTitle}>
      <h2>{t.confirmTitle}</h2>
      <p class="dim">{t.confirmLead}</p>
      <form onSubmit={(event) => void send(event)}>
        <Field
          label={t.password}
          type="password"
          autocomplete="current-password"
          required
          value={password.value}
          onText={(typed) => (password.value = typed)}
        />
        <button type="submit" class="button">
          {t.confirm}
        </button>
      </form>
    </section>
  )
}

function PasswordPart({ account }: { account: Account }) {
  const t = accountWords.value
  const present = useSignal('')
  const next = useSignal('')
  const done = useSignal(false)
  const send = async (event: Event) => {
    event.preventDefault()
    const answer = await request<Me>('POST', '/api/me/password', { current: present.value, next: next.value })
    if (answer.ok) {
      enter(answer.value)
      present.value = ''
      next.value = ''
    }
    done.value = await did(account, answer)
  }
  return (
    <section aria-label={t.ownPassword}>
      <h2>{t.ownPassword}</h2>
      <form onSubmit={(event) => void send(event)}>
        <Field
          label={t.present}
          type="password"
          autocomplete="current-password"
          required
          value={present.value}
          onText={(typed) => (present.value = typed)}
        />
        <Field
          label={t.next}
          hint={t.nextHint}
          type="password"
          autocomplete="new-password"
          required
          minLength={10}
          value={next.value}
          onText={(typed) => (next.value = typed)}
        />
        <button type="submit" class="button">
          {t.save}
        </button>
      </form>
      <p role="status">{done.value && t.changed}</p>
    </section>
  )
}
