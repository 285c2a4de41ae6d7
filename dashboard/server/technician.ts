/** What a technician's phone is shown in a flat: its devices and what each has proven, what was just heard and is nobody's, the walk; and what they do there. */
import { z } from 'zod'
import { families, roles } from '../../domain/device.ts'
import { owesProof } from '../../domain/enrolment.ts'
import { deviceIdPattern } from '../../domain/topics.ts'
import type { ResidentCard, User } from '../../store/store.ts'
import type { DeviceCredential } from '../contracts-devices.ts'
import type { FlatAnswer, FlatDevice } from '../contracts-enrolment.ts'
import { scopeOf } from './access.ts'
import { carryOut } from './device-deeds.ts'
import { credentialOf } from './device-life-credential.ts'
import { factsOf } from './device-life-facts.ts'
import { waiting } from './enrolment.ts'
import type { DeviceNeeds } from './enrolment-parts.ts'
import { mustEnterHomeOf } from './enrolment-visits.ts'
import { rowOf } from './enrolment-walk.ts'
import { type App, ownOrigin, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { badField, notFound, refuse } from './refused.ts'
import { type DeviceRow, rowProblem } from './rows.ts'
import { id, text } from './schemas.ts'

const config = { needs: 'enrol-devices' as const }
const params = z.object({ residentId: id })
/** What is printed on a device that speaks MQTT itself, and where it stands. */
const labelBody = z.strictObject({
  deviceId: z.string().regex(deviceIdPattern, 'must be 4 to 64 letters, digits, "_" or "-"'),
  family: z.enum(families).default('native'),
  role: z.enum(roles),
  room: text(40).default(''),
  power: z.enum(['mains', 'battery']),
  heartbeatSeconds: z.number().int().min(1).max(604_800).nullable().default(null),
})

export function addTechnician(app: App, needs: DeviceNeeds): void {
  const { enrolment, directory, audit } = needs
  app.get('/api/flats/:residentId', { config: { ...config, look: 'flat' }, schema: { params } }, async (request): Promise<FlatAnswer> => {
    const { user } = signedIn(request)
    const { residentId } = request.params
    await mustEnterHomeOf(needs, user, residentId)
    return flatOf(needs, residentId, user)
  })
  app.post(
    '/api/flats/:residentId/devices',
    { config, schema: { params, body: labelBody } },
    async (request): Promise<DeviceCredential> => {
      const { user } = signedIn(request)
      const { residentId } = request.params
      await mustEnterHomeOf(needs, user, residentId)
      const card = await directory.card(residentId)
      if (!card) throw notFound()
      const row = await labelled(needs, { asked: request.body, card, user })
      const record = audit.line({ userId: user.id, action: 'claim-device', subjectId: row.id, detail: 'by its label' })
      const line = { deed: 'claimed' as const, by: user.id, residentId, room: row.room, detail: row.role, record }
      const change = { state: 'in-use' as const, replacedBy: null, rotatedAt: null }
      await carryOut(needs, { devices: [row] }, [{ deviceId: row.id, change, line, owesProof: true }])
      const token = await needs.newDeviceToken(row.id, audit.line({ userId: user.id, action: 'new-device-token', subjectId: row.id }))
      return credentialOf({ deviceId: row.id, token, origin: ownOrigin(request).origin, mqtt: needs.mqtt?.() })
    },
  )
  app.post('/api/flats/:residentId/finish', { config, schema: { params } }, async (request): Promise<FlatAnswer> => {
    const { user } = signedIn(request)
    const { residentId } = request.params
    await mustEnterHomeOf(needs, user, residentId)
    const flat = await flatOf(needs, residentId, user)
    await audit.record({ userId: user.id, action: 'finish-visit', subjectId: residentId, detail: `${flat.proven} of ${flat.owed} proven` })
    for (const person of flat.people) enrolment.end(person.residentId)
    return { ...flat, until: null }
  })
}

type Labelled = { asked: z.output<typeof labelBody>; card: ResidentCard; user: User }

/** The row of a device that was claimed by its label: new, or one that came back to the store. */
async function labelled({ directory, enrolment }: DeviceNeeds, { asked, card, user }: Labelled): Promise<DeviceRow> {
  const { deviceId, family, role, room, power, heartbeatSeconds } = asked
  const { siteId, id: residentId } = card.resident
  const known = await directory.device(deviceId)
  if (known && (known.siteId !== siteId || enrolment.life(deviceId).state === 'in-use'))
    throw refuse(409, 'already-claimed', 'This device is in the list already. Move it, or reset it first.')
  const row: DeviceRow = {
    id: deviceId,
    siteId,
    residentId,
    gatewayId: null,
    family,
    key: deviceId,
    base: '',
    role,
    room,
    power,
    heartbeatSeconds,
  }
  const problem = await rowProblem({ directory, table: 'devices', row, scope: user.role === 'admin' ? 'all' : scopeOf(user) })
  if (problem) throw badField(problem.column, problem.message)
  return row
}

async function flatOf(needs: DeviceNeeds, residentId: string, user: User): Promise<FlatAnswer> {
  const { directory, enrolment, clock } = needs
  const first = await directory.card(residentId)
  if (!first) throw notFound()
  const cards = [first, ...(await othersIn(needs, first, user))]
  const devices = (await Promise.all(cards.map((card) => devicesOf(needs, card)))).flat()
  const homes = new Set(cards.map(({ resident }) => resident.id))
  const owing = devices.filter((device) => device.owesProof)
  const walk = enrolment.of(residentId)
  return {
    ...{ now: clock.now(), home: labelOf(first.home), until: walk?.until ?? null, devices },
    people: cards.map(({ resident }) => ({ residentId: resident.id, name: resident.name })),
    waiting: (await waitingIn(needs, { siteId: first.resident.siteId, homes })).slice(0, waitingMost),
    ...{ proven: owing.filter(({ provenAt }) => provenAt !== null).length, owed: owing.length },
  }
}

const waitingMost = 50

/** A couple shares a flat: whoever else the same visit opened. */
async function othersIn({ directory, enrolment, clock }: DeviceNeeds, first: ResidentCard, user: User): Promise<readonly ResidentCard[]> {
  const open = await enrolment.visits.open(clock.now())
  const mine = open.find(({ usedBy, residentIds }) => usedBy === user.id && residentIds.includes(first.resident.id))
  const ids = (mine?.residentIds ?? []).filter((each) => each !== first.resident.id)
  return ids.length === 0 ? [] : directory.cards(ids)
}

async function devicesOf(needs: DeviceNeeds, { resident, devices }: ResidentCard): Promise<FlatDevice[]> {
  const ticked = needs.enrolment.of(resident.id)?.ticked ?? {}
  const carriers = await Promise.all(devices.map(({ gatewayId }) => (gatewayId === null ? null : needs.directory.device(gatewayId))))
  return devices.map((device, index) => {
    const { standing, battery, lastHeardAt } = factsOf(needs, device, carriers[index]?.number ?? 0)
    return {
      ...rowOf(needs.enrolment, device),
      ...{ tickedAt: ticked[device.id] ?? null, standing, batteryPercent: battery?.percent ?? null, heard: lastHeardAt },
      owesProof: owesProof(device.role),
    }
  })
}

/** Behind what stands in this home, or what serves the whole house: never what a neighbour's gateway heard. */
async function waitingIn(needs: DeviceNeeds, { siteId, homes }: { siteId: string; homes: ReadonlySet<string> }) {
  const all = await waiting(needs, [siteId])
  const gateways = new Map(
    await Promise.all(
      [...new Set(all.map(({ gatewayId }) => gatewayId))].map(async (each) => [each, await needs.directory.device(each)] as const),
    ),
  )
  const near = all.filter(({ gatewayId }) => {
    const owner = gateways.get(gatewayId)?.residentId
    return owner === null || (owner !== undefined && homes.has(owner))
  })
  return near.sort((a, b) => b.lastAt - a.lastAt)
}
