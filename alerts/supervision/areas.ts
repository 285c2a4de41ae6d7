/** The areas that are silent now: one event names all their homes, grows with them, and ends when most are back. */
import type { CareEventDraft } from '../../domain/event.ts'
import { hours, seconds } from '../../domain/time.ts'
import { deviceState } from '../silence/devices.ts'
import type { SilenceRegister } from '../silence.ts'
import type { Moment } from './listening.ts'
import type { Area } from './watch.ts'

/** While an area fell silent so lately, whoever falls silent in it belongs to it. */
const joinWithin = seconds(600)
/** In place of a moment before our start, which the monotonic clock does not know; the first look puts in its own. */
export const unknownYet = -1
/** Homes come back one after another; only when that has ended are those who did not looked at alone. */
const calmAfter = seconds(90)
const toldEvery = { grown: seconds(5), shrunk: seconds(30) } as const
export const remindAfter = hours(12)
/** So long an area may be silent before somebody is asked to call its homes: a switched-off street must not be a street nobody asks after. */
const callAfter = hours(4)

export const mayJoin = (area: Area, elapsed: number): boolean => elapsed - area.grownAt <= joinWithin

export function newArea(what: Pick<Area, 'subjectId' | 'siteId' | 'deviceId' | 'level'>, elapsed: number): Area {
  return {
    ...what,
    members: new Set(),
    peak: 0,
    grownAt: elapsed,
    returnedAt: elapsed,
    homesLeft: 0,
    toldAt: Number.NEGATIVE_INFINITY,
    change: 'none',
    ...{ since: 0, isCallAsked: false, remindAt: Number.POSITIVE_INFINITY },
  }
}

export function joinArea(silence: SilenceRegister, area: Area, device: number): void {
  silence.devices.state[device] = deviceState.grouped
  area.members.add(device)
}

/** Numbers of the residents whose homes the area still holds; those carried by a silent gateway of nobody's included. */
function homesOf(silence: SilenceRegister, area: Area): Set<number> {
  const { devices } = silence
  const homes = new Set<number>()
  const shared = new Set<number>()
  for (const member of area.members) {
    const home = devices.resident[member] ?? 0
    if (home > 0) homes.add(home)
    else shared.add(member)
  }
  if (shared.size === 0) return homes
  for (let number = 1; number < devices.size; number += 1) {
    const home = devices.resident[number] ?? 0
    if (home > 0 && devices.state[number] !== deviceState.unwatched && shared.has(devices.gateway[number] ?? 0)) homes.add(home)
  }
  return homes
}

/** Lets go of members that were heard again or are not watched any more, and counts the homes that are left. */
export function countArea(silence: SilenceRegister, area: Area, { elapsed, now }: Moment): void {
  if (area.since === 0 || area.since > now) area.since = now
  for (const moment of ['grownAt', 'returnedAt', 'toldAt'] as const) if (area[moment] === unknownYet) area[moment] = elapsed
  const before = area.members.size
  for (const member of area.members) {
    if (silence.devices.state[member] !== deviceState.grouped) area.members.delete(member)
  }
  if (area.members.size < before) {
    area.returnedAt = elapsed
    if (area.change === 'none') area.change = 'shrunk'
  }
  if (area.change !== 'none') area.homesLeft = homesOf(silence, area).size
  area.peak = Math.max(area.peak, area.homesLeft)
}

/** True when all are back, or so few are left, and no more come, that each is better looked at alone. */
export function isOver(area: Area, { elapsed }: Moment): boolean {
  if (area.members.size === 0) return true
  const few = area.homesLeft < area.peak && area.homesLeft <= Math.max(1, Math.min(10, Math.floor(area.peak / 10)))
  return few && elapsed - area.returnedAt >= calmAfter
}

/** What is to be said of this area now: it grew, it shrank, or it was closed and is still silent. */
export function newsOf(silence: SilenceRegister, area: Area, moment: Moment): readonly CareEventDraft[] {
  const call = callOf(silence, area, moment)
  if (call) return [call]
  const due = moment.elapsed >= area.remindAt || (area.change !== 'none' && moment.elapsed - area.toldAt >= toldEvery[area.change])
  if (!due) return []
  Object.assign(area, { toldAt: moment.elapsed, change: 'none', remindAt: Number.POSITIVE_INFINITY })
  return [silenced(silence, area, moment)]
}

/** The one time that somebody is asked to call them all; null before and after. */
function callOf(silence: SilenceRegister, area: Area, moment: Moment): CareEventDraft | null {
  if (area.isCallAsked || area.toldAt < 0 || moment.now - area.since < callAfter) return null
  Object.assign(area, { toldAt: moment.elapsed, change: 'none', isCallAsked: true })
  const draft = silenced(silence, area, moment)
  return {
    ...draft,
    causeId: `area-unseen:${area.subjectId}:${area.since}`,
    detail: { ...draft.detail, callAll: 1, unseenSince: area.since },
  }
}

function silenced(silence: SilenceRegister, area: Area, { now }: Moment): Extract<CareEventDraft, { kind: 'area-silenced' }> {
  const residentIds = [...homesOf(silence, area)].map((home) => silence.residents.ids[home] ?? '').filter((id) => id !== '')
  return {
    kind: 'area-silenced',
    ...{ subjectId: area.subjectId, siteId: area.siteId, at: now, deviceId: area.deviceId, room: '' },
    ...{ causeId: `area-silent:${area.subjectId}:${now}`, claimedAt: null, unreadable: false, residentIds },
    detail: { level: area.level, homes: residentIds.length, homesMost: area.peak },
  }
}

export function areaCleared(area: Area, { now }: Moment): CareEventDraft {
  const { subjectId, siteId } = area
  return { kind: 'condition-cleared', subjectId, siteId, at: now, reason: 'area-silent', deviceId: null }
}
