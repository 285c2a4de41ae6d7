/** In which language a person's terminal asks once a week for a test press, or that it does not. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type ReminderWish, usualWish } from '../../../domain/enrolment-reminders.ts'
import { request } from '../shared/api.ts'
import { refusalText } from '../shared/i18n/i18n.ts'
import { Field } from '../shared/ui.tsx'
import { deviceWords } from './enrolment-device-words.ts'

export function ReminderWishForm({ residentId }: { residentId: string }) {
  const t = deviceWords.value
  const wish = useSignal<ReminderWish>(usualWish(residentId))
  const said = useSignal('')
  const path = `/api/test-reminders/${encodeURIComponent(residentId)}`
  const change = (more: Partial<ReminderWish>) => {
    wish.value = { ...wish.value, ...more }
    said.value = ''
  }
  useEffect(() => {
    void request<ReminderWish>('GET', path).then((answer) => {
      if (answer.ok) wish.value = answer.value
    })
  }, [])
  const save = async () => {
    const { isOff, language, words } = wish.value
    const answer = await request<ReminderWish>('PUT', path, { isOff, language, words })
    said.value = answer.ok ? t.saved : refusalText(answer.refused)
  }
  return (
    <>
      <h3>{t.reminder}</h3>
      <p class="dim">{t.reminderLead}</p>
      <form
        class="enrol-choice"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Fields wish={wish.value} change={change} />
        <button type="submit" class="button">
          {t.save}
        </button>
      </form>
      <p role="status">{said.value}</p>
    </>
  )
}

function Fields({ wish, change }: { wish: ReminderWish; change: (more: Partial<ReminderWish>) => void }) {
  const t = deviceWords.value
  return (
    <>
      <label class="check">
        <span>
          <input type="checkbox" checked={!wish.isOff} onChange={(event) => change({ isOff: !event.currentTarget.checked })} />{' '}
          {t.reminderOn}
        </span>
      </label>
      <label>
        {t.reminderLanguage}
        <select
          value={wish.language in t.languages ? wish.language : 'other'}
          onChange={(event) => change({ language: event.currentTarget.value === 'other' ? 'ug' : event.currentTarget.value })}
        >
          {Object.entries(t.languages).map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
          <option value="other">{t.otherLanguage}</option>
        </select>
      </label>
      {!(wish.language in t.languages) && (
        <Field label={t.otherLanguage} value={wish.language} maxLength={12} onText={(text) => change({ language: text })} />
      )}
      <Field label={t.reminderWords} value={wish.words} maxLength={200} onText={(text) => change({ words: text })} />
    </>
  )
}
