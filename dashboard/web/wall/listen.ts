/** Keys and clicks of the whole page, turned into commands. Fields and dialogs keep their keys to themselves. */
import { mayShelve } from '../../../domain/shelf.ts'
import { words } from '../shared/i18n/i18n.ts'
import { acknowledge, note } from './acts.ts'
import * as desk from './desk.ts'
import { toggleHistory } from './history-choice.tsx'
import { type Command, commandOf } from './keys.ts'
import { step } from './queue.ts'
import { isMe } from './say.ts'
import { silenceNow } from './sound.ts'

/** Starts listening; returns what stops it. */
export function listenToKeys(): () => void {
  document.addEventListener('keydown', onKey)
  document.addEventListener('click', onClick)
  return () => {
    document.removeEventListener('keydown', onKey)
    document.removeEventListener('click', onClick)
  }
}

function onKey(event: KeyboardEvent): void {
  if (desk.dialog.value !== 'none' || isField(event.target)) return
  if (!desk.onDuty.value && !desk.watching.value) return // the watch has not begun; its button has the focus
  const command = commandOf(event)
  if (!command || (command.do === 'acknowledge' && wantsSpace(event.target))) return
  event.preventDefault()
  run(command)
}

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

/** A button reached with the Tab key keeps its space bar; cards of the queue give it up, since choosing is done by focus. */
const wantsSpace = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('button, a, summary') && !target.matches('.alarm')

/** A button clicked with the mouse gives the focus back, so that the space bar stays the acknowledgement. */
function onClick(event: MouseEvent): void {
  const byMouse = event.detail > 0
  const focused = document.activeElement
  if (byMouse && desk.dialog.value === 'none' && focused instanceof HTMLButtonElement) focused.blur()
}

/** What each of the noting keys writes down. */
export function noteOf(which: Extract<Command, { do: 'note' }>['note']): Parameters<typeof note> {
  const t = words.value.case
  switch (which) {
    case 'call-120':
      return ['called-120', '']
    case 'dispatch':
      return ['dispatched', '']
    case 'family':
      return ['contacted-family', '']
    case 'arrived':
      return ['arrived', '']
    case 'fine':
      return ['spoke', t.fine]
    case 'no-answer':
      return ['called', t.noAnswer]
    case 'hurt':
      return ['spoke', t.hurt]
  }
}

function run(command: Command): void {
  if (command.do === 'note') void note(...noteOf(command.note))
  else if (command.do === 'acknowledge') void acknowledge()
  else if (command.do === 'choose') desk.chooseRow(command.index)
  else if (command.do === 'step') desk.choose(step(desk.rows.value, desk.selectedId.value, command.by) ?? '')
  else if (command.do === 'silence') silenceNow()
  else if (command.do === 'history') toggleHistory()
  else if (command.do === 'write') openFor('note')
  else if (command.do === 'resolve') openFor('resolve')
  else if (command.do === 'take-over') openTakeOver()
  else if (command.do === 'hand-over') openHandOver()
  else if (command.do === 'shelve') openShelve()
  else desk.dialog.value = command.do
}

/** Only what somebody else has can be taken over. */
export function openTakeOver(): void {
  const alarm = desk.selected.value?.alarm
  if (alarm?.state === 'acknowledged' && !isMe(alarm.by)) openFor('take-over')
}

/** Only what is in one's own hands can be given. */
export function openHandOver(): void {
  const alarm = desk.selected.value?.alarm
  if (alarm?.state === 'acknowledged' && isMe(alarm.by)) openFor('hand-over')
}

export function openShelve(): void {
  const alarm = desk.selected.value?.alarm
  if (alarm && mayShelve(alarm)) openFor('shelve')
}

/** Opens a dialog about the chosen alarm, which then stays chosen. */
export function openFor(which: 'note' | 'resolve' | 'take-over' | 'hand-over' | 'shelve'): void {
  const id = desk.selectedId.value
  if (!id) return
  desk.choose(id)
  desk.dialog.value = which
}
