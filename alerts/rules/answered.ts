/** Who need not be rung again: relatives who answered this very call. The centre is never among them, so no word of a relative mutes an alarm there. */
import type { OpenAlarm, Recipient } from '../../domain/alarm.ts'
import type { FamilyAnswer } from '../../domain/family.ts'

type Call = { recipient: Recipient }

/**
 * The calls without those to relatives who answered since she last called for help. Whoever said `cannot` is asked once more where the
 * plan has no further step and nobody else in it is a person to be rung: a siren is heard only where somebody is.
 */
export function unanswered<Each extends Call>(alarm: OpenAlarm, calls: readonly Each[]): readonly Each[] {
  const said = answersNow(alarm)
  if (said.size === 0) return calls
  const answerOf = ({ recipient }: Each) => (recipient.contactId === null ? undefined : said.get(recipient.contactId))
  const left = calls.filter((call) => answerOf(call) === undefined)
  const isLast = alarm.planStep >= alarm.plan.steps.length - 1
  const somebody = left.some(({ recipient }) => recipient.contactId !== null && recipient.part !== 'told')
  if (!isLast || somebody) return left
  return calls.filter((call) => left.includes(call) || answerOf(call) === 'cannot')
}

/** The last word of each relative, if it was said after her latest call. Counted by calls, not by clocks: a clock can be turned back. */
function answersNow({ notes, presses }: OpenAlarm): ReadonlyMap<string, FamilyAnswer> {
  const heard = notes.filter((note) => note.presses === presses)
  return new Map(heard.flatMap(({ family }) => (family ? [[family.contactId, family.answer] as const] : [])))
}
