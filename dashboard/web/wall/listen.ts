/** Keys and clicks of the whole page, turned into commands. Fields and dialogs keep their keys to themselves. */
import { mayShelve } from '../../../domain/shelf.ts'
import { acknowledge, note } from './acts.ts'
import * as desk from './desk.ts'
import { toggleHistory } from './history-choice.tsx'
import { type Command, commandOf } from './keys.ts'
import { step } from './queue.ts'
import { isMine } from './say.ts'
import { letterKeys } from './settings.ts'
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
  if (isField(event.target)) return
  if (desk.dialog.value === 'search') typeAhead(event)
  if (desk.dialog.value !== 'none') return
  if (!desk.onDuty.value && !desk.watching.value) return // the watch has not begun; its button has the focus
  const command = commandOf(event, letterKeys.read())
  if (!command || (command.do === 'acknowledge' && wantsSpace(event.target))) return
  event.preventDefault()
  run(command)
}

/** The window of the search takes a frame to open; letters typed meanwhile belong to it already. */
function typeAhead(event: KeyboardEvent): void {
  if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLButtonElement) return
  event.preventDefault()
  desk.searched.value += event.key
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
  switch (which) {
    case 'call-120':
      return ['called-120', '']
    case 'family':
      return ['contacted-family', '']
    case 'arrived':
      return ['arrived', '']
    case 'fine':
      return ['spoke', '', { result: 'fine' }]
    case 'no-answer':
      return ['called', '', { result: 'no-answer' }]
    case 'hurt':
      return ['spoke', '', { result: 'hurt' }]
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
  else if (command.do === 'send' || command.do === 'map') openFor(command.do)
  else if (command.do === 'resolve') openFor('resolve')
  else if (command.do === 'take-over') openTakeOver()
  else if (command.do === 'hand-over') openHandOver()
  else if (command.do === 'shelve') openShelve()
  else if (command.do === 'search') desk.openSearch()
  else desk.dialog.value = command.do
}

/** Only what somebody else has can be taken over. */
export function openTakeOver(): void {
  const alarm = desk.selected.value?.alarm
  if (alarm?.state === 'acknowledged' && !isMine(alarm)) openFor('take-over')
}

/** Only what is in one's own hands can be given. */
export function openHandOver(): void {
  const alarm = desk.selected.value?.alarm
  if (alarm?.state === 'acknowledged' && isMine(alarm)) openFor('hand-over')
}

/** A call for help is never put off: whoever tries is told so. */
export function openShelve(): void {
  const alarm = desk.selected.value?.alarm
  if (alarm && mayShelve(alarm)) openFor('shelve')
  else if (alarm) desk.refused.value = { code: 'not-shelvable', message: '' }
}

/** Opens a dialog about the chosen alarm, which then stays chosen. */
export function openFor(which: 'note' | 'send' | 'map' | 'resolve' | 'take-over' | 'hand-over' | 'shelve'): void {
  const id = desk.selectedId.value
  if (!id) return
  desk.choose(id)
  desk.dialog.value = which
}
