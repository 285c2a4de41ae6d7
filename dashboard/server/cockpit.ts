/** 数据舱 over HTTP: every site of one's own in figures, and every home as one digit. What a visitor may not see is left out here, not on the screen. */
import { z } from 'zod'
import type { Site } from '../../domain/people.ts'
import type { WallAlarm } from '../contracts.ts'
import { type Cockpit, type CockpitAlarm, type CockpitHomes, cockpitHomesMost } from '../contracts-maps.ts'
import { mustCover, type Scope, scopeOf } from './access.ts'
import { breathe } from './breathe.ts'
import { openSiteRows, type Row, roundOf, type SiteNeeds, versionOf } from './cockpit-sites.ts'
import { type App, signedIn } from './needs.ts'
import { sendPacked } from './packed.ts'
import type { Picture } from './picture.ts'
import { id, text } from './schemas.ts'
import type { Stream } from './stream.ts'

export type CockpitNeeds = SiteNeeds & { picture: Picture; stream: Stream }

const mode = z.enum(['full', 'show']).default('full')
/** A part of the map: whatever is left out holds all. An empty word is the area that nobody named. */
const where = { city: text(100).optional(), district: text(100).optional(), street: text(100).optional(), siteId: id.optional() }
const query = z.strictObject({ mode, version: z.string().max(80).default(''), ...where })
const homesQuery = z.strictObject({ mode, ...where })
type Where = { [part in keyof typeof where]?: string | undefined }
const config = { needs: 'watch' as const }
const tags = ['cockpit']
const alarmsShown = 60

export function addCockpit(app: App, needs: CockpitNeeds): void {
  const rowsNow = openSiteRows(needs)
  // A platform that started anew counts from the beginning; its count is another.
  const started = needs.clock.now()
  app.get('/api/cockpit', { config: { ...config, look: 'cockpit' }, schema: { querystring: query, tags } }, async (request, reply) => {
    const round = await rowsNow()
    const mine = within(round.rows, scopeOf(signedIn(request).user))
    const version = versionOf(started, mine, round.number)
    // A thousand sites are half a megabyte: who has them already is sent what changed.
    const since = roundOf(request.query.version, version)
    const sites = since === null ? mine : mine.filter((row) => row.since > since)
    const asked = new Set(mine.filter(({ site }) => isIn(site, request.query)).map(({ id }) => id))
    const rest = { alarms: alarmsOf(needs.stream, asked, request.query.mode === 'show'), whole: since === null }
    const head: Pick<Cockpit, 'at' | 'mode' | 'version' | 'alarms' | 'whole'> = {
      ...{ at: needs.clock.now(), mode: request.query.mode, version, ...rest },
    }
    return sendPacked(request, reply, `${JSON.stringify(head).slice(0, -1)},"sites":[${sites.map((row) => row.text).join(',')}]}`)
  })
  app.get('/api/cockpit/homes', { config, schema: { querystring: homesQuery, tags } }, async (request, reply) => {
    const scope = scopeOf(signedIn(request).user)
    const { siteId } = request.query
    if (siteId !== undefined) mustCover(scope, (await needs.directory.siteOf('sites', siteId)) ?? null)
    const asked = within((await rowsNow()).rows, scope).filter(({ site }) => isIn(site, request.query))
    return sendPacked(request, reply, JSON.stringify(await homesOf(needs, asked)))
  })
}

function within(rows: readonly Row[], scope: Scope): readonly Row[] {
  if (scope === 'all') return rows
  const mine = new Set(scope)
  return rows.filter(({ id }) => mine.has(id))
}

const isIn = (site: Site, { city, district, street, siteId }: Where): boolean =>
  (city === undefined || site.city === city) &&
  (district === undefined || site.district === district) &&
  (street === undefined || site.street === street) &&
  (siteId === undefined || site.id === siteId)

/** The most urgent first, then the oldest. */
function alarmsOf(stream: Stream, siteIds: ReadonlySet<string>, masked: boolean): readonly CockpitAlarm[] {
  return [...stream.open().values()]
    .filter(({ alarm }) => siteIds.has(alarm.siteId))
    .sort((a, b) => a.alarm.priority - b.alarm.priority || a.alarm.raisedAt - b.alarm.raisedAt)
    .slice(0, alarmsShown)
    .map(({ alarm, place }: WallAlarm, index): CockpitAlarm => {
      const { siteId, priority, raisedAt } = alarm
      const seen = { siteId, priority, raisedAt, taken: alarm.state !== 'raised', building: place.building, unit: place.unit }
      // The reason of an alarm can be medical: a visitor learns only how urgent it is.
      if (masked) return { ...seen, key: `open-${index}`, reason: null, door: '', person: '' }
      return { ...seen, key: alarm.id, reason: alarm.reason, door: place.door, person: place.person }
    })
}

const activeWithin = 30 * 60_000

/** In the order of the wall: looks are 0 active, 1 quiet, 2 away, 3 offline, 4 attention, 5 urgent. */
async function homesOf({ picture, stream, clock }: CockpitNeeds, rows: readonly Row[]): Promise<CockpitHomes> {
  const now = clock.now()
  const marks = marksOf(stream)
  const found = { sites: [] as [string, number][], buildings: [] as [string, number][], looks: '' }
  // Where there are too many to tell apart only their number is said; the areas below show them.
  for (const [index, { id }] of rows.entries()) {
    if (found.looks.length > cockpitHomesMost) break
    await picture.prepare([id])
    const { residentIds, buildings, states, activeAt, sites } = picture.homes([id])
    for (const [name, homes] of sites) found.sites.push([name, homes])
    for (const run of runsOf(buildings)) found.buildings.push(run)
    const lookOf = (residentId: string, at: number): number => {
      const state = states[at] ?? 0
      const usual = state === 2 ? 3 : state === 1 ? 2 : now - (activeAt[at] ?? 0) < activeWithin ? 0 : 1
      return marks.get(residentId) ?? usual
    }
    found.looks += residentIds.map(lookOf).join('')
    if (index % sitesPerSlice === sitesPerSlice - 1) await breathe()
  }
  if (found.looks.length > cockpitHomesMost) return { at: now, sites: [], buildings: [], looks: '', tooMany: true }
  return { at: now, ...found, tooMany: false }
}

const sitesPerSlice = 10

function marksOf(stream: Stream): ReadonlyMap<string, number> {
  const marks = new Map<string, number>()
  for (const { alarm } of stream.open().values()) {
    if (alarm.priority === 3 || alarm.residentIds.length > 0) continue
    marks.set(alarm.subjectId, Math.max(marks.get(alarm.subjectId) ?? 0, alarm.priority === 1 ? 5 : 4))
  }
  return marks
}

function runsOf(buildings: readonly string[]): readonly [string, number][] {
  const runs: [string, number][] = []
  for (const building of buildings) {
    const last = runs.at(-1)
    if (last?.[0] === building) last[1] += 1
    else runs.push([building, 1])
  }
  return runs
}
