/** What becomes of overdue devices: covered by a silent gateway, part of a silent area, or announced alone. */
import type { CareEventDraft } from '../../domain/event.ts'
import { seconds } from '../../domain/time.ts'
import { deviceFlag, deviceState, isDeclared, lateAfter, limitOf, silentSince } from '../silence/devices.ts'
import type { SilenceRegister } from '../silence.ts'
import { joinArea, mayJoin, newArea } from './areas.ts'
import { type Group, groupsOf, type Suspect } from './groups.ts'
import type { Moment } from './listening.ts'
import { deviceTroubled } from './single.ts'
import type { Area, Watch } from './watch.ts'

/** How long the first of a site that falls silent waits for company. Part of the 180 s of a mains-powered device. */
const groupWindow = seconds(20)
/** By when a mains-powered device is decided even if its gateway gave no fresh sign. */
const mainsDecidedBy = seconds(172)

/** Decides each site whose first overdue device has waited long enough. Area growth is said by the areas themselves. */
export function settleOverdue(watch: Watch, moment: Moment): CareEventDraft[] {
  const oldest = watch.overdue.keys().next()
  // The oldest comes first; while even it still waits for company there is nothing to decide.
  if (oldest.done || !waited(watch, oldest.value, moment)) return []
  const bySite = new Map<string, number[]>()
  for (const device of watch.overdue.keys()) {
    if (coveredOrJoined(watch, device, moment) || !roadIsOpen(watch.silence, device, moment)) continue
    const siteId = placeOf(watch.silence, device).siteId
    addTo(bySite, siteId, device)
  }
  const due = [...bySite].filter(([, ready]) => ready.some((device) => waited(watch, device, moment)))
  if (due.length === 0) return []
  const late = lateDevices(watch.silence, new Set(due.map(([siteId]) => siteId)), moment)
  return due.flatMap(([siteId, ready]) => decideSite(watch, { siteId, ready, late: late.get(siteId) ?? [] }, moment))
}

function addTo(bySite: Map<string, number[]>, siteId: string, device: number): void {
  const known = bySite.get(siteId)
  if (known) known.push(device)
  else bySite.set(siteId, [device])
}

const waited = (watch: Watch, device: number, { elapsed }: Moment): boolean =>
  elapsed - (watch.overdue.get(device) ?? elapsed) >= groupWindow

const placeOf = ({ devices }: SilenceRegister, device: number) =>
  devices.places[devices.place[device] ?? 0] ?? { siteId: '', building: '', homes: 0 }

function coveredOrJoined(watch: Watch, device: number, { elapsed }: Moment): boolean {
  const { devices } = watch.silence
  if (isDeclared(devices, devices.gateway[device] ?? 0)) {
    devices.state[device] = deviceState.covered
    watch.overdue.delete(device)
    return true
  }
  const area = areaFor(watch, device, elapsed)
  if (!area) return false
  area.grownAt = elapsed
  join(watch, area, [device])
  return true
}

function areaFor(watch: Watch, device: number, elapsed: number): Area | null {
  if (watch.areas.size === 0) return null
  const { devices } = watch.silence
  const { siteId, building } = placeOf(watch.silence, device)
  const names = [devices.ids[devices.gateway[device] ?? 0] ?? '', `${siteId}/${building}`, siteId]
  for (const name of names) {
    const area = watch.areas.get(`area:${name}`)
    if (area && mayJoin(area, elapsed)) return area
  }
  return null
}

/** A device behind a gateway is judged only once the gateway was heard after the device became overdue: the road is open, so the silence is its own. */
function roadIsOpen({ devices }: SilenceRegister, device: number, { now }: Moment): boolean {
  const gateway = devices.gateway[device] ?? 0
  const promised = (devices.heartbeat[gateway] ?? 0) * 1_000
  if (gateway === 0 || promised === 0 || devices.state[gateway] === deviceState.unwatched) return true
  const since = silentSince(devices, device, now)
  const gatewayHeardAt = silentSince(devices, gateway, now)
  if (gatewayHeardAt > since + limitOf(devices, device)) return true
  const mains = ((devices.flags[device] ?? 0) & deviceFlag.mains) !== 0
  return mains && now - since >= mainsDecidedBy && now - gatewayHeardAt <= promised * 1.2
}

/** Devices of these sites that are late but not overdue yet: in a power cut all are, a little after one another. */
function lateDevices(silence: SilenceRegister, siteIds: ReadonlySet<string>, { now }: Moment): Map<string, number[]> {
  const { devices } = silence
  const late = new Map<string, number[]>()
  for (let number = 1; number < devices.size; number += 1) {
    if (devices.state[number] !== deviceState.heard || devices.heartbeat[number] === 0 || devices.gateway[number] !== 0) continue
    if (now - silentSince(devices, number, now) < lateAfter(devices, number)) continue
    const { siteId } = placeOf(silence, number)
    if (siteIds.has(siteId)) addTo(late, siteId, number)
  }
  return late
}

type SiteQuestion = { siteId: string; ready: readonly number[]; late: readonly number[] }

function decideSite(watch: Watch, { siteId, ready, late }: SiteQuestion, moment: Moment): CareEventDraft[] {
  const { devices } = watch.silence
  const suspects = [...ready.map((device) => suspectOf(watch, device, true)), ...late.map((device) => suspectOf(watch, device, false))]
  const siteHomes = devices.places.reduce((sum, place) => (place.siteId === siteId ? sum + place.homes : sum), 0)
  const homes = { building: (index: number) => devices.places[index]?.homes ?? 0, site: siteHomes }
  for (const group of groupsOf(suspects, homes)) join(watch, areaOf(watch, group, { siteId, elapsed: moment.elapsed }), group.devices)
  const alone = ready.filter((device) => watch.overdue.has(device) && waited(watch, device, moment))
  return alone.flatMap((device) => announceAlone(watch, device, moment))
}

function suspectOf(watch: Watch, device: number, overdue: boolean): Suspect {
  const { devices } = watch.silence
  const building = placeOf(watch.silence, device).building === '' ? 0 : (devices.place[device] ?? 0)
  return { device, home: devices.resident[device] ?? 0, gateway: devices.gateway[device] ?? 0, building, overdue }
}

/** A gateway of nobody's own speaks for every home it carries: an area, however small. */
function announceAlone(watch: Watch, device: number, moment: Moment): CareEventDraft[] {
  if ((watch.silence.devices.resident[device] ?? 0) > 0) return [deviceTroubled(watch, device, moment)]
  const { siteId } = placeOf(watch.silence, device)
  join(watch, areaOf(watch, { level: 'gateway', key: device }, { siteId, elapsed: moment.elapsed }), [device])
  return []
}

function areaOf(
  watch: Watch,
  { level, key }: Pick<Group, 'level' | 'key'>,
  { siteId, elapsed }: { siteId: string; elapsed: number },
): Area {
  const { devices } = watch.silence
  const deviceId = level === 'gateway' ? (devices.ids[key] ?? '') : null
  const name = level === 'building' ? `${siteId}/${devices.places[key]?.building ?? ''}` : (deviceId ?? siteId)
  const subjectId = `area:${name}`
  const known = watch.areas.get(subjectId)
  if (known) {
    known.grownAt = elapsed
    return known
  }
  const area = newArea({ subjectId, siteId, deviceId, level }, elapsed)
  watch.areas.set(subjectId, area)
  return area
}

function join(watch: Watch, area: Area, members: readonly number[]): void {
  for (const device of members) {
    watch.overdue.delete(device)
    joinArea(watch.silence, area, device)
  }
  area.change = 'grown'
}
