/** Each promise that was not kept, with what is known of why. Pure. */
import type { AlarmKind, Reason } from './alarm.ts'
import type { AlarmFigures } from './figures.ts'
import { answerLate, answerSoon, answerTook, doorTook, doorWithin, isCall, type Shifts } from './figures-report.ts'
import { between, type Instant, minutes, seconds } from './time.ts'

/** `answer-60`: answered, or waiting, after 60 s; `answer-180` in its place when it was more than 180 s. `forgotten`: somebody had it and let it fall. */
export type BreachKind = 'answer-60' | 'answer-180' | 'door-45' | 'forgotten'
export type BreachCause =
  /** The press was this platform's only a minute after it was made: no power, no network, or we were away. */
  | 'reached-us-late'
  | 'nobody-on-duty'
  | 'not-painted'
  | 'calls-refused'
  | 'calls-not-delivered'
  | 'lease-ran-out'
  /** It was on a screen, and nobody opened it. */
  | 'not-opened'
  /** Somebody opened it, and nobody took it. */
  | 'opened-not-taken'
  /** More than ten alarms in ten minutes for each seat. */
  | 'flood'
  | 'nobody-set-out-soon'
  | 'arrival-not-noted'
  | 'way-took-long'
  | 'unknown'

export type Breach = {
  alarmId: string
  siteId: string
  subjectId: string
  kind: AlarmKind
  reason: Reason
  storedAt: Instant
  shift: string
  what: BreachKind
  /** What it took; until now or the end where it did not come about. */
  seconds: number
  cameAbout: boolean
  causes: readonly BreachCause[]
}

/** Of the calls owed for one alarm: how many no channel could make, and how many needed more than one try or are still owed. */
export type CallTrouble = { refused: number; undelivered: number }

export type BreachNeeds = {
  shifts: Shifts
  now: Instant
  /** Whether this moment was one of a flood at this site. */
  isFlood: (siteId: string, at: Instant) => boolean
}

const reachedLate = minutes(1)
const paintedSoon = seconds(3)
const setOutSoon = minutes(10)

type Missed = Pick<Breach, 'what' | 'seconds' | 'cameAbout' | 'causes'>

/** Oldest first; one alarm may have missed more than one promise. Causes that ask for the calls come with `withCalls`. */
export function breachesOf(alarms: readonly AlarmFigures[], needs: BreachNeeds): readonly Breach[] {
  return alarms.filter(isCall).flatMap((alarm) => {
    const { alarmId, siteId, subjectId, kind, reason, storedAt } = alarm
    const shift = needs.shifts(siteId, storedAt).name
    const missed = [...answerMissed(alarm, needs), ...forgotten(alarm), ...doorMissed(alarm, needs)]
    return missed.map((one) => ({ alarmId, siteId, subjectId, kind, reason, storedAt, shift, ...one }))
  })
}

function answerMissed(alarm: AlarmFigures, needs: BreachNeeds): readonly Missed[] {
  const answer = answerTook(alarm, needs.now)
  if (!answer || answer.took <= answerSoon) return []
  const what = answer.took > answerLate ? 'answer-180' : 'answer-60'
  return [{ what, seconds: inSeconds(answer.took), cameAbout: answer.answered, causes: whyNotAnswered(alarm, needs) }]
}

function whyNotAnswered(alarm: AlarmFigures, { shifts, isFlood }: BreachNeeds): readonly BreachCause[] {
  const { storedAt, paintedAt, openedAt, siteId } = alarm
  const causes: BreachCause[] = []
  if (!shifts(siteId, storedAt).covered) causes.push('nobody-on-duty')
  if (alarm.unpainted || paintedAt === null || between(storedAt, paintedAt) > paintedSoon) causes.push('not-painted')
  if (isFlood(siteId, storedAt)) causes.push('flood')
  if (paintedAt !== null && (openedAt === null || between(storedAt, openedAt) > answerSoon)) causes.push('not-opened')
  if (openedAt !== null && between(storedAt, openedAt) <= answerSoon) causes.push('opened-not-taken')
  return causes
}

function forgotten({ returned, resolvedAt, storedAt, answeredAt }: AlarmFigures): readonly Missed[] {
  if (returned === 0) return []
  const until = resolvedAt ?? answeredAt ?? storedAt
  return [{ what: 'forgotten', seconds: inSeconds(between(storedAt, until)), cameAbout: resolvedAt !== null, causes: ['lease-ran-out'] }]
}

function doorMissed(alarm: AlarmFigures, { now }: BreachNeeds): readonly Missed[] {
  const door = doorTook(alarm, now)
  if (!door || door.took <= doorWithin) return []
  const { acceptedAt, storedAt, resolvedAt } = alarm
  const late = acceptedAt !== null && between(storedAt, acceptedAt) > setOutSoon
  const causes: BreachCause[] = [...(late ? (['nobody-set-out-soon'] as const) : [])]
  if (!door.arrived && resolvedAt !== null) causes.push('arrival-not-noted')
  else if (!late) causes.push('way-took-long')
  return [{ what: 'door-45', seconds: inSeconds(door.took), cameAbout: door.arrived, causes }]
}

/** The breach with what the calls and the press's way add; a breach without any cause says so. */
export function withCalls(breach: Breach, alarm: Pick<AlarmFigures, 'pressedAt' | 'storedAt'>, calls: CallTrouble): Breach {
  const isAnswer = breach.what === 'answer-60' || breach.what === 'answer-180'
  const causes = [...breach.causes]
  if (between(alarm.pressedAt, alarm.storedAt) > reachedLate) causes.unshift('reached-us-late')
  if (isAnswer && calls.refused > 0) causes.push('calls-refused')
  if (isAnswer && calls.undelivered > 0) causes.push('calls-not-delivered')
  return { ...breach, causes: causes.length > 0 ? causes : ['unknown'] }
}

const inSeconds = (took: number): number => Math.round(took / 100) / 10
