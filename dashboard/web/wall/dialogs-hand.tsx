/** Taking an alarm over from somebody who has it, knowingly; and putting a device's alarm off. */
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { isSamePerson } from '../../../domain/owner.ts'
import { hours } from '../../../domain/time.ts'
import { shortTime } from '../shared/format.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Field, Modal } from '../shared/ui.tsx'
import { shelve, takeOver } from './acts.ts'
import * as desk from './desk.ts'
import { Buttons } from './dialog-buttons.tsx'
import { agoText, spanText, whatOf, whereOf, wholeAddressOf } from './say.ts'

type Props = { onClose: () => void }

const Refusal = () => (
  <p class="refusal" role="alert">
    {desk.refused.value ? refusalText(desk.refused.value) : ''}
  </p>
)

/** Who has it, since when, and what they did last: read before two people telephone the same person. */
export function TakeOverDialog({ onClose }: Props) {
  const t = words.value
  const asked = useSignal(desk.selectedId.peek()).value
  const wall = desk.queue.value.find(({ alarm }) => alarm.id === asked)
  if (wall?.alarm.state !== 'acknowledged') return null
  const { alarm, place } = wall
  const last = alarm.notes.findLast((note) => isSamePerson(note, alarm))
  const send = async (event: Event) => {
    event.preventDefault()
    if (!(await takeOver(alarm))) onClose()
  }
  return (
    <Modal title={t.hand.takeOverTitle} onClose={onClose}>
      <form onSubmit={send}>
        <p class="lead">{`${wholeAddressOf(place)} · ${whatOf(alarm)}`}</p>
        <p class="warning">{t.hand.takeOverWarning(alarm.by, spanText(Math.max(0, desk.now.value - alarm.at)))}</p>
        <p class="dim">
          {last
            ? t.hand.takeOverLast(last.action === 'note' ? last.text : t.actions[last.action], agoText(last.at, desk.now.value))
            : t.hand.takeOverNothing}
        </p>
        <Refusal />
        <Buttons label={t.hand.takeOverConfirm} disabled={desk.asking.value !== null} onClose={onClose} />
      </form>
    </Modal>
  )
}

const lengths = [1, 2, 4, 8] as const

export function ShelveDialog({ onClose }: Props) {
  const t = words.value.hand
  const wall = useSignal(desk.selected.peek()).value
  const length = useSignal<number>(1)
  const text = useSignal('')
  if (!wall) return null
  const send = async (event: Event) => {
    event.preventDefault()
    if (!(await shelve(wall.alarm.id, { hours: length.value, text: text.value.trim() }))) onClose()
  }
  return (
    <Modal title={t.shelveTitle} onClose={onClose}>
      <form onSubmit={send}>
        <p class="lead">{`${wholeAddressOf(wall.place)} · ${whatOf(wall.alarm)}`}</p>
        <p class="dim">{t.shelveLead}</p>
        <Lengths
          chosen={length.value}
          textOf={(n) => t.shelveFor(n, shortTime(desk.now.value + hours(n), whereOf(wall.place)))}
          onChoose={(n) => {
            length.value = n
          }}
        />
        <Field
          label={t.shelveReason}
          required
          maxLength={2000}
          value={text.value}
          onText={(typed) => {
            text.value = typed
          }}
        />
        <Refusal />
        <Buttons label={t.shelveConfirm} disabled={text.value.trim() === '' || desk.asking.value !== null} onClose={onClose} />
      </form>
    </Modal>
  )
}

type LengthsProps = { chosen: number; textOf: (hours: number) => string; onChoose: (hours: number) => void }

function Lengths({ chosen, textOf, onChoose }: LengthsProps) {
  const name = useId()
  return (
    <fieldset class="outcomes">
      <legend>{words.value.hand.shelveUntil}</legend>
      {lengths.map((n) => (
        <label key={n} class={chosen === n ? 'chosen' : ''}>
          <input type="radio" name={name} checked={chosen === n} onChange={() => onChoose(n)} />
          {textOf(n)}
        </label>
      ))}
    </fieldset>
  )
}
