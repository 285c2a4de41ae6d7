/** The end of an alarm: only by somebody who answered it, with a reason, and with words where the reason could hide a mistake, and never "it was nothing" of a call that stayed silent. */
import type { AcknowledgedAlarm, OpenAlarm, Outcome, ResolvedAlarm } from '../../domain/alarm.ts'
import { needsContact } from '../../domain/contact.ts'
import type { CareEvent } from '../../domain/event.ts'
import { isLifeSign, lifeSignActor } from '../../domain/life-sign.ts'
import { type Doer, doerOf, isPlatform } from '../../domain/owner.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'
import { decide, factOf, openAlarm, refuse, unknownAlarm } from './decision.ts'
import { withNote } from './note.ts'

type ResolveAsked = Extract<CareEvent, { kind: 'resolve-asked' }>

/** Outcomes that say "there was nothing": the next night they may be wrong, so somebody writes down why. */
const needsWords: ReadonlySet<Outcome> = new Set(['false-press', 'sensor-false', 'no-fault-found'])

export function resolveAsked(situation: Situation, event: ResolveAsked, now: Instant): Decision {
  const alarm = openAlarm(situation, event.alarmId)
  if (!alarm) return refuse(situation, unknownAlarm)
  // The platform's press of itself: there is nobody to be heard or seen.
  if (isLifeSign(alarm) && isPlatform(event, lifeSignActor)) return ended(situation, closed(alarm, howOf(event, now)))
  if (alarm.state === 'raised') return refuse(situation, { code: 'not-acknowledged', message: 'Acknowledge this alarm first.' })
  const text = event.text.trim()
  if (text === '' && needsWords.has(event.outcome)) {
    return refuse(situation, { code: 'reason-needed', message: 'This outcome needs a sentence that says why.' })
  }
  if (needsContact(alarm, event.outcome)) {
    const message = 'Nobody has heard or seen her since she called: note that you spoke with her, or that somebody was there.'
    return refuse(situation, { code: 'contact-needed', message })
  }
  return ended(situation, closed(withLastWord(alarm, { text, ...doerOf(event), at: now }), howOf(event, now)))
}

const howOf = (event: ResolveAsked, at: Instant) => ({ ...doerOf(event), at, outcome: event.outcome })

const ended = (situation: Situation, over: ResolvedAlarm): Decision =>
  decide(situation, [factOf('alarm-resolved', over, { at: over.at })], { notices: [], withdrawn: [over.id] })

/** The alarm without what only an open one has. */
export function closed(alarm: OpenAlarm, how: Doer & { at: Instant; outcome: Outcome }): ResolvedAlarm {
  const { plan: _plan, planStep: _step, ...rest } = alarm
  if (rest.state === 'raised') {
    const { nextStepAt: _, ...kept } = rest
    return { ...kept, ...how, state: 'resolved' }
  }
  const { leaseUntil: _lease, byId: _id, fromId: _from, ...kept } = rest
  return { ...kept, ...how, state: 'resolved' }
}

function withLastWord(alarm: AcknowledgedAlarm, said: Doer & { text: string; at: Instant }): AcknowledgedAlarm {
  return said.text === '' ? alarm : { ...alarm, notes: withNote(alarm.notes, { ...said, action: 'note' }) }
}
