/** How every rule says what it decided. The situation is folded from the facts, so that without a fact nothing can change. */
import type { Alarm, AlarmFact, Fact, FactKind, Notice, OpenAlarm } from '../../domain/alarm.ts'
import type { Decision, Refusal, Situation } from '../../domain/situation.ts'
import type { Instant } from '../../domain/time.ts'

/** Calls to make and calls no longer wanted. */
export type Calls = { notices: readonly Notice[]; withdrawn: readonly string[] }

export const noCalls: Calls = { notices: [], withdrawn: [] }

/** Nothing became true. */
export const nothing = (situation: Situation): Decision => ({ situation, facts: [], ...noCalls, refusal: null })

/** Nothing became true, and whoever asked is told why. */
export const refuse = (situation: Situation, refusal: Refusal): Decision => ({ situation, facts: [], ...noCalls, refusal })

/** The situation after these facts. Calls without a fact would be a change nobody could replay, so they are dropped with it. */
export function decide(situation: Situation, facts: readonly Fact[], calls: Calls = noCalls): Decision {
  if (facts.length === 0) return nothing(situation)
  const after = facts.reduce(afterFact, { ...situation, version: situation.version + 1 })
  return { situation: after, facts, notices: calls.notices, withdrawn: calls.withdrawn, refusal: null }
}

/** The fact about `alarm` as it now stands; `pressId` makes the press remembered. */
export function factOf(kind: FactKind, alarm: Alarm, said: { at: Instant; pressId?: string }): AlarmFact {
  return { kind, subjectId: alarm.subjectId, siteId: alarm.siteId, alarm, ...said }
}

/** True when this press was recorded before, for an alarm that may long be over, or as a test. */
export function isKnown(situation: Situation, pressId: string): boolean {
  return situation.presses.has(pressId) || situation.open.some((alarm) => alarm.causes.some((cause) => cause.id === pressId))
}

/** The open alarm that a request names, or the refusal that says it is not open here. */
export function openAlarm(situation: Situation, alarmId: string): OpenAlarm | null {
  return situation.open.find((alarm) => alarm.id === alarmId) ?? null
}

export const unknownAlarm: Refusal = { code: 'unknown-alarm', message: 'There is no open alarm with this id.' }

function afterFact(situation: Situation, fact: Fact): Situation {
  if (fact.kind === 'test-pressed') return { ...situation, presses: remembered(situation, fact.pressId, 'test') }
  const presses = fact.pressId === undefined ? situation.presses : remembered(situation, fact.pressId, fact.alarm.id)
  return { ...situation, presses, open: withAlarm(situation.open, fact.alarm) }
}

const remembered = (situation: Situation, pressId: string, meaning: string) => new Map(situation.presses).set(pressId, meaning)

function withAlarm(open: readonly OpenAlarm[], alarm: Alarm): readonly OpenAlarm[] {
  if (alarm.state === 'resolved') return open.filter((other) => other.id !== alarm.id)
  // In the order in which the store hands them out, or a replay would tell the same facts in another order.
  if (!open.some((other) => other.id === alarm.id)) return [...open, alarm].sort(byAge)
  return open.map((other) => (other.id === alarm.id ? alarm : other))
}

const byAge = (a: Alarm, b: Alarm): number => a.raisedAt - b.raisedAt || (a.id < b.id ? -1 : 1)
