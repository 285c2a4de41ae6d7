/**
 * `npm run shots [-- FOLDER]`: a picture of every page and every window in both languages, with the demo's community in it, to be looked at. Starts the demo on
 * free ports, so the demo must not be running from this folder; the pictures go to FOLDER (`data/shots`).
 */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { freePort } from '../bench/lib/ports.ts'
import { openBrowser } from './browser/chromium.ts'
import { stopsOf, visit } from './browser/stops.ts'
import { shootDialogs } from './shots-dialogs.ts'

const root = join(import.meta.dirname, '..')
const folder = resolve(process.argv[2] ?? join(root, 'data', 'shots'))
const languages = ['zh', 'en'] as const
type Language = (typeof languages)[number]
type Demo = { origin: string; name: string; password: string; family: string; stop(): void }
type Size = { width: number; height: number }

const desk: Size = { width: 1920, height: 1080 }
const phone: Size = { width: 390, height: 844 }
let made = 0

/** The demo as a new user starts it; resolves when it has printed how to get in. */
async function startDemo(): Promise<Demo> {
  const ports = { ANLING_HTTP_PORT: String(await freePort()), ANLING_MQTT_PORT: String(await freePort()) }
  const demo = spawn(process.execPath, ['run.mjs', 'devices-sim/demo.ts'], { cwd: root, env: { ...process.env, ...ports } })
  let printed = ''
  demo.stdout.on('data', (text) => {
    printed += text
  })
  demo.stderr.pipe(process.stderr)
  const found = (what: RegExp): string => what.exec(printed)?.[1] ?? ''
  while (!/duty {6}/.test(printed)) {
    if (demo.exitCode !== null) throw new Error(`The demo ended with ${demo.exitCode}.`)
    await wait(100)
  }
  const [name = '', password = ''] = found(/sign in {3}(.+)/).split(' / ')
  return { origin: found(/wall {6}(\S+)/), family: found(/family {4}(\S+)/), name, password, stop: () => void demo.kill('SIGTERM') }
}

async function shoot(page: Page, name: string): Promise<void> {
  await wait(400)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  made += 1
}

async function windowOf(browser: Browser, language: Language, size: Size): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: size, locale: language === 'zh' ? 'zh-CN' : 'en-GB' })
  await context.addInitScript({ content: `localStorage.setItem('anling.language', '${language}')` })
  return context
}

async function signIn(page: Page, { origin, name, password }: Demo): Promise<void> {
  await page.goto(origin)
  const fields = page.locator('.gate input')
  await fields.nth(0).fill(name)
  await fields.nth(1).fill(password)
  await page.keyboard.press('Enter')
  await page.locator('.duty').waitFor()
}

/** The desk as an operator meets it: the start of the watch, the queue, a call that is taken, its windows. */
async function desks(page: Page, origin: string, name: (what: string) => string): Promise<void> {
  await page.goto(origin)
  await page.locator('.duty .begin').waitFor()
  await shoot(page, name('desk-duty'))
  await page.locator('.duty .begin').click()
  // A late device case is there from the start; the picture is of a call for help.
  await page.locator('.queue .p1').first().click({ timeout: 120_000 })
  await page.locator('.case.p1').waitFor()
  await shoot(page, name('desk-raised'))
  await page.keyboard.press('Space')
  await page.locator('.case.acknowledged').waitFor()
  await shoot(page, name('desk-taken'))
  for (const [key, what] of [
    ['?', 'keys'],
    ['/', 'find'],
    ['n', 'note'],
    ['r', 'resolve'],
    ['h', 'history'],
    ['g', 'hand-over'],
  ] as const) {
    await page.keyboard.press(key)
    await shoot(page, name(`desk-${what}`))
    await page.keyboard.press(key === 'h' ? 'h' : 'Escape')
  }
  for (const width of [1366, 3840]) {
    await page.setViewportSize({ width, height: Math.round((width * 9) / 16) })
    await shoot(page, name(`desk-${width}`))
  }
  await page.setViewportSize(desk)
}

async function tour(browser: Browser, demo: Demo, language: Language): Promise<void> {
  const name = (what: string) => `${language}-${what}`
  const context = await windowOf(browser, language, desk)
  const page = await context.newPage()
  await page.goto(demo.origin)
  await page.locator('.gate input').first().waitFor()
  await shoot(page, name('sign-in'))
  await signIn(page, demo)
  await desks(page, demo.origin, name)
  for (const stop of await stopsOf(page, demo.origin)) {
    await page.setViewportSize(stop.name === 'technician' ? phone : desk)
    await visit(page, demo.origin, stop)
    await shoot(page, name(stop.name))
  }
  await context.close()
}

/** The relative's telephone; it joins once and then speaks both languages. */
async function family(browser: Browser, demo: Demo): Promise<void> {
  const context = await browser.newContext({ viewport: phone, locale: 'zh-CN' })
  const page = await context.newPage()
  await page.goto(demo.family)
  await page.locator('form button[type=submit]').waitFor()
  await shoot(page, 'zh-family-join')
  await page.locator('form button[type=submit]').click()
  await page.locator('.done').waitFor()
  for (const language of languages) {
    await page.evaluate((said) => localStorage.setItem('anling.language', said), language)
    for (const place of ['', 'alarm', 'history', 'settings', 'away']) {
      await page.goto('about:blank')
      await page.goto(`${demo.origin}/family#/${place}`)
      await page.locator('main').waitFor()
      await shoot(page, `${language}-family-${place || 'today'}`)
    }
  }
  await context.close()
}

mkdirSync(folder, { recursive: true })
const demo = await startDemo()
const browser = await openBrowser()
try {
  for (const language of languages) await tour(browser, demo, language)
  await family(browser, demo)
  made += await shootDialogs(folder)
  console.log(`${made} pictures in ${folder}`)
} finally {
  await browser.close()
  demo.stop()
}
