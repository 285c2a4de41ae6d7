/** How devices stand, over HTTP: one list for the board, one page for each device; each person inside their own sites. */
import { z } from 'zod'
import type { Silence } from '../../alerts/silence.ts'
import { forecastBattery } from '../../domain/battery.ts'
import type { Device } from '../../domain/device.ts'
import { isClockWrong } from '../../domain/drift.ts'
import { isArmed } from '../../domain/enrolment.ts'
import { type LifeLine, rotationDays, silentAfter, standingOfDevice } from '../../domain/enrolment-life.ts'
import { after, type Clock, days } from '../../domain/time.ts'
import type { Directory, HistoryStore, ResidentCard, User } from '../../store/store.ts'
import type { DeviceDetails, DeviceFacts, DeviceLifeRow } from '../contracts-devices.ts'
import { can, covers, mustCover, scopeOf } from './access.ts'
import { batteryPast } from './board-battery.ts'
import type { EnrolmentParts } from './enrolment-parts.ts'
import { mustEnter, openHomes } from './enrolment-visits.ts'
import { sendLists } from './json-parts.ts'
import { type App, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { notFound, refuse } from './refused.ts'
import { idParam, siteQuery } from './schemas.ts'

export type FactsNeeds = { enrolment: EnrolmentParts; directory: Directory; silence: Silence; history: HistoryStore; clock: Clock }

const config = { needs: 'enrol-devices' as const }
const listQuery = siteQuery.extend({ residentId: z.string().max(64).optional() })
const historyMost = 200

export function addDeviceFacts(app: App, needs: FactsNeeds): void {
  app.get(
    '/api/device-facts',
    { config: { ...config, look: 'device-facts' }, schema: { querystring: listQuery } },
    // Answers with DeviceFactsAnswer.
    async (request, reply) => {
      const { user } = signedIn(request)
      // A technician sees the homes that were opened to them, and no list.
      if (!can(user, 'read-directory')) throw refuse(403, 'not-allowed', 'Only the home of a visit is open to you.')
      const scope = scopeOf(user)
      const { siteId, residentId } = request.query
      if (siteId !== undefined) mustCover(scope, siteId)
      const devices = await needs.directory.devices(siteId === undefined ? scope : [siteId])
      const wanted = residentId === undefined ? devices : devices.filter((device) => device.residentId === residentId)
      const numbers = new Map(devices.map(({ id, number }) => [id, number]))
      const shown = (device: Device) => factsOf(needs, device, numbers.get(device.gatewayId ?? '') ?? 0)
      return sendLists(reply, { now: needs.clock.now() }, { lists: { devices: wanted }, shown })
    },
  )
  app.get(
    '/api/devices/:id',
    { config: { ...config, look: 'device' }, schema: { params: idParam } },
    async (request): Promise<DeviceDetails> => {
      const { user } = signedIn(request)
      const device = await needs.directory.device(request.params.id)
      if (!device) throw notFound()
      await mustEnter(needs, user, device)
      return detailsOf(needs, device, await openTo(needs, user))
    },
  )
}

/** What is known of a device at once, without asking the disk. `carrier`: the number of what carries it, 0 for none. */
export function factsOf({ enrolment, silence }: Pick<FactsNeeds, 'enrolment' | 'silence'>, device: Device, carrier: number): DeviceFacts {
  const { id: deviceId, number, siteId, residentId, gatewayId, family, key, role, room, power, heartbeatSeconds } = device
  const [proof, life, note] = [enrolment.proof(deviceId), enrolment.life(deviceId), enrolment.note(deviceId)]
  const lastHeardAt = silence.lastHeardAt(number)
  const isCarrierSilent = carrier > 0 && silence.isSilent(carrier)
  const standing = { state: life.state, heartbeatSeconds, lastHeardAt, isSilent: silence.isSilent(number), isCarrierSilent }
  const limit = silentAfter(device)
  const off = enrolment.clockOff(deviceId)
  return {
    ...{ deviceId, siteId, residentId, gatewayId, family, key, role, room, power, standing: standingOfDevice(standing) },
    ...{ lastHeardAt: lastHeardAt === 0 ? null : lastHeardAt, expectedSeconds: heartbeatSeconds },
    silentAfterSeconds: limit === null ? null : limit / 1_000,
    ...{ armed: isArmed(proof), claimedAt: proof?.claimedAt ?? null, provenAt: proof?.provenAt ?? null },
    battery: note.batteryPercent === null || note.batteryAt === null ? null : { percent: note.batteryPercent, at: note.batteryAt },
    ...{ vendor: note.vendor, model: note.model, firmware: note.firmware },
    ...{ state: life.state, replacedBy: life.replacedBy, replaces: life.replaces },
    clock: off && { ...off, isWrong: isClockWrong(off) },
    flapping: silence.isFlapping?.(number) ?? false,
  }
}

/** Whose homes may be named to this person: those of their sites, and to a technician those of a visit. */
async function openTo(needs: FactsNeeds, user: User): Promise<(card: ResidentCard) => boolean> {
  if (can(user, 'read-directory')) return ({ resident }) => covers(scopeOf(user), resident.siteId)
  const homes = await openHomes(needs, user)
  return ({ resident }) => homes.has(resident.id)
}

async function detailsOf(needs: FactsNeeds, device: Device, isOpen: (card: ResidentCard) => boolean): Promise<DeviceDetails> {
  const { directory, enrolment, clock } = needs
  const gateway = device.gatewayId === null ? null : await directory.device(device.gatewayId)
  const card = device.residentId === null ? null : await directory.card(device.residentId)
  const credential = await directory.credential(device.id)
  const { rotatedAt } = enrolment.life(device.id)
  return {
    ...factsOf(needs, device, gateway?.number ?? 0),
    now: clock.now(),
    ...{ home: card ? labelOf(card.home) : '', person: card?.resident.name ?? '' },
    carries: (await directory.devices([device.siteId])).filter(({ gatewayId }) => gatewayId === device.id).map(({ id }) => id),
    forecast: forecastBattery(await batteryPast(needs, device.number), clock.now()),
    ...{ credentials: credential?.tokenHashes.length ?? 0, rotatedAt },
    rotationEndsAt: rotatedAt && after(rotatedAt, days(rotationDays)),
    history: await historyOf(needs, device.id, isOpen),
  }
}

/** A move says where to: the id of somebody, and the room. */
const movedTo = ({ deed, detail }: Pick<LifeLine, 'deed' | 'detail'>): string[] =>
  deed === 'moved' ? [detail.split(' ', 1)[0] ?? ''].filter((id) => id !== '') : []

/** Where else it stood is told as far as whoever asks may know of it; that it was somewhere, to everybody. */
async function historyOf(
  { directory, enrolment }: FactsNeeds,
  deviceId: string,
  isOpen: (card: ResidentCard) => boolean,
): Promise<DeviceLifeRow[]> {
  const lines = await enrolment.historyOf(deviceId, historyMost)
  const residents = [...new Set(lines.flatMap((line) => [line.residentId ?? [], movedTo(line)].flat()))]
  const open = (await directory.cards(residents)).filter(isOpen)
  const homes = new Map(open.map(({ resident, home }) => [resident.id, labelOf(home)]))
  return lines.map(({ deviceId: _, ...line }) => {
    const home = homes.get(line.residentId ?? '') ?? ''
    if (line.residentId !== null && home === '') return { ...line, residentId: null, room: '', detail: '', home }
    return { ...line, detail: movedTo(line).every((id) => homes.has(id)) ? line.detail : '', home }
  })
}
