/** Who is to be called again now that their alarm is over: how many, and the list with a line for what they said. */
import { signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CallBackMadeRow, CallBackRow } from '../../contracts.ts'
import { api } from '../shared/api.ts'
import { every } from '../shared/clock.ts'
import { dayTime } from '../shared/format.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Field, Modal } from '../shared/ui.tsx'
import * as desk from './desk.ts'
import { labelText, whereOf } from './say.ts'

export const owed = signal<readonly CallBackRow[]>([])
const refreshEveryMs = 60_000

/** Fetches the list now and each minute; an alarm that was closed here is on it at once. Returns what stops it. */
export function startCallBacks(): () => void {
  void refresh()
  return every(refreshEveryMs, () => void refresh())
}

export async function refresh(): Promise<void> {
  const answer = await api.callBacks()
  if (answer.ok) owed.value = answer.value
}

const made = signal<readonly CallBackMadeRow[]>([])
async function refreshMade(): Promise<void> {
  const answer = await api.callBacksMade()
  if (answer.ok) made.value = answer.value
}

const openList = () => {
  desk.dialog.value = 'call-backs'
}

export function CallBacksButton() {
  const late = owed.value.filter(({ dueAt }) => dueAt < desk.now.value).length
  return (
    <button type="button" class={late > 0 ? 'link owed late' : 'link owed'} onClick={openList}>
      {words.value.planning.callBacksOf(owed.value.length)}
    </button>
  )
}

export function CallBacksDialog({ onClose }: { onClose: () => void }) {
  const t = words.value.planning
  useEffect(() => {
    void refresh()
    void refreshMade()
  }, [])
  return (
    <Modal wide title={t.callBacksTitle} onClose={onClose}>
      <p class="lead">{t.callBacksLead}</p>
      {owed.value.length === 0 && <p class="dim">{t.callBacksNone}</p>}
      <ul class="call-backs">
        {owed.value.map((row) => (
          <CallBackLine key={row.id} row={row} />
        ))}
      </ul>
      <MadeList />
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.close}
        </button>
      </div>
    </Modal>
  )
}

const nameOf = (row: CallBackRow): string => [labelText(row.label), row.person].filter((part) => part !== '').join(' ') || row.subjectId

function MadeList() {
  const t = words.value.planning
  if (made.value.length === 0) return null
  return (
    <details>
      <summary>{t.callBacksMade(made.value.length)}</summary>
      <ul class="call-backs made">
        {made.value.map((row) => (
          <li key={row.id}>
            <p>{t.callBackMade(nameOf(row), dayTime(row.done.at, desk.now.value, whereOf(row)), row.done.by)}</p>
            <p class="dim">{row.done.note}</p>
          </li>
        ))}
      </ul>
    </details>
  )
}

function CallBackLine({ row }: { row: CallBackRow }) {
  const t = words.value
  const said = useSignal('')
  const trouble = useSignal('')
  const send = async (event: Event) => {
    event.preventDefault()
    const answer = await api.callBackDone(row.id, said.value.trim())
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (answer.ok) await Promise.all([refresh(), refreshMade()])
  }
  const notReached = async () => {
    const answer = await api.callBackNotReached(row.id, said.value.trim())
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (!answer.ok) return
    said.value = ''
    await refresh()
  }
  const due = dayTime(row.dueAt, desk.now.value, whereOf(row))
  const isLate = row.dueAt < desk.now.value
  return (
    <li>
      <p>
        <button type="button" class="link" onClick={() => desk.openResident(row.subjectId)}>
          {nameOf(row)}
        </button>
        <em class={isLate ? 'late' : 'dim'}>{isLate ? t.planning.callBackLate(due) : t.planning.callBackDue(due)}</em>
      </p>
      <p class="dim">{t.planning.callBackAfter(t.reasons[row.reason], t.outcomes[row.outcome], row.closedBy)}</p>
      {row.tried && (
        <p class="dim">{t.planning.callBackTried(dayTime(row.tried.at, desk.now.value, whereOf(row)), row.tried.by, row.tried.note)}</p>
      )}
      <form onSubmit={(event) => void send(event)}>
        <Field
          label={t.planning.callBackNote}
          required
          maxLength={2000}
          value={said.value}
          onText={(text) => {
            said.value = text
          }}
        />
        <button type="submit" class="button" disabled={said.value.trim() === ''}>
          {t.planning.callBackDone}
        </button>
        <button type="button" class="button" onClick={() => void notReached()}>
          {t.planning.callBackNotReached}
        </button>
      </form>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
    </li>
  )
}
