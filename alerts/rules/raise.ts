/** How an alarm begins and how it is asked for again: the part that all reasons to worry share. */
import { createHash } from 'node:crypto'
import type { AlarmKind, Cause, OpenAlarm, Priority, RaisedAlarm, Reason } from '../../domain/alarm.ts'
import type { RaisingEvent } from '../../domain/event.ts'
import type { Decision, Situation } from '../../domain/situation.ts'
import { after, type Instant } from '../../domain/time.ts'
import { decide, factOf } from './decision.ts'
import { ring, waitOf } from './ring.ts'

/** An alarm keeps its first cause and the latest ones; `presses` counts all. */
export const causesKept = 20

export type Worry = { kind: AlarmKind; reason: Reason; priority: Priority; now: Instant }

/** A new alarm, rung at the first step of its plan. */
export function raise(situation: Situation, event: RaisingEvent, worry: Worry): Decision {
  const alarm = newAlarm(event, worry)
  return decide(situation, [factOf('alarm-raised', alarm, { at: worry.now, pressId: event.causeId })], ring(alarm, worry.now))
}

/**
 * Asked for again while it is open: it counts and rings again, the owner too. It never puts off the next step of the plan, and on an
 * acknowledged alarm it does not prolong the lease: pressing again must never make help slower.
 */
export function repeat(situation: Situation, event: RaisingEvent, again: { alarm: OpenAlarm; worry: Worry }): Decision {
  const { alarm, worry } = again
  const graver = worry.priority < alarm.priority
  const repeated: OpenAlarm = {
    ...alarm,
    reason: graver ? worry.reason : alarm.reason,
    priority: graver ? worry.priority : alarm.priority,
    causes: bounded([...alarm.causes, causeOf(event, worry.reason)]),
    presses: alarm.presses + 1,
    rings: alarm.rings + 1,
    // Whoever asks again takes back "never mind", and the condition is there again.
    cancelAskedAt: null,
    clearedAt: null,
  }
  return decide(
    situation,
    [factOf('alarm-repeated', repeated, { at: worry.now, pressId: event.causeId })],
    ring(repeated, worry.now, 'responders'),
  )
}

/** The same first cause always gives the same id. Hashed, because press ids come from devices and this id goes into addresses and log lines. */
export function alarmId(kind: AlarmKind, event: Pick<RaisingEvent, 'subjectId' | 'causeId'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, event.subjectId, event.causeId]))
    .digest('hex')
  return `${kind}-${digest.slice(0, 24)}`
}

function newAlarm(event: RaisingEvent, { kind, reason, priority, now }: Worry): RaisedAlarm {
  const alarm: RaisedAlarm = {
    id: alarmId(kind, event),
    subjectId: event.subjectId,
    siteId: event.siteId,
    kind,
    reason,
    priority,
    raisedAt: now,
    causes: [causeOf(event, reason)],
    presses: 1,
    rings: 1,
    cancelAskedAt: null,
    clearedAt: null,
    residentIds: event.kind === 'area-silenced' ? event.residentIds : [],
    notes: [],
    detail: event.detail,
    state: 'raised',
    plan: event.plan,
    planStep: 0,
    nextStepAt: now,
  }
  return { ...alarm, nextStepAt: after(now, waitOf(alarm)) }
}

function causeOf(event: RaisingEvent, reason: Reason): Cause {
  const { causeId: id, deviceId, room, at: receivedAt, claimedAt, unreadable } = event
  return { id, reason, deviceId, room, receivedAt, claimedAt, unreadable }
}

function bounded(causes: readonly Cause[]): readonly Cause[] {
  return causes.length <= causesKept ? causes : [...causes.slice(0, 1), ...causes.slice(1 - causesKept)]
}
