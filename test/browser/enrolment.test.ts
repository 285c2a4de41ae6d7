/** A technician's afternoon on a phone: the code from the office, devices of other makers joining, claimed and walked past, "every button proven". */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Me } from '../../dashboard/contracts.ts'
import { openPlayer, type Player } from '../../devices-sim/families/play.ts'
import { zigbee2mqtt } from '../../devices-sim/families/zigbee2mqtt.ts'
import { systemClock } from '../../domain/clock.ts'
import { openStage, password, type Stage, violations } from './stage.ts'

const patience = { timeout: 120_000 }
const allowed = { timeout: 30_000 }
const phone = { width: 390, height: 844 }
/** In place of a home's own terminal: a Zigbee2MQTT bridge in that flat. */
const bridgeId = 'bridge-in-the-flat'

let stage: Stage
let bridge: Player
const faults: string[] = []

beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => {
  await bridge?.stop()
  await stage?.close()
})

async function checked(page: Page, name: string): Promise<void> {
  const cut = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
  faults.push(...(await violations(page)).map((fault) => `${name}: ${fault}`), ...(cut ? [`${name}: wider than the phone`] : []))
}

/** What the office does at its desk, over the API: a bridge in the first home, and a technician of that site. */
async function prepare(page: Page): Promise<{ residentId: string }> {
  const { origin } = stage.victim
  const me: Me = await (await page.request.get(`${origin}/api/me`)).json()
  const headers = { origin, 'x-csrf-token': me.csrfToken }
  const rows = await (await page.request.get(`${origin}/api/rows`)).json()
  const resident = rows.residents.find(({ name }: { name: string }) => name === stage.homes[0]?.person)
  const row = {
    siteId: resident.siteId,
    residentId: resident.id,
    gatewayId: null,
    family: 'zigbee2mqtt',
    key: bridgeId,
    base: 'zigbee2mqtt',
  }
  const put = { ...row, role: 'gateway', room: '', power: 'mains', heartbeatSeconds: 60 }
  expect((await page.request.put(`${origin}/api/rows/devices/${bridgeId}`, { headers, data: put })).ok()).toBe(true)
  const { token } = await (await page.request.post(`${origin}/api/devices/${bridgeId}/credential`, { headers, data: {} })).json()
  const tom = { name: 'tom', displayName: '汤师傅', role: 'technician', siteIds: [resident.siteId], password }
  expect((await page.request.post(`${origin}/api/users`, { headers, data: tom })).ok()).toBe(true)
  const url = `mqtt://127.0.0.1:${stage.victim.mqttPort}`
  bridge = await openPlayer({ family: zigbee2mqtt, url, deviceId: bridgeId, token, clock: systemClock })
  return { residentId: resident.id }
}

/** The office gives a code on its screen; returns what stands on it. */
async function codeFromOffice(page: Page, residentId: string): Promise<string> {
  await page.goto(`${stage.victim.origin}/#/admin/new-devices`)
  await page.getByLabel('住户').selectOption(residentId)
  await page.getByRole('button', { name: '开一个代码' }).click()
  const code = await page.locator('.visit-code').textContent(allowed)
  await page.locator('svg.qr').waitFor(allowed)
  faults.push(...(await violations(page)).map((fault) => `code: ${fault}`))
  return (code ?? '').replace('-', '')
}

async function signIn(page: Page, path: string): Promise<void> {
  await page.goto(`${stage.victim.origin}/#${path}`)
  await page.getByLabel(/登录名|User name/).fill('tom')
  await page.getByLabel(/密码|Password/).fill(password)
  await page.keyboard.press('Enter')
}

async function claimFirst(page: Page, key: string, room: string): Promise<void> {
  await page.getByRole('button', { name: `登记 ${key}` }).click(allowed)
  await page.getByLabel('房间').fill(room)
  if (key === zigbee2mqtt.keys.press) await checked(page, 'claim')
  await page.locator('dialog').getByRole('button', { name: '登记' }).click()
  await page.locator('dialog').waitFor({ state: 'detached', ...allowed })
}

test('by a code on a phone: join, claim, walk, every button proven, and nobody was rung', patience, async () => {
  const office = await stage.window()
  const { residentId } = await prepare(office.page)
  const code = await codeFromOffice(office.page, residentId)
  const { page, faults: pageFaults } = await stage.window({ size: phone, signedIn: false })

  await signIn(page, `/technician/${code}`)
  await page.locator('.flat-head h2').waitFor(allowed)
  await bridge.play('join')
  for (const deed of ['press', 'motion', 'door'] as const) await bridge.play(deed)
  const { press = '', motion = '', door = '' } = zigbee2mqtt.keys
  // The newest stands on top: each that is still to come moves the others.
  for (const key of [press, motion, door]) await page.getByRole('button', { name: `登记 ${key}` }).waitFor(allowed)
  await checked(page, 'heard')
  // The home's own devices of the community are somebody else's work: only what is claimed now is proven here.
  await claimFirst(page, press, '床头')
  await claimFirst(page, motion, '客厅')
  await claimFirst(page, door, '门口')

  await page.getByRole('button', { name: '开始试走' }).click()
  await page.locator('.walk-on').waitFor(allowed)
  const line = (room: string) => page.locator('.ticks li', { hasText: room })
  await bridge.play('press')
  await line('床头').filter({ hasText: '本次已检验' }).waitFor(allowed)
  await bridge.play('motion')
  await line('客厅').filter({ hasText: '本次已检验' }).waitFor(allowed)
  for (let turn = 0; turn < 2; turn += 1) await bridge.play('door')
  await line('门口').filter({ hasText: '本次已检验' }).waitFor(allowed)
  await checked(page, 'walk')
  expect(await (await office.page.request.get(`${stage.victim.origin}/api/wall`)).json()).toMatchObject({ alarms: [] })

  // What hung there before is taken out; all that is left is proven.
  await retireOthers(office.page, residentId)
  await page.locator('.flat-head .all-proven', { hasText: '每个按钮都已检验' }).waitFor(allowed)
  await page.getByRole('button', { name: '完成，离开' }).click()
  await page.locator('.done .all-proven', { hasText: '每个按钮都已检验' }).waitFor(allowed)
  await checked(page, 'done')
  await page.getByRole('button', { name: 'English' }).click()
  await page.locator('.done', { hasText: 'Every button proven' }).waitFor(allowed)
  await checked(page, 'done en')

  await bridge.play('press')
  await expect
    .poll(async () => (await (await office.page.request.get(`${stage.victim.origin}/api/wall`)).json()).alarms.length, allowed)
    .toBe(1)
  expect([...faults, ...pageFaults]).toEqual([])
})

async function retireOthers(page: Page, residentId: string): Promise<void> {
  const { origin } = stage.victim
  const me: Me = await (await page.request.get(`${origin}/api/me`)).json()
  const headers = { origin, 'x-csrf-token': me.csrfToken }
  const { devices } = await (await page.request.get(`${origin}/api/device-facts?residentId=${residentId}`)).json()
  for (const { deviceId, provenAt, role } of devices) {
    if (provenAt !== null || role === 'gateway') continue
    expect((await page.request.post(`${origin}/api/devices/${deviceId}/retire`, { headers, data: {} })).ok()).toBe(true)
  }
}
