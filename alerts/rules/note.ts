/** What somebody did next. Recorded for the story, and it renews the lease of the acknowledgement. */
import type { AcknowledgedAlarm, Note } from '../../domain/alarm.ts'
import { isContact } from '../../domain/contact.ts'
import type { CareEvent } from '../../domain/event.ts'
import { doerOf } from '../../domain/owner.ts'
import { unshelved } from '../../domain/shelf.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import { after, type Instant } from '../../domain/time.ts'
import { decide, factOf, openAlarm, refuse, unknownAlarm } from './decision.ts'
import { leaseOf } from './ring.ts'

type NoteAsked = Extract<CareEvent, { kind: 'note-asked' }>

/** An alarm carries its latest notes; the journal holds them all. */
export const notesKept = 100

export function noteAsked(situation: Situation, event: NoteAsked, now: Instant): Decision {
  const alarm = openAlarm(situation, event.alarmId)
  if (!alarm) return refuse(situation, unknownAlarm)
  if (alarm.state === 'raised') return refuse(situation, { code: 'not-acknowledged', message: 'Acknowledge this alarm first.' })
  const noted: AcknowledgedAlarm = {
    ...unshelved(alarm),
    notes: withNote(alarm.notes, {
      at: now,
      ...doerOf(event),
      action: event.action,
      text: event.text,
      ...(isContact(event.action) && { presses: alarm.presses }),
      ...(event.result && { result: event.result }),
      ...(event.coming && { coming: event.coming }),
    }),
    leaseUntil: after(now, leaseOf(alarm.plan)),
  }
  return decide(situation, [factOf('alarm-noted', noted, { at: now })])
}

export const withNote = (notes: readonly Note[], note: Note): readonly Note[] => [...notes, note].slice(-notesKept)
