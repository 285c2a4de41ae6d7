/** "Not now": a device's alarm put off with a reason and an end. It comes back by itself, because its lease ends then. */
import type { AcknowledgedAlarm, OpenAlarm } from '../../domain/alarm.ts'
import type { CareEvent } from '../../domain/event.ts'
import { doerOf, isSamePerson } from '../../domain/owner.ts'
import { mayShelve, shelfMost } from '../../domain/shelf.ts'
import type { Decision, Refusal, Situation } from '../../domain/situation.ts'
import { between, type Instant } from '../../domain/time.ts'
import { decide, factOf, openAlarm, refuse, unknownAlarm } from './decision.ts'
import { withNote } from './note.ts'

type ShelveAsked = Extract<CareEvent, { kind: 'shelve-asked' }>

export function shelveAsked(situation: Situation, event: ShelveAsked, now: Instant): Decision {
  const alarm = openAlarm(situation, event.alarmId)
  const refusal = alarm ? refusalOf(alarm, event, now) : unknownAlarm
  if (!alarm || refusal) return refuse(situation, refusal ?? unknownAlarm)
  const shelved = onShelf(alarm, event, now)
  const kind = alarm.state === 'raised' ? 'alarm-acknowledged' : 'alarm-noted'
  return decide(situation, [factOf(kind, shelved, { at: now })], { notices: [], withdrawn: [alarm.id] })
}

function refusalOf(alarm: OpenAlarm, asked: ShelveAsked, now: Instant): Refusal | null {
  if (!mayShelve(alarm)) return { code: 'not-shelvable', message: 'A call for help is never put off, only an alarm about a device.' }
  const { until, text } = asked
  if (alarm.state === 'acknowledged' && !isSamePerson(alarm, asked))
    return { code: 'already-acknowledged', message: `${alarm.by} already has this alarm.`, by: alarm.by }
  if (text.trim() === '') return { code: 'reason-needed', message: 'Putting an alarm off needs a sentence that says why.' }
  const span = between(now, until)
  return span > 0 && span <= shelfMost ? null : { code: 'not-shelvable', message: 'An alarm is put off for at most 8 hours.' }
}

function onShelf(alarm: OpenAlarm, asked: ShelveAsked, now: Instant): AcknowledgedAlarm {
  const { until, text } = asked
  const notes = withNote(alarm.notes, { at: now, ...doerOf(asked), action: 'note', text: text.trim() })
  const shelf = { notes, leaseUntil: until, detail: { ...alarm.detail, shelvedUntil: until } }
  if (alarm.state === 'acknowledged') return { ...alarm, ...shelf }
  const { nextStepAt: _, ...kept } = alarm
  return { ...kept, ...shelf, state: 'acknowledged', ...doerOf(asked), at: now }
}
