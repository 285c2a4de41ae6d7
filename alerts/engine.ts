/** Decides everything: what an event means for one resident or area. Pure; it reads nothing but its arguments, so any night can be replayed. */
import type { AlarmKind } from '../domain/alarm.ts'
import type { CareEvent, CareEventDraft } from '../domain/event.ts'
import type { Decision, Situation } from '../domain/situation.ts'
import type { Instant } from '../domain/time.ts'
import { acknowledgeAsked } from './rules/acknowledge.ts'
import { areaSilenced } from './rules/area.ts'
import { cancelPressed } from './rules/cancel.ts'
import { checkInDue } from './rules/check-in.ts'
import { conditionCleared } from './rules/cleared.ts'
import { deadlinePassed } from './rules/deadline.ts'
import { environmentDetected } from './rules/environment.ts'
import { fallDetected } from './rules/fall.ts'
import { familyAnswered } from './rules/family.ts'
import { handOverAsked } from './rules/hand-over.ts'
import { inactivityNoticed } from './rules/inactivity.ts'
import { noteAsked } from './rules/note.ts'
import { resolveAsked } from './rules/resolve.ts'
import { shelveAsked } from './rules/shelve.ts'
import { sosPressed } from './rules/sos.ts'
import { testPressed } from './rules/test-press.ts'
import { deviceTroubled } from './rules/trouble.ts'
import { dutyUnmanned } from './rules/unmanned.ts'
import { unpaintedNoticed } from './rules/unpainted.ts'

/**
 * What this event leads to. Without a fact nothing changes: the situation comes back as it was given.
 * Throws only for a mistake of ours (an event of another subject, an unknown kind); then the process must not go on as if it knew what to do.
 */
export function step(situation: Situation, event: CareEvent, now: Instant): Decision {
  if (event.subjectId !== situation.subjectId)
    throw new Error(`An event of ${event.subjectId} met the situation of ${situation.subjectId}.`)
  switch (event.kind) {
    case 'sos-pressed':
      return sosPressed(situation, event, now)
    case 'fall-detected':
      return fallDetected(situation, event, now)
    case 'environment-detected':
      return environmentDetected(situation, event, now)
    case 'inactivity-noticed':
      return inactivityNoticed(situation, event, now)
    case 'check-in-due':
      return checkInDue(situation, event, now)
    case 'device-troubled':
      return deviceTroubled(situation, event, now)
    case 'area-silenced':
      return areaSilenced(situation, event, now)
    case 'duty-unmanned':
      return dutyUnmanned(situation, event, now)
    case 'test-pressed':
      return testPressed(situation, event, now)
    case 'cancel-pressed':
      return cancelPressed(situation, event, now)
    case 'condition-cleared':
      return conditionCleared(situation, event, now)
    case 'acknowledge-asked':
      return acknowledgeAsked(situation, event, now)
    case 'note-asked':
      return noteAsked(situation, event, now)
    case 'family-answered':
      return familyAnswered(situation, event, now)
    case 'resolve-asked':
      return resolveAsked(situation, event, now)
    case 'hand-over-asked':
      return handOverAsked(situation, event, now)
    case 'shelve-asked':
      return shelveAsked(situation, event, now)
    case 'deadline-passed':
      return deadlinePassed(situation, event, now)
    case 'unpainted-noticed':
      return unpaintedNoticed(situation, event, now)
    default:
      throw new Error(`No rule for the event ${(event satisfies never as CareEvent).kind}.`)
  }
}

/** The press id by which the store must look before this event is decided, if it has one. */
export const pressIdOf = (event: CareEventDraft): string | undefined => ('causeId' in event ? event.causeId : undefined)

/** By whose plan this event may raise an alarm (the kind it has, as a rule), or null: then it needs no plan. */
export function kindRaisedBy(event: CareEventDraft): AlarmKind | null {
  switch (event.kind) {
    case 'sos-pressed':
    // Behind it may be any call for help, and nobody to hear it: it is called as one.
    case 'duty-unmanned':
      return 'sos'
    case 'fall-detected':
      return 'fall'
    case 'environment-detected':
      return 'environment'
    case 'inactivity-noticed':
    case 'check-in-due':
      return 'silence'
    case 'device-troubled':
    case 'area-silenced':
      return 'technical'
    default:
      return null
  }
}
