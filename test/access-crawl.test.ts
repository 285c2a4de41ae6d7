/** Nobody learns a byte of another place: every route and every socket event, by every role, with other people's ids, in organisations drawn at random. */
import fc from 'fast-check'
import { io } from 'socket.io-client'
import { expect, test } from 'vitest'
import { tableNames } from '../dashboard/server/schemas.ts'
import { siteRows } from '../dashboard/server/world.contract.ts'
import { unrecorded } from './access-looks.ts'
import { type Actor, markOf, type Organisation, openTown, organisation, pressAt, type Town } from './organisation.ts'

type Route = { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string }

/** They would end the crawl by ending the session, or are about nobody. */
const leftOut = /^\/api\/(sign-out|sign-in.*|setup|me\/sessions|me\/password)$/

/** Every route there is, from the document the platform itself hands out. */
async function routesOf({ ask }: Town): Promise<Route[]> {
  const { paths } = (await ask({ url: '/api/openapi.json' })).json<{ paths: Record<string, Record<string, unknown>> }>()
  return Object.entries(paths)
    .filter(([path]) => !leftOut.test(path))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase() as 'GET', path })))
}

/** Ids of everything a site has. */
async function idsOf({ ask, admin }: Town, mark: string): Promise<string[]> {
  const { alarms } = (await ask({ url: '/api/wall', headers: admin })).json()
  const callBacks = (await ask({ url: '/api/call-backs', headers: admin })).json()
  const found = [...alarms.map(({ alarm }: { alarm: { id: string; siteId: string } }) => alarm), ...callBacks]
  const rows = [mark, `home-${mark}-1`, `res-${mark}-1`, `con-${mark}-1`, `btn-${mark}-1`, `plan-${mark}`]
  return [...rows, ...found.filter(({ siteId }) => siteId === mark).map(({ id }: { id: string }) => id)]
}

/** Whatever was sent comes back as far as it was sent; what else of a foreign site stands in an answer is a leak. */
function leakIn(body: string, sent: string, foreign: readonly string[]): string | null {
  const said = new Set(sent.match(/[\w:.-]*s\dx[\w:.-]*/g) ?? [])
  let rest = body
  for (const word of [...said].sort((one, other) => other.length - one.length)) rest = rest.replaceAll(word, '')
  for (const mark of foreign) {
    const found = rest.includes(`SECRET-${mark.toUpperCase()}`) ? `SECRET-${mark.toUpperCase()}` : mark
    const at = rest.indexOf(found)
    if (at >= 0) return rest.slice(Math.max(0, at - 60), at + 60)
  }
  return null
}

type Request = { actor: Actor; route: Route; id: string; table?: string; query?: string; payload?: object | undefined }

async function probe(town: Town, foreign: readonly string[], of: Request): Promise<string | null> {
  const { actor, route, id, query = '', payload } = of
  const { method, path } = route
  const filled = path.replaceAll('{table}', of.table ?? 'residents').replaceAll(/\{\w+\}/g, encodeURIComponent(id))
  const url = `${filled}${query}`
  const answer = await town.ask({ method, url, headers: actor.headers, ...(payload && { payload }) })
  const what = `${actor.name} ${method} ${url} ${JSON.stringify(payload)} → ${answer.statusCode}`
  if ([429, 500, 503].includes(answer.statusCode)) return what
  // Also an answer without a word tells that there is somebody.
  if (answer.statusCode < 300 && filled.includes(encodeURIComponent(id)) && foreign.some((mark) => id.includes(mark))) return what
  const leak = leakIn(answer.body, decodeURIComponent(`${url} ${id}`) + JSON.stringify(payload ?? {}), foreign)
  return leak === null ? null : `${what}: …${leak}…`
}

/** Bodies that reach over the fence: foreign rows, own rows that point at foreign ones, rights over foreign sites. */
const bodiesFor = (own: string, foreign: string): readonly (object | undefined)[] => [
  {},
  { action: 'note', text: 'x' },
  { text: 'x', siteId: foreign, residentId: `res-${foreign}-1` },
  { ...siteRows(own).homes[0], siteId: foreign },
  { ...siteRows(own).residents[0], homeId: `home-${foreign}-1` },
  { ...siteRows(own).contacts[0], residentId: `res-${foreign}-1` },
  { ...siteRows(own).devices[0], residentId: `res-${foreign}-1` },
  ...Object.values(siteRows(foreign)).map((rows) => rows[0]),
  { gatewayId: `btn-${foreign}-1`, key: 'k', residentId: `res-${foreign}-1`, room: '', role: 'sos-button', power: 'battery' },
  { residentId: `res-${foreign}-1`, minutes: 30 },
  { role: 'admin', siteIds: [foreign], areas: [] },
]

const queries = (mark: string) => ['', `?siteId=${mark}`, '?name=SECRET', '?who=SECRET', `?subject=res-${mark}-1`, `?patient=res-${mark}-1`]

type Draw = <T>(list: readonly T[]) => T

/** The same choices from the same number. */
function drawFrom(seed: number): Draw {
  let drawn = seed
  return (list) => {
    drawn = (drawn * 48_271 + 11) % 2_147_483_647
    return list[drawn % list.length] as (typeof list)[number]
  }
}

/** What one person asks of one route: with an own id and foreign ones, with queries and with a body that reaches over the fence. */
function requestsOf(
  route: Route,
  of: { actor: Actor; own: string; ids: readonly string[]; foreign: readonly string[]; draw: Draw },
): Request[] {
  const { actor, own, ids, foreign, draw } = of
  const [first = own] = foreign
  const takesId = route.path.includes('{')
  const asked = route.method === 'GET' && !takesId ? queries(first) : ['']
  const body = () => (['GET', 'DELETE'].includes(route.method) ? undefined : draw(bodiesFor(own, first)))
  return (takesId ? ids : ['']).flatMap((id) =>
    asked.map((query) => ({ actor, route, id, table: draw(tableNames), query, payload: body() })),
  )
}

/** What was wrong, one line each; nothing is the proof. */
async function crawl(town: Town, marks: readonly string[], seed: number): Promise<string[]> {
  const routes = await routesOf(town)
  const ids = new Map(await Promise.all(marks.map(async (mark) => [mark, await idsOf(town, mark)] as const)))
  const draw = drawFrom(seed)
  const wrong: (string | null)[] = []
  for (const actor of town.actors) {
    const foreign = marks.filter((_mark, index) => !actor.sees.has(index))
    const own = marks.find((_mark, index) => actor.sees.has(index)) ?? 'nowhere'
    const theirs = foreign.flatMap((mark) => ids.get(mark) ?? [])
    const asked = () => ({ actor, own, foreign, draw, ids: [draw(ids.get(own) ?? ['nothing']), ...pick(theirs, draw)] })
    const requests = routes.flatMap((route) => requestsOf(route, asked()))
    for (const request of requests) wrong.push(await probe(town, foreign, request))
  }
  return wrong.filter((each) => each !== null)
}

/** One of each kind of id, so that a route meets the kind it is for. */
const pick = (ids: readonly string[], draw: Draw): string[] => {
  const kinds = Map.groupBy(ids, (id) => id.split(/[-:]/, 1)[0]?.replace(/^s\dx$/, 'site') ?? '')
  return [...kinds.values()].map(draw)
}

/** Everything a live connection of this person was told while something happened at every site. */
async function overhear(town: Town, actor: Actor, marks: readonly string[]): Promise<string | null> {
  const { url } = town.platform
  const extraHeaders = { ...actor.headers, origin: url }
  const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, extraHeaders })
  const raw: string[] = []
  try {
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('connect_error', () => resolve(false))
    })
    if (!isOpen) return null
    socket.io.engine.on('packet', ({ data }) => void raw.push(String(data)))
    for (const since of [null, 0, 1]) raw.push(JSON.stringify(await socket.emitWithAck('hello', since)))
    for (const mark of marks) {
      const alarmId = (await idsOf(town, mark)).at(-1)
      for (const event of ['painted', 'sounded']) socket.emit(event, { alarmId, presses: 1 })
      socket.emit('watch', { onDuty: true, soundRunning: true, siteIds: [mark] })
    }
    for (const mark of marks) await pressAt(town.platform, mark, 1)
    raw.push(JSON.stringify(await socket.emitWithAck('hello', 1)))
    return raw.join('\n')
  } finally {
    socket.disconnect()
  }
}

async function overheard(town: Town, marks: readonly string[]): Promise<string[]> {
  const wrong: string[] = []
  for (const actor of town.actors) {
    const foreign = marks.filter((_mark, index) => !actor.sees.has(index))
    const mayWatch = actor.role === 'operator' || actor.role === 'supervisor'
    const told = await overhear(town, actor, marks)
    if (mayWatch !== (told !== null)) wrong.push(`${actor.name} ${told === null ? 'was refused' : 'was let in'}`)
    const leak = told === null ? null : leakIn(told, '', foreign)
    if (leak !== null) wrong.push(`${actor.name} heard …${leak}…`)
    const missed = told === null ? [] : [...actor.sees].filter((index) => !told.includes(`SECRET-${markOf(index).toUpperCase()}`))
    if (missed.length > 0) wrong.push(`${actor.name} did not hear of ${missed.map(markOf)}`)
  }
  return wrong
}

/** Another place's own tables, as the admin exports them, brought in by everybody else: nothing of them may be taken or told. */
async function smuggled(town: Town, marks: readonly string[]): Promise<string[]> {
  const wrong: string[] = []
  const hidden = marks.at(-1) ?? ''
  for (const table of tableNames) {
    const file = (await town.ask({ url: `/api/export/${table}?siteId=${hidden}`, headers: town.admin })).body
    const changed = file.replaceAll('SECRET', 'STOLEN')
    for (const { name, headers } of town.actors) {
      const sent = { ...headers, 'content-type': 'text/csv' }
      const answer = await town.ask({ method: 'POST', url: `/api/import/${table}`, headers: sent, payload: changed })
      if (answer.body.includes('"imported"') || answer.body.includes('SECRET')) wrong.push(`${name} ${table}: ${answer.body.slice(0, 200)}`)
    }
  }
  return wrong
}

let writes = 0

/** Tries to change how this colleague is reached, as somebody at one site: true when it is another now. */
async function isReachWritten(town: Town, { headers }: Actor, at: { id: string; site: number }): Promise<boolean> {
  writes += 1
  const email = `${writes}@example.org`
  const url = `/api/duty/${markOf(at.site)}/people/${at.id}`
  const { statusCode } = await town.ask({ method: 'PUT', url, headers, payload: { phone: '', email } })
  const isWritten = (await town.platform.reach.reach(at.id))?.email === email
  expect([url, statusCode < 300]).toEqual([url, isWritten])
  return isWritten
}

/** How somebody is reached follows them to all of their sites: it is changed by those alone who answer for every one of these. */
async function reached(town: Town, { staff }: Organisation): Promise<string[]> {
  const wrong: string[] = []
  const theirs = town.actors
    .slice(0, staff.length)
    .flatMap(({ sees }, index) => [...sees].map((site) => ({ id: `u-${index}`, site, sees })))
  for (const actor of town.actors) {
    const mayEdit = actor.role === 'supervisor' || actor.role === 'key'
    for (const { sees, ...at } of theirs) {
      const may = mayEdit && [...sees].every((each) => actor.sees.has(each))
      if ((await isReachWritten(town, actor, at)) !== may) wrong.push(`${actor.name} ${markOf(at.site)} ${at.id}: ${may}`)
    }
  }
  return wrong
}

/** All that stands at a site, in words. */
async function stateOf({ platform }: Town, mark: string): Promise<string> {
  const rows = await platform.directory.rows([mark])
  const plans = (await platform.directory.plans()).filter(({ siteId }) => siteId === mark)
  const alarms = (await platform.store.openAlarms([mark])).map(({ id, state, notes }) => ({ id, state, notes }))
  return JSON.stringify({ rows, plans, alarms, users: await platform.accounts.users() })
}

/** One organisation with each `npm test`, another each time; `ANLING_CRAWLS=12` for more. */
const runs = Number(process.env.ANLING_CRAWLS ?? 1)

/** An organisation with a place nobody but the admin may know: it must stand untouched afterwards. */
const withHidden = (drawn: Organisation): Organisation => ({
  ...drawn,
  places: [...drawn.places, { city: '远城', district: '北区', street: '三街' }],
})

test('a crawl of every route by every role finds no foreign byte and changes no foreign thing', { timeout: 90_000 * runs }, async () => {
  let asked = 0
  await fc.assert(
    fc.asyncProperty(organisation.map(withHidden), fc.nat(1_000_000), async (drawn, seed) => {
      const marks = drawn.places.map((_place, index) => markOf(index))
      const hidden = marks.at(-1) ?? ''
      const town = await openTown(drawn)
      try {
        expect(await overheard(town, marks)).toEqual([])
        await canFind(town)
        expect(
          await unrecorded(
            town,
            (await routesOf(town)).filter(({ method }) => method === 'GET'),
          ),
        ).toEqual([])
        expect(await reached(town, drawn)).toEqual([])
        const before = await stateOf(town, hidden)
        expect(await smuggled(town, marks)).toEqual([])
        expect(await crawl(town, marks, seed + 1)).toEqual([])
        expect(await stateOf(town, hidden)).toBe(before)
        asked = (await routesOf(town)).length
      } finally {
        await town.close()
      }
    }),
    { numRuns: runs, endOnFailure: true },
  )
  // Every part of the platform is there to be asked: a part that is missing proves nothing.
  expect(asked).toBeGreaterThan(120)
})

/** The same requests show what is one's own: the crawl is able to find something. */
async function canFind(town: Town): Promise<void> {
  for (const { role, headers, sees } of town.actors) {
    if (role !== 'supervisor' && role !== 'key') continue
    const { body } = await town.ask({ url: '/api/rows', headers })
    for (const index of sees) for (const table of ['home', 'res', 'con', 'btn']) expect(body).toContain(`${table}-${markOf(index)}-1`)
  }
  expect((await town.ask({ url: '/api/quarantine', headers: town.admin })).body).toContain('SECRET-S0X')
  expect((await town.ask({ url: '/api/call-backs', headers: town.admin })).body).toContain('s0x')
  const relative = town.actors.find(({ role }) => role === 'family')
  expect((await town.ask({ url: '/api/family/today', headers: relative?.headers ?? {} })).body).toContain('SECRET-S0X')
}
