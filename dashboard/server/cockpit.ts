/** 数据舱 over HTTP: every site of one's own in figures, and every home as one digit. What a visitor may not see is left out here, not on the screen. */
import { z } from 'zod'
import { lifeSignSite } from '../../domain/life-sign.ts'
import type { Site } from '../../domain/people.ts'
import { seconds } from '../../domain/time.ts'
import type { MapStore } from '../../store/store.ts'
import type { WallAlarm } from '../contracts.ts'
import type { Cockpit, CockpitAlarm, CockpitHomes, CockpitSite } from '../contracts-maps.ts'
import { covers, mustCover, type Scope, scopeOf } from './access.ts'
import { nothingAnswered, openSums, type SumNeeds } from './cockpit-sums.ts'
import type { Figures } from './figures.ts'
import { type App, signedIn } from './needs.ts'
import type { Picture } from './picture.ts'
import { id } from './schemas.ts'
import type { Stream } from './stream.ts'

export type CockpitNeeds = SumNeeds & {
  maps: MapStore
  stream: Stream
  figures: Figures
  picture: Picture
  /** How many desks are on watch for a site. */
  seatsOn: (siteId: string) => number
}

const mode = z.enum(['full', 'show']).default('full')
const query = z.strictObject({ mode, version: z.string().max(40).default('') })
const homesQuery = z.strictObject({ mode, siteId: id.optional() })
const config = { needs: 'watch' as const }
const tags = ['cockpit']
const freshFor = seconds(2)
const alarmsShown = 60

export function addCockpit(app: App, needs: CockpitNeeds): void {
  const sitesNow = openSites(needs)
  app.get('/api/cockpit', { config, schema: { querystring: query, tags } }, async (request): Promise<Cockpit> => {
    const scope = scopeOf(signedIn(request).user)
    const { mode } = request.query
    const now = await sitesNow()
    const mine = now.sites.filter((site) => covers(scope, site.id))
    const version = `${now.version}-${mine.length}`
    // A thousand sites are half a megabyte: who has them already is told so.
    const sites = request.query.version === version ? null : mine
    return { at: needs.clock.now(), mode, version, sites, alarms: alarmsOf(needs.stream, scope, mode === 'show') }
  })
  app.get('/api/cockpit/homes', { config, schema: { querystring: homesQuery, tags } }, async (request): Promise<CockpitHomes> => {
    const scope = scopeOf(signedIn(request).user)
    const { siteId } = request.query
    if (siteId !== undefined) mustCover(scope, (await needs.directory.siteOf('sites', siteId)) ?? null)
    const asked = siteId === undefined ? scope : [siteId]
    await needs.picture.prepare(asked)
    return homesOf(needs, asked)
  })
}

/** All sites in figures, added up once for everybody who asks within two seconds. */
type SitesNow = { version: string; sites: readonly CockpitSite[] }

function openSites(needs: CockpitNeeds): () => Promise<SitesNow> {
  const { clock } = needs
  const sums = openSums(needs)
  let kept: { at: number; value: Promise<SitesNow> } | null = null
  // A platform that started anew may count from the beginning; its count is another.
  const started = needs.clock.now()
  let last = { text: '', count: 0 }
  const versioned = (sites: readonly CockpitSite[]): SitesNow => {
    const text = JSON.stringify(sites)
    if (text !== last.text) last = { text, count: last.count + 1 }
    return { version: `${started}-${last.count}`, sites }
  }
  const add = async () => {
    const [registers, answers, points] = [await sums.registers(), await sums.answers(), await needs.maps.points()]
    const open = openBySite(needs.stream)
    const sites = (await needs.directory.sites()).filter((site) => site.id !== lifeSignSite)
    return sites.map(({ id, name, street, district, city, timeZone }: Site): CockpitSite => {
      const { residents, devices, buttons } = registers.get(id) ?? { residents: 0, devices: [], buttons: [] }
      return {
        ...{ id, name, street, district, city, timeZone, residents },
        point: points.get(id) ?? null,
        ...(open.get(id) ?? { open: [0, 0, 0] as const, waiting: 0 }),
        seats: needs.seatsOn(id),
        devices: {
          total: devices.length,
          silent: devices.filter((number) => needs.silence.isSilent(number)).length,
          buttons: buttons.length,
          proven: needs.figures.proven(buttons),
        },
        ...(answers.get(id) ?? { day: nothingAnswered, week: nothingAnswered }),
      }
    })
  }
  return () => {
    if (kept && clock.elapsed() - kept.at < freshFor) return kept.value
    const value = add().then(versioned)
    kept = { at: clock.elapsed(), value }
    value.catch(() => {
      kept = null
    })
    return value
  }
}

type Open = { open: readonly [number, number, number]; waiting: number }

function openBySite(stream: Stream): ReadonlyMap<string, Open> {
  const found = new Map<string, Open>()
  for (const { alarm } of stream.open().values()) {
    const { open, waiting } = found.get(alarm.siteId) ?? { open: [0, 0, 0] as const, waiting: 0 }
    const [one, two, three] = open
    const { priority } = alarm
    found.set(alarm.siteId, {
      open: [one + (priority === 1 ? 1 : 0), two + (priority === 2 ? 1 : 0), three + (priority === 3 ? 1 : 0)],
      waiting: waiting + (alarm.state === 'raised' ? 1 : 0),
    })
  }
  return found
}

/** The most urgent first, then the oldest. */
function alarmsOf(stream: Stream, scope: Scope, masked: boolean): readonly CockpitAlarm[] {
  return [...stream.open().values()]
    .filter(({ alarm }) => covers(scope, alarm.siteId))
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
function homesOf({ picture, stream, clock }: CockpitNeeds, scope: Scope): CockpitHomes {
  const now = clock.now()
  const { residentIds, buildings, states, activeAt, sites } = picture.homes(scope)
  const marks = new Map<string, number>()
  for (const { alarm } of stream.open().values()) {
    if (!covers(scope, alarm.siteId) || alarm.priority === 3 || alarm.residentIds.length > 0) continue
    marks.set(alarm.subjectId, Math.max(marks.get(alarm.subjectId) ?? 0, alarm.priority === 1 ? 5 : 4))
  }
  const runs: [string, number][] = []
  for (const building of buildings) {
    const last = runs.at(-1)
    if (last?.[0] === building) last[1] += 1
    else runs.push([building, 1])
  }
  const lookOf = (id: string, index: number): number => {
    const state = states[index] ?? 0
    const usual = state === 2 ? 3 : state === 1 ? 2 : now - (activeAt[index] ?? 0) < activeWithin ? 0 : 1
    return marks.get(id) ?? usual
  }
  return { at: now, sites, buildings: runs, looks: residentIds.map(lookOf).join('') }
}
