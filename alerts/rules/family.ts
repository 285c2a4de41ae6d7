/** What a relative says to an alarm: written down for everybody to see, and the elder hears that somebody is coming. The centre's duty stays what it was. */
import type { Note, OpenAlarm } from '../../domain/alarm.ts'
import type { CareEvent } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { decide, factOf, nothing, openAlarm, refuse, unknownAlarm } from './decision.ts'
import { withNote } from './note.ts'

type FamilyAnswered = Extract<CareEvent, { kind: 'family-answered' }>

/** No deadline moves and no lease is renewed: a relative who is going does not end what the centre owes. */
export function familyAnswered(situation: Situation, event: FamilyAnswered, now: Instant): Decision {
  const alarm = openAlarm(situation, event.alarmId)
  if (!alarm) return refuse(situation, unknownAlarm)
  const note = noteOf(event, alarm.presses, now)
  if (isSaid(alarm, note)) return nothing(situation)
  return decide(situation, [factOf('alarm-noted', { ...alarm, notes: withNote(roomFor(note, alarm.notes), note) }, { at: now })])
}

/** Words of one relative that an alarm carries; more of them would push out what the centre wrote. */
const wordsKept = 5

function roomFor({ family }: Note, notes: readonly Note[]): readonly Note[] {
  const own = notes.filter((note) => note.family?.contactId === family?.contactId)
  const oldest = own.length < wordsKept ? null : own[0]
  return notes.filter((note) => note !== oldest)
}

/** `presses`: a word said before she called again is no answer to that call. */
function noteOf({ by, word, minutes }: FamilyAnswered, presses: number, at: Instant): Note {
  const note: Note = { at, by, action: 'note', text: '', family: word, presses }
  if (word.answer !== 'going') return note
  return { ...note, coming: { who: by, ...(minutes !== null && { minutes }) } }
}

/** The same word twice in a row is one word: a finger that trembles must not fill the list. How many minutes it takes is news, and so is a word to a new call of hers. */
function isSaid({ notes }: OpenAlarm, { family, coming, presses }: Note): boolean {
  const last = notes.findLast((note) => note.family?.contactId === family?.contactId)
  if (last === undefined || last.presses !== presses) return false
  return last.family?.answer === family?.answer && last.coming?.minutes === coming?.minutes
}
