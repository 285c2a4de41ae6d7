/** What can happen in a story, in the words of whoever tells it. */
import type { Action, Outcome } from '../domain/alarm.ts'
import type { CareEventDraft, EnvironmentDetected, TroubleReason } from '../domain/event.ts'
import type { Refusal } from '../domain/situation.ts'
import { hours, type Instant } from '../domain/time.ts'

export type Teller = {
  subjectId: string
  now: () => Instant
  handle: (draft: CareEventDraft) => Promise<{ facts: readonly string[]; refusal: Refusal | null }>
  /** The one open alarm. */
  alarmId: () => Promise<string>
}

export function eventsOf(teller: Teller) {
  const { now, handle } = teller
  const subject = { subjectId: teller.subjectId, siteId: 'site-1' }
  let presses = 0
  const cause = (causeId: string, deviceId: string, room: string) =>
    ({ ...subject, at: now(), causeId, deviceId, room, claimedAt: null, unreadable: false, detail: {} }) as const
  const fresh = (what: string) => `${what}:${++presses}`
  return {
    /** A press of the pendant; a given id makes it a resend of an earlier one. */
    press: (id = fresh('pendant')) => handle({ ...cause(id, 'pendant', ''), kind: 'sos-pressed' }),
    fall: (level: 'possible' | 'confirmed') => handle({ ...cause(fresh('fall'), 'radar', 'bathroom'), kind: 'fall-detected', level }),
    hazard: (hazard: EnvironmentDetected['hazard'], room = 'kitchen') =>
      handle({ ...cause(fresh(hazard), `${hazard}-${room}`, room), kind: 'environment-detected', hazard }),
    hazardGone: (hazard: EnvironmentDetected['hazard'], room = 'kitchen') =>
      handle({ ...subject, at: now(), kind: 'condition-cleared', reason: hazard, deviceId: `${hazard}-${room}` }),
    trouble: (reason: TroubleReason, deviceId = 'door', role = 'door') =>
      handle({ ...cause(fresh(reason), deviceId, 'hall'), kind: 'device-troubled', reason, detail: { role } }),
    troubleOver: (reason: TroubleReason, deviceId = 'door') =>
      handle({ ...subject, at: now(), kind: 'condition-cleared', reason, deviceId }),
    quietFor: (n: number, id = fresh('quiet')) =>
      handle({ ...cause(id, 'none', ''), kind: 'inactivity-noticed', since: now(), limit: hours(n) }),
    /** Time to ask her: by her terminal, unless she has none. */
    checkIn: (because: 'silence' | 'morning' | 'not-back' = 'silence', deviceId: string | null = 'terminal', id = fresh('check-in')) =>
      handle({ ...cause(id, '', 'kitchen'), kind: 'check-in-due', because, deviceId }),
    /** A certain sign of life after a silence that was announced. */
    signOfLife: () => handle({ ...subject, at: now(), kind: 'condition-cleared', reason: 'inactivity', deviceId: null }),
    areaSilent: (residentIds: readonly string[], id = 'area-1') => handle({ ...cause(id, 'none', ''), kind: 'area-silenced', residentIds }),
    areaBack: () => handle({ ...subject, at: now(), kind: 'condition-cleared', reason: 'area-silent', deviceId: null }),
    cancel: () => handle({ ...subject, at: now(), kind: 'cancel-pressed', deviceId: 'pendant' }),
    testPress: (id = fresh('test')) => handle({ ...subject, at: now(), kind: 'test-pressed', deviceId: 'pendant', causeId: id }),
    /** Nobody's screen showed it. */
    unpainted: async () => handle({ ...subject, at: now(), kind: 'unpainted-noticed', alarmId: await teller.alarmId() }),
    acknowledge: async (by: string, alarmId?: string) =>
      handle({ ...subject, at: now(), kind: 'acknowledge-asked', by, alarmId: alarmId ?? (await teller.alarmId()) }),
    note: async (by: string, action: Action, text = '') =>
      handle({ ...subject, at: now(), kind: 'note-asked', by, action, text, alarmId: await teller.alarmId() }),
    handOver: async (by: string, to: string, text = '') =>
      handle({ ...subject, at: now(), kind: 'hand-over-asked', by, to, text, alarmId: await teller.alarmId() }),
    takeOver: async (by: string, from: string) =>
      handle({ ...subject, at: now(), kind: 'acknowledge-asked', by, from, alarmId: await teller.alarmId() }),
    resolve: async (by: string, outcome: Outcome, said: { text?: string; alarmId?: string } = {}) =>
      handle({
        ...{ ...subject, at: now(), kind: 'resolve-asked', by, outcome, text: said.text ?? '' },
        alarmId: said.alarmId ?? (await teller.alarmId()),
      }),
  }
}
