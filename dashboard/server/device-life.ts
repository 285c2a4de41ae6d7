/** The life of a device over HTTP: moved, replaced, retired, brought back, reset; and its credentials, two valid while they change. */
import { z } from 'zod'
import type { KnownDevice } from '../../domain/device.ts'
import type { DeedStep, DeviceLife, LifeDeed } from '../../domain/enrolment-life.ts'
import type { User } from '../../store/store.ts'
import type { DeviceCredential } from '../contracts-devices.ts'
import { mustCover, scopeOf } from './access.ts'
import { carryOut } from './device-deeds.ts'
import { credentialOf } from './device-life-credential.ts'
import { addDeviceFacts } from './device-life-facts.ts'
import { addReminderWishes } from './device-life-reminders.ts'
import type { DeviceNeeds } from './enrolment-parts.ts'
import { mustEnter, mustEnterHomeOf } from './enrolment-visits.ts'
import { type App, ownOrigin, signedIn } from './needs.ts'
import { badField, notFound, refuse } from './refused.ts'
import type { DeviceRow } from './rows.ts'
import { id, idParam, text } from './schemas.ts'
import { addTechnician } from './technician.ts'

const config = { needs: 'enrol-devices' as const }
const moveBody = z.strictObject({ residentId: id.nullable(), room: text(40).default('') })
const replaceBody = z.strictObject({ by: id })
const whyBody = z.strictObject({ why: text(200).default('') }).nullish()

export function addDevices(app: App, needs: DeviceNeeds): void {
  addTechnician(app, needs)
  addDeviceFacts(app, needs)
  addReminderWishes(app, needs)
  addCredentials(app, needs)
  const options = { config, schema: { params: idParam } }
  app.post('/api/devices/:id/move', { config, schema: { params: idParam, body: moveBody } }, async (request, reply) => {
    const { user } = signedIn(request)
    const device = await mine(needs, user, request.params.id)
    const { residentId, room } = request.body
    if (residentId !== null) await mustEnterHomeOf(needs, user, residentId)
    if (residentId !== null && (await needs.directory.siteOf('residents', residentId)) !== device.siteId)
      throw badField('residentId', 'lives at another site: reset the device and claim it there')
    await move(needs, { device, user, residentId, room })
    return reply.code(204).send()
  })
  app.post('/api/devices/:id/replace', { config, schema: { params: idParam, body: replaceBody } }, async (request, reply) => {
    const { user } = signedIn(request)
    const [old, fresh] = [await mine(needs, user, request.params.id), await mine(needs, user, request.body.by)]
    await replace(needs, { old, fresh, user })
    return reply.code(204).send()
  })
  app.post('/api/devices/:id/retire', { config, schema: { params: idParam, body: whyBody } }, async (request, reply) => {
    const { user } = signedIn(request)
    const device = await mine(needs, user, request.params.id)
    await retire(needs, { device, user, deed: 'retired', detail: request.body?.why ?? '' })
    return reply.code(204).send()
  })
  app.post('/api/devices/:id/restore', options, async (request, reply) => {
    const { user } = signedIn(request)
    await restore(needs, await mine(needs, user, request.params.id), user)
    return reply.code(204).send()
  })
  app.post('/api/devices/:id/reset', options, async (request, reply) => {
    const { user } = signedIn(request)
    await reset(needs, await mine(needs, user, request.params.id), user)
    return reply.code(204).send()
  })
}

/** The device, if this person may touch it where it stands, or stood last. */
async function mine(needs: DeviceNeeds, user: User, deviceId: string): Promise<KnownDevice> {
  const device = await needs.directory.device(deviceId)
  if (!device) throw notFound()
  const residentId = device.residentId ?? needs.enrolment.life(deviceId).lastResidentId
  await mustEnter(needs, user, { siteId: device.siteId, residentId })
  return device
}

type By = { device: KnownDevice; user: User }
const homeOf = ({ residentId, residentNumber, room, heartbeatSeconds }: KnownDevice): Partial<DeviceLife> => ({
  ...{ lastResidentId: residentId, lastResidentNumber: residentNumber, lastRoom: room, lastHeartbeatSeconds: heartbeatSeconds },
})
const rowOf = ({ number: _, residentNumber: __, retired: ___, ...row }: KnownDevice): DeviceRow => row

const lineOf = ({ audit }: DeviceNeeds, { device, user }: By, deed: LifeDeed) =>
  audit.line({ userId: user.id, action: `device-${deed}`, subjectId: device.id, detail: device.residentId ?? '' })

/** Into another home, or another room. In a new place it must be proven anew; its history keeps the place it left. */
async function move(needs: DeviceNeeds, { device, user, residentId, room }: By & { residentId: string | null; room: string }) {
  const record = lineOf(needs, { device, user }, 'moved')
  const left = { residentId: device.residentId, room: device.room, detail: `${residentId ?? ''} ${room}` }
  const step: DeedStep = {
    ...{ deviceId: device.id, change: { state: 'in-use', ...homeOf(device) }, owesProof: device.residentId !== residentId },
    line: { deed: 'moved', by: user.id, ...left, record },
  }
  await carryOut(needs, { devices: [{ ...rowOf(device), residentId, room }] }, [step])
}

/** The new device stands in the old one's place and must be proven; the old one is retired in the same breath. */
async function replace(needs: DeviceNeeds, { old, fresh, user }: { old: KnownDevice; fresh: KnownDevice; user: User }) {
  if (old.id === fresh.id) throw badField('by', 'a device cannot replace itself')
  if (old.siteId !== fresh.siteId) throw badField('by', 'belongs to another site')
  if (old.role === 'gateway') throw badField('by', 'a gateway carries others: claim the new one, then let each device join it')
  const { residentId, role } = old
  const room = fresh.room === '' ? old.room : fresh.room
  const heartbeatSeconds = fresh.heartbeatSeconds ?? old.heartbeatSeconds
  const record = lineOf(needs, { device: fresh, user }, 'replaced')
  const step: DeedStep = {
    ...{ deviceId: fresh.id, change: { state: 'in-use', replaces: old.id }, owesProof: fresh.residentId !== residentId },
    line: { deed: 'replaced', by: user.id, residentId, room, detail: old.id, record },
  }
  const out = retiring(needs, { device: old, user, deed: 'replaced', detail: fresh.id })
  await carryOut(needs, { devices: [{ ...rowOf(fresh), residentId, role, room, heartbeatSeconds }, out.row] }, [step, out.step])
}

type Retiring = By & { deed: 'retired' | 'replaced'; detail: string }

async function retire(needs: DeviceNeeds, of: Retiring) {
  const { row, step } = retiring(needs, of)
  await carryOut(needs, { devices: [row] }, [step])
}

/**
 * Out of its home: no longer watched, no longer shown there. It keeps its credential and its gateway, so that a press of the pendant that
 * stayed in the drawer still rings: at the home it was in last, marked as retired.
 */
function retiring(needs: DeviceNeeds, { device, user, deed, detail }: Retiring): { row: DeviceRow; step: DeedStep } {
  const { enrolment, clock } = needs
  if (enrolment.life(device.id).state !== 'in-use') throw refuse(409, 'already-retired', 'This device is not in use.')
  const change = { state: 'retired' as const, since: clock.now(), ...homeOf(device), replacedBy: deed === 'replaced' ? detail : null }
  const record = lineOf(needs, { device, user }, 'retired')
  const line = { deed, by: user.id, residentId: device.residentId, room: device.room, detail, record }
  return { row: { ...rowOf(device), residentId: null, heartbeatSeconds: null }, step: { deviceId: device.id, change, line } }
}

/** Back into the home it was in. */
async function restore(needs: DeviceNeeds, device: KnownDevice, user: User) {
  const { enrolment, directory, clock } = needs
  const { state, lastResidentId, lastRoom: room, lastHeartbeatSeconds: heartbeatSeconds } = enrolment.life(device.id)
  if (state !== 'retired') throw refuse(409, 'not-retired', 'Only a retired device can be brought back.')
  const isThere = lastResidentId !== null && (await directory.siteOf('residents', lastResidentId)) === device.siteId
  const residentId = isThere ? lastResidentId : null
  const record = lineOf(needs, { device, user }, 'restored')
  const step: DeedStep = {
    ...{ deviceId: device.id, change: { state: 'in-use', since: clock.now(), replacedBy: null }, owesProof: true },
    line: { deed: 'restored', by: user.id, residentId, room, detail: '', record },
  }
  await carryOut(needs, { devices: [{ ...rowOf(device), residentId, room, heartbeatSeconds }] }, [step])
}

/** For another home: nothing of this one stays in it. Its credentials end now, and behind its gateway it is unknown again. */
async function reset(needs: DeviceNeeds, device: KnownDevice, user: User) {
  const { directory, clock } = needs
  if ((await directory.devices([device.siteId])).some(({ gatewayId }) => gatewayId === device.id))
    throw refuse(409, 'still-used', 'It carries other devices: move or reset those first.')
  const past = device.residentId === null ? {} : homeOf(device)
  const record = lineOf(needs, { device, user }, 'reset')
  const step: DeedStep = {
    ...{ deviceId: device.id, owesProof: true },
    change: { state: 'stock', since: clock.now(), ...past, rotatedAt: null, replacedBy: null },
    line: { deed: 'reset', by: user.id, residentId: device.residentId, room: device.room, detail: '', record },
  }
  const to = { residentId: null, gatewayId: null, key: device.id, room: '', heartbeatSeconds: null }
  await carryOut(needs, { devices: [{ ...rowOf(device), ...to }], revoke: device.id }, [step])
}

/** One more credential, shown once; the former one stays valid until the new one was used, or for a week. And none at all, at once. */
function addCredentials(app: App, needs: DeviceNeeds): void {
  const { directory, enrolment, audit } = needs
  const options = { config: { needs: 'edit-directory' as const }, schema: { params: idParam } }
  app.post('/api/devices/:id/credential', options, async (request): Promise<DeviceCredential> => {
    const { user } = signedIn(request)
    const deviceId = request.params.id
    const device = await directory.device(deviceId)
    mustCover(scopeOf(user), device?.siteId ?? null)
    const token = await needs.newDeviceToken(deviceId, audit.line({ userId: user.id, action: 'new-device-token', subjectId: deviceId }))
    return credentialOf({ deviceId, token, origin: ownOrigin(request).origin, mqtt: needs.mqtt?.() })
  })
  app.post('/api/devices/:id/revoke', options, async (request, reply) => {
    const { user } = signedIn(request)
    const deviceId = request.params.id
    const device = await directory.device(deviceId)
    mustCover(scopeOf(user), device?.siteId ?? null)
    // Cut first: what is written about it may fail.
    await directory.revokeCredentials(deviceId, audit.line({ userId: user.id, action: 'revoke-device-tokens', subjectId: deviceId }))
    const line = { deed: 'revoked' as const, by: user.id, residentId: device?.residentId ?? null, room: device?.room ?? '', detail: '' }
    await enrolment.live(deviceId, { rotatedAt: null }, line)
    return reply.code(204).send()
  })
}
