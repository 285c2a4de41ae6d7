/** Made-up alarms and turns for the tests of every store: small, complete, and different from each other only where a test says so. */
import type { AcknowledgedAlarm, Alarm, AlarmFact, FactKind, Notice, OpenAlarm, Plan, RaisedAlarm, ResolvedAlarm } from '../domain/alarm.ts'
import type { CareEvent } from '../domain/event.ts'
import { emptySituation, type Situation } from '../domain/situation.ts'
import { after, type Instant, instant, minutes, seconds } from '../domain/time.ts'
import type { Turn } from './store.ts'

export const start = instant(1_760_000_000_000)

export const examplePlan: Plan = {
  id: 'plan-1',
  name: 'Example',
  steps: [
    { wait: seconds(0), tell: [{ contactId: null, label: 'centre', channel: 'console' }] },
    { wait: minutes(1), tell: [{ contactId: 'c1', label: 'relative 1', channel: 'webhook' }] },
  ],
  repeatEvery: minutes(1),
  lease: seconds(90),
}

/** A raised SOS of `subjectId`, whose id and cause come from `pressId`. */
export function raisedAlarm(subjectId: string, pressId: string, changes: Partial<RaisedAlarm> = {}): RaisedAlarm {
  return {
    id: `sos:${pressId}`,
    subjectId,
    siteId: 'site-a',
    kind: 'sos',
    reason: 'button',
    priority: 1,
    raisedAt: start,
    causes: [{ id: pressId, reason: 'button', deviceId: 'button-1', room: '卧室', receivedAt: start, claimedAt: null, unreadable: false }],
    presses: 1,
    rings: 1,
    cancelAskedAt: null,
    clearedAt: null,
    residentIds: [],
    notes: [],
    detail: {},
    state: 'raised',
    plan: examplePlan,
    planStep: 0,
    nextStepAt: after(start, minutes(1)),
    ...changes,
  }
}

export function acknowledged(alarm: RaisedAlarm, at: Instant): AcknowledgedAlarm {
  const { nextStepAt: _, ...rest } = alarm
  return { ...rest, state: 'acknowledged', by: 'user-1', at, leaseUntil: after(at, alarm.plan.lease) }
}

export function resolved(alarm: OpenAlarm, at: Instant): ResolvedAlarm {
  const { plan: _plan, planStep: _step, ...rest } = alarm
  const { nextStepAt: _next, leaseUntil: _lease, ...base } = { nextStepAt: 0, leaseUntil: 0, ...rest }
  return { ...base, state: 'resolved', by: 'user-1', at, outcome: 'help-given' }
}

export function exampleNotice(alarm: Alarm, id: string, dueAt: Instant = start): Notice {
  return {
    id,
    alarmId: alarm.id,
    subjectId: alarm.subjectId,
    siteId: alarm.siteId,
    recipient: { contactId: 'c1', label: 'relative 1', channel: 'webhook' },
    dueAt,
  }
}

const pressEvent = (alarm: Alarm, pressId: string): CareEvent => ({
  kind: 'sos-pressed',
  subjectId: alarm.subjectId,
  siteId: alarm.siteId,
  at: start,
  deviceId: 'button-1',
  room: '卧室',
  causeId: pressId,
  claimedAt: null,
  unreadable: false,
  plan: examplePlan,
  detail: {},
})

export type TurnChanges = { kind?: FactKind; pressId?: string; notices?: readonly Notice[]; withdrawn?: readonly string[]; at?: Instant }

/** The turn after which `alarm` stands as given. */
export function turnTo(alarm: Alarm, before: Situation, changes: TurnChanges = {}): Turn {
  const { kind = 'alarm-raised', pressId, notices = [], withdrawn = [], at = start } = changes
  const base = { kind, subjectId: alarm.subjectId, siteId: alarm.siteId, at, alarm }
  const fact: AlarmFact = pressId === undefined ? base : { ...base, pressId }
  const others = before.open.filter((open) => open.id !== alarm.id)
  const open = alarm.state === 'resolved' ? others : [...others, alarm]
  const after: Situation = { ...before, version: before.version + 1, open }
  return { event: pressEvent(alarm, pressId ?? 'none'), before, after, facts: [fact], notices, withdrawn }
}

/** A first press of `subjectId`: raises one alarm, remembers the press, owes one notice. */
export function pressTurn(subjectId: string, pressId: string, before: Situation = emptySituation(subjectId)): Turn {
  const alarm = raisedAlarm(subjectId, pressId)
  return turnTo(alarm, before, { pressId, notices: [exampleNotice(alarm, `${alarm.id}/${pressId}`)] })
}

/** A test press: a fact without an alarm. */
export function testPressTurn(subjectId: string, pressId: string, before: Situation = emptySituation(subjectId)): Turn {
  const base = { subjectId, siteId: 'site-a', at: start, deviceId: 'button-1' }
  return {
    event: { ...base, kind: 'test-pressed', causeId: pressId },
    before,
    after: { ...before, version: before.version + 1 },
    facts: [{ ...base, kind: 'test-pressed', pressId }],
    notices: [],
    withdrawn: [],
  }
}
