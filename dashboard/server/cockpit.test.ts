/** The cockpit's figures on drawn organisations, through the real API: each level adds up to the one above, for everybody exactly their own sites; a visitor is told nothing on any level. */
import { assert as check, constantFrom, integer, array as listOf, asyncProperty as property, record } from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import type { Cockpit, CockpitHomes, CockpitSite } from '../contracts-maps.ts'
import { joined, sitesIn, sumOf, viewOf } from '../web/cockpit/levels.ts'
import { openWorld, type Signed, shiftedClock, siteRows, type World } from './world.contract.ts'

const clock = shiftedClock()
let world: World
let person: Signed
let turn = 0
const turnsMost = 100
/** Of each drawing every third site is somebody else's. */
const isMine = (index: number) => index % 3 !== 1
const idOf = (drawing: number, index: number) => `s${drawing}x${index}`
const mineOf = (drawing: number) => [0, 1, 2, 3, 4, 5, 6].filter(isMine).map((index) => idOf(drawing, index))

beforeAll(async () => {
  world = await openWorld({ rows: [], clock })
  await world.addUsers()
  const { passwordHash = '' } = (await world.accounts.userByName('op-a')) ?? {}
  const siteIds = ['show-mine', ...Array.from({ length: turnsMost }, (_, n) => mineOf(n + 1)).flat()]
  await world.accounts.putUser(
    { id: 'u-op-a', name: 'op-a', displayName: '坐席甲', role: 'operator', siteIds, disabled: false },
    passwordHash,
  )
  person = await world.signIn('op-a')
})
afterAll(() => world?.close())

const drawnSites = listOf(
  record({
    city: constantFrom('东城', '西城'),
    district: constantFrom('一区', '二区', ''),
    street: constantFrom('甲街道', '乙街道', 'a/b?c'),
    homes: integer({ min: 0, max: 3 }),
    presses: integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 7 },
)
type Drawn = { id: string; city: string; district: string; street: string; homes: number; pressed: number; isMine: boolean }

const press = (siteId: string, home: number): CareEventDraft => ({
  ...{ kind: 'sos-pressed', subjectId: `res-${siteId}-${home}`, siteId, at: systemClock.now(), deviceId: `btn-${siteId}-${home}` },
  ...{ room: '', causeId: `press-${siteId}-${home}`, claimedAt: null, unreadable: false, detail: {} },
})

/** Makes it so. */
async function settle(drawn: readonly Drawn[]): Promise<void> {
  for (const { id, city, district, street, homes, pressed } of drawn) {
    const rows = siteRows(id, homes)
    await world.directory.put({ ...rows, sites: rows.sites.map((site) => ({ ...site, city, district, street })) })
    for (let home = 1; home <= pressed; home += 1) await world.desk.handle(press(id, home))
  }
  // Whoever looks now waits for a fresh reading.
  clock.shift(121_000)
}

const names = ['city', 'district', 'street', 'siteId'] as const
const queryOf = (path: readonly string[], more: Record<string, string> = {}) =>
  new URLSearchParams([
    ...Object.entries(more),
    ...path.map((part, index): [string, string] => [names[index] ?? 'siteId', part]),
  ]).toString()
const get = (url: string) => world.ask({ method: 'GET', url, headers: person.headers })
const cockpit = async (path: readonly string[], more?: Record<string, string>) =>
  (await get(`/api/cockpit?${queryOf(path, more)}`)).json<Cockpit>()

/** Every place somebody can go down to, from the city to the site. */
function placesOf(sites: readonly CockpitSite[], path: readonly string[] = []): readonly (readonly string[])[] {
  if (path.length === 4) return [path]
  const { groups } = viewOf(sites, path)
  return [path, ...groups.flatMap((group) => placesOf(sites, group.path))]
}

const truthOf = (drawn: readonly Drawn[], path: readonly string[]) => {
  const here = drawn.filter(
    (site) => site.isMine && path.every((part, index) => [site.city, site.district, site.street, site.id][index] === part),
  )
  const add = (of: (site: Drawn) => number) => here.reduce((sum, site) => sum + of(site), 0)
  return { count: here.length, residents: add(({ homes }) => homes), calls: add(({ pressed }) => pressed) }
}

test('each level is the sum of the one below, of one’s own sites only, with the alarms of that place and its homes', async () => {
  await check(
    property(drawnSites, async (list) => {
      turn += 1
      const drawn = list.map((site, index): Drawn => {
        const named = { id: idOf(turn, index), city: `${site.city}${turn}`, isMine: isMine(index) }
        return { ...site, ...named, pressed: Math.min(site.homes, site.presses) }
      })
      const before = await cockpit([])
      await settle(drawn)
      const whole = await cockpit([])
      expect(joined(before.sites, await cockpit([], { version: before.version }))).toEqual(whole.sites)
      const known = new Set(before.sites.map(({ id }) => id))
      const fresh = whole.sites.filter(({ id }) => !known.has(id))
      expect(fresh.map(({ id }) => id)).toEqual(drawn.filter((site) => site.isMine).map(({ id }) => id))
      for (const path of placesOf(fresh)) await holdsAt(path, { fresh, drawn })
    }),
    { numRuns: 8 },
  )
})

async function holdsAt(
  path: readonly string[],
  { fresh, drawn }: { fresh: readonly CockpitSite[]; drawn: readonly Drawn[] },
): Promise<void> {
  const [truth, sum] = [truthOf(drawn, path), sumOf(sitesIn(fresh, path))]
  expect([path, sum.count, sum.residents, sum.devices.total, sum.open, sum.waiting]).toEqual([
    ...[path, truth.count, truth.residents, truth.residents],
    ...[[truth.calls, 0, 0], truth.calls],
  ])
  expect(sumOf(viewOf(fresh, path).groups.flatMap(({ sites }) => sites))).toEqual(sum)
  // The whole holds what earlier drawings left.
  if (path.length === 0) return
  expect((await cockpit(path)).alarms.length).toBe(truth.calls)
  const { looks } = (await get(`/api/cockpit/homes?${queryOf(path)}`)).json<CockpitHomes>()
  expect([looks.length, looks.replace(/[^5]/g, '').length]).toEqual([truth.residents, truth.calls])
}

test('somebody else’s site is not there, and a visitor is told no name, no door and no reason on any level', async () => {
  const drawn: readonly Drawn[] = [
    { id: 'show-mine', city: '参观', district: '一区', street: '甲街道', homes: 2, pressed: 1, isMine: true },
    { id: 'show-other', city: '参观', district: '一区', street: '甲街道', homes: 2, pressed: 2, isMine: false },
  ]
  await settle(drawn)
  expect((await get('/api/cockpit?siteId=show-other')).json<Cockpit>().alarms).toEqual([])
  expect((await get('/api/cockpit/homes?siteId=show-other')).statusCode).toBe(404)
  const mine = (await cockpit([])).sites.filter(({ id }) => id === 'show-mine')
  for (const path of placesOf(mine).slice(1)) {
    const shown = await cockpit(path, { mode: 'show' })
    expect(shown.alarms).toMatchObject([{ key: 'open-0', reason: null, door: '', person: '', building: '3' }])
    const said = [JSON.stringify(shown.alarms), (await get(`/api/cockpit/homes?${queryOf(path, { mode: 'show' })}`)).body].join()
    for (const secret of ['王秀英', 'res-', 'btn-', 'show-mine-1', 'show-other', 'button']) expect(said).not.toContain(secret)
  }
})
