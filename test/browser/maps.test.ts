/** The cockpit, the plans and their page in both languages: no violation of axe, no fault, the way down and the keyboard's way over the wall. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCommunity } from '../../devices-sim/community.ts'
import { demoOutlines, demoPlan, pointOfSite } from '../../devices-sim/demo-maps.ts'
import { geoJsonOf } from '../../domain/site-plan-geojson.ts'
import { openStage, press, type Stage, startWatch, violations, withoutMosquitto } from './stage.ts'

const missing = withoutMosquitto()
if (missing) console.log(`skipped: ${missing}`)
const patience = { timeout: 120_000 }
const allowed = { timeout: 30_000 }
const shots = process.env.ANLING_MAP_SHOTS ?? ''

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
  const { page, context } = await stage.window()
  await foundSites(page, stage.victim.origin)
  await context.close()
})
afterAll(async () => {
  await stage?.close()
})

const valuesOf = (inputs: Element[]): string[] => inputs.map((input) => (input as HTMLInputElement).value)

const outlineFile = (sites: Parameters<typeof demoOutlines>[0]) => ({
  type: 'FeatureCollection',
  features: demoOutlines(sites).map(({ level, name, city, district, parts }) => ({
    ...{ type: 'Feature', properties: { level, name, city, district } },
    geometry: { type: 'MultiPolygon', coordinates: parts.map((ring) => [ring]) },
  })),
})

/** A flat from a template; its first room moved and sized by keyboard, then dragged back with the pointer. */
async function moveRooms(page: Page): Promise<void> {
  const templates = page.locator('.maps-page select').nth(2)
  await templates.selectOption('two')
  const room = page.locator('.flat-editor .room').first()
  await page.locator('.flat-editor .room').nth(5).waitFor(allowed)
  await room.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Shift+ArrowUp')
  const numbers = () => page.locator('.flat-editor tbody tr').first().locator('input[type=number]').evaluateAll(valuesOf)
  await expect.poll(numbers).toEqual(['2', '0', '36', '30'])
  const box = await room.boundingBox()
  if (!box) throw new Error('The room is not on the page.')
  await page.mouse.move(box.x + 20, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x - 60, box.y + 20, { steps: 3 })
  await page.mouse.up()
  await expect.poll(numbers).toEqual(['0', '0', '36', '30'])
}

/** The drawings have room on the smallest desk, no name leaves its frame, and the large one gives the keyboard back. */
async function readablePlan(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1366, height: 768 })
  const frame = await page.locator('.case .plan-drawing').boundingBox()
  expect(frame?.height).toBeGreaterThan(110)
  const names = await page.locator('.case .plan-drawing text').all()
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) {
    const box = await name.boundingBox()
    if (!frame || !box) throw new Error('The plan is not drawn.')
    expect(box.x).toBeGreaterThanOrEqual(frame.x - 1)
    expect(box.x + box.width).toBeLessThanOrEqual(frame.x + frame.width + 1)
  }
  // What cannot be put off says so.
  await page.keyboard.press('z')
  await page.locator('.refusal', { hasText: /只能搁置设备告警|Only an alarm about a device/ }).waitFor(allowed)
  const history = page.locator('.case .just button')
  await history.focus()
  await page.keyboard.press('m')
  await page.locator('dialog .plan-drawing').waitFor(allowed)
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached', ...allowed })
  await expect.poll(() => history.evaluate((button) => document.activeElement === button)).toBe(true)
}

/** Four more sites, so that there is something to choose on each level above the one with homes. */
async function foundSites(page: Page, origin: string): Promise<void> {
  const { csrfToken } = await (await page.request.get(`${origin}/api/me`)).json()
  const { sites } = await (await page.request.get(`${origin}/api/rows`)).json()
  const [first] = sites
  const more = [
    { ...first, id: 'site-100', name: '同街社区' },
    { ...first, id: 'site-101', name: '同区社区', street: '另一街道' },
    { ...first, id: 'site-102', name: '同城社区', street: '', district: '另一区' },
    { ...first, id: 'site-103', name: '外地社区', street: '', district: '', city: '另一市' },
  ]
  for (const data of more) {
    const headers = { origin, 'x-csrf-token': csrfToken }
    expect((await page.request.put(`${origin}/api/rows/sites/${data.id}`, { data, headers })).ok()).toBe(true)
    const point = [122.6 + more.indexOf(data) / 50, 30.3]
    expect((await page.request.put(`${origin}/api/maps/sites/${data.id}/point`, { data: { point }, headers })).ok()).toBe(true)
  }
}

/** From the city down to a home and back up, by the keys alone, in the list or on the map; the focus returns to where it was on each level. */
async function walk(page: Page, list: '.tiles' | '.area-map'): Promise<string[]> {
  const faults: string[] = []
  const at = (selector: string) => page.locator(`${selector}:focus`).waitFor(allowed)
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-place') ?? '')
  /** The level is the focused place's own depth: just after Enter the place of the level above still holds the focus. */
  const atLevel = (depth: number) => expect.poll(async () => (await focused()).split('/').length, allowed).toBe(depth)
  const look = async (level: string) => faults.push(...(await violations(page)).map((fault) => `${level}: ${fault}`))
  await page.locator(`${list} [data-place="${encodeURIComponent('云江市')}"]`).focus()
  const way: string[] = []
  for (const level of ['city', 'district', 'street', 'site']) {
    await atLevel(way.length + 1)
    await at(`${list} [data-place]`)
    way.push(await focused())
    await look(level)
    await page.keyboard.press('Enter')
  }
  await atLevel(way.length + 1)
  await at('.tiles [data-place]')
  way.push(await focused())
  await page.keyboard.press('Enter')
  await at('.walker')
  await look('homes')
  for (const [index, place] of way.reverse().entries()) {
    await page.keyboard.press(index % 2 === 0 ? 'Escape' : 'Backspace')
    await at(`${index === 0 ? '.tiles' : list} [data-place="${place}"]`)
  }
  return faults
}

/** What a visitor sees: where and how urgent, on the page of the site and on the wall of homes, and nobody's name. */
async function nobodyNamed(page: Page, { origin, person }: { origin: string; person: string }): Promise<void> {
  await page.goto(`${page.url()}?mode=show`)
  await page.locator('.cockpit > footer').waitFor(allowed)
  await page.locator('.cockpit .plan-drawing .open.p1').first().waitFor(allowed)
  expect(await page.locator('.cockpit').textContent()).not.toContain(person)
  await page.goto(`${origin}/wall?mode=show`)
  await page.locator('.homes-view canvas').waitFor(allowed)
  await page.locator('.open-alarms li').waitFor(allowed)
  expect(await page.locator('.cockpit').textContent()).not.toContain(person)
}

test.skipIf(missing !== '').each(['zh', 'en'] as const)('maps and the cockpit, %s', patience, async (language) => {
  const { page, faults } = await stage.window({ language })
  const { origin } = stage.victim
  const rows = makeCommunity(6, 7)
  const site = rows.sites[0]?.id ?? ''
  const look = async (name: string) => {
    faults.push(...(await violations(page)).map((fault) => `${name} ${language}: ${fault}`))
    if (shots) await page.screenshot({ path: `${shots}/${name}-${language}.png` })
  }
  const json = (name: string, value: object) => ({ name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(value)) })
  await page.goto(`${origin}/admin/maps`)
  await page.locator('.maps-page input[type=file]').nth(2).waitFor(allowed)
  const files = page.locator('.maps-page input[type=file]')
  await files.first().setInputFiles(json('broken.geojson', { type: 'FeatureCollection', features: [{ type: 'Feature' }] }))
  await page.locator('.maps-page .refusal', { hasText: '1' }).first().waitFor(allowed)
  await files.first().setInputFiles(json('plan.geojson', geoJsonOf(demoPlan(rows.homes, pointOfSite(0)))))
  await page.locator('.maps-page .plan-drawing').waitFor(allowed)
  await files.last().setInputFiles(json('areas.geojson', outlineFile(rows.sites)))
  await page.locator('.maps-page input[placeholder], .maps-page form input').first().fill(pointOfSite(0).join(', '))
  await page.locator('.maps-page form button').first().click()
  await page.locator('.maps-page .said', { hasText: /已导入|imported/ }).waitFor(allowed)
  await moveRooms(page)
  await look('admin-maps')

  const home = stage.homes[0]
  if (!home) throw new Error('There is no such home.')
  press(stage, home, { id: `maps-${language}` })
  await startWatch(page, origin)
  await page.locator('.case .site-plan svg').waitFor(allowed)
  await look('case-plan')
  await readablePlan(page)
  // The keyboard walks over the homes: a home has a name, and the next one another.
  const walker = page.locator('.walker')
  await walker.focus()
  const first = await walker.getAttribute('aria-label')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => walker.getAttribute('aria-label')).not.toBe(first)

  await page.goto(`${origin}/#/cockpit`)
  await page.locator('.area-map .sign1').first().waitFor(allowed)
  await look('cockpit')
  await page.locator('.tiles [data-place]').nth(1).waitFor(allowed)
  // Once in each of the two ways.
  faults.push(...(await walk(page, language === 'zh' ? '.tiles' : '.area-map')))
  await page.goto(
    `${origin}/#/cockpit/${['云江市', '临江区', rows.sites[0]?.street, site].map((part) => encodeURIComponent(part ?? '')).join('/')}`,
  )
  await page.locator('.cockpit .plan-drawing .open.p1').first().waitFor(allowed)
  await look('cockpit-site')
  await page.locator('.open-alarms', { hasText: home.person }).waitFor(allowed)
  await nobodyNamed(page, { origin, person: home.person })
  await look('show')
  expect(site).not.toBe('')
  expect(faults).toEqual([])
  await stage.calm()
})
