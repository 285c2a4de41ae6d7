/** How a terminal made for another platform may log in: its name over there, and the secret its firmware computes passwords from. The secret is taken and never shown again. */
import { z } from 'zod'
import type { KnownDevice } from '../../domain/device.ts'
import { vendorBase, vendorSchemes, vendorSecret } from '../../domain/vendor-login.ts'
import type { User } from '../../store/store.ts'
import type { VendorLoginAnswer } from '../contracts-devices.ts'
import { put } from './directory.ts'
import type { DeviceNeeds, VendorDesk } from './enrolment-parts.ts'
import { mustEnter } from './enrolment-visits.ts'
import { type App, signedIn } from './needs.ts'
import { badField, notFound, refuse } from './refused.ts'
import type { DeviceRow } from './rows.ts'
import { idParam } from './schemas.ts'

const rowOf = ({ number: _, residentNumber: __, retired: ___, ...row }: KnownDevice): DeviceRow => row

const config = { needs: 'enrol-devices' as const }
const body = z.strictObject({
  scheme: z.enum(vendorSchemes),
  product: z.string().trim().max(64).default(''),
  device: z.string().trim().min(1).max(64),
  secret: z.string().trim().min(1).max(400),
})

export function addVendorLogin(app: App, needs: DeviceNeeds, vendors: VendorDesk): void {
  const { directory, enrolment, audit } = needs
  const mine = async (user: User, deviceId: string): Promise<KnownDevice> => {
    const device = await directory.device(deviceId)
    if (!device) throw notFound()
    await mustEnter(needs, user, { siteId: device.siteId, residentId: device.residentId })
    return device
  }
  app.get('/api/devices/:id/vendor-login', { config, schema: { params: idParam } }, async (request): Promise<VendorLoginAnswer> => {
    const { id } = await mine(signedIn(request).user, request.params.id)
    return answerOf(vendors, id)
  })
  app.post('/api/devices/:id/vendor-login', { config, schema: { params: idParam, body } }, async (request): Promise<VendorLoginAnswer> => {
    const { user } = signedIn(request)
    const device = await mine(user, request.params.id)
    const { secret, ...name } = request.body
    const checked = vendorSecret(name, secret)
    if ('problem' in checked) throw badField(checked.field, checked.problem)
    if (device.family !== 'thing-model') throw badField('scheme', 'only a device of the family thing-model speaks so')
    const base = vendorBase(name)
    const line = audit.line({ userId: user.id, action: 'put-vendor-login', subjectId: device.id, detail: name.scheme })
    if (!(await vendors.put({ ...name, deviceId: device.id, secret: checked.bytes }, line)))
      throw refuse(409, 'already-claimed', 'Another device has that name on that platform.')
    if (device.base !== base)
      await put(
        directory,
        { devices: [{ ...rowOf(device), base }] },
        audit.line({ userId: user.id, action: 'device-base', subjectId: device.id, detail: base }),
      )
    const { residentId, room } = device
    await enrolment.live(device.id, {}, { deed: 'rotated', by: user.id, residentId, room, detail: name.scheme })
    return answerOf(vendors, device.id)
  })
  app.delete('/api/devices/:id/vendor-login', { config, schema: { params: idParam } }, async (request, reply) => {
    const { user } = signedIn(request)
    const { id, residentId, room } = await mine(user, request.params.id)
    if (!(await vendors.remove(id, audit.line({ userId: user.id, action: 'remove-vendor-login', subjectId: id })))) throw notFound()
    await enrolment.live(id, {}, { deed: 'revoked', by: user.id, residentId, room, detail: 'vendor login' })
    return reply.code(204).send()
  })
}

function answerOf(vendors: VendorDesk, deviceId: string): VendorLoginAnswer {
  const login = vendors.of(deviceId)
  return login && { ...login, base: vendorBase(login) }
}
