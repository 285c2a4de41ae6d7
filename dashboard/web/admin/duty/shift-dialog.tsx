/** Writes one weekly shift: its name, days, hours and people. */
import { type Signal, useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { Shift } from '../../../../domain/duty.ts'
import type { DutyWeek, ShiftDraft } from '../../../contracts-duty.ts'
import { dutyApi, newRowId } from '../../shared/duty-api.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { refusalText, words } from '../../shared/i18n/i18n.ts'
import { Field, Modal } from '../../shared/ui.tsx'
import { minuteOf, timeText } from './names.ts'

type Props = { week: DutyWeek; shift: Shift | null; onDone: () => void }
const fresh: ShiftDraft = { name: '', weekdays: [1, 2, 3, 4, 5, 6, 7], from: 480, until: 1_200, personIds: [], firstDay: '', lastDay: '' }

const draftOf = ({ name, weekdays, from, until, personIds, firstDay, lastDay }: Shift): ShiftDraft => ({
  ...{ name, weekdays, from, until, personIds, firstDay, lastDay },
})

export function ShiftDialog({ week, shift, onDone }: Props) {
  const t = dutyWords.value
  const draft = useSignal<ShiftDraft>(shift ? draftOf(shift) : fresh)
  const trouble = useSignal('')
  const finish = (answer: Awaited<ReturnType<typeof dutyApi.putShift | typeof dutyApi.removeShift>>) => {
    if (answer.ok) onDone()
    else trouble.value = refusalText(answer.refused)
  }
  const send = async (event: Event) => {
    event.preventDefault()
    finish(await dutyApi.putShift(week.siteId, shift?.id ?? newRowId(), { ...draft.value, name: draft.value.name.trim() }))
  }
  const remove = async () => {
    if (shift && confirm(t.removeAsk(shift.name))) finish(await dutyApi.removeShift(week.siteId, shift.id))
  }
  return (
    <Modal title={shift ? t.editShift : t.addShift} onClose={onDone}>
      <form onSubmit={(event) => void send(event)}>
        <Fields draft={draft} week={week} />
        <p class="refusal" role="alert">
          {trouble.value}
        </p>
        <div class="buttons">
          {shift && (
            <button type="button" class="button" onClick={() => void remove()}>
              {t.remove}
            </button>
          )}
          <button type="button" class="button" onClick={onDone}>
            {words.value.cancel}
          </button>
          <button type="submit" class="button primary">
            {t.save}
          </button>
        </div>
      </form>
    </Modal>
  )
}

function Fields({ draft, week }: { draft: Signal<ShiftDraft>; week: DutyWeek }) {
  const t = dutyWords.value
  const { name, weekdays, from, until, personIds, firstDay, lastDay } = draft.value
  const change = (part: Partial<ShiftDraft>) => {
    draft.value = { ...draft.value, ...part }
  }
  const days = t.days.map((label, index) => ({ id: index + 1, label }))
  const gone = personIds.filter((id) => !week.people.some((person) => person.id === id)).map((id) => ({ id, label: t.left(id) }))
  const people = [...week.people.map(({ id, name: label }) => ({ id, label })), ...gone]
  return (
    <>
      <Field label={t.shiftName} required maxLength={40} autocomplete="off" value={name} onText={(text) => change({ name: text })} />
      <div class="pair">
        <Moment type="time" label={t.from} value={timeText(from)} onText={(text) => change({ from: minuteOf(text) })} />
        <Moment type="time" label={t.until} value={timeText(until)} onText={(text) => change({ until: minuteOf(text) })} />
      </div>
      <p class="hint">{t.untilHint}</p>
      <Checks legend={t.weekdays} all={days} chosen={weekdays} onChosen={(ids) => change({ weekdays: ids })} />
      <Checks legend={t.people} all={people} chosen={personIds} onChosen={(ids) => change({ personIds: ids })} />
      <div class="pair">
        <Moment type="date" label={t.firstDay} value={firstDay} onText={(text) => change({ firstDay: text })} />
        <Moment type="date" label={t.lastDay} value={lastDay} onText={(text) => change({ lastDay: text })} />
      </div>
    </>
  )
}

type MomentProps = { type: 'time' | 'date'; label: string; value: string; onText: (text: string) => void }

function Moment({ type, label, value, onText }: MomentProps) {
  const id = useId()
  const change = (event: { currentTarget: HTMLInputElement }) => onText(event.currentTarget.value)
  return (
    <p class="field">
      <label for={id}>{label}</label>
      {type === 'time' ? (
        <input id={id} type="time" required value={value} onInput={change} />
      ) : (
        <input id={id} type="date" value={value} onInput={change} />
      )}
    </p>
  )
}

type ChecksProps<Id> = {
  legend: string
  all: readonly { id: Id; label: string }[]
  chosen: readonly Id[]
  onChosen: (ids: readonly Id[]) => void
}

function Checks<Id extends string | number>({ legend, all, chosen, onChosen }: ChecksProps<Id>) {
  const toggle = (id: Id) => onChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <fieldset class="field checks">
      <legend>{legend}</legend>
      {all.map(({ id, label }) => (
        <label key={id}>
          <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} /> {label}
        </label>
      ))}
    </fieldset>
  )
}
