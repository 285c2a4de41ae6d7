/** What alarms say of a person's silence: announced, answered, looked after. So a restart neither repeats nor forgets it. */
import type { Alarm, AlarmFact, Outcome } from '../../domain/alarm.ts'
import { isPlatform } from '../../domain/owner.ts'
import { hours, type Instant, instant, minutes } from '../../domain/time.ts'
import { write } from '../silence/register.ts'
import { type ResidentColumns, residentFlag } from '../silence/residents.ts'
import type { SilenceRegister } from '../silence.ts'

/** By resident number: what was announced of them and not yet over. `since`: when that silence began. */
export type Announced = Map<number, { since: Instant; isLearned: boolean }>
/** `callAgainAt`: when to ask once more for a call to a home that is still out of sight after somebody closed that alarm. */
export type Watching = { silence: SilenceRegister; announced: Announced; callAgainAt: Map<number, number> }

const callAgainAfter = hours(12)

/** A longer time in which the platform was off does not count as silence. */
const downtimeMin = minutes(10)

const { activeAgain, asked, noticed, unseen } = residentFlag

/** Alarms that speak of a person's silence, or of a home that cannot be seen. */
const isOfSilence = ({ kind, reason }: Alarm): boolean => kind === 'silence' || reason === 'home-unseen'

/** What an alarm known at the start says of her. */
export function adopt(watching: Watching, alarm: Alarm, number: number | undefined): void {
  if (number === undefined || number === 0 || !isOfSilence(alarm)) return
  if (alarm.state === 'resolved') lookedAfter(watching, alarm, number)
  else if (alarm.clearedAt === null) announce(watching, alarm, number)
}

const wellOutcomes: ReadonlySet<Outcome> = new Set(['all-well', 'social-call', 'sensor-false', 'false-press', 'no-fault-found'])

/** An alarm, not a question, at the end of which a person found nothing wrong. */
const wasWell = (alarm: Alarm): alarm is Extract<Alarm, { state: 'resolved' }> =>
  alarm.state === 'resolved' && (alarm.reason === 'inactivity' || alarm.reason === 'not-back') && wellOutcomes.has(alarm.outcome)

/** The same for what was committed while we watch. */
export function observed(watching: Watching, { kind, alarm }: AlarmFact, number: number | undefined): void {
  if (number === undefined || number === 0 || !isOfSilence(alarm)) return
  if (kind === 'alarm-resolved') adopt(watching, alarm, number)
  if (wasWell(alarm)) watching.silence.routines.falseAlarm(number, alarm.at)
  // A question that nobody answered is an alarm now: this silence teaches nothing.
  if (kind === 'alarm-escalated' && alarm.state !== 'resolved' && alarm.reason !== 'check-in') announce(watching, alarm, number)
}

function announce({ silence, announced }: Watching, alarm: Alarm, number: number): void {
  const { residents, routines } = silence
  const flags = (residents.flags[number] ?? 0) & ~(alarm.kind === 'silence' ? asked : 0)
  const since = instant(Number(alarm.detail.silentSince ?? alarm.raisedAt))
  const again = (residents.activeAt.values[number] ?? 0) > alarm.raisedAt ? activeAgain : 0
  residents.flags[number] = flags | flagOf(alarm) | again
  announced.set(number, { since, isLearned: alarm.detail.rule === 'learned' })
  if (flagOf(alarm) === noticed) routines.untaught(number, alarm.raisedAt, 'alarm')
}

function flagOf({ reason }: Alarm): number {
  if (reason === 'home-unseen') return unseen
  return reason === 'check-in' ? asked : noticed
}

/** A person closed it, so somebody has looked after her; what closed by itself only ended. */
function lookedAfter(watching: Watching, alarm: Extract<Alarm, { state: 'resolved' }>, number: number): void {
  const { silence, announced, callAgainAt } = watching
  const { residents } = silence
  const isUnseen = alarm.reason === 'home-unseen'
  residents.flags[number] = (residents.flags[number] ?? 0) & ~(isUnseen ? unseen : asked | noticed | activeAgain)
  if (((residents.flags[number] ?? 0) & (unseen | asked | noticed)) === 0) announced.delete(number)
  if (isPlatform(alarm)) return
  if (isUnseen) callAgainAt.set(number, alarm.at + callAgainAfter)
  else if ((residents.freshAt.values[number] ?? 0) < alarm.at) silence.startAnew(number, alarm.at)
}

export function forgiveDowntime(silence: SilenceRegister, at: Instant): void {
  const { devices, residents, routines } = silence
  let stoppedAt = 0
  for (const stamp of devices.heardAt.values) stoppedAt = Math.max(stoppedAt, stamp)
  for (const stamp of residents.activeAt.values) stoppedAt = Math.max(stoppedAt, stamp)
  const downtime = at - stoppedAt
  if (stoppedAt === 0 || downtime < downtimeMin) return
  routines.shift(downtime)
  for (let number = 1; number < residents.size; number += 1) {
    routines.untaught(number, at, 'blind')
    const since = sinceOf(residents, number, at)
    if (since > 0) write(residents.freshAt, number, Math.min(at, since + downtime))
  }
}

/** Since when her silence counts by the plain rule. A stamp from the future counts as now. */
export const sinceOf = (residents: ResidentColumns, number: number, now: Instant): Instant =>
  Math.min(now, Math.max(residents.activeAt.values[number] ?? 0, residents.freshAt.values[number] ?? 0)) as Instant
