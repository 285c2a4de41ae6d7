/** The centre's daily work in a real browser: a person added by form, a list changed by spreadsheet after a look at it, a broken button looked after; every page without a violation. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage, violations, type Window } from './stage.ts'

const patience = { timeout: 120_000 }
const allowed = { timeout: 30_000 }
const languages = ['zh', 'en'] as const

let stage: Stage
const opened: Window[] = []

beforeAll(async () => {
  stage = await openStage()
}, 120_000)
afterAll(() => stage?.close())

async function window(options: Parameters<Stage['window']>[0] = {}): Promise<Page> {
  const made = await stage.window({ size: { width: 1366, height: 900 }, ...options })
  opened.push(made)
  return made.page
}
/** The answer to what is asked at `path` comes late: a form must not begin without it. */
const slowly = (page: Page, path: string) =>
  page.route(path, async (asked) => {
    await new Promise((done) => setTimeout(done, 500))
    await asked.continue()
  })
const go = (page: Page, to: string) => page.goto(`${stage.victim.origin}/#/admin/${to}`)

test('an admin adds a resident with home, contact and consent by forms; a mistake is named at its field', patience, async () => {
  const page = await window()
  await go(page, 'residents')
  await page.getByRole('button', { name: '新增老人' }).click()
  await page.getByLabel('姓名').fill('周玉兰')
  await page.getByLabel('出生年').fill('三八年')
  await page.getByRole('button', { name: '保存' }).click()
  await page.locator('.field.wrong', { hasText: '室号' }).getByText('这里不能空着').waitFor(allowed)
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true')
  await page.getByLabel('楼栋').fill('7 栋')
  await page.getByLabel('室号').fill('303')
  await page.getByRole('button', { name: '保存' }).click()
  await page.locator('.field.wrong', { hasText: '出生年' }).waitFor(allowed)
  expect(await violations(page)).toEqual([])
  await page.getByLabel('出生年').fill('1938')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByRole('heading', { name: '周玉兰' }).waitFor(allowed)

  await page.getByRole('button', { name: '新增联系人' }).click()
  const dialog = page.locator('dialog')
  await dialog.getByLabel('姓名').fill('周敏')
  await dialog.getByLabel('可联系时间').fill('放学以后')
  await dialog.getByText('没有看懂').waitFor(allowed)
  await dialog.getByLabel('可联系时间').fill('18:00 以后')
  await dialog.getByText('理解为：每天 18:00–24:00').waitFor(allowed)
  expect(await violations(page)).toEqual([])
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.locator('td', { hasText: '18:00 以后' }).waitFor(allowed)

  const home = page.getByRole('form', { name: '住房' })
  await home.getByLabel('门禁或钥匙盒密码').fill('2580#')
  await home.getByRole('button', { name: '保存' }).click()
  await home.getByText('受理这一户的告警后才看得到，每次查看都有记录').waitFor(allowed)
  expect(await page.content()).not.toContain('2580#')

  await page.getByRole('button', { name: '记录同意' }).click()
  await dialog.getByLabel('同意什么').selectOption('activity')
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.getByRole('button', { name: '撤回 活动监测' }).click()
  await dialog.getByRole('button', { name: '撤回' }).click()
  await page.locator('td', { hasText: '撤回' }).waitFor(allowed)
  expect(await violations(page)).toEqual([])

  await page.getByRole('button', { name: '删除', exact: true }).click()
  await dialog.getByText('1 位联系人').waitFor(allowed)
  await dialog.getByRole('button', { name: '删除' }).click()
  await page.locator('[role=status]', { hasText: '共 6 行' }).waitFor(allowed)
})

test('an import shows what it would do, writes nothing until it is confirmed, and then does just that', patience, async () => {
  const page = await window({ language: 'en' })
  await go(page, 'residents')
  const [row] = await rowsOf(page)
  const text = `id,name,siteId,homeId\n${row?.id},New Name,${row?.siteId},${row?.homeId}\nres-new,Another,${row?.siteId},${row?.homeId}\n`
  const file = { name: 'residents.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }
  await page.setInputFiles('input[type=file]', file)
  await page.locator('dialog', { hasText: '1 added · 1 changed · 0 unchanged' }).waitFor(allowed)
  await page.locator('ins', { hasText: 'New Name' }).waitFor(allowed)
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  expect((await rowsOf(page)).map(({ name }) => name)).not.toContain('New Name')
  await page.setInputFiles('input[type=file]', file)
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.locator('.said', { hasText: '2 rows imported' }).waitFor(allowed)
  const after = await rowsOf(page)
  expect(after.find(({ id }) => id === row?.id)).toEqual({ ...row, name: 'New Name' })
  expect(after.map(({ id }) => id)).toContain('res-new')
})

type Resident = { id: string; name: string; siteId: string; homeId: string }
const rowsOf = async (page: Page): Promise<readonly Resident[]> =>
  (await page.request.get(`${stage.victim.origin}/api/rows/residents`)).json()

test('a broken button is reported on the board, taken, noted and ended', patience, async () => {
  const page = await window()
  await go(page, 'board')
  const report = page.getByRole('button', { name: /报修/ }).first()
  const device = (await report.getAttribute('aria-label'))?.split(' ').at(-1)?.replace('报修', '') ?? ''
  await report.click()
  const dialog = page.locator('dialog')
  await dialog.getByLabel('出了什么问题').fill('按键卡住')
  expect(await violations(page)).toEqual([])
  await dialog.getByRole('button', { name: '报修' }).click()
  const line = page.locator('tr', { hasText: device })
  await line.getByText('无人负责').waitFor(allowed)
  await line.getByRole('button', { name: /处理/ }).click()
  await dialog.getByRole('button', { name: '我来负责' }).click()
  await dialog.getByLabel('记录').fill('已送备用按钮')
  await dialog.getByRole('button', { name: '记下' }).click()
  await dialog.locator('li', { hasText: '已送备用按钮' }).waitFor(allowed)
  expect(await violations(page)).toEqual([])
  await dialog.getByLabel('结果').selectOption('replaced')
  await dialog.getByRole('button', { name: '结单' }).click()
  await dialog.waitFor({ state: 'detached', ...allowed })
  await line.getByRole('button', { name: /报修/ }).waitFor(allowed)
})

test('an API key is told once and lets another machine in; a report goes to paper without the navigation', patience, async () => {
  const page = await window()
  await slowly(page, '**/api/rows')
  await go(page, 'connect')
  await page.getByRole('button', { name: '新建密钥' }).click()
  const dialog = page.locator('dialog')
  await dialog.getByLabel('名称').fill('街道平台')
  await dialog.getByRole('button', { name: '新建密钥' }).click()
  const secret = (await dialog.locator('.token').textContent()) ?? ''
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached', ...allowed })
  await page.locator('td', { hasText: '街道平台' }).waitFor(allowed)
  expect(await page.content()).not.toContain(secret)
  const asked = await fetch(`${stage.victim.origin}/api/rows/sites`, { headers: { authorization: `Bearer ${secret}` } })
  expect(asked.status).toBe(200)
  await go(page, 'reports')
  await page.locator('.report-part').first().waitFor(allowed)
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('.print-head').textContent()).toContain('李敏')
  expect(await page.locator('nav').isVisible()).toBe(false)
  expect(await page.locator('main .button').evaluateAll((all) => all.some((each) => each.checkVisibility()))).toBe(false)
})

test.each(languages)('every page of the upkeep, %s', patience, async (language) => {
  const page = await window({ language })
  const faults: string[] = []
  for (const name of ['residents', 'residents/new', 'homes', 'board', 'reports', 'quarantine', 'connect', 'settings']) {
    await go(page, name)
    await page.locator('main :is(table, .sheet, .tiles, .dim)').first().waitFor(allowed)
    // Several parts of a page may be waiting at once: one locator for them all would be refused as ambiguous.
    await expect.poll(() => page.getByText(/^(正在取|Loading)$/).count(), allowed).toBe(0)
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    faults.push(
      ...(await violations(page)).map((fault) => `${name} ${language}: ${fault}`),
      ...(over > 0 ? [`${name} ${language}: too wide`] : []),
    )
  }
  expect(faults).toEqual([])
})

/** A picture of this very page will do. */
async function uploadPicture(page: Page): Promise<void> {
  await go(page, 'maps')
  await page.locator('.maps-page input[type=file]').nth(2).waitFor(allowed)
  const picture = { name: 'site.png', mimeType: 'image/png', buffer: await page.screenshot() }
  await page.locator('.maps-page input[type=file]').nth(1).setInputFiles(picture)
  await page.locator('.draw-plan svg').waitFor(allowed)
}

test('corners over a picture are dragged by pointer, moved and taken away by keys, and taken up again', patience, async () => {
  const page = await window({ language: 'en' })
  await uploadPicture(page)
  const sheet = page.locator('.draw-plan svg')
  await sheet.scrollIntoViewIfNeeded()
  const box = await sheet.boundingBox()
  if (!box) throw new Error('The picture is not drawn.')
  const at = (right: number, down: number) => [box.x + box.width * right, box.y + box.height * down] as const
  for (const spot of [at(0.2, 0.2), at(0.4, 0.2), at(0.4, 0.4), at(0.3, 0.5)]) await page.mouse.click(...spot)
  const corners = page.locator('.draw-plan .corner')
  await expect.poll(() => corners.count(), allowed).toBe(4)
  await page.mouse.move(...at(0.4, 0.4))
  await page.mouse.down()
  await page.mouse.move(...at(0.6, 0.7), { steps: 3 })
  await page.mouse.up()
  const written = async () =>
    (await page.locator('.draw-plan textarea').inputValue()).split('\n').map((line) => line.split(', ').map(Number))
  const [, , [x = 0, y = 0] = []] = await written()
  expect([Math.abs(x - 1366 * 0.6), Math.abs(y - 900 * 0.7)].every((far) => far < 6)).toBe(true)
  expect((await written()).length).toBe(4)
  await corners.nth(2).focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await written())[2], allowed).toEqual([x + 14, y])
  await page.keyboard.press('Shift+ArrowUp')
  await expect.poll(async () => (await written())[2], allowed).toEqual([x + 14, y - 1])
  await corners.nth(3).focus()
  await page.keyboard.press('Delete')
  await expect.poll(async () => (await written()).length, allowed).toBe(3)
  expect(await violations(page)).toEqual([])
  await page.locator('.draw-plan').getByLabel('Name').fill('7 栋')
  await page.getByRole('button', { name: 'Finish this one' }).click()
  await page.getByRole('button', { name: 'Change 7 栋' }).click()
  await expect.poll(() => corners.count(), allowed).toBe(3)
})

test('no page had an error, asked another origin, or broke the policy', () => {
  expect(opened.flatMap(({ faults }) => faults)).toEqual([])
})
