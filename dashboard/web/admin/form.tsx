/** A form made of a list of fields: each with its label, its hint, and a sentence beside it when something is wrong. */
import './form.css'
import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { language } from '../shared/i18n/i18n.ts'
import { fieldText } from './field-words.ts'

export type Values = Readonly<Record<string, string>>
export type FormField = {
  key: string
  label: string
  kind: 'text' | 'area' | 'number' | 'choice' | 'moment' | 'secret'
  choices?: readonly (readonly [value: string, shown: string])[]
  required?: boolean
  max?: number
  hint?: string
  /** What is made of the text as one types; '' says nothing. */
  understood?: (text: string) => string
}
export type Mistakes = Readonly<Record<string, string>>
type Props = { fields: readonly FormField[]; values: Signal<Values>; mistakes: Signal<Mistakes> }

/** The fields alone; the form around them, its buttons and what happens belong to whoever shows it. */
export function Fields({ fields, values, mistakes }: Props) {
  const set = (key: string, value: string) => {
    values.value = { ...values.value, [key]: value }
    const { [key]: _, ...rest } = mistakes.value
    mistakes.value = rest
  }
  return (
    <div class="row-form">
      {fields.map((field) => (
        <OneField
          key={field.key}
          field={field}
          value={values.value[field.key] ?? ''}
          mistake={mistakes.value[field.key]}
          onChange={(value) => set(field.key, value)}
        />
      ))}
    </div>
  )
}

type OneProps = { field: FormField; value: string; mistake: string | undefined; onChange: (value: string) => void }

function OneField({ field, value, mistake, onChange }: OneProps) {
  const id = useId()
  const { label, kind, choices = [], required = false, max, hint, understood } = field
  const described = [mistake ? `${id}-wrong` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ')
  const common = {
    ...{ id, value, required },
    'aria-invalid': mistake ? true : undefined,
    'aria-describedby': described === '' ? undefined : described,
    ...(max !== undefined && { maxLength: max }),
  }
  // Preact's types want one literal type of input in each place; ours is chosen by the field.
  const plain: object = {
    ...common,
    type: kind === 'moment' ? 'datetime-local' : 'text',
    inputMode: kind === 'number' ? 'decimal' : undefined,
    autocomplete: 'off',
  }
  const take = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value)
  return (
    <p class={`field ${kind}${mistake ? ' wrong' : ''}`}>
      <label for={id}>
        {label}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      {kind === 'choice' ? (
        <select {...common} onChange={take}>
          {choices.map(([name, shown]) => (
            <option key={name} value={name}>
              {shown}
            </option>
          ))}
        </select>
      ) : kind === 'area' ? (
        <textarea {...common} rows={3} onInput={take} />
      ) : (
        <input {...plain} onInput={take} />
      )}
      {hint && (
        <small class="hint" id={`${id}-hint`}>
          {hint}
        </small>
      )}
      {understood && (
        <output class="understood" for={id}>
          {understood(value)}
        </output>
      )}
      {mistake && (
        <small class="mistake" id={`${id}-wrong`}>
          {mistake}
        </small>
      )}
    </p>
  )
}

const missing = () => (language.value === 'zh' ? '这里不能空着。' : 'Please fill this in.')

/** What can be said before anybody is asked: fields that must be filled. */
export const emptyOnes = (fields: readonly FormField[], values: Values): Mistakes =>
  Object.fromEntries(fields.filter(({ key, required }) => required && (values[key] ?? '').trim() === '').map(({ key }) => [key, missing()]))

/** The server's mistakes by field; '' holds those of no field that is shown. */
export function mistakesOf(fields: readonly FormField[], said: readonly { path: string; message: string }[]): Mistakes {
  const shown = new Set(fields.map(({ key }) => key))
  return Object.fromEntries(said.map(({ path, message }) => [shown.has(path) ? path : '', fieldText(message)]))
}

/** To the first field that is wrong. */
export const toFirstMistake = (form: HTMLFormElement): void =>
  void requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid]')?.focus())
