/** Whether anybody has heard or seen the person since she called. A call that stayed silent is not over because somebody says that it was nothing. */
import type { Action, Alarm, Outcome } from './alarm.ts'

/** Her own voice, or somebody at her side. A number that was dialled, and what the family believes, are neither. */
const contacts: ReadonlySet<Action> = new Set(['spoke', 'arrived'])
/** What a silent call may end as: somebody acted, and did not take it for nothing. */
const actedUpon: ReadonlySet<Outcome> = new Set(['emergency', 'help-given'])

export const isContact = (action: Action): boolean => contacts.has(action)

type Called = Pick<Alarm, 'kind' | 'notes' | 'presses'>

/** True while a call for help has had neither voice contact nor a visit since its latest press. */
export function isSilentCall({ kind, notes, presses }: Called): boolean {
  if (kind !== 'sos' && kind !== 'fall') return false
  // By the count of presses, not by the clock, which may be turned back in between.
  return !notes.some((note) => note.presses === presses)
}

/** Whether this outcome asks for contact that nobody has had yet. */
export const needsContact = (alarm: Called, outcome: Outcome): boolean => !actedUpon.has(outcome) && isSilentCall(alarm)
