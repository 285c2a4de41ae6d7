/** How a relative's telephone joins and is out again: only by the elder's consent, once for each link, and at once when consent ends. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usualReach } from '../../../domain/reach.ts'
import { days, minutes } from '../../../domain/time.ts'
import type { FamilyMe, Invitation, StaffFamily } from '../../contracts-family.ts'
import { openWorld, type Signed, shiftedClock, siteRows, until, type World } from '../world.contract.ts'
import { consent, invite, join, joined, listen, tokenOf, withdraw } from './family.contract.ts'

let world: World
let staff: Signed
let stranger: Signed
const clock = shiftedClock()

beforeAll(async () => {
  const a = siteRows('a', 7)
  const contacts = [...a.contacts, { ...siteRows('a', 1).contacts[0], id: 'con-a-1-son', order: 2 }]
  world = await openWorld({ clock, rows: [{ ...a, contacts: contacts as typeof a.contacts }, siteRows('b', 2)] })
  await world.addUsers()
  staff = await world.signIn('sup-a')
  stranger = await world.signIn('op-a')
})
afterAll(() => world.close())

const me = (headers: Record<string, string>) => world.ask({ url: '/api/family/me', headers })

describe('an invitation', () => {
  test('is made only when the elder agreed, by somebody who may, and both are recorded', async () => {
    expect((await invite({ world, staff, residentId: 'res-a-1' })).statusCode).toBe(409)
    expect((await consent({ world, staff: stranger, residentId: 'res-a-1' })).statusCode).toBe(403)
    expect((await consent({ world, staff, residentId: 'res-b-1' })).statusCode).toBe(404)
    expect((await consent({ world, staff, residentId: 'res-a-1', contactId: 'con-a-2' })).statusCode).toBe(404)
    const answer = (await consent({ world, staff, residentId: 'res-a-1' })).json<StaffFamily>()
    const contact = answer.contacts.find(({ contactId }) => contactId === 'con-a-1')
    expect(contact?.consent).toMatchObject({ how: 'spoken', note: 'at her table', by: '主管甲' })
    const invitation = (await invite({ world, staff, residentId: 'res-a-1' })).json<Invitation>()
    expect(invitation.url).toMatch(/^http:\/\/localhost:8080\/family#\/join\/[A-Za-z0-9_-]{43}$/)
    expect(invitation.expiresAt - clock.now()).toBeGreaterThan(days(7) - minutes(1))
    expect(invitation.qr.length).toBeGreaterThan(20)
    const lines = await world.accounts.auditLines(0, 1_000)
    expect(lines.map(({ userId, action, detail }) => [userId, action, detail])).toEqual(
      expect.arrayContaining([
        [staff.me.id, 'family-consent', 'con-a-1 spoken'],
        [staff.me.id, 'family-invited', 'con-a-1'],
      ]),
    )
    expect(JSON.stringify(lines)).not.toContain(tokenOf(invitation))
  })

  test('opens the page once', async () => {
    await consent({ world, staff, residentId: 'res-a-1' })
    const token = tokenOf((await invite({ world, staff, residentId: 'res-a-1' })).json<Invitation>())
    const first = await join(world, token)
    expect(first.json<FamilyMe>().elders).toMatchObject([
      { residentId: 'res-a-1', timeZone: 'Asia/Shanghai', self: { relation: 'relative' } },
    ])
    const again = await join(world, token)
    expect([again.statusCode, again.json().code]).toEqual([410, 'link-used'])
    expect(again.headers['set-cookie']).toBeUndefined()
    expect((await join(world, 'x'.repeat(43))).statusCode).toBe(404)
    expect((await join(world, 'too short')).statusCode).toBe(400)
  })

  test('on a page in English brings messages in English, and what was said of the language before stays', async () => {
    const of = { world, staff, residentId: 'res-a-7' }
    const languageOf = async ({ headers }: { headers: Record<string, string> }) =>
      (await world.ask({ method: 'GET', url: '/api/family/elders/res-a-7/reach', headers })).json().language
    expect(await languageOf(await joined(of))).toBe('zh')
    const english = await joined({ ...of, language: 'en' })
    expect(await languageOf(english)).toBe('en')
    const said = await world.stores.reach.reach('con-a-7')
    await world.stores.reach.putReach({ ...usualReach('con-a-7'), ...said, language: 'zh' })
    expect(await languageOf(await joined({ ...of, language: 'en' }))).toBe('zh')
  })

  test('is old after a week', async () => {
    await consent({ world, staff, residentId: 'res-a-2' })
    const token = tokenOf((await invite({ world, staff, residentId: 'res-a-2' })).json<Invitation>())
    clock.shift(days(7))
    staff = await world.signIn('sup-a')
    const answer = await join(world, token)
    expect([answer.statusCode, answer.json().code]).toEqual([410, 'link-expired'])
  })

  test('is worth nothing when the elder changed her mind before it was used', async () => {
    await consent({ world, staff, residentId: 'res-a-2' })
    const token = tokenOf((await invite({ world, staff, residentId: 'res-a-2' })).json<Invitation>())
    await withdraw({ world, staff, residentId: 'res-a-2' })
    expect((await join(world, token)).statusCode).toBe(404)
    // A new yes is not the old link's.
    await consent({ world, staff, residentId: 'res-a-2' })
    expect((await join(world, token)).statusCode).toBe(404)
  })
})

describe('a telephone', () => {
  test('is known by a cookie that no script reads and no foreign page sends with a change', async () => {
    const phone = await joined({ world, staff, residentId: 'res-a-3' })
    expect(phone.setCookie).toMatch(/^anling-family=[A-Za-z0-9_-]{43};.*HttpOnly.*SameSite=Lax/)
    expect(phone.setCookie).toContain(`Max-Age=${400 * 86_400}`)
    const url = '/api/family/elders/res-a-3/mode'
    const payload = { mode: 'away' }
    const { cookie } = phone
    expect((await world.ask({ method: 'POST', url, payload, headers: { cookie } })).json().code).toBe('csrf')
    const foreign = { ...phone.headers, origin: 'https://elsewhere.example' }
    expect((await world.ask({ method: 'POST', url, payload, headers: foreign })).json().code).toBe('foreign-origin')
    expect((await world.ask({ method: 'POST', url, payload, headers: phone.headers })).statusCode).toBe(200)
  })

  test('sees several elders, and an elder is seen by several telephones', async () => {
    const daughter = await joined({ world, staff, residentId: 'res-a-3' })
    const both = await joined({ world, staff, residentId: 'res-a-4', old: daughter })
    expect(both.cookie).toBe(daughter.cookie)
    expect(both.me.elders.map(({ residentId }) => residentId).sort()).toEqual(['res-a-3', 'res-a-4'])
    const other = await joined({ world, staff, residentId: 'res-a-4' })
    const { contacts } = (await world.ask({ url: '/api/residents/res-a-4/family', headers: staff.headers })).json<StaffFamily>()
    expect(contacts[0]?.phones).toMatchObject([{ label: '红色手机' }, { label: '红色手机' }])
    const phoneId = contacts[0]?.phones.at(-1)?.id
    const url = `/api/residents/res-a-4/family/con-a-4/phones/${phoneId}`
    expect((await world.ask({ method: 'DELETE', url, headers: staff.headers })).statusCode).toBe(200)
    const still = await Promise.all([daughter, other].map(async ({ headers }) => (await me(headers)).statusCode))
    expect(still).toEqual([200, 401])
  })

  test('leaves one elder or all', async () => {
    const one = await joined({ world, staff, residentId: 'res-a-5' })
    const both = await joined({ world, staff, residentId: 'res-a-6', old: one })
    const leave = (residentId: string | null) =>
      world.ask({ method: 'POST', url: '/api/family/leave', payload: { residentId }, headers: both.headers })
    expect((await leave('res-a-1')).statusCode).toBe(404)
    expect((await leave('res-a-5')).json<FamilyMe>().elders.map(({ residentId }) => residentId)).toEqual(['res-a-6'])
    expect((await leave(null)).statusCode).toBe(204)
    expect((await me(both.headers)).json().code).toBe('not-joined')
  })

  test('is forgotten when it was not used for more than a year, and not while it is', async () => {
    const phone = await joined({ world, staff, residentId: 'res-a-5' })
    const idle = await joined({ world, staff, residentId: 'res-a-5' })
    clock.shift(days(300))
    expect(String((await me(phone.headers)).headers['set-cookie'])).toContain(phone.cookie)
    clock.shift(days(200))
    expect((await me(phone.headers)).statusCode).toBe(200)
    expect((await me(idle.headers)).statusCode).toBe(401)
    staff = await world.signIn('sup-a')
  })
})

describe('consent that ends', () => {
  test('ends every telephone of that relative at once, also one that is listening; others stay', async () => {
    const daughter = await joined({ world, staff, residentId: 'res-a-1' })
    const son = await joined({ world, staff, residentId: 'res-a-1', contactId: 'con-a-1-son' })
    const hers = await listen(world, daughter)
    const his = await listen(world, son)
    await until(() => hers.heard.length > 0 && his.heard.length > 0)
    expect((await withdraw({ world, staff, residentId: 'res-a-1' })).statusCode).toBe(200)
    await until(hers.isOver)
    expect(hers.heard.map(({ event }) => event)).toEqual(['hello', 'ended'])
    expect((await me(daughter.headers)).statusCode).toBe(401)
    await world.press('res-a-1', 'after-the-end')
    await until(() => his.heard.some(({ event }) => event === 'alarm'))
    expect(hers.heard.length).toBe(2)
    await his.stop()
  })

  test('also when the contact is taken out of the directory: her id opens nothing for whoever gets it next', async () => {
    const son = await joined({ world, staff, residentId: 'res-a-1', contactId: 'con-a-1-son' })
    const row = (await world.directory.card('res-a-1'))?.contacts.find(({ id }) => id === 'con-a-1-son')
    if (!row) throw new Error('The contact is missing.')
    await world.directory.remove('contacts', row.id)
    expect((await me(son.headers)).statusCode).toBe(401)
    await world.directory.put({ contacts: [row] })
    expect((await me(son.headers)).statusCode).toBe(401)
    const moved = await joined({ world, staff, residentId: 'res-a-1', contactId: 'con-a-1-son' })
    await world.directory.put({ contacts: [{ ...row, residentId: 'res-a-2' }] })
    expect((await me(moved.headers)).statusCode).toBe(401)
  })
})
