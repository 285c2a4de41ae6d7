/** Pictures of every window of the desk and the administration, in both languages, over a community that is made hard: long names, nothing known, many of each. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'
import type { Me } from '../dashboard/contracts.ts'
import { minutes } from '../domain/time.ts'
import type { DirectoryRows } from '../store/store.ts'
import { type Home, openStage, password, press, type Stage, startWatch, violations } from './browser/stage.ts'

const allowed = { timeout: 8_000 }
const sizes = { zh: { width: 1366, height: 768 }, en: { width: 1920, height: 1080 } } as const
const longName = '欧阳格日勒图雅阿依古丽·买买提明·阿不都热合曼'
const longAddress = '云江市临江区春晖路 1888 弄 1 期乙区（原纺织局第三职工宿舍）18 号楼东侧副楼 2 单元，从南门进，穿过凉亭后左转第二个门洞'

/** What stands open on the page, and how one comes there from the desk. */
type View = { name: string; open(page: Page, stage: Stage): Promise<unknown> }

const card = (page: Page, text: string): Locator => page.locator('.alarm', { hasText: text }).first()
const byKey = (key: string) => (page: Page) => page.keyboard.press(key)
const byClick = (selector: string) => (page: Page) => page.locator(selector).first().click(allowed)
const inAdmin =
  (place: string, ...clicks: readonly string[]) =>
  async (page: Page, { victim }: Stage) => {
    await page.goto(`${victim.origin}/#/${place}`)
    for (const click of clicks) await page.locator(click).first().click(allowed)
    await page
      .locator(clicks.length > 0 ? 'dialog' : 'main h2, main h1')
      .first()
      .waitFor(allowed)
  }

/** Of the desk, in this order: each begins where the one before was closed with Escape. The case that is chosen is a call in our hands. */
const ofDesk: readonly View[] = [
  { name: 'flood', open: async () => {} },
  { name: 'many-contacts', open: (page) => card(page, '101').click(allowed) },
  { name: 'all-contacts', open: byClick('.people h3 button') },
  { name: 'hand-over-many', open: byKey('g') },
  { name: 'send', open: byKey('F3') },
  { name: 'map', open: byKey('m') },
  { name: 'resolve', open: byKey('r') },
  { name: 'note', open: byKey('n') },
  { name: 'resident', open: byKey('h') },
  { name: 'find', open: byKey('/') },
  { name: 'keys', open: byKey('?') },
  { name: 'self-test', open: byClick('.top button.pill') },
  { name: 'shift', open: byClick('.bottom .gap + button') },
  { name: 'call-backs', open: byClick('button.owed') },
  { name: 'homes', open: byClick('button.unusual') },
  { name: 'troubles', open: byClick('button.troubles') },
  { name: 'sweep', open: byClick('.sweep-bar button') },
  { name: 'sweep-buildings', open: sweepByBuilding },
  { name: 'long-names', open: (page) => card(page, '春晖里').click(allowed) },
  { name: 'nothing-known', open: (page) => card(page, '201').click(allowed) },
  { name: 'take-over', open: takeOver },
  { name: 'device-case', open: (page) => card(page, '断电').or(card(page, 'ower')).first().click(allowed) },
  { name: 'shelve', open: byKey('z') },
]

const ofAdmin: readonly View[] = [
  { name: 'admin-contact', open: inAdmin('admin/contacts', 'main td button') },
  { name: 'admin-user', open: inAdmin('admin/users', 'main .tools .button') },
  { name: 'admin-user-change', open: inAdmin('admin/users', 'main td button') },
  { name: 'admin-shift', open: inAdmin('admin/duty', 'main .tools .button') },
  { name: 'admin-plan', open: inAdmin('admin/plans') },
  { name: 'admin-key', open: inAdmin('admin/connect', 'main .sheet .deeds .button') },
  { name: 'admin-hook', open: inAdmin('admin/connect', 'main .sheet:nth-of-type(2) .deeds .button') },
  { name: 'admin-account', open: inAdmin('account') },
]

async function takeOver(page: Page): Promise<void> {
  await page.locator('.alarm', { hasText: '陈浩' }).first().click(allowed)
  await page.keyboard.press('t')
  await page.locator('dialog').waitFor(allowed)
}

async function sweepByBuilding(page: Page): Promise<void> {
  await byClick('.sweep-bar button')(page)
  await page.locator('.sweep-tools button').nth(1).click(allowed)
  await page.locator('.sweep-buildings button').first().click(allowed)
}

type Ask = (method: string, path: string, data?: object) => Promise<unknown>

async function askingAs(page: Page, origin: string): Promise<Ask> {
  const me: Me = await (await page.request.get(`${origin}/api/me`)).json()
  return async (method, path, data) => {
    const answer = await page.request.fetch(`${origin}${path}`, { method, headers: { origin, 'x-csrf-token': me.csrfToken }, data })
    if (!answer.ok()) console.log(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
    return answer.status() === 204 ? null : answer.json()
  }
}

/** The first home has many contacts, the second long names, the third nothing. */
async function makeHard(ask: Ask): Promise<void> {
  const rows = (await ask('GET', '/api/rows')) as DirectoryRows
  const put = (table: string, { id, ...row }: { id: string; [column: string]: unknown }) => ask('PUT', `/api/rows/${table}/${id}`, row)
  const [first, second, third] = rows.residents
  if (!first || !second || !third) throw new Error('There are too few homes.')
  for (let order = 3; order < 12; order += 1)
    await put('contacts', {
      ...{ id: `more-${order}`, residentId: first.id, name: order === 5 ? longName : `周小${order}`, relation: 'relative' },
      ...{ phone: order === 6 ? '' : `+86 1000000${order}000`, hasKey: order % 2 === 0, order },
      ...{ hours: order % 3 === 0 ? '放学以后，周三除外' : '工作日 18:00-22:00' },
    })
  const { number: _number, ...long } = second as typeof second & { number?: number }
  await put('residents', {
    ...long,
    name: longName,
    speech: '听力很差，只听得懂宁波话；请先大声报出服务中心的名字，再慢慢说',
    medical: longMedical.split('\n'),
  })
  const home = rows.homes.find(({ id }) => id === second.homeId)
  if (home)
    await put('homes', { ...home, address: longAddress, building: '春晖里一期乙区 18 号楼', entry: longAddress, doorCode: '1234567890#' })
  const { number: _third, ...bare } = third as typeof third & { number?: number }
  await put('residents', { ...bare, phone: '', speech: '', medical: [] })
  for (const { id, residentId } of rows.contacts) if (residentId === third.id) await ask('DELETE', `/api/rows/contacts/${id}`)
}

const longMedical =
  '心房颤动，长期服用华法林，出血风险高\n对青霉素、磺胺类药物过敏，曾因此住院\n2024 年 3 月右髋关节置换\n糖尿病二十年，早晚各打一次胰岛素\n轻度认知障碍，傍晚容易走失'
const colleagues = ['陈浩', '王芳', '司徒文静', longName.slice(0, 14), '孙丽', '周建国', '吴晓梅']

/** Colleagues of every length of name; the first of them signs in and takes a call, so that it can be taken over. */
async function addColleagues(stage: Stage, ask: Ask): Promise<void> {
  const rows = (await ask('GET', '/api/rows')) as DirectoryRows
  const siteIds = rows.sites.map(({ id }) => id)
  for (const [index, displayName] of colleagues.entries())
    await ask('POST', '/api/users', { name: `colleague${index}`, displayName, role: 'operator', siteIds, password })
  const { context } = await stage.window({ signedIn: false })
  const { origin } = stage.victim
  await context.request.post(`${origin}/api/sign-in`, { headers: { origin }, data: { name: 'colleague0', password } })
  const page = await context.newPage()
  const theirs = await askingAs(page, origin)
  const { alarms } = (await theirs('GET', '/api/wall')) as { alarms: { alarm: { id: string } }[] }
  for (const { alarm } of alarms.slice(5, 7)) await theirs('POST', `/api/alarms/${alarm.id}/acknowledge`, {})
  await context.close()
}

/** The mains of a home, as its terminal tells of them. */
function mains({ victim }: Stage, home: Home, present: boolean): void {
  const login = ['-h', '127.0.0.1', '-p', String(victim.mqttPort), '-i', home.terminal, '-u', home.terminal, '-P', home.token]
  spawnSync('mosquitto_pub', [...login, '-q', '1', '-t', `care/${home.terminal}/power`, '-m', JSON.stringify({ mains: present })])
}

/** Twenty minutes away, so that there is a list of who may have been unheard. */
async function beAway(stage: Stage): Promise<void> {
  await stage.victim.kill()
  const file = new DatabaseSync(join(stage.dataDir, 'care.db'))
  file.prepare('update alive set at = at - ?').run(minutes(20))
  file.close()
  await stage.victim.start()
}

/** Makes the pictures; each window that cannot be opened, and whatever axe finds, is said. Returns how many were made. */
export async function shootDialogs(folder: string): Promise<number> {
  const stage = await openStage({}, '127.0.0.1', 36)
  let made = 0
  try {
    const office = await stage.window()
    await office.page.goto(stage.victim.origin)
    const ask = await askingAs(office.page, stage.victim.origin)
    await makeHard(ask)
    press(stage, stage.homes[35] as Home, { id: 'owed' })
    await stage.calm()
    await beAway(stage)
    await office.page.goto('about:blank')
    for (const home of stage.homes.slice(0, 30)) press(stage, home, { id: `flood-${home.terminal}` })
    press(stage, stage.homes[1] as Home, { id: 'again' })
    for (const home of stage.homes.slice(24, 35)) mains(stage, home, false)
    await addColleagues(stage, await askingAs(office.page, stage.victim.origin))
    await office.context.close()
    for (const language of ['zh', 'en'] as const) made += await tour(stage, language, folder)
  } finally {
    await stage.close()
  }
  return made
}

async function tour(stage: Stage, language: 'zh' | 'en', folder: string): Promise<number> {
  const { page, context, faults } = await stage.window({ language, size: sizes[language] })
  await startWatch(page, stage.victim.origin)
  await page.locator('.alarm').nth(20).waitFor(allowed)
  let made = 0
  for (const view of [...ofDesk, ...ofAdmin]) {
    try {
      await view.open(page, stage)
      if (view.name === 'many-contacts') await page.keyboard.press('Space')
      await wait(700)
      await page.screenshot({ path: join(folder, `${language}-window-${view.name}.png`) })
      made += 1
      for (const fault of await violations(page)) console.log(`${language} ${view.name}: ${fault}`)
    } catch (error) {
      console.log(`${language} ${view.name}: ${String(error).split('\n')[0]}`)
    }
    if ((await page.locator('dialog').count()) > 0) await page.keyboard.press('Escape')
  }
  for (const fault of faults) console.log(`${language}: ${fault}`)
  await context.close()
  return made
}
