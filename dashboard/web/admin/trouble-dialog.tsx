/** A case of a broken device: opened by hand, taken, noted, and ended with how it ended. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type TroubleReason, troubleReasons } from '../../../domain/trouble.ts'
import type { TroubleRow, TroubleStep } from '../../contracts-upkeep.ts'
import { type Answer, request } from '../shared/api.ts'
import { dayTime, labelAddress } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { Field, Modal } from '../shared/ui.tsx'
import { ToldText } from './board-rows.tsx'
import { boardWords } from './board-words.ts'
import { FormDialog } from './form-dialog.tsx'

/** By the machine's own clock: only what a person may choose; what came back by itself is nobody's choice. */
const choosable = troubleReasons.filter((reason): reason is TroubleReason => reason !== 'back-by-itself')

const refusal = <T,>(answer: Answer<T>): string =>
  answer.ok ? '' : (boardWords.value.refusals[answer.refused.code] ?? refusalText(answer.refused))

export function OpenTroubleDialog({
  deviceId,
  name,
  onClose,
  onDone,
}: {
  deviceId: string
  name: string
  onClose: () => void
  onDone: () => void
}) {
  const t = boardWords.value
  const text = useSignal('')
  const trouble = useSignal('')
  const send = async () => {
    const answer = await request<TroubleRow>('POST', '/api/troubles', { deviceId, text: text.value })
    trouble.value = refusal(answer)
    if (answer.ok) onDone()
  }
  return (
    <FormDialog title={`${t.openTitle} · ${name}`} action={t.open} trouble={trouble.value} onClose={onClose} onSend={send}>
      <p class="lead">{t.openLead}</p>
      <Field
        label={t.openText}
        value={text.value}
        required
        maxLength={500}
        onText={(typed) => {
          text.value = typed
        }}
      />
    </FormDialog>
  )
}

export function TroubleDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const t = boardWords.value
  const row = useSignal<TroubleRow | null>(null)
  const trouble = useSignal('')
  const take = (answer: Answer<TroubleRow>) => {
    trouble.value = refusal(answer)
    if (answer.ok) row.value = answer.value
  }
  useEffect(() => {
    void request<readonly TroubleRow[]>('GET', '/api/troubles').then((answer) => {
      const found = answer.ok ? answer.value.find((each) => each.id === id) : undefined
      if (found) row.value = found
      else trouble.value = answer.ok ? boardWords.value.gone : refusalText(answer.refused)
    })
  }, [id])
  const step = async (body: TroubleStep) => {
    const answer = await request<TroubleRow>('POST', `/api/troubles/${encodeURIComponent(id)}`, body)
    take(answer)
    if (answer.ok && body.done) onClose()
  }
  return (
    <Modal title={`${t.tendTitle} · ${name}`} onClose={onClose} wide>
      {row.value && <Case row={row.value} step={step} />}
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.close}
        </button>
      </div>
    </Modal>
  )
}

function Case({ row, step }: { row: TroubleRow; step: (body: TroubleStep) => Promise<void> }) {
  const t = boardWords.value
  const note = useSignal('')
  const at = (moment: number) => dayTime(moment, Date.now(), { language: language.value, timeZone: row.timeZone })
  return (
    <>
      <p>
        <b>{t.kinds[row.kind]}</b> ·{' '}
        {[row.siteName, labelAddress(row.label, language.value), row.person].filter((part) => part !== '').join(' ')}
        {row.role && ` · ${words.value.deviceRoles[row.role]} ${row.room}`}
      </p>
      <p class={row.overdue ? 'refusal' : 'dim'}>
        {t.opened(at(row.openedAt), row.openedBy)} · {row.overdue ? t.late(at(row.dueAt)) : t.due(at(row.dueAt))}
      </p>
      {row.told && <ToldText told={row.told} at={at} />}
      <p>
        {`${t.owner}${words.value.colon}`}
        <b>{row.owner?.name ?? t.nobody}</b>{' '}
        <button type="button" class="button small" onClick={() => void step({ take: true })}>
          {t.take}
        </button>
      </p>
      <ul class="trouble-notes">
        {row.notes.map(({ at: when, by, text }) => (
          <li key={`${when} ${text}`}>
            <small>
              {at(when)} {by}
            </small>{' '}
            {text}
          </li>
        ))}
      </ul>
      <Noting note={note} onNote={() => void step({ note: note.value }).then(() => (note.value = ''))} />
      <Ending note={note.value} step={step} />
    </>
  )
}

function Ending({ note, step }: { note: string; step: (body: TroubleStep) => Promise<void> }) {
  const t = boardWords.value
  const reason = useSignal('')
  return (
    <div class="trouble-end">
      <label>
        {t.endReason}{' '}
        <select
          value={reason.value}
          onChange={(event) => {
            reason.value = event.currentTarget.value
          }}
        >
          <option value="">{t.endChoose}</option>
          {choosable.map((each) => (
            <option key={each} value={each}>
              {t.reasons[each]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button primary"
        disabled={reason.value === ''}
        onClick={() => void step({ done: reason.value as TroubleReason, ...(note.trim() !== '' && { note: note }) })}
      >
        {t.end}
      </button>
    </div>
  )
}

function Noting({ note, onNote }: { note: Signal<string>; onNote: () => void }) {
  const t = boardWords.value
  return (
    <form
      class="trouble-end"
      onSubmit={(event) => {
        event.preventDefault()
        if (note.value.trim() !== '') onNote()
      }}
    >
      <Field
        label={t.note}
        value={note.value}
        maxLength={1_000}
        onText={(text) => {
          note.value = text
        }}
      />
      <button type="submit" class="button">
        {t.noteAdd}
      </button>
    </form>
  )
}
