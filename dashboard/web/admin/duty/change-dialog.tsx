/** One turn of one day: who is off, who comes instead, and taking that back. */
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { DutyWeek, ExceptionDraft } from '../../../contracts-duty.ts'
import { dutyApi, newRowId } from '../../shared/duty-api.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { refusalText, words } from '../../shared/i18n/i18n.ts'
import { Field, Modal } from '../../shared/ui.tsx'
import { nameOf } from './names.ts'
import type { Cell } from './week.tsx'

type Props = { week: DutyWeek; cell: Cell; onDone: () => void }

export function ChangeDialog({ week, cell, onDone }: Props) {
  const t = dutyWords.value
  const { shift, turn } = cell
  const draft = useSignal<ExceptionDraft>({ shiftId: shift.id, day: turn.day, out: '', in: '', note: '' })
  const trouble = useSignal('')
  const change = (part: Partial<ExceptionDraft>) => {
    draft.value = { ...draft.value, ...part }
  }
  const send = async (event: Event) => {
    event.preventDefault()
    const answer = await dutyApi.putException(week.siteId, newRowId(), draft.value)
    if (answer.ok) onDone()
    else trouble.value = refusalText(answer.refused)
  }
  const present = turn.personIds.map((id) => ({ id, name: nameOf(week, id) }))
  const absent = week.people.filter(({ id }) => !turn.personIds.includes(id))
  return (
    <Modal title={t.changeTitle(shift.name, turn.day)} onClose={onDone}>
      <Made week={week} cell={cell} onDone={onDone} />
      <form onSubmit={(event) => void send(event)}>
        <div class="pair">
          <Person label={t.out} all={present} value={draft.value.out} onChosen={(id) => change({ out: id })} />
          <Person label={t.in} all={absent} value={draft.value.in} onChosen={(id) => change({ in: id })} />
        </div>
        <Field label={t.note} maxLength={200} autocomplete="off" value={draft.value.note} onText={(note) => change({ note })} />
        <p class="refusal" role="alert">
          {trouble.value}
        </p>
        <div class="buttons">
          <button type="button" class="button" onClick={onDone}>
            {words.value.cancel}
          </button>
          <button type="submit" class="button primary" disabled={draft.value.out === '' && draft.value.in === ''}>
            {t.save}
          </button>
        </div>
      </form>
    </Modal>
  )
}

type PersonProps = { label: string; all: readonly { id: string; name: string }[]; value: string; onChosen: (id: string) => void }

function Person({ label, all, value, onChosen }: PersonProps) {
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChosen(event.currentTarget.value)}>
        <option value="">{dutyWords.value.none}</option>
        {all.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name}
          </option>
        ))}
      </select>
    </p>
  )
}

function Made({ week, cell, onDone }: Props) {
  const t = dutyWords.value
  const trouble = useSignal('')
  if (cell.changes.length === 0) return null
  const takeBack = async (id: string) => {
    const answer = await dutyApi.removeException(week.siteId, id)
    if (answer.ok) onDone()
    else trouble.value = refusalText(answer.refused)
  }
  const nameOrNone = (id: string) => (id === '' ? '' : nameOf(week, id))
  return (
    <section aria-label={t.changes}>
      <ul class="changes-made">
        {cell.changes.map((change) => (
          <li key={change.id}>
            <span>
              <b>{t.changeText(nameOrNone(change.out), nameOrNone(change.in))}</b> {change.note}
            </span>
            <button type="button" class="button small" onClick={() => void takeBack(change.id)}>
              {t.takeBack}
            </button>
          </li>
        ))}
      </ul>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
    </section>
  )
}
