/** Text of people is text: markup in every field of every list, plan, note and name runs on no page and becomes no part of one. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Me, Snapshot } from '../../dashboard/contracts.ts'
import type { DirectoryRows } from '../../store/store.ts'
import { join, openCentre } from './family-phones.ts'
import { type Home, openStage, press, type Stage, startWatch, type Window, withoutMosquitto } from './stage.ts'

const missing = withoutMosquitto()
if (missing) console.log(`skipped: ${missing}`)
const patience = { timeout: 120_000 }
const allowed = { timeout: 30_000 }

/** Each is a way out of where text usually stands: between tags, in an attribute, in a script. Short enough for every field. */
const hostile = ['<img src=x onerror=hacked()>', '"><svg onload=hacked()>', "';hacked()//<b>x"] as const

let stage: Stage
beforeAll(async () => {
  if (!missing) stage = await openStage()
})
afterAll(async () => {
  await stage?.close()
})

type Ask = (method: string, path: string, data?: object) => Promise<{ ok: boolean; body: string }>

async function asAdmin({ context }: Window): Promise<Ask> {
  const { origin } = stage.victim
  const { csrfToken }: Me = await (await context.request.get(`${origin}/api/me`)).json()
  const headers = { origin, 'x-csrf-token': csrfToken }
  return async (method, path, data) => {
    const answer = await context.request.fetch(`${origin}${path}`, { method, headers, ...(data && { data }) })
    return { ok: answer.ok(), body: await answer.text() }
  }
}

type Row = { id: string }

const poisonOf = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return text
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? [text] : undefined
}

/** One field after another; what is no free text refuses. How many took it. */
async function poisonRow(ask: Ask, table: string, row: Row): Promise<number> {
  let now: object = row
  let taken = 0
  for (const [field, value] of Object.entries(row)) {
    const poison = poisonOf(value, hostile[taken % hostile.length] ?? '')
    const changed = { ...now, [field]: poison }
    if (poison === undefined || !(await ask('PUT', `/api/rows/${table}/${row.id}`, changed)).ok) continue
    now = changed
    taken += 1
  }
  return taken
}

/** Every text of the first rows of every list. */
async function poison(ask: Ask): Promise<number> {
  const rows: DirectoryRows = JSON.parse((await ask('GET', '/api/rows')).body)
  const all = Object.entries(rows).flatMap(([table, list]) => list.slice(0, 4).map((row: Row) => [table, row] as const))
  let taken = 0
  for (const [table, row] of all) taken += await poisonRow(ask, table, row)
  return taken
}

/** What else people write: names of staff, plans, profiles, keys, notes of a shift. */
async function poisonMore(ask: Ask, siteId: string): Promise<void> {
  const [image, graphic] = hostile
  const user = { name: 'mallory', displayName: image, role: 'operator', siteIds: [siteId], password: 'a long enough sentence' }
  const steps = [{ wait: 0, tell: [{ contactId: null, label: image, channel: 'console' }] }]
  const plan = { id: 'hostile', name: graphic, repeatEvery: 60_000, lease: 60_000, steps }
  const done = [
    await ask('POST', '/api/users', user),
    await ask('PUT', '/api/plans/hostile', { plan, siteId, residentId: null, kind: 'sos' }),
    await ask('POST', `/api/duty/${siteId}/notes`, { text: graphic }),
    await ask('POST', '/api/api-keys', { name: image, role: 'supervisor', siteIds: [siteId], mayWrite: false }),
  ]
  expect(done.map(({ ok, body }) => ok || body)).toEqual([true, true, true, true])
}

/** What came alive of it: a script that ran, or a part of the page that only the text can have made. */
const alive = (page: Page): Promise<string[]> =>
  page.evaluate(() => [
    ...('hackedBy' in globalThis ? ['a script ran'] : []),
    ...[...document.querySelectorAll('img[src="x"], svg[onload], [onerror], b')]
      .filter((element) => element.matches(':not(b)') || element.innerHTML === 'x')
      .map((element) => element.outerHTML.slice(0, 80)),
  ])

const armed = async ({ page }: Window) => page.addInitScript({ content: 'globalThis.hacked = () => { globalThis.hackedBy = true }' })
const isShown = (page: Page): Promise<boolean> =>
  page.evaluate((texts) => texts.some((text) => document.body.innerText.includes(text)), [...hostile])

async function look(page: Page, name: string, wrong: string[]): Promise<void> {
  wrong.push(...(await alive(page)).map((found) => `${name}: ${found}`))
}

test.skipIf(missing !== '')('nothing of it runs on the desk, in the administration or on the family’s page', patience, async () => {
  const made = await stage.window()
  await armed(made)
  const { page, faults } = made
  const ask = await asAdmin(made)
  const rows: DirectoryRows = JSON.parse((await ask('GET', '/api/rows')).body)
  expect(await poison(ask)).toBeGreaterThan(60)
  await poisonMore(ask, rows.sites[0]?.id ?? '')
  const wrong: string[] = []
  const shown = [await onDesk(page, ask, wrong), await inAdministration(page, wrong), await onPhone(wrong)]
  expect(wrong).toEqual([])
  expect(faults).toEqual([])
  // Otherwise nothing was proved: the texts do stand on these pages.
  expect(shown.map((pages) => pages > 0)).toEqual([true, true, true])
})

async function onDesk(page: Page, ask: Ask, wrong: string[]): Promise<number> {
  let shown = 0
  const see = async (name: string) => {
    await look(page, name, wrong)
    shown += Number(await isShown(page))
  }
  await startWatch(page, stage.victim.origin)
  const home = stage.homes[0] as Home
  expect(press(stage, home, { id: 'hostile-press' })).toBe(true)
  await page.locator('.case').waitFor(allowed)
  await see('raised')
  await page.keyboard.press('Space')
  await page.locator('.case.acknowledged').waitFor(allowed)
  const { alarms }: Snapshot = JSON.parse((await ask('GET', '/api/wall')).body)
  const id = encodeURIComponent(alarms[0]?.alarm.id ?? '')
  for (const text of hostile) expect((await ask('POST', `/api/alarms/${id}/notes`, { action: 'spoke', text })).ok).toBe(true)
  await page.getByText(hostile[0]).first().waitFor(allowed)
  await see('noted')
  for (const key of ['h', 'r', 'g']) {
    await page.keyboard.press(key)
    await page.locator(key === 'h' ? '.history-grid' : 'dialog').waitFor(allowed)
    await see(`key ${key}`)
    await page.keyboard.press(key === 'h' ? 'h' : 'Escape')
    await page.locator(key === 'h' ? '.history' : 'dialog').waitFor({ state: 'detached', ...allowed })
  }
  await page.keyboard.press('/')
  await page.keyboard.type('hacked')
  await page.locator('.scroll .found button').first().click()
  await page.locator('.person').waitFor(allowed)
  await see('person')
  await page.keyboard.press('Escape')
  return shown
}

async function inAdministration(page: Page, wrong: string[]): Promise<number> {
  let shown = 0
  await page.goto(`${stage.victim.origin}/#/admin/homes`)
  const links = page.locator('.admin nav a[href^="#/admin/"]')
  await links.first().waitFor(allowed)
  const pages = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
  expect(pages.length).toBeGreaterThan(8)
  for (const href of [...pages, '#/account']) {
    await page.goto(`${stage.victim.origin}/${href}`)
    await page.locator('main :is(h2, table, form)').first().waitFor(allowed)
    await page.waitForLoadState('networkidle')
    await look(page, href, wrong)
    shown += Number(await isShown(page))
  }
  return shown
}

async function onPhone(wrong: string[]): Promise<number> {
  const home = stage.homes[0] as Home
  const centre = await openCentre(stage)
  const phone = await join(stage, await centre.invite(home, centre.contactsOf(home)[0]?.id ?? ''))
  await armed(phone)
  await phone.page.reload()
  await phone.page.locator('.hero').waitFor(allowed)
  await look(phone.page, 'family', wrong)
  return Number(await isShown(phone.page))
}
