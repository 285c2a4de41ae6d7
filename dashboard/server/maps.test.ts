/** Maps and the cockpit over HTTP: each inside their own sites, files named by their mistake, and a visitor told no name and no door. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cockpit, CockpitHomes, SitePlanAnswer } from '../contracts-maps.ts'
import { openWorld, type Signed, until, type World } from './world.contract.ts'

let world: World
let [admin, supervisor, operatorA, operatorB]: Signed[] = []

beforeAll(async () => {
  world = await openWorld()
  await world.addUsers()
  ;[admin, supervisor, operatorA, operatorB] = [
    await world.signIn('root'),
    await world.signIn('sup-a'),
    await world.signIn('op-a'),
    await world.signIn('op-b'),
  ]
})
afterAll(() => world?.close())

const ring = [
  [120, 30],
  [120.01, 30],
  [120.01, 30.01],
  [120, 30],
]
const collection = (...features: object[]) => ({ type: 'FeatureCollection', features })
const building = (name: string, coordinates: unknown = [ring]) => ({
  ...{ type: 'Feature', properties: { name, kind: 'building' } },
  geometry: { type: 'Polygon', coordinates },
})
const as = (who: Signed | undefined) => ({ headers: who?.headers ?? {} })
const get = (who: Signed | undefined, url: string) => world.ask({ method: 'GET', url, ...as(who) })
const put = (who: Signed | undefined, url: string, payload: object) => world.ask({ method: 'PUT', url, payload, ...as(who) })
const png = Buffer.from('89504e470d0a1a0a0000000d494844520000012c000000c8080200000000000000', 'hex')
const putPicture = (who: Signed | undefined, site: string, payload: Buffer) =>
  world.ask({ method: 'PUT', url: `/api/maps/sites/${site}/picture`, payload, headers: { ...who?.headers, 'content-type': 'image/png' } })

test('a plan and its picture are kept by the supervisor, seen by her site, and not there for the others', async () => {
  expect((await put(supervisor, '/api/maps/sites/a', collection(building('3 栋 PLAN-A')))).statusCode).toBe(200)
  expect((await putPicture(supervisor, 'a', png)).statusCode).toBe(204)
  const seen = (await get(operatorA, '/api/maps/sites/a')).json<SitePlanAnswer>()
  expect(seen).toMatchObject({ plan: { frame: 'earth', features: [{ name: '3 栋 PLAN-A' }] }, picture: { width: 300, height: 200 } })
  const picture = await get(operatorA, '/api/maps/sites/a/picture')
  expect([picture.headers['content-type'], picture.rawPayload]).toEqual(['image/png', png])
  for (const path of ['a', 'a/picture', 'a/geojson', 'no-such-site']) {
    const foreign = await get(operatorB, `/api/maps/sites/${path}`)
    expect([foreign.statusCode, foreign.body.includes('PLAN-A')]).toEqual([404, false])
  }
  expect((await put(operatorA, '/api/maps/sites/a', collection(building('x')))).statusCode).toBe(403)
  expect((await put(supervisor, '/api/maps/sites/b', collection(building('x')))).statusCode).toBe(404)
  expect((await putPicture(supervisor, 'b', png)).statusCode).toBe(404)
  expect((await putPicture(supervisor, 'a', Buffer.from('<svg/>'))).statusCode).toBe(400)
})

test('a file that cannot be drawn is refused with the number of the feature, and the plan stays', async () => {
  const refused = async (body: object) => {
    const answer = await put(supervisor, '/api/maps/sites/a', body)
    return [answer.statusCode, answer.json<{ fields?: { path: string; message: string }[] }>().fields?.[0]]
  }
  expect(await refused(collection(building('1'), building('2', [ring.slice(0, 3)])))).toEqual([
    422,
    { path: 'features.2', message: 'ring' },
  ])
  expect(await refused(collection(building('1', [[['x', 1]]])))).toEqual([422, { path: 'features.1', message: 'coordinates' }])
  expect(await refused(collection({ type: 'Feature', geometry: null }))).toEqual([422, { path: 'features.1', message: 'shape' }])
  expect(await refused({ type: 'Topology' })).toEqual([422, { path: 'file', message: 'file' }])
  expect(await refused(collection(...Array.from({ length: 3_001 }, () => ({}))))).toEqual([422, { path: 'file', message: 'file' }])
  expect((await put(supervisor, '/api/maps/sites/a', { pad: 'x'.repeat(5 * 1_024 * 1_024) })).statusCode).toBe(413)
  expect((await get(operatorA, '/api/maps/sites/a')).json<SitePlanAnswer>().plan?.features).toHaveLength(1)
})

test('the plan of a flat is of one home; rooms outside the drawing are refused', async () => {
  const plan = (width: number) => ({ plan: { rooms: [{ name: '卫生间', x: 50, y: 0, width, height: 30 }], door: 50 } })
  expect((await put(supervisor, '/api/maps/homes/home-a-1/flat', plan(50))).statusCode).toBe(204)
  expect((await put(supervisor, '/api/maps/homes/home-a-1/flat', plan(51))).statusCode).toBe(400)
  expect((await put(supervisor, '/api/maps/homes/home-b-1/flat', plan(50))).statusCode).toBe(404)
  expect((await get(operatorA, '/api/maps/homes/home-a-1/flat')).json()).toEqual(plan(50))
  expect((await get(operatorB, '/api/maps/homes/home-a-1/flat')).statusCode).toBe(404)
})

test('outlines are the admin’s, and each sees those of the own sites', async () => {
  const outline = (name: string) => ({ ...building(name), properties: { level: 'street', name, city: name, district: name } })
  const both = collection(outline('SECRET-A'), outline('SECRET-B'))
  expect((await put(supervisor, '/api/maps/outlines', both)).statusCode).toBe(403)
  expect((await put(admin, '/api/maps/outlines', both)).json()).toEqual({ outlines: 2 })
  expect((await get(operatorA, '/api/maps/outlines')).body).not.toContain('SECRET-B')
  expect((await get(operatorA, '/api/maps/outlines')).json()).toHaveLength(1)
  expect((await get(admin, '/api/maps/outlines')).json()).toHaveLength(2)
})

test('a map is sent as its level shows it, to each of the own sites, and once: who has it is told so', async () => {
  const level = (where: string) => `/api/maps/outlines?level=street&city=${where}`
  const first = await get(operatorA, level('SECRET-A'))
  expect(first.json()).toMatchObject([{ name: 'SECRET-A', parts: [ring] }])
  expect((await get(operatorA, level('SECRET-B'))).json()).toEqual([])
  expect((await get(operatorB, level('SECRET-A'))).json()).toEqual([])
  expect((await get(admin, '/api/maps/outlines?level=district')).json()).toEqual([])
  expect((await get(admin, '/api/maps/outlines?level=house')).statusCode).toBe(400)
  const etag = String(first.headers.etag)
  expect(first.headers['cache-control']).toBe('private, no-cache')
  const again = (who: Signed | undefined) =>
    world.ask({ method: 'GET', url: level('SECRET-A'), headers: { ...who?.headers, 'if-none-match': etag } })
  expect([(await again(operatorA)).statusCode, (await again(operatorA)).body]).toEqual([304, ''])
  expect((await again(operatorB)).statusCode).toBe(200)
  const moved = { ...building('SECRET-A', [ring.map(([x = 0, y = 0]) => [x + 1, y])]), properties: { level: 'street', name: 'SECRET-A' } }
  expect((await put(admin, '/api/maps/outlines', collection(moved))).statusCode).toBe(200)
  expect((await again(operatorA)).json()).toMatchObject([
    {
      parts: [
        [
          [121, 30],
          [121.01, 30],
          [121.01, 30.01],
          [121, 30],
        ],
      ],
    },
  ])
})

test('the cockpit shows one’s own sites; a visitor is told no name, no door, no reason, on no way', async () => {
  await world.press('res-a-1', 'cockpit-press')
  const cockpit = async (who: Signed | undefined, query = '') => (await get(who, `/api/cockpit${query}`)).json<Cockpit>()
  await until(async () => (await cockpit(operatorA)).alarms.length === 1)
  const full = await cockpit(operatorA)
  expect(full.alarms[0]).toMatchObject({ siteId: 'a', priority: 1, person: 'SECRET-A 王秀英', door: 'a-1', taken: false })
  expect(full.sites?.map(({ id }) => id)).toEqual(['a'])
  expect(full.sites?.[0]).toMatchObject({ residents: 3, devices: { total: 3, buttons: 3 } })
  expect((await cockpit(admin)).sites?.map(({ id }) => id).sort()).toEqual(['a', 'b'])
  const other = await get(operatorB, '/api/cockpit')
  expect(other.body).not.toContain('SECRET-A')
  const shown = await get(operatorA, '/api/cockpit?mode=show')
  for (const secret of ['王秀英', 'a-1', 'sos', 'res-']) expect(shown.body).not.toContain(secret)
  expect(shown.json<Cockpit>().alarms[0]).toMatchObject({ building: '3', unit: '2', door: '', person: '', reason: null })
  // Who has them already is not sent them again.
  expect(await cockpit(operatorA, `?version=${full.version}`)).toMatchObject({ whole: false, sites: [] })
  expect(await cockpit(operatorB, `?version=${full.version}`)).toMatchObject({ whole: true, sites: [{ id: 'b' }] })
  const homes = await get(operatorA, '/api/cockpit/homes?siteId=a&mode=show')
  expect(homes.json<CockpitHomes>()).toMatchObject({ buildings: [['3', 3]], looks: expect.stringMatching(/^[0-5]{3}$/) })
  expect(homes.json<CockpitHomes>().looks).toContain('5')
  expect(homes.body).not.toContain('res-')
  expect((await get(operatorB, '/api/cockpit/homes?siteId=a')).statusCode).toBe(404)
})
