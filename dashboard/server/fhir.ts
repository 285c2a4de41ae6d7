/** FHIR R4 for hospitals and other readers: searches, read only, a page at a time, of own sites alone; each is recorded as a look at whom it is about. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Silence } from '../../alerts/silence.ts'
import type { Alarm } from '../../domain/alarm.ts'
import {
  changedAt,
  communicationOf,
  flagsOf,
  lastActivityOf,
  measuredKinds,
  observationOf,
  type Resource,
  searchset,
  taskOf,
} from '../../domain/fhir.ts'
import { lifeSignSite } from '../../domain/life-sign.ts'
import { before, type Clock, days, hours, type Instant, instant } from '../../domain/time.ts'
import type { CareStore, Directory, ResidentCard, TelemetryStore } from '../../store/store.ts'
import { covers, mustCover, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { bundle, capability, communication, task } from './fhir-shapes.ts'
import { openLooks } from './looks.ts'
import { type App, ownOrigin, signedIn } from './needs.ts'
import { badField, notFound } from './refused.ts'
import { idParam } from './schemas.ts'

export type FhirNeeds = {
  store: CareStore
  directory: Directory
  telemetry: TelemetryStore
  silence: Silence
  audit: Audit
  clock: Clock
}

const config = { needs: 'watch' as const }
const tags = ['fhir']
const base = '/api/fhir'
const countMost = 100
const offsetMost = 10_000
/** How far back alarms and measurements are looked for, unless it is said. */
const usually = { alarms: days(7), observations: hours(24) }
const furthest = { alarms: days(366), observations: days(31) }
const alarmsOfOneMost = 2_000

/** `ge` and a moment with a zone; other comparisons are not known here. */
const since = z
  .string()
  .max(40)
  .transform((text) => Date.parse(text.replace(/^ge/, '')))
  .refine((at) => Number.isFinite(at) && at > 0, 'must be ge and a moment such as ge2026-11-22T08:00:00Z')
  .transform((at): Instant => instant(at))
/** `res-1`, `Patient/res-1`, or `urn:anling:resident|res-1`. */
const patient = z
  .string()
  .max(120)
  .transform((text) => text.split(/[|/]/).at(-1) ?? '')
const paging = {
  _count: z.coerce.number().int().min(1).max(countMost).default(50),
  _offset: z.coerce.number().int().min(0).max(offsetMost).default(0),
}
const alarmQuery = z.object({ patient: patient.optional(), _lastUpdated: since.optional(), ...paging })
const flagQuery = z.object({ patient, ...paging })
const observationQuery = z.object({ patient, date: since.optional(), ...paging })

type Paging = { _count: number; _offset: number }
type Look = (request: FastifyRequest, type: string, subjects: readonly string[]) => Promise<void>
type Looking = FhirNeeds & { look: Look }

export function addFhir(app: App, needs: FhirNeeds): void {
  const isNewLook = openLooks()
  const look: Look = async (request, type, subjects) => {
    const { user } = signedIn(request)
    for (const subjectId of new Set(subjects)) {
      if (isNewLook(`${user.id} ${type} ${subjectId}`, needs.clock.elapsed()))
        await needs.audit.attempt({ userId: user.id, action: `look-fhir-${type.toLowerCase()}`, subjectId })
    }
  }
  const looking = { ...needs, look }
  addAlarmResources(app, looking, { type: 'Communication', shape: communication, of: communicationOf })
  addAlarmResources(app, looking, { type: 'Task', shape: task, of: taskOf })
  addFlags(app, looking)
  addObservations(app, looking)
  addCapability(app, needs)
}

type AlarmResource = { type: 'Communication' | 'Task'; shape: typeof communication | typeof task; of: (alarm: Alarm) => Resource }

function addAlarmResources(app: App, needs: Looking, { type, shape, of }: AlarmResource): void {
  const summary = `${type}: one for each alarm of the own sites, open ones first, then those closed lately; FHIR R4.`
  const schema = { querystring: alarmQuery, response: { 200: bundle }, summary, tags }
  app.get(`${base}/${type}`, { config, schema }, async (request, reply) => {
    const found = await alarmsFor(needs, scopeOf(signedIn(request).user), request.query)
    const shown = found.slice(request.query._offset, request.query._offset + request.query._count)
    await needs.look(
      request,
      type,
      shown.map(({ subjectId }) => subjectId),
    )
    return sendPage(request, reply, { resources: found.map(of), paging: request.query, at: needs.clock.now() })
  })
  const one = { params: idParam, response: { 200: shape }, summary: `The ${type} of one alarm.`, tags }
  app.get(`${base}/${type}/:id`, { config, schema: one }, async (request, reply) => {
    const alarm = await needs.store.alarm(request.params.id)
    mustCover(scopeOf(signedIn(request).user), alarm?.siteId ?? null)
    if (!alarm) throw notFound()
    await needs.look(request, type, [alarm.subjectId])
    return asFhir(reply).send(of(alarm) as never)
  })
}

type AlarmQuery = z.output<typeof alarmQuery>

/** Open ones first, then the ones closed last; one more than the page needs. */
async function alarmsFor({ store, directory, clock }: FhirNeeds, scope: Scope, asked: AlarmQuery): Promise<readonly Alarm[]> {
  const { patient: residentId, _lastUpdated, _count, _offset } = asked
  const now = clock.now()
  const from = _lastUpdated ?? before(now, usually.alarms)
  if (from < before(now, furthest.alarms)) throw badField('_lastUpdated', 'at most one year back')
  const isAsked = (alarm: Alarm) => alarm.siteId !== lifeSignSite && (alarm.state !== 'resolved' || changedAt(alarm) >= from)
  if (residentId !== undefined) {
    mustCover(scope, await directory.siteOf('residents', residentId))
    const all = await store.alarmsOf(residentId, alarmsOfOneMost)
    // What happened while she lived elsewhere is that site's to show.
    return [...all].filter((alarm) => covers(scope, alarm.siteId) && isAsked(alarm)).sort((a, b) => rank(a) - rank(b))
  }
  const [open, closed] = await Promise.all([store.openAlarms(scope), store.resolvedSince(scope, from, _offset + _count + 1)])
  return [...open, ...closed].filter(isAsked)
}

const rank = ({ state }: Alarm): number => (state === 'resolved' ? 1 : 0)

async function cardFor({ directory }: FhirNeeds, request: FastifyRequest, residentId: string): Promise<ResidentCard> {
  const card = await directory.card(residentId)
  mustCover(scopeOf(signedIn(request).user), card?.resident.siteId ?? null)
  if (!card) throw notFound()
  return card
}

function addFlags(app: App, needs: Looking): void {
  const summary = 'Flag: what a responder must know of one person; FHIR R4.'
  const schema = { querystring: flagQuery, response: { 200: bundle }, summary, tags }
  app.get(`${base}/Flag`, { config, schema }, async (request, reply) => {
    const { resident } = await cardFor(needs, request, request.query.patient)
    await needs.look(request, 'Flag', [resident.id])
    return sendPage(request, reply, { resources: flagsOf(resident), paging: request.query, at: needs.clock.now() })
  })
}

function addObservations(app: App, needs: Looking): void {
  const { telemetry, silence, clock } = needs
  const summary = 'Observation: when one person was last active, then what was measured of her since `date`, oldest first; FHIR R4.'
  const schema = { querystring: observationQuery, response: { 200: bundle }, summary, tags }
  app.get(`${base}/Observation`, { config, schema }, async (request, reply) => {
    const { resident } = await cardFor(needs, request, request.query.patient)
    const { date, _count, _offset } = request.query
    const now = clock.now()
    const from = date ?? before(now, usually.observations)
    if (from < before(now, furthest.observations)) throw badField('date', 'at most 31 days back')
    await needs.look(request, 'Observation', [resident.id])
    const kinds = new Set(measuredKinds)
    const readings = await telemetry.readings({ resident: resident.number, from, to: now, limit: readingsMost })
    const measured = readings.filter(({ kind }) => kinds.has(kind)).slice(0, _offset + _count + 1)
    const lastAt = silence.lastActiveAt(resident.number)
    const resources = [
      ...(lastAt === 0 ? [] : [lastActivityOf(resident.id, lastAt)]),
      ...measured.flatMap((reading) => observationOf(resident.id, reading) ?? []),
    ]
    return sendPage(request, reply, { resources, paging: request.query, at: now })
  })
}

/** Readings of one person that are looked through for what was measured of her body. */
const readingsMost = 100_000

const asFhir = (reply: FastifyReply): FastifyReply => reply.type('application/fhir+json; charset=utf-8')

type Found = { resources: readonly Resource[]; paging: Paging; at: Instant }

function sendPage(request: FastifyRequest, reply: FastifyReply, { resources, paging: { _count, _offset }, at }: Found): FastifyReply {
  const { origin } = ownOrigin(request)
  const self = new URL(request.url, origin)
  const next = new URL(self)
  next.searchParams.set('_offset', String(_offset + _count))
  const isMore = resources.length > _offset + _count && _offset + _count <= offsetMost
  const page = { base: `${origin}${base}`, self: self.href, next: isMore ? next.href : null, at }
  return asFhir(reply).send(searchset(resources.slice(_offset, _offset + _count), page))
}

/** Readers ask for this first. It says nothing about anybody. */
function addCapability(app: App, { clock }: Pick<FhirNeeds, 'clock'>): void {
  const param = (name: string, type: string) => ({ name, type })
  const searched = (type: string, params: readonly ReturnType<typeof param>[], reads: boolean) => ({
    type,
    interaction: [{ code: 'search-type' }, ...(reads ? [{ code: 'read' }] : [])],
    searchParam: [param('patient', 'reference'), ...params],
  })
  const schema = { response: { 200: capability }, summary: 'What of FHIR is served here.', tags }
  app.get(`${base}/metadata`, { config: { needs: 'nobody' }, schema }, async (_request, reply) =>
    asFhir(reply).send({
      ...{ resourceType: 'CapabilityStatement', status: 'active', date: new Date(clock.now()).toISOString(), kind: 'instance' },
      ...{ software: { name: 'Anling' }, fhirVersion: '4.0.1', format: ['application/fhir+json'] },
      rest: [
        {
          mode: 'server',
          resource: [
            searched('Communication', [param('_lastUpdated', 'date')], true),
            searched('Task', [param('_lastUpdated', 'date')], true),
            searched('Flag', [], false),
            searched('Observation', [param('date', 'date')], false),
          ],
        },
      ],
    } as never),
  )
}
