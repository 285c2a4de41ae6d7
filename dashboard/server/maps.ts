/** Maps over HTTP: plans of sites and flats for those who see them, changed by those who keep the directory; outlines by those who keep the sites. */
import { z } from 'zod'
import { type FlatPlan, flatPlanSize, flatRoomsMost, mapBytesMax, type Point, pictureOf } from '../../domain/site-plan.ts'
import { geoJsonOf, readSitePlan } from '../../domain/site-plan-geojson.ts'
import type { Clock } from '../../domain/time.ts'
import type { Directory, MapStore } from '../../store/store.ts'
import type { SitePlanAnswer } from '../contracts-maps.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { badMap, featuresOf } from './maps-geojson.ts'
import { addOutlines } from './maps-outlines.ts'
import { type App, signedIn } from './needs.ts'
import { badField, notFound } from './refused.ts'
import { idParam, needed } from './schemas.ts'
import type { Signed } from './sessions.ts'

export type MapNeeds = { maps: MapStore; directory: Directory; audit: Audit; clock: Clock }

const watch = { needs: 'watch' as const }
const edit = { needs: 'edit-directory' as const }
const tags = ['maps']
const frameQuery = z.strictObject({ frame: z.enum(['earth', 'picture']).default('earth') })
const pointBody = z.strictObject({
  point: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).nullable(),
})
const across = z.number().min(0).max(flatPlanSize.width)
const down = z.number().min(0).max(flatPlanSize.height)
const room = z
  .strictObject({ name: needed(20), x: across, y: down, width: across.min(2), height: down.min(2) })
  .refine((one) => one.x + one.width <= flatPlanSize.width + 0.01 && one.y + one.height <= flatPlanSize.height + 0.01, 'lies outside')
const flatBody = z.strictObject({ plan: z.strictObject({ rooms: z.array(room).min(1).max(flatRoomsMost), door: across }).nullable() })

export function addMaps(app: App, needs: MapNeeds): void {
  addSitePlans(app, needs)
  addPictures(app, needs)
  addPoints(app, needs)
  addFlats(app, needs)
  addOutlines(app, needs)
}

async function mustBeOurs({ directory }: MapNeeds, { user }: Signed, siteId: string): Promise<void> {
  mustCover(scopeOf(user), await directory.siteOf('sites', siteId))
}

async function answerOf({ maps }: MapNeeds, siteId: string): Promise<SitePlanAnswer> {
  const plan = await maps.plan(siteId)
  const picture = await maps.pictureSize(siteId)
  const point: Point | null = (await maps.points()).get(siteId) ?? null
  return { siteId, plan: plan && { frame: plan.frame, features: plan.features }, picture, point }
}

function addSitePlans(app: App, needs: MapNeeds): void {
  const { maps, audit, clock } = needs
  app.get('/api/maps/sites/:id', { config: watch, schema: { params: idParam, tags } }, async (request) => {
    const { id } = request.params
    await mustBeOurs(needs, signedIn(request), id)
    return answerOf(needs, id)
  })
  app.get('/api/maps/sites/:id/geojson', { config: watch, schema: { params: idParam, tags } }, async (request, reply) => {
    const { id } = request.params
    await mustBeOurs(needs, signedIn(request), id)
    const plan = await maps.plan(id)
    if (!plan) throw notFound()
    return reply
      .type('application/geo+json')
      .header('content-disposition', 'attachment; filename="plan.geojson"')
      .send(JSON.stringify(geoJsonOf(plan.features)))
  })
  const putting = { config: edit, schema: { params: idParam, querystring: frameQuery, tags }, bodyLimit: mapBytesMax }
  app.put('/api/maps/sites/:id', putting, async (request) => {
    const signed = signedIn(request)
    const { id } = request.params
    await mustBeOurs(needs, signed, id)
    const { frame } = request.query
    const read = readSitePlan(featuresOf(request.body), frame)
    if (!read.ok) throw badMap(read.problem)
    const line = audit.line({ userId: signed.user.id, action: 'put-site-plan', subjectId: id })
    if (!(await maps.putPlan(id, { frame, features: read.value, at: clock.now() }, line))) throw notFound()
    return answerOf(needs, id)
  })
  app.delete('/api/maps/sites/:id', { config: edit, schema: { params: idParam, tags } }, async (request, reply) => {
    const signed = signedIn(request)
    const { id } = request.params
    await mustBeOurs(needs, signed, id)
    const line = audit.line({ userId: signed.user.id, action: 'remove-site-plan', subjectId: id })
    if (!(await maps.removePlan(id, line))) throw notFound()
    return reply.code(204).send()
  })
}

function addPictures(app: App, needs: MapNeeds): void {
  const { maps, audit, clock } = needs
  for (const type of ['image/jpeg', 'image/png']) {
    if (app.hasContentTypeParser(type)) continue
    app.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: mapBytesMax }, (_request, body, done) => done(null, body))
  }
  app.get('/api/maps/sites/:id/picture', { config: watch, schema: { params: idParam, tags } }, async (request, reply) => {
    const { id } = request.params
    await mustBeOurs(needs, signedIn(request), id)
    const picture = await maps.picture(id)
    if (!picture) throw notFound()
    return reply.type(picture.type).header('content-disposition', 'inline; filename="plan"').send(Buffer.from(picture.bytes))
  })
  const putting = { config: edit, schema: { params: idParam, tags }, bodyLimit: mapBytesMax }
  app.put('/api/maps/sites/:id/picture', putting, async (request, reply) => {
    const signed = signedIn(request)
    const { id } = request.params
    await mustBeOurs(needs, signed, id)
    const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array()
    // By its own first bytes, whatever it was said to be.
    const found = pictureOf(bytes)
    if (!found) throw badField('picture', 'must be a PNG or JPEG of at most 12,000 × 12,000 pixels')
    const line = audit.line({ userId: signed.user.id, action: 'put-site-picture', subjectId: id })
    if (!(await maps.putPicture(id, { ...found, bytes, at: clock.now() }, line))) throw notFound()
    return reply.code(204).send()
  })
}

function addPoints(app: App, needs: MapNeeds): void {
  const { maps, audit } = needs
  const putting = { config: edit, schema: { params: idParam, body: pointBody, tags } }
  app.put('/api/maps/sites/:id/point', putting, async (request, reply) => {
    const signed = signedIn(request)
    const { id } = request.params
    await mustBeOurs(needs, signed, id)
    await maps.putPoint(id, request.body.point, audit.line({ userId: signed.user.id, action: 'put-site-point', subjectId: id }))
    return reply.code(204).send()
  })
}

function addFlats(app: App, needs: MapNeeds): void {
  const { maps, directory, audit } = needs
  const ours = async ({ user }: Signed, homeId: string) => mustCover(scopeOf(user), await directory.siteOf('homes', homeId))
  app.get(
    '/api/maps/homes/:id/flat',
    { config: { ...watch, look: 'flat-plan' }, schema: { params: idParam, tags } },
    async (request): Promise<{ plan: FlatPlan | null }> => {
      const { id } = request.params
      await ours(signedIn(request), id)
      return { plan: await maps.flat(id) }
    },
  )
  app.put('/api/maps/homes/:id/flat', { config: edit, schema: { params: idParam, body: flatBody, tags } }, async (request, reply) => {
    const signed = signedIn(request)
    const { id } = request.params
    await ours(signed, id)
    await maps.putFlat(id, request.body.plan, audit.line({ userId: signed.user.id, action: 'put-flat-plan', subjectId: id }))
    return reply.code(204).send()
  })
}
