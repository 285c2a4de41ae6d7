/** A browser on the other side of the world: what belongs to no home is told in the centre's zone; and the case shows the picture of whoever agreed to one. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Me } from '../../dashboard/contracts.ts'
import type { ResidentFile } from '../../dashboard/contracts-upkeep.ts'
import type { DirectoryRows } from '../../store/store.ts'
import { type Home, openStage, press, type Stage, startWatch, withoutMosquitto } from './stage.ts'

const missing = withoutMosquitto()
if (missing) console.log(`skipped: ${missing}`)
const patience = { timeout: 90_000 }
const allowed = { timeout: 30_000 }
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let stage: Stage
beforeAll(async () => {
  if (!missing) stage = await openStage()
})
afterAll(async () => {
  await stage?.close()
})

const hourIn = (timeZone: string, at: number) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)

test.skipIf(missing !== '')('the record of the audit reads the same on a machine in New York', patience, async () => {
  const { page } = await stage.window({ language: 'en' })
  await page.goto(`${stage.victim.origin}/#/admin/audit`)
  await page.locator('main table tbody tr').first().waitFor(allowed)
  const lines = (await page.evaluate("fetch('/api/audit').then((answer) => answer.json())")) as readonly { at: number }[]
  const at = lines[0]?.at
  if (at === undefined) throw new Error('The record is empty.')
  const text = await page.locator('main table').innerText()
  expect(text).toContain(hourIn('Asia/Shanghai', at))
  expect(text).not.toContain(hourIn('America/New_York', at))
})

test.skipIf(missing !== '')('what is typed in New York about a home in Shanghai is of Shanghai', patience, async () => {
  const { page, context } = await stage.window({ language: 'en' })
  const { origin } = stage.victim
  const rows: DirectoryRows = await (await context.request.get(`${origin}/api/rows`)).json()
  const id = rows.residents.at(-1)?.id ?? ''
  await page.goto(`${origin}/#/admin/residents/${id}`)
  await page.locator('section.sheet .deeds button', { hasText: /consent/i }).click(allowed)
  const field = page.locator('dialog input[type=datetime-local]')
  expect(Math.abs(Date.parse(`${await field.inputValue()}+08:00`) - Date.now())).toBeLessThan(5 * 60_000)
  await field.fill('2026-01-05T09:00')
  await page.locator('dialog button[type=submit]').click()
  await page.locator('dialog').waitFor({ ...allowed, state: 'detached' })
  const file: ResidentFile = await (await context.request.get(`${origin}/api/residents/${id}/file`)).json()
  expect(file.consents.map(({ givenAt }) => givenAt)).toEqual([Date.UTC(2026, 0, 5, 1)])
})

const isSeen = (page: Page) => page.locator('.case .face:not([hidden])')

test.skipIf(missing !== '')(
  'the case shows the picture of whoever agreed to one and the drawn flat, and asks for nothing where there is none',
  patience,
  async () => {
    const { page, context, faults } = await stage.window()
    const { origin } = stage.victim
    const { csrfToken }: Me = await (await context.request.get(`${origin}/api/me`)).json()
    const headers = { origin, 'x-csrf-token': csrfToken }
    const rows: DirectoryRows = await (await context.request.get(`${origin}/api/rows`)).json()
    const [first, second] = stage.homes as readonly [Home, Home]
    const { id, homeId } = rows.residents.find(({ name }) => name === first.person) ?? { id: '', homeId: '' }
    const consent = { kind: 'photo', form: 'paper', givenBy: '本人', givenAt: 1_700_000_000_000 }
    expect((await context.request.post(`${origin}/api/residents/${id}/consents`, { headers, data: consent })).ok()).toBe(true)
    const picture = { headers: { ...headers, 'content-type': 'image/png' }, data: Buffer.from(dot, 'base64') }
    expect((await context.request.put(`${origin}/api/residents/${id}/photo`, picture)).ok()).toBe(true)
    const plan = { rooms: [{ name: '阳光房', x: 0, y: 0, width: 100, height: 60 }], door: 50 }
    expect((await context.request.put(`${origin}/api/maps/homes/${homeId}/flat`, { headers, data: { plan } })).ok()).toBe(true)
    const asked: string[] = []
    page.on('request', (request) => request.url().includes('/photo') && asked.push(request.url()))
    await startWatch(page, origin)
    expect(press(stage, second, { id: 'no-picture' })).toBe(true)
    await page.locator('.case .entry').waitFor(allowed)
    expect(asked).toEqual([])
    await stage.calm()
    expect(press(stage, first, { id: 'with-picture' })).toBe(true)
    await isSeen(page).waitFor(allowed)
    await page.locator('.case .flat', { hasText: '阳光房' }).waitFor(allowed)
    expect(faults).toEqual([])
  },
)
