/** 老人档案 over HTTP: consents, a picture, whether a key-safe code is kept, and what a removal would take along. Each person inside their own sites, each look recorded. */
import { z } from 'zod'
import { consentForms, consentKinds, inForce, photoBytesMax, photoTypeOf } from '../../domain/resident-file.ts'
import { type Clock, instant } from '../../domain/time.ts'
import type { Directory, ResidentFileStore } from '../../store/store.ts'
import type { ResidentFile, Takes } from '../contracts-upkeep.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { newId } from './ids.ts'
import { openLooks } from './looks.ts'
import { type App, signedIn } from './needs.ts'
import { badField, notFound, refuse } from './refused.ts'
import { idParam, needed, rowParams, text } from './schemas.ts'
import type { Signed } from './sessions.ts'

export type FileNeeds = { residentFile: ResidentFileStore; directory: Directory; audit: Audit; clock: Clock }

const edit = { needs: 'edit-directory' as const }
const tags = ['directory']
const consentBody = z.strictObject({
  kind: z.enum(consentKinds),
  form: z.enum(consentForms),
  givenBy: needed(60),
  givenAt: z.number().int().min(0),
  note: text(300).default(''),
})
const withdrawBody = z.strictObject({ by: needed(60) })
/** `at` only keeps browsers from showing an older picture. */
const photoQuery = z.object({ at: z.string().optional() })
const consentParams = idParam.extend({ consentId: z.string().min(1).max(64) })

export function addResidentFile(app: App, needs: FileNeeds): void {
  for (const type of ['image/jpeg', 'image/png', 'image/webp']) {
    app.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: photoBytesMax }, (_request, body, done) => done(null, body))
  }
  addConsents(app, needs)
  addPhoto(app, needs)
  addTakes(app, needs)
}

async function mustBeOurs({ directory }: FileNeeds, { user }: Signed, residentId: string): Promise<void> {
  mustCover(scopeOf(user), await directory.siteOf('residents', residentId))
}

function addConsents(app: App, needs: FileNeeds): void {
  const { residentFile, directory, audit, clock } = needs
  app.get('/api/residents/:id/file', { config: edit, schema: { params: idParam, tags } }, async (request): Promise<ResidentFile> => {
    const signed = signedIn(request)
    const { id } = request.params
    await mustBeOurs(needs, signed, id)
    await audit.attempt({ userId: signed.user.id, action: 'look-resident-file', subjectId: id })
    const homeId = (await directory.row('residents', id))?.homeId ?? ''
    return {
      consents: await residentFile.consents(id),
      photoAt: await residentFile.photoAt(id),
      doorCodeSet: ((await directory.row('homes', homeId))?.doorCode ?? '') !== '',
    }
  })
  const adding = { config: edit, schema: { params: idParam, body: consentBody, tags } }
  app.post('/api/residents/:id/consents', adding, async (request, reply) => {
    const signed = signedIn(request)
    const { id: residentId } = request.params
    await mustBeOurs(needs, signed, residentId)
    const { givenAt, ...given } = request.body
    const now = clock.now()
    if (givenAt > now) throw badField('givenAt', 'must not lie in the future')
    const consent = { id: newId(), residentId, ...given, givenAt: instant(givenAt), recordedBy: signed.user.displayName, recordedAt: now }
    const line = audit.line({ userId: signed.user.id, action: 'add-consent', subjectId: residentId, detail: given.kind })
    if (!(await residentFile.addConsent(consent, line))) throw notFound()
    return reply.code(204).send()
  })
  const withdrawing = { config: edit, schema: { params: consentParams, body: withdrawBody, tags } }
  app.post('/api/residents/:id/consents/:consentId/withdraw', withdrawing, async (request, reply) => {
    const signed = signedIn(request)
    const { id: residentId, consentId } = request.params
    await mustBeOurs(needs, signed, residentId)
    const consent = await residentFile.consent(consentId)
    if (consent?.residentId !== residentId) throw notFound()
    const withdrawn = { at: clock.now(), by: request.body.by, recordedBy: signed.user.displayName }
    const line = audit.line({ userId: signed.user.id, action: 'withdraw-consent', subjectId: residentId, detail: consent.kind })
    if (!(await residentFile.withdraw(consentId, withdrawn, line))) throw refuse(409, 'already-done', 'It was withdrawn before.')
    // What she does not want kept any more is not kept.
    if (consent.kind === 'photo' && !inForce(await residentFile.consents(residentId), 'photo')) await residentFile.removePhoto(residentId)
    return reply.code(204).send()
  })
}

function addPhoto(app: App, needs: FileNeeds): void {
  const { residentFile, audit, clock } = needs
  const isNewLook = openLooks()
  const looking = { config: { needs: 'watch' as const }, schema: { params: idParam, querystring: photoQuery, tags } }
  app.get('/api/residents/:id/photo', looking, async (request, reply) => {
    const signed = signedIn(request)
    const { id } = request.params
    await mustBeOurs(needs, signed, id)
    const photo = await residentFile.photo(id)
    // Also one that could not be taken away when she changed her mind is shown to nobody.
    if (!photo || !inForce(await residentFile.consents(id), 'photo')) throw notFound()
    const look = { userId: signed.user.id, action: 'look-photo', subjectId: id }
    if (isNewLook(`${look.userId} ${id}`, clock.elapsed())) await audit.attempt(look)
    return reply.type(photo.type).header('content-disposition', 'inline; filename="photo"').send(Buffer.from(photo.bytes))
  })
  app.put(
    '/api/residents/:id/photo',
    { config: edit, schema: { params: idParam, tags }, bodyLimit: photoBytesMax },
    async (request, reply) => {
      const signed = signedIn(request)
      const { id } = request.params
      await mustBeOurs(needs, signed, id)
      const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array()
      const type = photoTypeOf(bytes)
      if (!type) throw badField('photo', 'must be a picture: JPEG, PNG or WebP')
      if (!inForce(await residentFile.consents(id), 'photo')) throw refuse(409, 'no-consent', 'She has not agreed to a picture.')
      const line = audit.line({ userId: signed.user.id, action: 'put-photo', subjectId: id })
      if (!(await residentFile.putPhoto(id, { type, bytes, at: clock.now() }, line))) throw notFound()
      return reply.code(204).send()
    },
  )
  app.delete('/api/residents/:id/photo', { config: edit, schema: { params: idParam, tags } }, async (request, reply) => {
    const signed = signedIn(request)
    const { id } = request.params
    await mustBeOurs(needs, signed, id)
    const line = audit.line({ userId: signed.user.id, action: 'remove-photo', subjectId: id })
    if (!(await residentFile.removePhoto(id, line))) throw notFound()
    return reply.code(204).send()
  })
}

/** Before something is removed: what goes with it, what stays behind without it, and what must be moved first. */
function addTakes(app: App, needs: FileNeeds): void {
  const { directory, residentFile } = needs
  app.get('/api/rows/:table/:id/takes', { config: edit, schema: { params: rowParams, tags } }, async (request): Promise<Takes> => {
    const signed = signedIn(request)
    const { table, id } = request.params
    const siteId = await directory.siteOf(table, id)
    mustCover(scopeOf(signed.user), siteId)
    const rows = await directory.rows([siteId ?? ''])
    const residents = rows.residents.filter((row) => (table === 'homes' ? row.homeId === id : table === 'sites'))
    const devices = rows.devices.filter((row) =>
      table === 'residents' ? row.residentId === id : table === 'devices' ? row.gatewayId === id : table === 'sites',
    )
    const isResident = table === 'residents'
    return {
      with: {
        contacts: isResident ? rows.contacts.filter(({ residentId }) => residentId === id).length : 0,
        consents: isResident ? (await residentFile.consents(id)).length : 0,
        photos: isResident && (await residentFile.photoAt(id)) !== null ? 1 : 0,
        plans: isResident ? (await directory.plans()).filter(({ residentId }) => residentId === id).length : 0,
      },
      first: { homes: table === 'sites' ? rows.homes.length : 0, residents: residents.length, devices: devices.length },
      deviceIds: devices.slice(0, 20).map((device) => device.id),
    }
  })
}
