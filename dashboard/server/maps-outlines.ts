/** Outlines of areas over HTTP: changed by those who keep the sites, seen by those who have a site in them; of one level as a screen can show it, worked out once for all who ask. */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type DrawnLevel, outlinesAt, simplified } from '../../domain/outlines.ts'
import { type AreaOutline, areaLevels, mapBytesMax } from '../../domain/site-plan.ts'
import { readOutlines } from '../../domain/site-plan-geojson.ts'
import type { Clock } from '../../domain/time.ts'
import type { Directory, MapStore } from '../../store/store.ts'
import { covers, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { breathe } from './breathe.ts'
import { badMap, featuresOf } from './maps-geojson.ts'
import { type App, signedIn } from './needs.ts'
import { askEachTime } from './refused.ts'
import { text } from './schemas.ts'

export type OutlineNeeds = { maps: MapStore; directory: Directory; audit: Audit; clock: Clock }

const packed = promisify(gzip)
const tags = ['maps']
const name = text(100).optional()
/** Without `level`: every corner of every outline, as it was imported. */
const query = z.strictObject({ level: z.enum([...areaLevels, 'site']).optional(), city: name, district: name, street: name })
type Asked = z.output<typeof query>

export function addOutlines(app: App, needs: OutlineNeeds): void {
  const answerTo = openAnswers(needs)
  app.get('/api/maps/outlines', { config: { needs: 'watch' as const }, schema: { querystring: query, tags } }, async (request, reply) =>
    send(request, reply, await answerTo(scopeOf(signedIn(request).user), request.query)),
  )
  const putting = { config: { needs: 'edit-sites' as const }, schema: { tags }, bodyLimit: mapBytesMax }
  app.put('/api/maps/outlines', putting, async (request) => {
    const read = readOutlines(featuresOf(request.body))
    if (!read.ok) throw badMap(read.problem)
    const line = needs.audit.line({ userId: signedIn(request).user.id, action: 'put-outlines', subjectId: '' })
    await needs.maps.putOutlines(read.value, line)
    return { outlines: read.value.length }
  })
}

type Answer = { text: string; packed: Uint8Array; etag: string }

/** A browser that has it already is told so in a few bytes. */
function send(request: FastifyRequest, reply: FastifyReply, { text, packed, etag }: Answer): FastifyReply {
  reply.header('etag', etag).header('cache-control', askEachTime).header('vary', 'accept-encoding, cookie')
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  reply.type('application/json; charset=utf-8')
  if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return reply.send(text)
  return reply.header('content-encoding', 'gzip').send(packed)
}

/** Places of one city, and some people with sites of their own. */
const answersMost = 200

/** Answers are kept while the outlines are the same, by what was asked and whose sites they are. */
function openAnswers(needs: OutlineNeeds): (scope: Scope, asked: Asked) => Promise<Answer> {
  const { maps, directory } = needs
  const answers = new Map<string, Promise<Answer>>()
  let kept: { version: number; outlines: Promise<readonly AreaOutline[]> } | null = null
  const make = async (scope: Scope, asked: Asked): Promise<Answer> => {
    const version = maps.version()
    if (kept?.version !== version) kept = { version, outlines: maps.outlines() }
    const mine = await ofScope(directory, scope, await kept.outlines)
    return answerOf(needs, await drawnFor(mine, { asked, needs }))
  }
  return (scope, asked) => {
    // Which areas are somebody's own changes with the sites; for who sees all of them, with the outlines alone.
    const whose = scope === 'all' ? scope : [directory.version(), ...scope]
    const key = JSON.stringify([maps.version(), whose, asked.level, asked.city, asked.district, asked.street])
    const known = answers.get(key)
    if (known) return known
    if (answers.size >= answersMost) answers.clear()
    const answer = make(scope, asked)
    answers.set(key, answer)
    answer.catch(() => {
      kept = null
      answers.delete(key)
    })
    return answer
  }
}

/** Only the areas in which somebody has a site of her own. */
async function ofScope(directory: Directory, scope: Scope, outlines: readonly AreaOutline[]): Promise<readonly AreaOutline[]> {
  if (scope === 'all') return outlines
  const sites = (await directory.sites()).filter(({ id }) => covers(scope, id))
  return outlines.filter((outline) => sites.some((site) => holds(outline, site)))
}

const holds = ({ level, name, city, district }: AreaOutline, site: Record<AreaOutline['level'], string>): boolean =>
  site[level] === name && (city === '' || city === site.city) && (district === '' || district === site.district)

/** After so long everybody else has a turn. */
const sliceMs = 1

async function drawnFor(outlines: readonly AreaOutline[], { asked, needs }: { asked: Asked; needs: OutlineNeeds }) {
  const { level } = asked
  if (level === undefined) return outlines
  const where: DrawnLevel = { ...asked, level }
  const steps = simplified(outlinesAt(outlines, where))
  let began = needs.clock.elapsed()
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    if (needs.clock.elapsed() - began < sliceMs) continue
    await breathe()
    began = needs.clock.elapsed()
  }
}

/** Written area by area: all of a large city at once would hold everybody up. */
async function answerOf({ clock }: OutlineNeeds, outlines: readonly AreaOutline[]): Promise<Answer> {
  const written: string[] = []
  let began = clock.elapsed()
  for (const outline of outlines) {
    written.push(JSON.stringify(outline))
    if (clock.elapsed() - began < sliceMs) continue
    await breathe()
    began = clock.elapsed()
  }
  const text = `[${written.join(',')}]`
  const body = await packed(text)
  return { text, packed: body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}
