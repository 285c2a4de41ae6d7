/** Who need not be rung again: relatives who answered this very call. The centre is never among them, so no word of a relative mutes an alarm there. */
import type { OpenAlarm, Recipient } from '../../domain/alarm.ts'
import type { FamilyAnswer } from '../../domain/family.ts'

type Call = { recipient: Recipient }
/** The rungs of the plan, each with its calls; none where nobody but the centre is rung. */
type Rungs<Each> = readonly (readonly Each[])[]

/**
 * The calls without those to relatives who answered since she last called for help. A rung on which every person has answered does not
 * stay silent: the next rung with somebody who has not is rung in its place, or else everybody of the earlier ones who has not. Only
 * where there is nobody like that, whoever said `cannot` is asked once more: a siren is heard only where somebody is.
 */
export function unanswered<Each extends Call>(alarm: OpenAlarm, calls: readonly Each[], rungs: Rungs<Each>): readonly Each[] {
  const said = answersNow(alarm)
  if (said.size === 0) return calls
  const left = calls.filter((call) => answerOf(said, call) === undefined)
  if (left.some(isToPerson)) return left
  if (calls.some(isToPerson)) {
    const others = inTheirPlace(rungs, alarm.planStep, (call) => isToPerson(call) && answerOf(said, call) === undefined)
    if (others.length > 0) return [...left, ...others]
  }
  const isLast = alarm.planStep >= alarm.plan.steps.length - 1
  return isLast ? calls.filter((call) => left.includes(call) || answerOf(said, call) === 'cannot') : left
}

/** Calls to people who have answered: what is still unsent of them is no longer wanted. */
export function toAnswered<Each extends Call>(alarm: OpenAlarm, rungs: Rungs<Each>): readonly Each[] {
  const said = answersNow(alarm)
  return said.size === 0 ? [] : rungs.flat().filter((call) => answerOf(said, call) !== undefined)
}

/** Each person once: a telephone that rings twice at the same moment helps nobody more. */
function inTheirPlace<Each extends Call>(rungs: Rungs<Each>, step: number, isWanted: (call: Each) => boolean): readonly Each[] {
  const later = rungs.slice(step + 1).map((rung) => rung.filter(isWanted))
  const found = later.find((rung) => rung.length > 0) ?? rungs.slice(0, step).flat().filter(isWanted)
  const ways = new Map(found.map((call) => [`${call.recipient.contactId} ${call.recipient.channel}`, call]))
  return [...ways.values()]
}

/** Somebody with a name is to be rung, and not only told. */
const isToPerson = ({ recipient }: Call): boolean => recipient.contactId !== null && recipient.part !== 'told'

const answerOf = (said: ReadonlyMap<string, FamilyAnswer>, { recipient }: Call): FamilyAnswer | undefined =>
  recipient.contactId === null ? undefined : said.get(recipient.contactId)

/** The last word of each relative, if it was said after her latest call. Counted by calls, not by clocks: a clock can be turned back. */
function answersNow({ notes, presses }: OpenAlarm): ReadonlyMap<string, FamilyAnswer> {
  const heard = notes.filter((note) => note.presses === presses)
  return new Map(heard.flatMap(({ family }) => (family ? [[family.contactId, family.answer] as const] : [])))
}
