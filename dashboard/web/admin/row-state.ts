/** One form on its way: what was typed, what is wrong with it, and whether it was kept. */
import { type Signal, useSignal } from '@preact/signals'
import type { CsvTable } from '../../contracts.ts'
import { type Answer, request } from '../shared/api.ts'
import { refusalText } from '../shared/i18n/i18n.ts'
import { emptyOnes, type FormField, type Mistakes, mistakesOf, toFirstMistake, type Values } from './form.tsx'
import { rowOfTexts } from './row-forms.ts'

export type Draft = { values: Signal<Values>; mistakes: Signal<Mistakes>; trouble: Signal<string>; busy: Signal<boolean> }

export const useDraft = (from: Values): Draft => ({
  values: useSignal(from),
  mistakes: useSignal<Mistakes>({}),
  trouble: useSignal(''),
  busy: useSignal(false),
})

type Keep = {
  table: CsvTable
  id: string
  fields: readonly FormField[]
  draft: Draft
  form: HTMLFormElement | null
  timeZone: string
  further?: object
}

/** True when the row stands. Moments in it are of `timeZone`. What is wrong is beside its field, and the first of those has the focus. */
export async function keepRow({ table, id, fields, draft, form, timeZone, further = {} }: Keep): Promise<boolean> {
  // The id is asked for like a field, and stands in the address alone.
  const { id: _, ...texts } = draft.values.value
  const body = { ...rowOfTexts(table, texts, timeZone), ...further }
  return keep({ draft, fields, form }, () => request('PUT', `/api/rows/${table}/${encodeURIComponent(id)}`, body))
}

type Asked = { draft: Draft; fields: readonly FormField[]; form: HTMLFormElement | null }

/** The same for whatever takes the form's texts. */
export async function keep({ draft, fields, form }: Asked, ask: () => Promise<Answer<unknown>>): Promise<boolean> {
  const empty = emptyOnes(fields, draft.values.value)
  draft.mistakes.value = empty
  draft.trouble.value = ''
  if (Object.keys(empty).length > 0) {
    if (form) toFirstMistake(form)
    return false
  }
  draft.busy.value = true
  const answer = await ask()
  draft.busy.value = false
  if (answer.ok) return true
  const { '': other = '', ...mistakes } = mistakesOf(fields, answer.refused.fields ?? [])
  draft.mistakes.value = mistakes
  draft.trouble.value = answer.refused.fields ? other : refusalText(answer.refused)
  if (form) toFirstMistake(form)
  return false
}
