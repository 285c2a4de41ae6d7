/** The way of one press in front of a real screen: painted, taken with the space bar, closed; with the server killed, frozen, and watched by two. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openStage, press, type Stage, startWatch, type Window, withoutMosquitto } from './stage.ts'

const missing = withoutMosquitto()
if (missing) console.log(`skipped: ${missing}`)
const story = test.skipIf(missing !== '')

let stage: Stage
const opened: Window[] = []
const allowed = { timeout: 30_000 }
const patience = { timeout: 90_000 }

beforeAll(async () => {
  if (!missing) stage = await openStage()
})
beforeEach(async () => {
  if (!missing) await stage.calm()
}, 60_000)
afterAll(async () => {
  await stage?.close()
})

async function wall(): Promise<Window> {
  const window = await stage.window()
  opened.push(window)
  await startWatch(window.page, stage.victim.origin)
  return window
}

const homeOf = (index: number) => {
  const home = stage.homes[index]
  if (!home) throw new Error(`There is no home ${index}.`)
  return home
}
/** Remembers how many seconds the banner of a lost link spoke of when it appeared. */
const noteFirstBanner = (page: Page) =>
  page.evaluate(() => {
    const seen = new MutationObserver(() => {
      const text = document.querySelector('.lost b')?.textContent
      if (!text) return
      document.documentElement.dataset.firstBanner = /\d+/.exec(text)?.[0] ?? ''
      seen.disconnect()
    })
    seen.observe(document.body, { childList: true, subtree: true })
  })

const cardOf = ({ page }: Window, home: { person: string }) => page.locator('.alarm', { hasText: home.person })
const health = async () => (await fetch(`${stage.victim.origin}/api/health`)).json()

/** Closes the chosen case as a person does: R, an outcome, confirm. */
async function close({ page }: Window, outcome: string, reason = ''): Promise<void> {
  await page.keyboard.press('r')
  await page.locator(`dialog input[value=${outcome}]`).check()
  if (reason !== '') await page.locator('dialog textarea').fill(reason)
  await page.locator('dialog .primary').click()
  await page.locator('dialog').waitFor({ state: 'detached', ...allowed })
}

story('a press is painted and sounded, taken with the space bar, and closed with an outcome', patience, async () => {
  const screen = await wall()
  const { page } = screen
  await page.locator('.quiet').waitFor(allowed)
  expect(press(stage, homeOf(0), { id: 'first-press' })).toBe(true)
  await cardOf(screen, homeOf(0)).waitFor(allowed)
  await page.locator('.case .address', { hasText: homeOf(0).door }).waitFor(allowed)
  await page
    .locator('[role=alert]', { hasText: homeOf(0).door })
    .first()
    .waitFor({ state: 'attached', ...allowed })
  await expect.poll(() => page.title(), allowed).toMatch(/^\(1\)/)
  await expect.poll(async () => (await health()).screens.painted, allowed).toBeGreaterThan(0)
  await expect.poll(async () => (await health()).screens.sounded, allowed).toBeGreaterThan(0)
  await expect.poll(async () => (await health()).screens.waiting, allowed).toBe(0)

  await page.keyboard.press('Space')
  await page.locator('.case.acknowledged').waitFor(allowed)
  expect(await page.locator('.button.held').textContent()).toContain('我在处理')
  await page.keyboard.press('q')
  await page.locator('.log li', { hasText: '清醒无伤' }).waitFor(allowed)
  await close(screen, 'help-given')
  await page.locator('.quiet').waitFor(allowed)
  await page.context().close()
})

story('a press repeated and cancelled is still open, and says so', patience, async () => {
  const screen = await wall()
  expect(press(stage, homeOf(1), { id: 'one' })).toBe(true)
  expect(press(stage, homeOf(1), { id: 'two' })).toBe(true)
  expect(press(stage, homeOf(1), { id: 'three', kind: 'cancel' })).toBe(true)
  await screen.page.locator('.remarks li').nth(1).waitFor(allowed)
  expect(await screen.page.locator('.remarks').textContent()).toMatch(/已按 2 次.*请求取消/)
  await screen.page.keyboard.press('Space')
  await screen.page.locator('.case.acknowledged').waitFor(allowed)
  // "Pressed by mistake" without a word of reason is refused, and the refusal is read where the button is.
  await screen.page.keyboard.press('r')
  await screen.page.locator('dialog input[value=false-press]').check()
  await screen.page.locator('dialog .primary').click()
  await screen.page.locator('dialog .refusal', { hasText: '原因' }).waitFor(allowed)
  await screen.page.locator('dialog textarea').fill('电话确认，本人误按')
  await screen.page.locator('dialog .primary').click()
  // Nobody has heard her voice yet: that is refused too, until somebody says that they did.
  await screen.page.locator('dialog .refusal', { hasText: '声音' }).waitFor(allowed)
  await screen.page.locator('dialog .contact button').first().click()
  await screen.page.locator('dialog .contact').waitFor({ state: 'detached', ...allowed })
  await screen.page.locator('dialog .primary').click()
  await screen.page.locator('.quiet').waitFor(allowed)
  await screen.page.context().close()
})

story('a test press rings nobody', patience, async () => {
  const screen = await wall()
  expect(press(stage, homeOf(2), { id: 'try', kind: 'test' })).toBe(true)
  expect(press(stage, homeOf(3), { id: 'real' })).toBe(true)
  await cardOf(screen, homeOf(3)).waitFor(allowed)
  expect(await screen.page.locator('.alarm').count()).toBe(1)
  await screen.page.locator('.events', { hasText: '测试按键' }).waitFor(allowed)
  await screen.page.keyboard.press('Space')
  await screen.page.locator('.case.acknowledged').waitFor(allowed)
  await close(screen, 'help-given')
  await screen.page.context().close()
})

story('a press outlives the server: killed before it is taken, and again after', patience, async () => {
  const screen = await wall()
  const { page } = screen
  expect(press(stage, homeOf(4), { id: 'before-the-kill' })).toBe(true)
  await cardOf(screen, homeOf(4)).waitFor(allowed)
  await stage.victim.kill()
  await page.locator('.lost').waitFor(allowed)
  expect(await cardOf(screen, homeOf(4)).count()).toBe(1)
  expect(await page.locator('.lost strong').textContent()).toMatch(/\d{6}/)
  expect(press(stage, homeOf(5), { id: 'while-down' })).toBe(false)

  await stage.victim.start()
  await page.locator('.lost').waitFor({ state: 'detached', ...allowed })
  await page.locator('.alarm.raised').waitFor(allowed)
  await page.keyboard.press('Space')
  await page.locator('.case.acknowledged').waitFor(allowed)
  await stage.victim.kill()
  await stage.victim.start()
  expect(press(stage, homeOf(5), { id: 'while-down' })).toBe(true)
  await cardOf(screen, homeOf(5)).waitFor(allowed)
  expect(await cardOf(screen, homeOf(4)).getAttribute('class')).toContain('taken')
  await close(screen, 'emergency')
  await expect.poll(() => page.locator('.alarm').count(), allowed).toBe(1)
  await page.keyboard.press('Space')
  await page.locator('.case.acknowledged').waitFor(allowed)
  await close(screen, 'help-given')
  await page.locator('.quiet').waitFor(allowed)
  await page.context().close()
})

story('a screen says by itself that a frozen server has left it alone, and is right again afterwards', patience, async () => {
  const screen = await wall()
  const { page } = screen
  expect(press(stage, homeOf(0), { id: 'frozen-1' })).toBe(true)
  await cardOf(screen, homeOf(0)).waitFor(allowed)
  await noteFirstBanner(page)
  stage.victim.signal('SIGSTOP')
  const banner = page.locator('.lost b')
  await banner.waitFor(allowed)
  // What it said when it appeared. How soon that is, `bench:wall` measures on a machine that does nothing else.
  const first = Number(await page.locator('html').getAttribute('data-first-banner'))
  expect(first).toBeGreaterThanOrEqual(5)
  expect(first).toBeLessThan(20)
  expect(await page.locator('.as-of').count()).toBe(1)
  stage.victim.signal('SIGCONT')
  await banner.waitFor({ state: 'detached', ...allowed })
  expect(press(stage, homeOf(1), { id: 'frozen-2' })).toBe(true)
  await cardOf(screen, homeOf(1)).waitFor(allowed)
  await page.context().close()
})

story('two screens converge: who takes it, who closes it', patience, async () => {
  const [one, two] = [await wall(), await wall()]
  expect(press(stage, homeOf(2), { id: 'for-two' })).toBe(true)
  for (const screen of [one, two]) await cardOf(screen, homeOf(2)).waitFor(allowed)
  await one.page.keyboard.press('Space')
  await one.page.locator('.case.acknowledged').waitFor(allowed)
  await two.page.locator('.alarm.taken', { hasText: homeOf(2).person }).waitFor(allowed)
  await close(two, 'help-given')
  for (const { page } of [one, two]) await page.locator('.quiet').waitFor(allowed)
})

story('no screen ever had an error, asked nothing of another origin, and broke no policy', () => {
  expect(opened.flatMap(({ faults }) => faults)).toEqual([])
})
