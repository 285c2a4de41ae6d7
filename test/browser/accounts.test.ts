/** Accounts in a real browser: a passkey of a virtual authenticator, one-time codes, the staff by areas, and the record with its proof. */
import { TOTP, URI } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, password, type Stage, violations } from './stage.ts'

const patience = { timeout: 120_000 }
const allowed = { timeout: 30_000 }
const languages = ['zh', 'en'] as const

let stage: Stage
let origin = ''
const faults: string[] = []

beforeAll(async () => {
  // Browsers make passkeys for a name, and for this one without a certificate.
  stage = await openStage({}, 'localhost')
  origin = stage.victim.origin
})
afterAll(async () => {
  await stage?.close()
})

async function look(page: Page, name: string): Promise<void> {
  const cut = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
  const found = [...(await violations(page)), ...(cut ? ['wider than the screen'] : [])]
  faults.push(...found.map((fault) => `${name}: ${fault}`))
  if (process.env.ANLING_SHOTS) await page.screenshot({ path: `${process.env.ANLING_SHOTS}/${name}.png`, fullPage: true })
}

async function window(language: 'zh' | 'en', signedIn = true) {
  const made = await stage.window({ language, size: { width: 1366, height: 768 }, signedIn })
  await made.page.goto(`${origin}/#/account`)
  return made
}

/** An authenticator inside Chromium, as a laptop with a fingerprint reader has one. */
async function authenticator(page: Page): Promise<void> {
  const wire = await page.context().newCDPSession(page)
  await wire.send('WebAuthn.enable')
  await wire.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
}

test('a passkey is made, named, used to sign in, and removed', patience, async () => {
  const { page, faults: inPage } = await window('zh')
  await authenticator(page)
  await page.getByText('还没有通行密钥').waitFor(allowed)
  await look(page, 'account zh')
  await page.getByLabel('名称（例如：值班室电脑）').fill('值班室')
  await page.getByRole('button', { name: '添加通行密钥' }).click()
  await page.locator('.codes li').nth(9).waitFor(allowed)
  await look(page, 'recovery zh')
  await page.getByRole('button', { name: '已经保存好了' }).click()
  await page.getByRole('button', { name: '改名 值班室' }).click()
  await page.locator('li form input').fill('前台')
  await page.locator('li form button[type=submit]').click()
  await page.getByText('前台').waitFor(allowed)
  await page.locator('header').getByRole('button', { name: '退出' }).click()
  await page.getByRole('button', { name: '用通行密钥登录' }).waitFor(allowed)
  await look(page, 'gate zh')
  await page.getByRole('button', { name: '用通行密钥登录' }).click()
  await page.locator('.duty').waitFor(allowed)
  await page.goto(`${origin}/#/account`)
  await page.getByText('上次使用').waitFor(allowed)
  // The password alone is not enough any more.
  await page.locator('header').getByRole('button', { name: '退出' }).click()
  await page.getByLabel(/登录名/).fill('limin')
  await page.getByLabel(/密码/).fill(password)
  await page.keyboard.press('Enter')
  await page.getByText('请再出示您的通行密钥').waitFor(allowed)
  await look(page, 'second step zh')
  await page.getByRole('button', { name: '用通行密钥登录' }).click()
  await page.locator('.duty').waitFor(allowed)
  await page.goto(`${origin}/#/account`)
  await page.getByRole('button', { name: '删除 前台' }).click()
  await page.getByRole('button', { name: '再按一次删除 前台' }).click()
  await page.getByText('还没有通行密钥').waitFor(allowed)
  stage.adopt(await page.context().cookies())
  expect(inPage).toEqual([])
})

test('an app is set up by its QR code, and asked for at the next sign-in', patience, async () => {
  const { page, faults: inPage } = await window('en')
  await page.getByRole('button', { name: 'Set up an app' }).click()
  const secret = (await page.locator('.token').textContent(allowed))?.replaceAll(' ', '') ?? ''
  await look(page, 'app en')
  const totp = new TOTP({ secret })
  expect(URI.parse(totp.toString())).toBeInstanceOf(TOTP)
  await page.getByLabel('6 digits').fill(totp.generate())
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('in use').waitFor(allowed)
  // The first factor brought codes; those that are made now are others.
  const codes = page.locator('.codes li').first()
  const brought = (await codes.count()) > 0 ? await codes.textContent() : null
  await page.getByRole('button', { name: 'Make new recovery codes' }).click()
  await codes.waitFor(allowed)
  await expect.poll(() => codes.textContent(), allowed).not.toBe(brought)
  const code = (await codes.textContent()) ?? ''
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Sign-in name').fill('limin')
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
  await page.getByLabel('Code or recovery code').fill('000000')
  await look(page, 'second step en')
  await page.keyboard.press('Enter')
  await page.locator('.refusal', { hasText: 'code' }).first().waitFor(allowed)
  await page.getByLabel('Code or recovery code').fill(code)
  await page.keyboard.press('Enter')
  await page.locator('.duty').waitFor(allowed)
  await page.goto(`${origin}/#/account`)
  await page.getByText('9 left').waitFor(allowed)
  await page.getByRole('button', { name: 'Remove Authenticator app' }).click()
  await page.getByRole('button', { name: 'Press again to remove' }).click()
  await page.getByRole('button', { name: 'Set up an app' }).waitFor(allowed)
  stage.adopt(await page.context().cookies())
  expect(inPage).toEqual([])
})

/** In the page: nothing lies over its middle, and it is not scrolled away. */
function isSeen(line: Element): boolean {
  const { left, top, width, height } = line.getBoundingClientRect()
  return line.contains(document.elementFromPoint(left + Math.min(10, width / 2), top + height / 2))
}

test.each(languages)('the staff get areas, an auditor reads the record and nothing else, %s', patience, async (language) => {
  const zh = language === 'zh'
  const { page, faults: inPage } = await window(language)
  await page.goto(`${origin}/#/admin/users`)
  await page.getByRole('button', { name: zh ? '添加员工' : 'Add somebody' }).click()
  const name = `audit-${language}`
  const field = (label: RegExp) => page.getByRole('dialog').getByLabel(label)
  await field(/登录名|Sign-in name/).fill(name)
  await field(/姓名|^Name/).fill(`Auditor ${language}`)
  await field(/角色|Role/).selectOption('auditor')
  await page.locator('.areas').first().locator('input').first().check()
  await field(/密码|Password/).fill(password)
  await look(page, `staff window ${language}`)
  // In a window longer than the screen, why it was refused is seen all the same.
  const size = page.viewportSize() ?? { width: 1_366, height: 900 }
  await page.setViewportSize({ ...size, height: 420 })
  await field(/登录名|Sign-in name/).fill('limin')
  await page.locator('dialog .primary').click()
  const refusal = page.locator('dialog .refusal', { hasText: zh ? '登录名' : 'name' })
  await expect.poll(() => refusal.evaluate(isSeen)).toBe(true)
  await page.setViewportSize(size)
  await field(/登录名|Sign-in name/).fill(name)
  await page.locator('dialog .primary').click()
  const row = page.locator('tr', { hasText: name })
  await row.waitFor(allowed)
  await look(page, `staff ${language}`)
  await row.locator('button').click()
  await page.getByRole('dialog').locator('section').waitFor(allowed)
  await look(page, `staff security ${language}`)
  await page.keyboard.press('Escape')
  await page.goto(`${origin}/#/admin/audit`)
  await page.locator('.audit tbody tr').first().waitFor(allowed)
  await page.locator('.chain button').click()
  await page.locator('.chain code').waitFor(allowed)
  await look(page, `record ${language}`)
  stage.adopt(await page.context().cookies())
  const auditor = await window(language, false)
  await auditor.page.getByLabel(/登录名|Sign-in name/).fill(name)
  await auditor.page.getByLabel(/密码|Password/).fill(password)
  await auditor.page.keyboard.press('Enter')
  await auditor.page.goto(`${origin}/#/`)
  await auditor.page.locator('.audit').waitFor(allowed)
  await look(auditor.page, `auditor ${language}`)
  expect(await auditor.page.evaluate(async () => (await fetch('/api/rows')).status)).toBe(403)
  expect([...inPage, ...auditor.faults]).toEqual([])
})

/** A fresh person of this role, wherever they go first, and what the server refused them on the way. */
async function fresh(role: string, siteIds: readonly string[]) {
  const admin = await stage.window()
  const { csrfToken } = await (await admin.context.request.get(`${origin}/api/me`)).json()
  const name = `${role}-${siteIds.length}`
  const data = { name, displayName: name, role, siteIds, areas: [], password }
  const headers = { origin, 'x-csrf-token': csrfToken }
  expect((await admin.context.request.post(`${origin}/api/users`, { headers, data })).ok()).toBe(true)
  await admin.context.close()
  const { page, context } = await stage.window({ language: 'en', signedIn: false })
  const refused: string[] = []
  page.on('response', (answer) => {
    if (answer.status() >= 400) refused.push(`${page.url()}: ${answer.status()} ${answer.url()}`)
  })
  await context.request.post(`${origin}/api/sign-in`, { headers: { origin }, data: { name, password } })
  return {
    refused,
    page,
    async goesTo(path: string, finds: string) {
      await page.goto('about:blank')
      await page.goto(`${origin}/${path}`)
      await page.locator(finds).first().waitFor(allowed)
    },
  }
}

test('whoever comes by an address that is not theirs stands where they may work, and nothing is asked for in vain', patience, async () => {
  const { context } = await stage.window()
  const { sites } = await (await context.request.get(`${origin}/api/rows`)).json()
  const here = [sites[0].id]
  const operator = await fresh('operator', here)
  for (const path of ['#/admin', '#/technician']) await operator.goesTo(path, '.duty')
  const technician = await fresh('technician', here)
  // None of these is a code: five wrong ones would close the door.
  for (const path of ['#/admin', '#/cockpit']) await technician.goesTo(path, 'main form')
  const supervisor = await fresh('supervisor', here)
  for (const path of ['#/admin/users', '#/admin/profiles']) await supervisor.goesTo(path, 'main > .refusal')
  // How the administrator is reached is not hers to change: it is shown, and nothing that would be refused is offered.
  await supervisor.goesTo('#/admin/duty', '.reach td.dim')
  const fixed = supervisor.page.locator('.reach tbody tr', { has: supervisor.page.locator('td.dim') })
  expect(await fixed.first().innerText()).toContain('an admin, or whoever answers for all of them, changes this')
  expect(await fixed.locator('input, button').count()).toBe(0)
  const lost = await fresh('operator', [])
  await lost.goesTo('', '.gate h1')
  await look(lost.page, 'no place en')
  expect(await lost.page.getByText('You have not been given a site yet').count()).toBe(1)
  await lost.goesTo('#/account', 'main h2')
  expect([operator, technician, supervisor, lost].flatMap(({ refused }) => refused)).toEqual([])
})

test('nothing was wrong on any of these pages', () => {
  expect(faults).toEqual([])
})
