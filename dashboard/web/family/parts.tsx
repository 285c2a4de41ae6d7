/** The few parts every screen is made of, on native elements. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { FamilyElder } from '../../contracts-family.ts'
import { Phone } from './icons.tsx'
import { route } from './route.ts'
import { whoOf } from './state.ts'
import { words } from './words/words.ts'

/** A screen behind another one: its title, and the way back. */
export const BackTitle = ({ title, to }: { title: string; to: string }) => (
  <header class="who">
    <a class="plain back" href={`#${to}`}>
      {words.value.back}
    </a>
    <h1 tabIndex={-1}>{title}</h1>
  </header>
)

export const Tel = ({ phone, look = '', children }: { phone: string; look?: string; children: ComponentChildren }) => (
  <a class={`b ${look}`} href={`tel:${phone.replace(/[^0-9+*#,]/g, '')}`}>
    <Phone />
    <span>{children}</span>
  </a>
)

/** The telephone calls that are always at hand; a number nobody knows has no button. */
type CallsOf = Pick<FamilyElder, 'name' | 'subject' | 'phone' | 'centre' | 'near'>
export function Calls({ of, urgent = false }: { of: CallsOf; urgent?: boolean }) {
  const { callHer, callCentre, call120, callNear } = words.value
  return (
    <div class="bs">
      {of.phone !== '' && (
        <Tel phone={of.phone} look="main full">
          {callHer(whoOf(of))}
        </Tel>
      )}
      {of.centre.phone !== '' && (
        <Tel phone={of.centre.phone} look={urgent ? '' : 'full'}>
          {callCentre}
        </Tel>
      )}
      {urgent && (
        <Tel phone="120" look="red">
          {call120}
        </Tel>
      )}
      {/* A page that was kept before there were any knows of none. */}
      {(of.near ?? []).map(({ name, relation, hasKey, phone }) => (
        <Tel key={phone} phone={phone} look="full">
          {callNear(name, hasKey ? 'keyholder' : relation)}
        </Tel>
      ))}
    </div>
  )
}

type FieldProps = {
  label: string
  hint?: string
  type?: 'text' | 'tel' | 'email' | 'time' | 'datetime-local'
  value: string
  onText: (text: string) => void
  more?: object
}

export function Field({ label, hint, type = 'text', value, onText, more = {} }: FieldProps) {
  const id = useId()
  // Preact's types want one literal type of input in each place; ours is chosen by the caller.
  const attributes: object = { type, value, ...more, ...(hint ? { 'aria-describedby': `${id}-hint` } : {}) }
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input {...attributes} id={id} onInput={(event) => onText(event.currentTarget.value)} />
      {hint && <small id={`${id}-hint`}>{hint}</small>}
    </p>
  )
}

type ChoiceProps = { type?: 'radio' | 'checkbox'; name?: string; on: boolean; onChoose: (on: boolean) => void; children: ComponentChildren }

export const Choice = ({ type = 'radio', name, on, onChoose, children }: ChoiceProps) => (
  <label class={on ? 'choice on' : 'choice'}>
    <input {...({ type, ...(name ? { name } : {}) } as object)} checked={on} onChange={(event) => onChoose(event.currentTarget.checked)} />
    <span>{children}</span>
  </label>
)

export type Saying = { ok: boolean; text: string } | null

/** What came of it: done, or refused with the reason. */
export const Said = ({ said }: { said: Saying }) =>
  said && (
    <p class={said.ok ? 'done' : 'refusal'} role={said.ok ? 'status' : 'alert'}>
      {said.text}
    </p>
  )
export const Trouble = ({ text }: { text: string }) => <Said said={text === '' ? null : { ok: false, text }} />

export const isAt = (place: string): boolean => route.value === `/${place}` || route.value.startsWith(`/${place}/`)
