/**
 * Finds the devices that should be heard and are not, names one cause when many fall silent together, and says when they are back.
 * Pure apart from the register it is given: the same messages and ticks lead to the same events.
 */
import type { Alarm } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import type { Instant } from '../domain/time.ts'
import type { StoredFact } from '../store/store.ts'
import { noteBlindHomes } from './silence/blind.ts'
import { deviceState, heardAgain } from './silence/devices.ts'
import type { SilenceRegister } from './silence.ts'
import { adoptAlarms } from './supervision/adopt.ts'
import { areaCleared, countArea, isOver, newsOf, remindAfter } from './supervision/areas.ts'
import { settleOverdue } from './supervision/decide.ts'
import { openFlapping } from './supervision/flapping.ts'
import { settleLeft } from './supervision/left.ts'
import { type Moment, openListening } from './supervision/listening.ts'
import { scanDevices } from './supervision/scan.ts'
import { deviceCleared, deviceTroubled } from './supervision/single.ts'
import type { Area, Watch } from './supervision/watch.ts'

export type Supervision = {
  /** Once a second: what became true of devices and areas. `elapsed` is the monotonic clock, in milliseconds. */
  tick(now: Instant, elapsed: number): CareEventDraft[]
  /** Committed facts: what a person closed although it is still silent is said again half a day later. */
  observe(facts: readonly StoredFact[]): void
  counts(): { overdue: number; declared: number; areas: number }
}

/** `alarms`: the open ones, so that a restart neither forgets nor repeats a silence already announced. */
export function openSupervision({ silence, alarms }: { silence: SilenceRegister; alarms: readonly Alarm[] }): Supervision {
  const watch: Watch = { silence, overdue: new Map(), announced: new Map(), areas: new Map(), closed: new Set() }
  const listen = openListening(silence)
  adoptAlarms(watch, alarms)
  const flapping = openFlapping(watch, alarms)
  let blindKnown = false
  return {
    tick(now, elapsed) {
      const moment = { now, elapsed }
      if (listen(moment) === 'stalled') forgetOverdue(watch)
      const changed = [scanDevices(watch, moment), settleLeft(watch, moment)].includes(true)
      const returned = clearReturned(watch, moment)
      const settled = settleOverdue(watch, moment)
      const areas = tendAreas(watch, moment)
      if (!blindKnown || changed || settled.length + areas.length > 0) noteBlindHomes(silence, now)
      blindKnown = true
      return flapping.calm([...returned, ...settled, ...areas, ...remindOf(watch, moment)], moment)
    },
    observe: (facts) => noteClosed(watch, facts),
    counts: () => ({ overdue: watch.overdue.size, declared: watch.announced.size, areas: watch.areas.size }),
  }
}

/** After a stall of ours the overdue ones are judged anew, by the time they are given now. */
function forgetOverdue({ silence, overdue }: Watch): void {
  const { state } = silence.devices
  for (const device of overdue.keys()) {
    if (((state[device] ?? 0) & ~heardAgain) === deviceState.overdue) state[device] = deviceState.heard
  }
  overdue.clear()
}

function clearReturned({ silence, announced }: Watch, { now }: Moment): CareEventDraft[] {
  const drafts: CareEventDraft[] = []
  for (const [device, told] of announced) {
    if (silence.devices.state[device] === deviceState.declared) continue
    announced.delete(device)
    drafts.push(deviceCleared(told, now))
  }
  return drafts
}

function tendAreas(watch: Watch, moment: Moment): CareEventDraft[] {
  const drafts: CareEventDraft[] = []
  for (const area of watch.areas.values()) {
    countArea(watch.silence, area, moment)
    if (isOver(area, moment)) drafts.push(...endArea(watch, area, moment))
    else drafts.push(...newsOf(watch.silence, area, moment))
  }
  return drafts
}

function endArea(watch: Watch, area: Area, moment: Moment): CareEventDraft[] {
  watch.areas.delete(area.subjectId)
  const stillSilent = [...area.members].map((device) => deviceTroubled(watch, device, moment))
  // An area that nobody was told of yet needs no end.
  return Number.isFinite(area.toldAt) ? [areaCleared(area, moment), ...stillSilent] : stillSilent
}

function noteClosed(watch: Watch, facts: readonly StoredFact[]): void {
  for (const { fact } of facts) {
    if (fact.kind !== 'alarm-resolved' || fact.alarm.kind !== 'technical') continue
    if (watch.areas.has(fact.subjectId)) watch.closed.add(fact.subjectId)
    for (const cause of fact.alarm.causes) {
      if (cause.reason === 'device-silent' && cause.deviceId !== null) watch.closed.add(cause.deviceId)
    }
  }
}

function remindOf(watch: Watch, moment: Moment): CareEventDraft[] {
  const drafts: CareEventDraft[] = []
  for (const area of watch.areas.values()) {
    if (watch.closed.has(area.subjectId)) area.remindAt = moment.elapsed + remindAfter
  }
  for (const [device, told] of watch.announced) {
    if (watch.closed.has(told.deviceId)) told.remindAt = moment.elapsed + remindAfter
    if (moment.elapsed >= told.remindAt) drafts.push(deviceTroubled(watch, device, moment))
  }
  watch.closed.clear()
  return drafts
}
