/** What was announced before a restart is known again from the open alarms: neither repeated nor forgotten. */
import type { Alarm } from '../../domain/alarm.ts'
import { deviceState, lateAfter } from '../silence/devices.ts'
import { numbersById } from '../silence/register.ts'
import type { SilenceRegister } from '../silence.ts'
import { joinArea, newArea, unknownYet } from './areas.ts'
import type { Watch } from './watch.ts'

/** Marks the devices and areas of these alarms as declared. */
export function adoptAlarms(watch: Watch, alarms: readonly Alarm[]): void {
  const open = alarms.filter((alarm) => alarm.state !== 'resolved' && alarm.kind === 'technical')
  const numberOf = numbersById(watch.silence.devices.ids)
  const stoppedAt = lastStamp(watch.silence)
  for (const alarm of open) {
    if (alarm.reason === 'area-silent') adoptArea(watch, alarm, { numberOf, stoppedAt })
    for (const cause of alarm.causes) {
      const number = cause.reason === 'device-silent' ? numberOf.get(cause.deviceId ?? '') : undefined
      if (number === undefined || alarm.clearedAt !== null || watch.silence.devices.state[number] === deviceState.unwatched) continue
      adoptDevice(watch, number, alarm)
    }
  }
}

function adoptDevice(watch: Watch, number: number, { subjectId, siteId }: Alarm): void {
  const deviceId = watch.silence.devices.ids[number] ?? ''
  watch.silence.devices.state[number] = deviceState.declared
  watch.announced.set(number, { subjectId, siteId, deviceId, remindAt: Number.POSITIVE_INFINITY })
}

type Known = { numberOf: ReadonlyMap<string, number>; stoppedAt: number }

function adoptArea(watch: Watch, alarm: Alarm, { numberOf, stoppedAt }: Known): void {
  const { devices, residents } = watch.silence
  const deviceId = alarm.causes[0]?.deviceId ?? null
  const level = deviceId !== null ? 'gateway' : alarm.subjectId.includes('/') ? 'building' : 'site'
  const area = newArea({ subjectId: alarm.subjectId, siteId: alarm.siteId, deviceId, level }, unknownYet)
  area.peak = Math.max(alarm.residentIds.length, Number(alarm.detail.homesMost ?? 0))
  // Told already; what changed while we were away is said with the next look.
  area.toldAt = unknownYet
  area.change = 'shrunk'
  Object.assign(area, { since: alarm.raisedAt, isCallAsked: alarm.detail.callAll === 1 })
  const named = new Set(alarm.residentIds)
  const carrier = deviceId === null ? 0 : (numberOf.get(deviceId) ?? 0)
  for (let number = 1; number < devices.size; number += 1) {
    const ours = number === carrier || named.has(residents.ids[devices.resident[number] ?? 0] ?? '')
    if (ours && wasSilent(watch.silence, number, stoppedAt)) joinArea(watch.silence, area, number)
  }
  watch.areas.set(area.subjectId, area)
}

/** It was late or overdue when the process stopped, as it was when the area was named; what a silent gateway carries is judged with it. */
function wasSilent({ devices }: SilenceRegister, number: number, stoppedAt: number): boolean {
  if (devices.state[number] !== deviceState.heard || !devices.heartbeat[number]) return false
  return (devices.heardAt.values[number] ?? 0) + lateAfter(devices, number) <= stoppedAt
}

/** The last message of anybody: about when the process stopped listening. */
function lastStamp({ devices }: SilenceRegister): number {
  let last = 0
  for (const stamp of devices.heardAt.values) last = Math.max(last, stamp)
  return last
}
