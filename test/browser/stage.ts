/** The whole thing for a browser test: the real platform as a process, a small community, a browser, and buttons to press. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { APIRequestContext, Browser, BrowserContext, Page } from 'playwright-core'
import { openVictim, type Victim } from '../../bench/lib/victim.ts'
import { hashToken, newToken } from '../../broker/credentials.ts'
import type { Me, Snapshot } from '../../dashboard/contracts.ts'
import { makeCommunity } from '../../devices-sim/community.ts'
import { systemClock } from '../../domain/clock.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import { readPepper } from '../../store/sqlite/pepper.ts'
import { openBrowser } from './chromium.ts'

export const password = 'a long enough sentence'
const admin = { name: 'limin', displayName: '李敏', password }

export type Home = { person: string; door: string; terminal: string; token: string; button: string }

export type Stage = {
  victim: Victim
  /** What the platform keeps; for what only time would bring about. */
  dataDir: string
  homes: readonly Home[]
  browser: Browser
  /** A new browser window, not signed in. `faults` collects what must never happen. */
  window(options?: { language?: 'zh' | 'en'; size?: { width: number; height: number }; signedIn?: boolean }): Promise<Window>
  /** Windows opened from now on are signed in as whoever has these cookies. */
  adopt(cookies: Cookies): void
  /** Where every story begins: the platform runs and nothing is open. */
  calm(): Promise<void>
  close(): Promise<void>
}
type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>
export type Window = { page: Page; context: BrowserContext; faults: string[] }

const screens = join(import.meta.dirname, '..', '..', 'dashboard', 'web', 'dist', 'index.html')

/** `environment`: further settings of the platform. `host`: by which name browsers come; only a name has passkeys. `count`: of homes. */
export async function openStage(environment: Record<string, string> = {}, host = '127.0.0.1', count = 6): Promise<Stage> {
  if (!existsSync(screens)) throw new Error('The screens are not built. `npm test` builds them; or run `npx vite build dashboard/web`.')
  const folder = mkdtempSync(join(tmpdir(), 'anling-browser-'))
  const homes = await moveIn(folder, count)
  const opened = await openVictim(folder, { environment })
  await opened.start()
  const victim: Victim = { ...opened, origin: opened.origin.replace('127.0.0.1', host) }
  const browser = await openBrowser()
  let cookies: Cookies = []
  const signIn = async (context: BrowserContext) => {
    const headers = { origin: victim.origin }
    if (cookies.length === 0) {
      const answer = await context.request.post(`${victim.origin}/api/setup`, { headers, data: { code: victim.setupCode(), ...admin } })
      if (!answer.ok()) throw new Error(`The first admin could not be made: ${await answer.text()}`)
      cookies = await context.cookies()
    }
    await context.addCookies(cookies)
  }
  return {
    ...{ victim, homes, browser, dataDir: folder },
    async window({ language = 'zh', size = { width: 1920, height: 1080 }, signedIn = true } = {}) {
      // A zone that is not the homes': times must be theirs all the same.
      const context = await browser.newContext({ viewport: size, timezoneId: 'America/New_York' })
      await context.addInitScript({ content: `localStorage.setItem('anling.language', '${language}')` })
      if (signedIn) await signIn(context)
      const page = await context.newPage()
      return { page, context, faults: watchFaults(page, victim.origin) }
    },
    adopt(given) {
      cookies = given
    },
    async calm() {
      victim.signal('SIGCONT')
      if (!victim.running()) await victim.start()
      const context = await browser.newContext()
      await signIn(context)
      await closeAll(context.request, victim.origin)
      await context.close()
    },
    async close() {
      await browser.close()
      await victim.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Takes and closes whatever is open. */
async function closeAll(request: APIRequestContext, origin: string): Promise<void> {
  const me: Me = await (await request.get(`${origin}/api/me`)).json()
  const { alarms }: Snapshot = await (await request.get(`${origin}/api/wall`)).json()
  const options = { headers: { origin, 'x-csrf-token': me.csrfToken } }
  for (const { alarm } of alarms) {
    await request.post(`${origin}/api/alarms/${alarm.id}/acknowledge`, { ...options, data: {} })
    await request.post(`${origin}/api/alarms/${alarm.id}/resolve`, { ...options, data: { outcome: 'help-given', text: '' } })
  }
}

/** Homes, each with a terminal of its own that may connect. */
async function moveIn(dataDir: string, count: number): Promise<Home[]> {
  const rows = makeCommunity(count, 7)
  const pepper = readPepper(dataDir)
  const onFatal = (error: unknown): never => {
    throw error
  }
  const database = openDatabase({ dataDir, clock: systemClock, onTrouble: () => {}, onFatal })
  const directory = openDirectory(database)
  await directory.put(rows)
  const homes: Home[] = []
  for (const { id, name, homeId } of rows.residents) {
    const terminal = rows.devices.find(({ residentId, role }) => residentId === id && role === 'terminal')?.id ?? ''
    const button = rows.devices.find(({ residentId, role }) => residentId === id && role === 'sos-button')?.id ?? ''
    const token = newToken()
    await directory.putCredential(terminal, hashToken(pepper, token))
    homes.push({ person: name, door: rows.homes.find((home) => home.id === homeId)?.door ?? '', terminal, token, button })
  }
  database.close()
  return homes
}

/** Errors in the page, and requests that leave our own origin. */
function watchFaults(page: Page, origin: string): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error in the page: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) faults.push(`request outside: ${request.url()}`)
  })
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text())
  })
  return faults
}

/** '' when mosquitto_pub can be used, else why these tests are skipped. On CI a missing tool is a failure. */
export function withoutMosquitto(): string {
  if (!spawnSync('mosquitto_pub', ['--help']).error) return ''
  if (process.env.CI) throw new Error('mosquitto_pub is missing on CI: install mosquitto-clients.')
  return 'mosquitto_pub is not installed (Debian: mosquitto-clients)'
}

/** Presses by the public protocol with somebody else's client; true when it was thanked with a PUBACK. */
export function press({ victim }: Stage, home: Home, { id, kind = 'sos' }: { id: string; kind?: 'sos' | 'cancel' | 'test' }): boolean {
  const { terminal, token, button } = home
  const login = ['-h', '127.0.0.1', '-p', String(victim.mqttPort), '-i', terminal, '-u', terminal, '-P', token]
  const message = ['-q', '1', '-t', `care/${button}/${kind}`, '-m', JSON.stringify({ id })]
  return spawnSync('mosquitto_pub', [...login, ...message], { timeout: 30_000 }).status === 0
}

/** Goes to the wall and begins the watch, as the first minute of a shift does. */
export async function startWatch(page: Page, origin: string): Promise<void> {
  await page.goto(origin)
  await page.locator('.duty .begin').click()
  await page.locator('.duty').waitFor({ state: 'detached' })
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds wrong on the page as it stands: one line for each fault. */
export async function violations(page: Page): Promise<string[]> {
  const run = `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`
  return page.evaluate(`${axeSource};${run}`)
}
