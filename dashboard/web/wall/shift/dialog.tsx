/** The window of the shift: who is on duty and until when, what the shift before wrote, and what this one tells the next. */
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { dutyApi } from '../../shared/duty-api.ts'
import { shortTime } from '../../shared/format.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { refusalText } from '../../shared/i18n/i18n.ts'
import { Modal } from '../../shared/ui.tsx'
import * as desk from '../desk.ts'
import { Buttons } from '../dialog-buttons.tsx'
import { whereOf } from '../say.ts'
import { HandedNotes } from './notes.tsx'
import { duty, notes, refreshDuty } from './state.ts'

export function ShiftDialog({ onClose }: { onClose: () => void }) {
  const t = dutyWords.value
  return (
    <Modal title={t.title} onClose={onClose}>
      <Present />
      <HandedNotes notes={notes.value} />
      <Writing onClose={onClose} />
    </Modal>
  )
}

function Present() {
  const t = dutyWords.value
  const turns = duty.value.sites.flatMap((site) => site.turns.map((turn) => ({ ...turn, site })))
  return (
    <ul class="lead">
      {turns.map(({ name, until, people, site }) => (
        <li key={`${site.siteId} ${name} ${until}`}>
          {desk.picture.value.sites.length > 1 && `${site.siteName} · `}
          {name} <b>{people.join('、') || t.empty}</b> {t.until2(shortTime(until, whereOf(site)))}
        </li>
      ))}
      {turns.length === 0 && <li>{duty.value.sites.some(({ hasRota }) => hasRota) ? t.nobodyNow : t.noRota}</li>}
    </ul>
  )
}

function Writing({ onClose }: { onClose: () => void }) {
  const t = dutyWords.value
  const { sites } = desk.picture.value
  const siteId = useSignal(sites[0]?.id ?? '')
  const text = useSignal('')
  const trouble = useSignal('')
  const [textId, siteField] = [useId(), useId()]
  const send = async (event: Event) => {
    event.preventDefault()
    const answer = await dutyApi.write(siteId.value, text.value.trim())
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (!answer.ok) return
    await refreshDuty()
    onClose()
  }
  return (
    <form onSubmit={(event) => void send(event)}>
      {sites.length > 1 && (
        <p class="field">
          <label for={siteField}>{t.site}</label>
          <select
            id={siteField}
            value={siteId.value}
            onChange={(event) => {
              siteId.value = event.currentTarget.value
            }}
          >
            {sites.map((site) => (
              <option key={site.id} value={site.id}>
                {site.name}
              </option>
            ))}
          </select>
        </p>
      )}
      <p class="field">
        <label for={textId}>{t.writeLabel}</label>
        <textarea
          id={textId}
          rows={4}
          maxLength={4_000}
          aria-describedby={`${textId}-hint`}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value
          }}
        />
        <small id={`${textId}-hint`} class="hint">
          {t.writeHint}
        </small>
      </p>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <Buttons label={t.writeTitle} disabled={text.value.trim() === ''} onClose={onClose} />
    </form>
  )
}
