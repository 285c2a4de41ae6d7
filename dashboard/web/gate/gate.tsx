/** Before the wall: the first run, the sign-in, or a server that does not answer. */
import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Refused } from '../../contracts.ts'
import type { SecondStep } from '../../contracts-accounts.ts'
import { api } from '../shared/api.ts'
import { every } from '../shared/clock.ts'
import { keepFitted } from '../shared/fit.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { canUsePasskeys, signInByPasskey } from '../shared/passkey.ts'
import { askGate, enter, gate } from '../shared/session.ts'
import { Field, type FieldProps, OtherLanguage } from '../shared/ui.tsx'
import { Cells } from './cells.tsx'

export function Gate() {
  useLayoutEffect(keepFitted, [])
  return (
    <div class="gate">
      <Cells />
      <main>
        <div class="brand">
          <b>{words.value.product}</b>
          <OtherLanguage />
        </div>
        {gate.value === 'setup' && <Setup />}
        {gate.value === 'sign-in' && <SignIn />}
        {gate.value === 'unreachable' && <Unreachable />}
      </main>
    </div>
  )
}

function Unreachable() {
  useEffect(() => every(3_000, () => void askGate()), [])
  return (
    <p class="lead" role="status">
      {words.value.gate.unreachable}
    </p>
  )
}

function SignIn() {
  const t = words.value.gate
  const name = useSignal('')
  const password = useSignal('')
  const step = useSignal<SecondStep['second'] | null>(null)
  const form = useSending(async () => {
    const answer = await api.signIn({ name: name.value.trim(), password: password.value })
    if (!answer.ok) return answer.status === 401 ? { code: 'wrong', message: t.wrong } : answer.refused
    if ('second' in answer.value) step.value = answer.value.second
    else enter(answer.value)
    return null
  })
  if (step.value) return <Second {...step.value} onAgain={() => (step.value = null)} />
  return (
    <>
      <Form title={t.signInTitle} lead={t.signInLead} button={t.signIn} form={form}>
        <Line label={t.name} name="username" autocomplete="username" required text={name} />
        <Line label={t.password} type="password" name="password" autocomplete="current-password" required text={password} />
      </Form>
      {canUsePasskeys() && <PasskeyButton />}
    </>
  )
}

/** The password was right; now what only this person has. */
function Second({ ticket, ways, onAgain }: SecondStep['second'] & { onAgain: () => void }) {
  const t = words.value.gate
  const code = useSignal('')
  const form = useSending(async () => {
    const answer = await api.signInSecond(ticket, code.value.trim())
    if (answer.ok) enter(answer.value)
    return answer.ok ? null : answer.refused
  })
  return (
    <>
      <Form title={t.secondTitle} lead={ways.includes('one-time-code') ? t.secondLead : t.secondKeyLead} button={t.signIn} form={form}>
        <Line label={t.secondCode} name="code" autocomplete="one-time-code" required maxLength={20} text={code} />
      </Form>
      {ways.includes('passkey') && canUsePasskeys() && <PasskeyButton />}
      <button type="button" class="link" onClick={onAgain}>
        {t.startAgain}
      </button>
    </>
  )
}

function PasskeyButton() {
  const t = words.value.gate
  const trouble = useSignal('')
  const ask = async () => {
    trouble.value = ''
    const answer = await signInByPasskey()
    if (answer.ok) enter(answer.value)
    else trouble.value = answer.refused.code === 'no-passkey' ? t.passkeyFailed : refusalText(answer.refused)
  }
  return (
    <>
      <button type="button" class="button by-passkey" onClick={() => void ask()}>
        {t.passkey}
      </button>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
    </>
  )
}

function Setup() {
  const t = words.value.gate
  const [code, name, displayName, password] = [useSignal(''), useSignal(''), useSignal(''), useSignal('')]
  const form = useSending(async () => {
    const answer = await api.setUp({
      code: code.value.trim(),
      name: name.value.trim(),
      displayName: displayName.value.trim(),
      password: password.value,
    })
    if (answer.ok) enter(answer.value)
    return answer.ok ? null : answer.status === 401 || answer.status === 403 ? { code: 'wrong-code', message: t.wrongCode } : answer.refused
  })
  return (
    <Form title={t.setupTitle} lead={t.setupLead} button={t.create} form={form}>
      <Line label={t.code} autocomplete="one-time-code" required text={code} />
      <Line label={t.displayName} autocomplete="name" required text={displayName} />
      <Line label={t.name} hint={t.nameHint} name="username" autocomplete="username" required text={name} />
      <Line
        label={t.password}
        hint={t.passwordHint}
        type="password"
        name="new-password"
        autocomplete="new-password"
        required
        minLength={10}
        text={password}
      />
    </Form>
  )
}

/** A field that keeps its own text. */
const Line = ({ text, ...field }: Omit<FieldProps, 'value' | 'onText'> & { text: Signal<string> }) => (
  <Field
    {...field}
    value={text.value}
    onText={(typed) => {
      text.value = typed
    }}
  />
)

type Sending = { busy: boolean; refused: Refused | null; submit: (event: Event) => void }

/** One form under way at a time, and the refusal it came back with. */
function useSending(send: () => Promise<Refused | null>): Sending {
  const busy = useSignal(false)
  const refused = useSignal<Refused | null>(null)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (busy.value) return
    busy.value = true
    refused.value = null
    refused.value = await send()
    busy.value = false
  }
  return { busy: busy.value, refused: refused.value, submit: (event) => void submit(event) }
}

function Form({
  title,
  lead,
  button,
  form,
  children,
}: {
  title: string
  lead: string
  button: string
  form: Sending
  children: ComponentChildren
}) {
  const box = useRef<HTMLFormElement>(null)
  useEffect(() => box.current?.querySelector('input')?.focus(), [])
  return (
    <form ref={box} onSubmit={form.submit}>
      <h1>{title}</h1>
      <p class="lead">{lead}</p>
      {children}
      <p class="refusal" role="alert">
        {form.refused && refusalText(form.refused)}
      </p>
      <button type="submit" class="button primary" disabled={form.busy}>
        {form.busy ? words.value.gate.working : button}
      </button>
    </form>
  )
}
