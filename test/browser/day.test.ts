/** A day of a centre in front of real screens, worked by the keyboard alone at the desk: shift start, two calls at once, a false press, a power cut, hand-over, a new resident. */
import { spawnSync } from 'node:child_process'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Me } from '../../dashboard/contracts.ts'
import { type Home, openStage, password, press, type Stage, violations, type Window, withoutMosquitto } from './stage.ts'

const missing = withoutMosquitto()
if (missing) console.log(`skipped: ${missing}`)
const hour = test.skipIf(missing !== '')
const patience = { timeout: 120_000 }
const allowed = { timeout: 30_000 }
const size = { width: 1366, height: 768 }

let stage: Stage
let first: Window
let second: Window

beforeAll(async () => {
  if (!missing) stage = await openStage()
})
afterAll(async () => {
  await stage?.close()
})

const homeOf = (index: number): Home => {
  const home = stage.homes[index]
  if (!home) throw new Error(`There is no home ${index}.`)
  return home
}
const cardOf = (page: Page, index: number): Locator => page.locator('.alarm', { hasText: homeOf(index).person })
const onGlass = (locator: Locator) => locator.waitFor(allowed)
const gone = (locator: Locator) => locator.waitFor({ state: 'detached', ...allowed })
/** Presses each key in turn; what they do is waited for by whoever calls. */
const keys = async (page: Page, ...pressed: string[]) => {
  for (const key of pressed) await page.keyboard.press(key)
}

/** Asks; or, given data, posts. */
async function api(page: Page, path: string, data?: object) {
  const method = data ? 'POST' : 'GET'
  const { origin } = stage.victim
  const me: Me = await (await page.request.get(`${origin}/api/me`)).json()
  const answer = await page.request.fetch(`${origin}${path}`, { method, headers: { origin, 'x-csrf-token': me.csrfToken }, data })
  expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true)
  return answer.json()
}

/** R, then the outcome by arrows from the first, a reason where one is needed, Enter. */
async function closeByKeys(page: Page, outcome: string, reason = ''): Promise<void> {
  await keys(page, 'r')
  await onGlass(page.locator('dialog input[type=radio]').first())
  await keys(page, 'Space')
  for (let turn = 0; turn < 9 && !(await page.locator(`dialog input[value=${outcome}]`).isChecked()); turn += 1)
    await keys(page, 'ArrowDown')
  if (reason !== '') {
    await keys(page, 'Tab')
    await page.keyboard.type(reason)
    await keys(page, 'Shift+Tab')
  }
  await onGlass(page.locator(`dialog:has(input[value=${outcome}]:checked) .primary:enabled`))
  await keys(page, 'Enter')
  await gone(page.locator('dialog'))
}

/** Chooses the card of a home with the arrow keys, as somebody does who has no mouse. */
async function choose(page: Page, index: number): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    if (((await cardOf(page, index).getAttribute('class')) ?? '').includes('selected')) return
    await keys(page, turn < 6 ? 'ArrowDown' : 'ArrowUp')
  }
  throw new Error('The card could not be reached with the arrow keys.')
}

/** Keeps hold of the page's sound, so that it can be made to die. */
const rememberSound = `window.AudioContext = class extends AudioContext { constructor(...given) { super(...given); window.soundOfPage = this } }`

hour('08:00 the shift begins: the watch, a test on record, and the wall says when it was', patience, async () => {
  first = await stage.window({ size })
  const { page } = first
  await page.addInitScript({ content: rememberSound })
  await page.goto(stage.victim.origin)
  // The button is there a moment before it has the focus.
  await onGlass(page.locator('.duty .begin:focus'))
  await keys(page, 'Enter')
  await gone(page.locator('.duty'))
  await onGlass(page.locator('.pill', { hasText: /\d\d:\d\d 自检/ }))
  const lines: { action: string; detail: string }[] = await api(page, '/api/audit?limit=500')
  const tested = lines.find(({ action }) => action === 'self-test')
  expect(tested?.detail).toMatch(/^sound ok, screen ok, siren none, press ok \d+ ms$/)
})

hour('09:10 a call, taken and branched by keys; a second call during the first is seen, taken, and neither is lost', patience, async () => {
  const { page } = first
  expect(press(stage, homeOf(0), { id: 'day-1' })).toBe(true)
  await onGlass(cardOf(page, 0))
  const steps = page.locator('.box.steps')
  await onGlass(steps)
  expect(await page.locator('.code').count()).toBe(0)
  await keys(page, 'Space')
  await onGlass(page.locator('.case.acknowledged'))
  await onGlass(page.locator('.entry .code'))
  await keys(page, 'w')
  await onGlass(steps.locator('li', { hasText: '派人上门' }))
  expect(await steps.locator('li em').first().textContent()).toMatch(/还剩 0[12]:\d\d/)

  expect(press(stage, homeOf(1), { id: 'day-2' })).toBe(true)
  await onGlass(cardOf(page, 1))
  // Whoever works on a case is not torn away from it.
  expect(await page.locator('.case .address').textContent()).toContain(homeOf(0).door)
  await keys(page, 'F3')
  // The last one is anybody else, and has no name yet.
  await onGlass(page.locator('dialog .near label:not(:last-child) input:checked'))
  await keys(page, 'Enter')
  await onGlass(page.locator('.log li', { hasText: '已派人' }))
  await gone(page.locator('dialog'))

  await choose(page, 1)
  await keys(page, 'Space')
  await onGlass(page.locator('.case.acknowledged .address', { hasText: homeOf(1).door }))
  await keys(page, 'e')
  await onGlass(steps.locator('li.on', { hasText: '120' }))
  await keys(page, 'F2')
  await onGlass(page.locator('.log li', { hasText: '已拨 120' }))
  await keys(page, 'a')
  await onGlass(page.locator('.log li', { hasText: '已到场' }))
  await closeByKeys(page, 'emergency')
  await choose(page, 0)
  await keys(page, 'a')
  await onGlass(page.locator('.log li', { hasText: '已到场' }))
  await closeByKeys(page, 'help-given')
  await gone(cardOf(page, 0))
})

hour('10:30 a false press and its cancelling: asked after, closed with a reason, and remembered at the next call', patience, async () => {
  const { page } = first
  expect(press(stage, homeOf(2), { id: 'day-3' })).toBe(true)
  expect(press(stage, homeOf(2), { id: 'day-3c', kind: 'cancel' })).toBe(true)
  await onGlass(page.locator('.remarks', { hasText: '请求取消' }))
  await keys(page, 'Space')
  await onGlass(page.locator('.case.acknowledged'))
  await keys(page, 'q')
  await onGlass(page.locator('.log li', { hasText: '清醒无伤' }))
  await closeByKeys(page, 'false-press', '本人误按')
  await gone(cardOf(page, 2))
  expect(press(stage, homeOf(2), { id: 'day-4' })).toBe(true)
  await onGlass(page.locator('.just', { hasText: /曾误按 1 次/ }))
  // In one go: what somebody did is said in the order it was done.
  await keys(page, 'Space', 'q')
  await onGlass(page.locator('.log li', { hasText: '清醒无伤' }))
  await closeByKeys(page, 'help-given')
  await gone(cardOf(page, 2))
})

/** Tells of the mains as each home's own terminal does. */
function mains(home: Home, present: boolean): boolean {
  const login = ['-h', '127.0.0.1', '-p', String(stage.victim.mqttPort), '-i', home.terminal, '-u', home.terminal, '-P', home.token]
  const message = ['-q', '1', '-t', `care/${home.terminal}/power`, '-m', JSON.stringify({ mains: present })]
  return spawnSync('mosquitto_pub', [...login, ...message], { timeout: 30_000 }).status === 0
}

hour('13:00 a building without power: one row, put off with a reason, counted; a call for help still comes first', patience, async () => {
  const { page } = first
  for (const home of stage.homes) expect(mains(home, false)).toBe(true)
  const row = page.locator('.alarm.group', { hasText: '断电' })
  await onGlass(row.filter({ hasText: `合并 ${stage.homes.length} 起` }))
  expect(await page.locator('.alarm').first().getAttribute('class')).toContain('group')
  await keys(page, '1', 'Space')
  await onGlass(page.locator('.case.acknowledged'))
  await keys(page, 'z')
  await onGlass(page.locator('dialog'))
  await page.locator('dialog input:not([type=radio])').focus()
  await page.keyboard.type('物业检修')
  await keys(page, 'Enter')
  await gone(page.locator('dialog'))
  await onGlass(page.locator('.shelf', { hasText: '已搁置 1 起' }))
  expect(press(stage, homeOf(3), { id: 'day-5' })).toBe(true)
  await onGlass(page.locator('.alarm.p1', { hasText: homeOf(3).person }))
  expect(await page.locator('.alarm').first().textContent()).toContain(homeOf(3).person)
  for (const home of stage.homes) expect(mains(home, true)).toBe(true)
  await gone(page.locator('.alarm.group'))
})

hour('16:00 hand-over: the case goes to a colleague by name, who has it at once and closes it', patience, async () => {
  const { page } = first
  const colleague = { name: 'chenhao', displayName: '陈浩', role: 'operator', siteIds: [] as string[], password }
  const { sites } = await api(page, '/api/rows')
  await api(page, '/api/users', { ...colleague, siteIds: sites.map(({ id }: { id: string }) => id) })
  second = await stage.window({ size, signedIn: false })
  await second.page.goto(stage.victim.origin)
  await second.page.getByLabel(/登录名/).fill('chenhao')
  await second.page.getByLabel(/密码/).fill(password)
  await keys(second.page, 'Enter')
  await onGlass(second.page.locator('.duty .begin:focus'))
  await keys(second.page, 'Enter')
  await gone(second.page.locator('.duty'))

  await choose(page, 3)
  await keys(page, 'Space')
  await onGlass(page.locator('.case.acknowledged'))
  await keys(page, 'g')
  await onGlass(page.locator('dialog label', { hasText: '陈浩' }))
  await page.locator('dialog input[type=radio]').first().focus()
  await keys(page, 'Space', 'Enter')
  await gone(page.locator('dialog'))
  await onGlass(second.page.locator('.button.held'))
  await onGlass(second.page.locator('.remarks', { hasText: '李敏' }))
  await keys(second.page, 'q')
  await onGlass(second.page.locator('.log li', { hasText: '清醒无伤' }))
  await closeByKeys(second.page, 'help-given')
  await gone(cardOf(page, 3))
})

hour('17:00 a resident moves in: her terminal is given a token, and its press stands on the wall with her name', patience, async () => {
  const office = await stage.window({ size })
  const { page } = office
  await page.goto(`${stage.victim.origin}/#/admin/residents/new`)
  const sheet = page.locator('form.sheet').first()
  await onGlass(sheet)
  await sheet.getByLabel(/^姓名/).fill('欧阳桂兰')
  await sheet.getByLabel(/门牌|室号/).fill('909')
  await sheet.locator('button[type=submit]').click()
  await page.waitForURL(/#\/admin\/residents\/(?!new)/)
  const rows = await api(page, '/api/rows')
  const resident = rows.residents.find(({ name }: { name: string }) => name === '欧阳桂兰')
  await page.goto(`${stage.victim.origin}/#/admin/devices`)
  await page.getByRole('button', { name: '新增设备' }).click()
  const dialog = page.locator('dialog')
  await dialog.locator('select').nth(1).selectOption(resident.id)
  for (const field of await dialog.locator('input[required]').all()) await field.fill('terminal-ouyang')
  await dialog.getByLabel('作用').selectOption('terminal')
  await dialog.locator('.primary').click()
  await gone(dialog)
  const line = page.locator('tr', { hasText: 'terminal-ouyang' })
  await line.getByRole('button', { name: /发放令牌/ }).click()
  await page.locator('dialog .primary').click()
  await onGlass(page.locator('dialog .token'))
  const token = (await page.locator('dialog .token').textContent()) ?? ''
  const home: Home = { person: '欧阳桂兰', door: '909', terminal: 'terminal-ouyang', token, button: 'terminal-ouyang' }
  expect(press(stage, home, { id: 'day-6' })).toBe(true)
  for (const screen of [first, second]) {
    await onGlass(screen.page.locator('.alarm.p1', { hasText: '欧阳桂兰' }))
    expect(await screen.page.locator('.case .address').textContent()).toContain('909')
  }
  await onGlass(first.page.locator('.say', { hasText: '欧阳' }))
})

/** Letters as keys, off or on: the help says how. */
async function turnLetters(page: Page): Promise<void> {
  await keys(page, '?')
  await page.locator('.choices input').first().focus()
  await keys(page, 'Space', 'Escape')
  await gone(page.locator('dialog'))
}

hour('at any hour: letters typed at once after / are all there, and letters as keys can be switched off', patience, async () => {
  const { page } = first
  await page.keyboard.type('/欧阳桂兰')
  await expect.poll(() => page.locator('dialog input').inputValue(), allowed).toBe('欧阳桂兰')
  await keys(page, 'Escape')
  await gone(page.locator('dialog'))
  await page.evaluate(() => {
    for (const key of ['/', '3', '0', '1'])
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  })
  await expect.poll(() => page.locator('dialog input').inputValue(), allowed).toBe('301')
  await keys(page, 'Escape')
  await gone(page.locator('dialog'))

  await turnLetters(page)
  await keys(page, 'n', 'm')
  expect(await page.locator('dialog').count()).toBe(0)
  await turnLetters(page)
  await keys(page, 'm')
  await onGlass(page.locator('dialog', { hasText: '909' }))
  await keys(page, 'Escape')
  await gone(page.locator('dialog'))
})

hour('at any hour: a sound that dies is an alarm on the screen, and the server knows', patience, async () => {
  const { page } = first
  const sounding = async () => (await (await fetch(`${stage.victim.origin}/api/health`)).json()).screens.sounding
  await expect.poll(sounding, allowed).toBe(2)
  await page.evaluate('soundOfPage.resume = () => Promise.reject(new Error("no")); soundOfPage.suspend()')
  await onGlass(page.locator('.sound-dead[role=alert]', { hasText: '新告警不会响' }))
  await expect.poll(sounding, allowed).toBe(1)
  expect(await violations(page)).toEqual([])
  await page.evaluate('delete soundOfPage.resume')
  // It tries to wake by itself; the button is for whoever cannot wait.
  await gone(page.locator('.sound-dead'))
  await expect.poll(sounding, allowed).toBe(2)
})

hour('no violation on the way, nothing asked of another origin, nothing broken', patience, async () => {
  expect(await violations(first.page)).toEqual([])
  expect([...first.faults, ...second.faults]).toEqual([])
})
