/** What one shift leaves to the next, in a real browser: the sweep after an outage, calls that are owed, an alarm that is handed over, and how each is reached. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Me } from '../../dashboard/contracts.ts'
import { minutes } from '../../domain/time.ts'
import { openStage, password, press, type Stage, startWatch, violations, type Window, withoutMosquitto } from './stage.ts'

const missing = withoutMosquitto()
if (missing) console.log(`skipped: ${missing}`)
const story = test.skipIf(missing !== '')
const patience = { timeout: 120_000 }
const allowed = { timeout: 30_000 }
/** Telephone and mail that lead nowhere: only what the pages say of them is looked at. */
const ways = {
  ...{ ANLING_TWILIO_ACCOUNT: 'AC00', ANLING_TWILIO_TOKEN: 'token-of-nobody', ANLING_TWILIO_FROM: '+8621000000' },
  ...{ ANLING_SMTP_URL: 'smtp://127.0.0.1:9', ANLING_SMTP_ALLOW_PLAIN: 'true', ANLING_MAIL_FROM: 'care@example.org' },
}

let stage: Stage
const opened: Window[] = []
beforeAll(async () => {
  stage = await openStage(ways)
})
afterAll(async () => {
  await stage?.close()
  for (const { faults } of opened) expect(faults).toEqual([])
})

async function window(language: 'zh' | 'en' = 'zh', size = { width: 1366, height: 768 }): Promise<Page> {
  const made = await stage.window({ language, size })
  opened.push(made)
  return made.page
}

/** What axe finds; with ANLING_SHOTS also a picture to be looked at. */
async function look(page: Page, name: string): Promise<void> {
  if (process.env.ANLING_SHOTS) {
    mkdirSync(process.env.ANLING_SHOTS, { recursive: true })
    await page.screenshot({ path: join(process.env.ANLING_SHOTS, `${name}.png`) })
  }
  expect((await violations(page)).map((fault) => `${name}: ${fault}`)).toEqual([])
}

/** Counts what the page asks of the machine, which is asked all the same. */
const countWakeLocks = (): void => {
  const real = navigator.wakeLock.request.bind(navigator.wakeLock)
  const asked: string[] = []
  Object.assign(globalThis, { asked })
  navigator.wakeLock.request = (kind) => {
    asked.push(kind ?? '')
    return real(kind)
  }
}
const timesAsked = (page: Page): Promise<number> => page.evaluate(() => Reflect.get(globalThis, 'asked').length)

story('after an outage a list says who may be unheard; one tick, and every other screen counts one less', patience, async () => {
  await (await window()).goto(stage.victim.origin)
  await stage.victim.kill()
  const file = new DatabaseSync(join(stage.dataDir, 'care.db'))
  file.prepare('update alive set at = at - ?').run(minutes(20))
  file.close()
  await stage.victim.start()
  const [zh, en] = [await window('zh'), await window('en', { width: 1920, height: 1080 })]
  await zh.addInitScript(countWakeLocks)
  for (const page of [zh, en]) {
    await startWatch(page, stage.victim.origin)
    await page.locator('.sweep-bar').waitFor(allowed)
    await page.locator('.sweep-bar button').click()
    await page.locator('.sweep-rows li').first().waitFor(allowed)
  }
  // The screen stays on; and again when the page comes back, which has lost that by then.
  await expect.poll(() => timesAsked(zh), allowed).toBeGreaterThan(0)
  const times = await timesAsked(zh)
  await zh.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect.poll(() => timesAsked(zh), allowed).toBeGreaterThan(times)
  await look(zh, 'sweep-zh')
  await look(en, 'sweep-en')
  const left = (page: Page) => page.locator('.sweep-figures .left dd').innerText()
  const before = Number(await left(en))
  expect(before).toBeGreaterThan(0)
  const first = zh.locator('.sweep-rows li').first()
  const who = await first.locator('.who').innerText()
  await first.locator('button.button').click()
  await zh.locator('.sweep-rows li', { hasText: who }).waitFor({ state: 'detached', ...allowed })
  await expect.poll(() => left(en), allowed).toBe(String(before - 1))
})

story('a call that is owed: nobody answered, so it is owed again; then it is made, and stands among those made', patience, async () => {
  await stage.calm()
  const [home] = stage.homes
  if (!home) throw new Error('There is no home.')
  expect(press(stage, home, { id: 'owed-1' })).toBe(true)
  await stage.calm()
  const [zh, en] = [await window('zh'), await window('en', { width: 1920, height: 1080 })]
  await startWatch(zh, stage.victim.origin)
  await zh.locator('button.owed').click()
  const line = zh.locator('.call-backs:not(.made) li').filter({ hasText: home.door }).first()
  await line.locator('input').fill('电话没人接')
  await line.getByRole('button', { name: '没接通' }).click()
  await line.getByText('电话没人接').waitFor(allowed)
  await look(zh, 'call-backs-zh')
  await line.locator('input').fill('她很好')
  await line.locator('button[type=submit]').click()
  await zh.locator('summary').waitFor(allowed)

  await startWatch(en, stage.victim.origin)
  await en.locator('button.owed').click()
  await en.locator('summary').click()
  await en.locator('.made li').filter({ hasText: '她很好' }).waitFor(allowed)
  await look(en, 'call-backs-en')
})

/** Counts the tones that a page starts. */
const countTones = `window.tones = 0; const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (...given) { window.tones += 1; return start.apply(this, given) }`
const tonesOf = (page: Page) => page.evaluate('window.tones') as Promise<number>

story('an alarm handed over chimes at the screen of whoever has it now, and at no other', patience, async () => {
  await stage.calm()
  const { origin } = stage.victim
  const giver = await window('zh')
  await giver.addInitScript({ content: countTones })
  await startWatch(giver, origin)
  const me: Me = await (await giver.request.get(`${origin}/api/me`)).json()
  const colleague = { name: 'wangfang', displayName: '王芳', role: 'admin', siteIds: [], password }
  const made = await giver.request.post(`${origin}/api/users`, { headers: { origin, 'x-csrf-token': me.csrfToken }, data: colleague })
  expect(made.status(), await made.text()).toBeLessThan(300)

  const other = await stage.window({ language: 'en', signedIn: false })
  opened.push(other)
  const taker = other.page
  await taker.addInitScript({ content: countTones })
  const signedIn = await other.context.request.post(`${origin}/api/sign-in`, { headers: { origin }, data: { name: 'wangfang', password } })
  expect(signedIn.ok()).toBe(true)
  await startWatch(taker, origin)

  const [, home] = stage.homes
  if (!home) throw new Error('There is no home.')
  expect(press(stage, home, { id: 'handed-1' })).toBe(true)
  await giver.locator('.case').waitFor(allowed)
  await giver.keyboard.press('Space')
  for (const page of [giver, taker]) await page.locator('.case.acknowledged').waitFor(allowed)
  const before = await Promise.all([tonesOf(giver), tonesOf(taker)])
  const session: Me = await (await giver.request.get(`${origin}/api/me`)).json()
  const { alarms } = await (await giver.request.get(`${origin}/api/wall`)).json()
  const given = await giver.request.post(`${origin}/api/alarms/${alarms[0].alarm.id}/hand-over`, {
    headers: { origin, 'x-csrf-token': session.csrfToken },
    data: { to: '王芳', text: '' },
  })
  expect(given.status(), await given.text()).toBe(200)
  await expect.poll(() => tonesOf(taker), allowed).toBeGreaterThan(before[1])
  await taker.getByText('李敏').first().waitFor(allowed)
  expect(await tonesOf(giver)).toBe(before[0])
  await look(taker, 'handed-en')
  await stage.calm()
})

story('somebody of the staff says how she is reached on duty, at day and at night', patience, async () => {
  for (const language of ['zh', 'en'] as const) {
    const page = await window(language, language === 'zh' ? { width: 1366, height: 768 } : { width: 1920, height: 1080 })
    await page.goto(`${stage.victim.origin}/#/account`)
    const part = page.locator('.own-reach')
    await part.locator('form').waitFor(allowed)
    await part.scrollIntoViewIfNeeded()
    if (language === 'zh') {
      await part.getByLabel('手机').fill('13800000001')
      await part.getByRole('group', { name: '夜间' }).getByRole('checkbox').first().uncheck()
      await part.getByLabel('免打扰时间（求助除外）').check()
      await part.getByRole('button', { name: '保存' }).click()
      await part.getByText('已保存。').waitFor(allowed)
    } else expect(await part.getByLabel('Telephone', { exact: true }).first().inputValue()).toBe('13800000001')
    await look(page, `own-reach-${language}`)
  }
})
