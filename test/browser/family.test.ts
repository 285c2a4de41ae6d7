/** The family's page on real telephones' screens: joined by a link, an alarm answered on one and seen on the other, pushes, and what it says without a network. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withoutWholeBrowser } from './chromium.ts'
import { type Centre, inventPushService, join, openCentre, openPushes, small } from './family-phones.ts'
import { openStage, press, type Stage, violations, type Window, withoutMosquitto } from './stage.ts'

const missing = withoutMosquitto()
const silent = withoutWholeBrowser()
for (const why of [missing, silent]) if (why) console.log(`skipped: ${why}`)
const story = test.skipIf(missing !== '')
const patience = { timeout: 90_000 }
const allowed = { timeout: 30_000 }

let stage: Stage
let centre: Centre
const phones: Window[] = []

beforeAll(async () => {
  stage = await openStage({ ANLING_PUSH_CONTACT: 'mailto:care@example.org' })
  centre = await openCentre(stage)
}, 60_000)
afterAll(async () => {
  await stage?.close()
})

const homeOf = (index: number) => {
  const home = stage.homes[index]
  if (!home) throw new Error(`There is no home ${index}.`)
  return home
}
async function relative(index: number, which: number, language: 'zh' | 'en' = 'zh'): Promise<Window> {
  const contact = centre.contactsOf(homeOf(index))[which]
  const phone = await join(stage, await centre.invite(homeOf(index), contact?.id ?? ''), { language })
  phones.push(phone)
  return phone
}
const open = async (page: Page, place: string) => {
  await page.evaluate((to) => {
    location.hash = to
  }, place)
}
/** As long ago as if the telephone had lain in a drawer. */
const agePicture = (page: Page, milliseconds: number) =>
  page.evaluate((span) => {
    const kept = JSON.parse(localStorage.getItem('anling.family.today') ?? '{}')
    localStorage.setItem('anling.family.today', JSON.stringify({ ...kept, at: kept.at - span }))
  }, milliseconds)

test('without a link the page says how to get one; a link opens it once, and nowhere else', patience, async () => {
  const stranger = await stage.window({ size: small, signedIn: false })
  phones.push(stranger)
  await stranger.page.goto(`${stage.victim.origin}/family`)
  await stranger.page.getByText('请让服务中心给您一个二维码或者链接').waitFor(allowed)
  const [contact] = centre.contactsOf(homeOf(5))
  const url = await centre.invite(homeOf(5), contact?.id ?? '')
  const first = await join(stage, url)
  phones.push(first)
  await first.page.locator('.who p', { hasText: '服务中心' }).waitFor(allowed)
  expect(await first.page.locator('.who h1').textContent()).toBe(homeOf(5).person)
  // The homes are in China, this browser is not: the page says whose clock it shows.
  await first.page.locator('.zone', { hasText: '老人家里的时间' }).waitFor(allowed)
  expect(first.page.url()).not.toContain('join')
  const second = await stage.window({ size: small, signedIn: false })
  phones.push(second)
  await second.page.goto(url)
  await second.page.locator('form button[type=submit]').click()
  await second.page.locator('.refusal', { hasText: '已经用过' }).waitFor(allowed)
  await centre.withdraw(homeOf(5), contact?.id ?? '')
  await first.page.getByText('请让服务中心给您一个二维码或者链接').waitFor(allowed)
  await expect.poll(() => first.page.evaluate(() => JSON.stringify(localStorage))).not.toContain(homeOf(5).person)
})

story('a press is on both telephones; what one answers the other sees, and both see what the centre does', patience, async () => {
  const [daughter, son] = [await relative(0, 0), await relative(0, 1, 'en')]
  expect(press(stage, homeOf(0), { id: 'family-sos' })).toBe(true)
  for (const { page, texts } of [
    { ...daughter, texts: ['按了紧急求助', '等服务中心接手'] },
    { ...son, texts: ['called for help', 'Waiting for the centre'] },
  ]) {
    await page.locator('.hero.alarm', { hasText: texts[0] ?? '' }).waitFor(allowed)
    await page.locator('.hero.alarm a.main').click()
    await page.locator('.steps', { hasText: texts[1] ?? '' }).waitFor(allowed)
  }
  await daughter.page.getByRole('button', { name: '我马上去' }).click()
  const others = son.page.locator('section.card', { hasText: 'What the family says' })
  await others.getByText('on the way').waitFor(allowed)
  await daughter.page.getByRole('button', { name: '10 分钟' }).click()
  await others.getByText('in about 10 min').waitFor(allowed)
  await daughter.page.locator('.b.chosen', { hasText: '我马上去' }).waitFor(allowed)
  expect(await son.page.locator('.b.chosen').count()).toBe(0)
  expect([...(await faultsOf(daughter.page)), ...(await faultsOf(son.page))]).toEqual([])
  const alarmId = decodeURIComponent(daughter.page.url().split('#/alarm/')[1] ?? '')
  await centre.act(alarmId, 'acknowledge', {})
  await daughter.page.locator('.steps', { hasText: '服务中心已接手' }).waitFor(allowed)
  await son.page.locator('.steps', { hasText: 'The centre has taken it' }).waitFor(allowed)
  const calls = await son.page.locator('a[href^="tel:"]').evaluateAll((all) => all.map((each) => each.getAttribute('href')))
  expect(calls).toContain('tel:120')
  expect(calls.length).toBeGreaterThanOrEqual(3)
  await centre.act(alarmId, 'notes', { action: 'arrived', text: '' })
  await centre.act(alarmId, 'resolve', { outcome: 'help-given', text: '已扶起' })
  await daughter.page.locator('.happened.over', { hasText: '已经帮到' }).waitFor(allowed)
  await son.page.locator('.happened.over', { hasText: 'help was given' }).waitFor(allowed)
  expect(await son.page.locator('.answering').count()).toBe(0)
})

test.skipIf(silent !== '')(
  'a test push comes back with its receipt; an urgent one stays on the screen and leads to its alarm',
  patience,
  async () => {
    const phone = await relative(1, 0)
    const { page, context } = phone
    await inventPushService(page)
    await page.reload()
    await open(page, '/settings/push')
    await page.getByRole('button', { name: '开通通知' }).click()
    const posted = page.waitForResponse((answer) => answer.url().endsWith('/push/test') && answer.request().method() === 'POST')
    await page.getByRole('button', { name: '试一试通知' }).click()
    const { id } = (await (await posted).json()) as { id: string }
    const deliver = await openPushes(phone, stage.victim.origin)
    const message = { link: `${stage.victim.origin}/family`, urgent: false, language: 'zh', title: '试一试', body: '收到了' }
    await deliver({ ...message, id, alarmId: '' })
    await page.locator('.done', { hasText: '收到了，通知正常' }).waitFor(allowed)
    await deliver({ ...message, id: 'sos-9/0/1/0', alarmId: 'sos-9', urgent: true, title: '紧急求助' })
    const shown = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready
        const all = await registration.getNotifications()
        return all.map(({ title, body, tag, requireInteraction }) => ({ title, body, tag, requireInteraction }))
      })
    await expect
      .poll(async () => (await shown()).find(({ tag }) => tag === 'sos-9'), allowed)
      .toEqual({ title: '紧急求助', body: '收到了', tag: 'sos-9', requireInteraction: true })
    const [worker] = context.serviceWorkers()
    await worker?.evaluate(
      `registration.getNotifications({ tag: 'sos-9' }).then(([notification]) => dispatchEvent(new NotificationEvent('notificationclick', { notification })))`,
    )
    await expect.poll(() => page.url(), allowed).toContain('#/alarm/sos-9')
    await page.getByText('这里没有这一项').waitFor(allowed)
  },
)

test('without a network it opens, says how old its picture is, and after minutes that nobody knows', patience, async () => {
  const { page, context } = await relative(2, 0)
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await page.evaluate('caches.open("anling-family-shell").then((shelf) => shelf.match("/family"))')
  await expect.poll(() => page.evaluate('caches.match("/family").then((kept) => kept !== undefined)'), allowed).toBe(true)
  await context.setOffline(true)
  await page.reload()
  await page.locator('.strip', { hasText: '没有连上' }).waitFor(allowed)
  expect(await page.locator('.hero').textContent()).not.toContain('现在不知道')
  await agePicture(page, 600_000)
  await page.reload()
  await page.locator('.hero.gone', { hasText: '现在不知道' }).waitFor(allowed)
  expect(await page.locator('.hero').textContent()).not.toContain('一切正常')
  expect(await faultsOf(page)).toEqual([])
  await open(page, '/alarm')
  await page.getByText('不知道现在有没有告警').waitFor(allowed)
  await open(page, '/settings')
  await page.locator('.menu li').first().waitFor(allowed)
  await context.setOffline(false)
  await open(page, '/')
  await page.locator('.strip').waitFor({ state: 'detached', ...allowed })
  await expect.poll(() => page.locator('.hero').textContent(), allowed).not.toContain('现在不知道')
})

test('whoever is away or asked for quiet says so to the platform, and Today shows it', patience, async () => {
  const { page } = await relative(3, 0)
  await page.getByRole('link', { name: /外出、住院/ }).click()
  await page.getByText('住院', { exact: true }).click()
  await page.getByRole('button', { name: '告诉平台' }).click()
  await page.locator('.done', { hasText: '记下了：住院' }).waitFor(allowed)
  await open(page, '/')
  await page.locator('.hero', { hasText: '在住院' }).waitFor(allowed)
  await open(page, '/settings/contact')
  await page.getByLabel(/怎么称呼/).fill('外婆')
  await page.getByRole('button', { name: '保存' }).click()
  await page.locator('.done').waitFor(allowed)
  await open(page, '/settings/daily')
  await page.getByText('每天告诉我一次').click()
  await page.getByLabel('几点').fill('07:30')
  await page.getByRole('button', { name: '保存' }).click()
  await page.locator('.done').waitFor(allowed)
  await open(page, '/')
  await page.locator('.card', { hasText: '每天 07:30' }).waitFor(allowed)
  expect(await page.locator('.who h1').textContent()).toBe('外婆')
})

test('one telephone sees several elders, each by a consent of her own, and switches between them', patience, async () => {
  const { page } = await relative(3, 1)
  const [, contact] = centre.contactsOf(homeOf(1))
  await page.goto(await centre.invite(homeOf(1), contact?.id ?? ''))
  await page.locator('form button[type=submit]').click()
  await page.locator('.done', { hasText: homeOf(1).person }).waitFor(allowed)
  await open(page, '/')
  await page.getByRole('link', { name: '换人' }).click()
  await page.locator('.person.on', { hasText: homeOf(1).person }).waitFor(allowed)
  await page.locator('.person', { hasText: homeOf(3).person }).click()
  await page.locator('.who h1', { hasText: homeOf(3).person }).waitFor(allowed)
  await open(page, '/settings/leave')
  await page.getByRole('button', { name: /不再关注/ }).click()
  await page.getByRole('button', { name: /确定退出/ }).click()
  await page.locator('.who h1', { hasText: homeOf(1).person }).waitFor(allowed)
  await page.getByRole('link', { name: '换人' }).waitFor({ state: 'detached', ...allowed })
})

const places = ['/', '/alarm', '/history', '/away', '/elders', '/settings'].concat(
  ['push', 'ways', 'quiet', 'daily', 'contact', 'language', 'install', 'leave'].map((name) => `/settings/${name}`),
)

/** The longer words on the narrowest telephone. */
const widths = { zh: small, en: { width: 320, height: 640 } } as const

test.each(['zh', 'en'] as const)(
  'every screen, %s: nothing that axe finds, large enough to read and to touch',
  patience,
  async (language) => {
    const { page } = await relative(4, language === 'zh' ? 0 : 1, language)
    await page.setViewportSize(widths[language])
    // Both have a key; each sees the other, and not herself.
    const [self, near] = language === 'zh' ? centre.contactsOf(homeOf(4)) : centre.contactsOf(homeOf(4)).toReversed()
    for (const { id } of [self, near].flatMap((contact) => contact ?? [])) await centre.share(homeOf(4), id)
    await page.locator(`a[href="tel:${near?.phone}"]`, { hasText: near?.name ?? '' }).waitFor(allowed)
    expect(await page.locator(`a[href="tel:${self?.phone}"]`).count()).toBe(0)
    if (process.env.ANLING_SHOTS) await page.screenshot({ path: `${process.env.ANLING_SHOTS}/near-${language}.png`, fullPage: true })
    const faults: string[] = []
    for (const place of places) {
      await open(page, place)
      await page.locator('main > :not([role=status])').first().waitFor(allowed)
      faults.push(...(await faultsOf(page)).map((fault) => `${place}: ${fault}`))
    }
    const stranger = await stage.window({ language, size: widths[language], signedIn: false })
    phones.push(stranger)
    await stranger.page.goto(`${stage.victim.origin}/family#/join/${'x'.repeat(43)}`)
    await stranger.page.locator('form').waitFor(allowed)
    faults.push(...(await faultsOf(stranger.page)).map((fault) => `join: ${fault}`))
    expect(faults).toEqual([])
  },
)

test('no page had an error, asked another origin, or broke the policy', () => {
  expect(phones.flatMap(({ faults }) => faults)).toEqual([])
})

/** What axe finds; text under 18 px; targets under 60 px; and what lies beside the screen. */
async function faultsOf(page: Page): Promise<string[]> {
  const found = await violations(page)
  const sizes: string[] = await page.evaluate(() => {
    const box = (part: Element) => (part.closest('label') ?? part).getBoundingClientRect()
    const low = [...document.querySelectorAll('a, button, input, select, summary')].filter((part) => box(part).height < 60)
    const faint = [...document.querySelectorAll('#app *')].filter(
      (part) => [...part.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim()) && part.tagName !== 'title',
    )
    const tiny = faint.filter((part) => Number.parseFloat(getComputedStyle(part).fontSize) < 18)
    return [...low.map((part) => `low: ${part.outerHTML.slice(0, 80)}`), ...tiny.map((part) => `tiny: ${part.outerHTML.slice(0, 80)}`)]
  })
  const beside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  return [...found, ...sizes, ...(beside > 0 ? [`${beside} px beside the screen`] : [])]
}
