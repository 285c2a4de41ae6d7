/** The tour through every page and every window in which texts of people stand: nothing came alive of them, and those that are there stand as they were written. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Snapshot } from '../../dashboard/contracts.ts'
import { alive, followRequests, textOf } from './hostile-page.ts'
import type { Ask, Poison } from './poison.ts'
import { type Place, poisonHeld } from './poison-recipes.ts'
import { type Home, press, type Stage, startWatch } from './stage.ts'
import { type Stop, stopsOf, visit } from './stops.ts'

const allowed = { timeout: 30_000 }
const record: Stop = { name: 'the record', path: '/#/admin/audit', ready: 'main tbody tr' }
const detached = { state: 'detached', ...allowed } as const

type Needs = {
  stage: Stage
  origin: string
  poison: Poison
  ask: Ask
  place: Place
  stops: readonly Stop[]
  eve: { displayName: string; id: string }
}
/** `look`: at the page as it stands. `settled`: when it has all that it asked for. */
type Tour = Needs & { look(page: Page, name: string): Promise<void>; settled: () => Promise<void> }

/** `seen`: fields whose text stood on some page. `wrong`: what came alive, and where. */
export function openTour(needs: Needs) {
  const seen = new Set<string>()
  const wrong: string[] = []
  const look = async (page: Page, name: string): Promise<void> => {
    wrong.push(...(await alive(page)).map((found) => `${name}: ${found}`))
    const text = await textOf(page)
    if (/&(lt|gt|amp|quot|#\d+);/.test(text)) wrong.push(`${name}: shows markup that was written as text twice`)
    for (const [field, texts] of needs.poison.taken) if (texts.some((taken) => text.includes(taken))) seen.add(field)
  }
  return {
    seen,
    wrong,
    onStaffPages: (page: Page) => onStaffPages(page, { ...needs, look, settled: followRequests(page) }),
    onPhone: (page: Page) => onPhone(page, { ...needs, look, settled: followRequests(page) }),
  }
}

async function onStaffPages(page: Page, tour: Tour): Promise<void> {
  // The record first: it shows what was written last, and every look at a page below is a line of it.
  await visit(page, tour.origin, record)
  await tour.look(page, record.name)
  await onDesk(page, tour)
  for (const stop of [...(await stopsOf(page, tour.origin)), ...tour.stops]) {
    await go(page, stop, tour)
    await tour.look(page, stop.name)
    for (const [name, selector] of windowsOf(stop.name)) await inWindow(page, { name: `${stop.name}, ${name}`, selector }, tour)
    if (stop.name === 'admin-profiles') await onProfile(page, tour)
  }
}

/** A profile that is kept, tried on samples. */
async function onProfile(page: Page, { poison, look, settled }: Tour): Promise<void> {
  const [sample = ''] = poison.taken.get('POST /api/profiles/try .samples') ?? []
  await page.locator('main .tools button', { hasText: 'hostile' }).click()
  await page
    .locator('.profiles textarea')
    .nth(1)
    .fill(JSON.stringify({ [sample]: 1 }))
  await page.locator('.profiles .tools .button').first().click()
  await settled()
  await look(page, 'a profile that is tried')
}

/** Without loading everything anew: the page is asked for by its address alone. */
async function go(page: Page, { path, ready }: Stop, { settled }: Tour): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, path.slice(1))
  await page.locator(ready).first().waitFor(allowed)
  await settled()
}

const firstOfList = 'main table tbody tr button'
const ofWebhook = (n: number) => `main tr:has-text("hacked") .row-deeds button >> nth=${n}`
/** What is pressed on a page, so that a window opens. */
const windows: readonly (readonly [page: RegExp, name: string, selector: string])[] = [
  [/admin-(homes|residents|contacts|devices|sites|users|plans|duty)$/, 'its first window', firstOfList],
  [/admin-plans$/, 'the plan with a name', 'main tbody tr:has-text("hacked") button'],
  [/admin-duty$/, 'a day somebody is ill', 'main td.today button.turn'],
  [/admin-quarantine$/, 'what nobody understood, as a device', 'main tbody button'],
  [/admin-connect$/, 'the log of a webhook', ofWebhook(1)],
  [/admin-connect$/, 'a webhook', ofWebhook(2)],
  [/^her-relatives$/, 'the family', 'main .tools .button'],
]
const windowsOf = (page: string) => windows.flatMap(([where, name, selector]) => (where.test(page) ? [[name, selector] as const] : []))

async function inWindow(page: Page, { name, selector }: { name: string; selector: string }, { look, settled }: Tour): Promise<void> {
  const button = page.locator(selector).first()
  await button.click(allowed).catch((cause) => {
    throw new Error(`${name} cannot be opened.`, { cause })
  })
  await settled()
  await look(page, name)
  // Some open beside the list, and not over it.
  if ((await page.locator('dialog').count()) > 0) await closed(page)
}

/** Escape closes the window on top. */
async function closed(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor(detached)
}

async function onDesk(page: Page, tour: Tour): Promise<void> {
  const { stage, origin, look } = tour
  await startWatch(page, origin)
  expect(press(stage, stage.homes[0] as Home, { id: 'hostile-press' })).toBe(true)
  await page.locator('.case').waitFor(allowed)
  await look(page, 'raised')
  await page.keyboard.press('Space')
  await page.locator('.case.acknowledged').waitFor(allowed)
  for (const key of ['h', 'r', 'g', 'n', 'F3', 'm', '?']) {
    await page.keyboard.press(key)
    await page.locator(key === 'h' ? '.history-grid' : 'dialog').waitFor(allowed)
    await look(page, `key ${key}`)
    await page.keyboard.press(key === 'h' ? 'h' : 'Escape')
    await page.locator(key === 'h' ? '.history' : 'dialog').waitFor(detached)
  }
  await page.keyboard.press('/')
  await page.keyboard.type('hacked')
  await page.locator('.scroll .found button').first().click()
  await page.locator('.person').waitFor(allowed)
  await look(page, 'person')
  await closed(page)
  await alongQueue(page, tour)
  await fromFoot(page, tour)
}

/** A colleague has a case with a long story: her name, what was said, and the window to take it over. */
async function alongQueue(page: Page, tour: Tour): Promise<void> {
  const { stage, place, ask, look, settled } = tour
  expect(press(stage, stage.homes[3] as Home, { id: 'hostile-three' })).toBe(true)
  const alarms = (JSON.parse((await ask('GET', '/api/wall')).body) as Snapshot).alarms.map(({ alarm }) => alarm)
  const held = alarms.find(({ subjectId, kind }) => subjectId === place.residents[3] && kind === 'sos')
  await poisonHeld(tour.poison, held?.id ?? '', tour.eve)
  await page.locator('.queue .alarm.taken').nth(1).waitFor(allowed)
  let taken = 0
  for (const each of await page.locator('.queue .cards li').all()) {
    await each.click()
    await settled()
    await look(page, 'another of the queue')
    if ((await page.locator('.button.theirs').count()) === 0) continue
    taken += 1
    await page.locator('.button.theirs').click()
    await page.locator('dialog').waitFor(allowed)
    await look(page, 'taking over')
    await closed(page)
  }
  expect(taken).toBeGreaterThan(0)
}

/** What opens at the foot and over the queue: shift notes, calls owed and made, broken devices, homes that are not as usual, the sweep. */
async function fromFoot(page: Page, { look, settled }: Tour): Promise<void> {
  const opened: readonly (readonly [name: string, button: string, ready: string])[] = [
    ['shift notes', '.bottom .link:has-text("交班")', 'dialog'],
    ['calls that are owed and were made', '.owed', '.call-backs.made li'],
    ['homes that are not as usual', 'button.unusual', 'dialog'],
  ]
  for (const [name, button, ready] of opened) {
    await page.locator(button).first().click(allowed)
    await page
      .locator(ready)
      .first()
      .waitFor({ state: 'attached', ...allowed })
    await settled()
    await look(page, name)
    await closed(page)
  }
  await page.locator('button.troubles').click(allowed)
  await page.locator('dialog .trouble-end button').first().click(allowed)
  await settled()
  await look(page, 'a broken device')
  await page.keyboard.press('Escape')
  await page.locator('dialog .trouble-end button').first().waitFor(allowed)
  await closed(page)
  await page.locator('.sweep-bar button').click()
  await page.locator('.sweep-rows li').first().waitFor(allowed)
  await look(page, 'sweep')
}

async function onPhone(page: Page, tour: Tour): Promise<void> {
  await page.addInitScript({ content: 'globalThis.hacked = (mark) => { globalThis.hackedBy = String(mark) }' })
  await page.goto(`${tour.origin}/family`)
  for (const place of [
    '',
    'alarm',
    'history',
    'away',
    'elders',
    'settings',
    'settings/contact',
    'settings/push',
    'settings/home',
    'settings/leave',
  ]) {
    await go(page, { name: place, path: `/#/${place}`, ready: 'main > :not([role=status])' }, tour)
    await tour.look(page, `family ${place}`)
  }
}
