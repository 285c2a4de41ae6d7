/** Enrolment over HTTP: devices that were heard and wait to be claimed, each person inside their own sites. */
import { z } from 'zod'
import { roles } from '../../domain/device.ts'
import type { NewDevice } from '../../domain/enrolment.ts'
import type { WaitingDevice } from '../contracts-enrolment.ts'
import { covers, mustCover, type Scope, scopeOf } from './access.ts'
import { carryOut } from './device-deeds.ts'
import type { EnrolmentNeeds } from './enrolment-parts.ts'
import { addVisits, mustEnter } from './enrolment-visits.ts'
import { addTestWalks } from './enrolment-walk.ts'
import { newId } from './ids.ts'
import { type App, signedIn } from './needs.ts'
import { badField, notFound, refuse } from './refused.ts'
import { type DeviceRow, rowProblem } from './rows.ts'
import { id, text } from './schemas.ts'

const enrol = { needs: 'enrol-devices' as const }
/** The whole list is for the office; a technician sees what is heard in the flat they stand in. */
const config = { needs: 'edit-directory' as const }
const which = { gatewayId: z.string().min(1).max(64), key: z.string().min(1).max(100) }
const hideBody = z.strictObject(which)
const claimBody = z.strictObject({
  ...which,
  residentId: id.nullable().default(null),
  room: text(40).default(''),
  role: z.enum(roles),
  power: z.enum(['mains', 'battery']),
  heartbeatSeconds: z.number().int().min(1).max(604_800).nullable().default(null),
})

export function addEnrolment(app: App, needs: EnrolmentNeeds): void {
  const { enrolment, audit } = needs
  /** Claims under way: two people with one device in their hands make one row of it. */
  const underWay = new Set<string>()
  app.get('/api/new-devices', { config }, async (request): Promise<readonly WaitingDevice[]> => {
    return waiting(needs, scopeOf(signedIn(request).user))
  })
  app.post('/api/new-devices/hide', { config, schema: { body: hideBody } }, async (request, reply) => {
    const { user } = signedIn(request)
    const device = await waitingOne(needs, { ...request.body, scope: scopeOf(user) })
    await audit.record({ userId: user.id, action: 'hide-new-device', subjectId: device.gatewayId, detail: device.key })
    enrolment.hide(device, needs.clock.now())
    return reply.code(204).send()
  })
  app.post('/api/new-devices/claim', { config: enrol, schema: { body: claimBody } }, async (request): Promise<DeviceRow> => {
    const { user } = signedIn(request)
    const { gatewayId, key, residentId } = request.body
    await mustEnter(needs, user, { siteId: (await needs.directory.siteOf('devices', gatewayId)) ?? '', residentId })
    const device = await waitingOne(needs, { gatewayId, key, scope: scopeOf(user) })
    const mark = `${gatewayId}\n${key}`
    if (underWay.has(mark)) throw refuse(409, 'already-claimed', 'Somebody is claiming this device right now.')
    underWay.add(mark)
    try {
      return await claim(needs, { device, asked: request.body, scope: scopeOf(user), userId: user.id })
    } finally {
      underWay.delete(mark)
    }
  })
  addTestWalks(app, needs)
  addVisits(app, needs)
}

/** More than this nobody looks through; and each one is looked up in the list. */
const shownMost = 200

type Waiting = Pick<EnrolmentNeeds, 'enrolment' | 'directory' | 'clock'>

/** Those of the person's sites that are still in no list: what may be of use first, then what was heard last. */
export async function waiting({ enrolment, directory, clock }: Waiting, scope: Scope): Promise<readonly WaitingDevice[]> {
  const siteOf = await gatewaySites({ enrolment, directory })
  const seen = enrolment.all().flatMap((device): WaitingDevice[] => {
    const siteId = siteOf.get(device.gatewayId) ?? null
    // What came by itself belongs to no site: only who sees all of them sees it.
    const isSeen = siteId === null ? scope === 'all' && device.gatewayId === '' : covers(scope, siteId)
    if (!isSeen || enrolment.isHidden(device, clock.now())) return []
    return [{ ...device, siteId: siteId ?? '', guess: enrolment.guess(device) }]
  })
  seen.sort((a, b) => rank(a) - rank(b) || b.lastAt - a.lastAt)
  const found: WaitingDevice[] = []
  for (const device of seen.slice(0, shownMost)) {
    if (await isListed({ enrolment, directory }, device)) enrolment.forget(device)
    else found.push(device)
  }
  return found
}

/** A button in somebody's hand stands above the telephones that pass the house. */
const rank = ({ guess, kinds }: WaitingDevice): number => (guess !== null || kinds.includes('button') ? 0 : 1)

async function gatewaySites({
  enrolment,
  directory,
}: Pick<EnrolmentNeeds, 'enrolment' | 'directory'>): Promise<ReadonlyMap<string, string | null>> {
  const ids = new Set(enrolment.all().map(({ gatewayId }) => gatewayId))
  return new Map(await Promise.all([...ids].map(async (id) => [id, id === '' ? null : await directory.siteOf('devices', id)] as const)))
}

type Which = Pick<NewDevice, 'gatewayId' | 'key'>

async function isListed({ enrolment, directory }: Pick<EnrolmentNeeds, 'enrolment' | 'directory'>, device: Which): Promise<boolean> {
  const { gatewayId, key } = device
  if (gatewayId === '') return (await directory.device(key)) !== null
  const other = enrolment.otherName(device)
  if (await directory.deviceByKey(gatewayId, key)) return true
  return other !== undefined && (await directory.deviceByKey(gatewayId, other)) !== null
}

async function waitingOne(needs: EnrolmentNeeds, asked: { gatewayId: string; key: string; scope: Scope }): Promise<NewDevice> {
  mustCover(asked.scope, await needs.directory.siteOf('devices', asked.gatewayId))
  const device = needs.enrolment.find(asked)
  // Asked first: whoever is a moment too late is told that it is in the list, not that there is none.
  if (await isListed(needs, device ?? asked)) throw listedAlready()
  if (!device) throw notFound()
  return device
}

const listedAlready = () => refuse(409, 'already-claimed', 'This device is in the list already.')

type Claim = { device: NewDevice; asked: z.output<typeof claimBody>; scope: Scope; userId: string }

async function claim(needs: EnrolmentNeeds, { device, asked, scope, userId }: Claim): Promise<DeviceRow> {
  const { enrolment, directory, audit } = needs
  const siteId = await directory.siteOf('devices', device.gatewayId)
  if (siteId === null) throw notFound()
  const { residentId, room, role, power, heartbeatSeconds, key } = asked
  const own = { id: `${role}-${newId().slice(0, 8)}`, siteId, residentId, gatewayId: device.gatewayId }
  const row: DeviceRow = { ...own, family: device.family, key, base: '', role, room, power, heartbeatSeconds }
  const problem = await rowProblem({ directory, table: 'devices', row, scope })
  if (problem) throw badField(problem.column, problem.message)
  const record = audit.line({ userId, action: 'claim-device', subjectId: row.id, detail: `${device.gatewayId} ${key}` })
  const line = { deed: 'claimed' as const, by: userId, residentId, room, detail: role, record }
  try {
    await carryOut(needs, { devices: [row] }, [{ deviceId: row.id, change: {}, line, owesProof: true }])
  } catch (error) {
    // Somebody else claimed it in this very moment.
    if (await isListed(needs, device)) throw listedAlready()
    throw error
  }
  enrolment.describe(row.id, { vendor: device.vendor, model: device.model })
  enrolment.forget(device)
  return row
}
