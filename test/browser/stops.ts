/** Every page there is, for whoever looks at all of them: the tour of `npm run shots` and the test of mixed languages. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Page, Request } from 'playwright-core'
import type { DirectoryRows } from '../../store/store.ts'
import { drawn } from './hostile-page.ts'

/** `ready`: what is on the page when it is there. */
export type Stop = { name: string; path: string; ready: string }

const allowed = { timeout: 30_000 }

/** The pages beside the desk that a signed-in person reaches: those of the administration are read from its own list, so that a new one is never forgotten. */
export async function stopsOf(page: Page, origin: string): Promise<Stop[]> {
  await visit(page, origin, { name: 'administration', path: '/#/admin', ready: '.with-menu > nav a' })
  const listed = await page
    .locator('.with-menu > nav a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? '').filter((href) => href.startsWith('#/')))
  const ofAdmin = listed.map((href) => ({ name: href.replace('#/', '').replaceAll('/', '-'), path: `/${href}`, ready: 'main h2, main h1' }))
  return [...ofAdmin, ...others, ...(await withIds(page, origin))]
}

/** Pages of one thing: the first flat, its terminal, who lives there. */
async function withIds(page: Page, origin: string): Promise<Stop[]> {
  const { devices } = (await (await page.request.get(`${origin}/api/rows`)).json()) as DirectoryRows
  const terminal = devices.find(({ role, residentId }) => role === 'terminal' && residentId !== null)
  if (!terminal) return []
  return [
    { name: 'device', path: `/#/admin/devices/${terminal.id}`, ready: '.device-facts' },
    { name: 'resident', path: `/#/admin/residents/${terminal.residentId}`, ready: 'main .tools h2' },
    { name: 'flat', path: `/#/technician/flat/${terminal.residentId}`, ready: '.flat-head' },
  ]
}

const others: readonly Stop[] = [
  { name: 'account', path: '/#/account', ready: 'main h2, main h1' },
  { name: 'technician', path: '/#/technician', ready: 'main' },
  { name: 'cockpit', path: '/#/cockpit', ready: 'main' },
  { name: 'homes-show', path: '/#/wall?mode=show', ready: 'main' },
  { name: 'cockpit-show', path: '/#/cockpit?mode=show', ready: 'main' },
]

/** Goes there, waits for the page, for all that it asks of the server, and for its letters. A page that was open before does not count. */
export async function visit(page: Page, origin: string, stop: Stop): Promise<void> {
  const asked = requestsOf(page)
  await page.goto('about:blank')
  await page.goto(`${origin}${stop.path}`)
  await page.locator(stop.ready).first().waitFor(allowed)
  for (let quiet = 0; quiet < quietLooks; quiet = asked.size === 0 ? quiet + 1 : 0) {
    await wait(lookEveryMs)
    await drawn(page)
  }
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

/** A page that has asked for nothing at so many looks in a row has what it wants. */
const quietLooks = 3
const lookEveryMs = 40

const open = new WeakMap<Page, Set<Request>>()

/** The requests of this page that nobody has answered yet. */
function requestsOf(page: Page): ReadonlySet<Request> {
  const known = open.get(page)
  if (known) return known
  const asked = new Set<Request>()
  page.on('request', (request) => asked.add(request))
  page.on('requestfinished', (request) => asked.delete(request))
  page.on('requestfailed', (request) => asked.delete(request))
  open.set(page, asked)
  return asked
}
