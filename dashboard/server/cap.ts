/** Alarms as CAP 1.2 messages, read only: one alarm, and what stands at a site as an Atom feed. Own sites only; each look is recorded. */
import { z } from 'zod'
import { capFeed, capOf } from '../../domain/cap.ts'
import { before, type Clock, hours } from '../../domain/time.ts'
import type { CareStore, Directory } from '../../store/store.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { openLooks } from './looks.ts'
import { type App, ownOrigin, signedIn } from './needs.ts'
import { isArea } from './places.ts'
import { notFound } from './refused.ts'
import { idParam } from './schemas.ts'

export type CapNeeds = { store: CareStore; directory: Directory; audit: Audit; clock: Clock }

const config = { needs: 'watch' as const }
const tags = ['cap']
const feedMost = 500
const closedShown = hours(24)
const capQuery = z.object({ address: z.enum(['true', 'false']).default('false').describe('With the address of the home.') })

export function addCap(app: App, needs: CapNeeds): void {
  const isNewLook = openLooks()
  addMessage(app, { ...needs, isNewLook })
  addFeed(app, { ...needs, isNewLook })
}

type Looking = CapNeeds & { isNewLook: ReturnType<typeof openLooks> }

function addMessage(app: App, { store, directory, audit, clock, isNewLook }: Looking): void {
  const summary = 'The alarm as it stands, as a CAP 1.2 message (application/cap+xml).'
  const schema = { params: idParam, querystring: capQuery, summary, tags }
  app.get('/api/alarms/:id/cap.xml', { config, schema }, async (request, reply) => {
    const { user } = signedIn(request)
    const alarm = await store.alarm(request.params.id)
    mustCover(scopeOf(user), alarm?.siteId ?? null)
    if (!alarm) throw notFound()
    const withAddress = request.query.address === 'true'
    const [site, card] = await Promise.all([
      directory.site(alarm.siteId),
      withAddress && !isArea(alarm) ? directory.card(alarm.subjectId) : null,
    ])
    // Somebody who moved to another site since then is that site's to show.
    const home = card?.resident.siteId === alarm.siteId ? card.home : null
    const detail = `${alarm.id}${home ? ' with address' : ''}`
    if (isNewLook(`${user.id} ${detail} ${alarm.state}`, clock.elapsed()))
      await audit.attempt({ userId: user.id, action: 'look-alarm-cap', subjectId: alarm.subjectId, detail })
    const { origin } = ownOrigin(request)
    const about = { site, home, sender: new URL(origin).hostname, webUrl: `${origin}/api/alarms/${alarm.id}/cap.xml` }
    return reply.type('application/cap+xml; charset=utf-8').send(capOf(alarm, about))
  })
}

function addFeed(app: App, { store, directory, audit, clock, isNewLook }: Looking): void {
  const summary = 'Open alarms of a site and those closed in the last 24 hours, as an Atom feed of CAP messages.'
  app.get('/api/sites/:id/cap.atom', { config, schema: { params: idParam, summary, tags } }, async (request, reply) => {
    const { user } = signedIn(request)
    const { id } = request.params
    const site = await directory.site(id)
    mustCover(scopeOf(user), site?.id ?? null)
    if (!site) throw notFound()
    const now = clock.now()
    const [open, closed] = await Promise.all([store.openAlarms([id]), store.resolvedSince([id], before(now, closedShown), feedMost)])
    if (isNewLook(`${user.id} feed ${id}`, clock.elapsed()))
      await audit.attempt({ userId: user.id, action: 'look-cap-feed', subjectId: id })
    const { origin } = ownOrigin(request)
    const entries = [...open, ...closed].slice(0, feedMost).map((alarm) => ({ alarm, url: `${origin}/api/alarms/${alarm.id}/cap.xml` }))
    const url = `${origin}/api/sites/${id}/cap.atom`
    return reply.type('application/atom+xml; charset=utf-8').send(capFeed(entries, { id: url, title: site.name, url, at: now }))
  })
}
