/** The record over HTTP: who may read it, how far, without anybody's data; whole areas; and many looks that cost few commits. */
import { expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import type { User } from '../../store/store.ts'
import type { AuditPage, AuditRow } from '../contracts-accounts.ts'
import { openPasswords } from './passwords.ts'
import { openPeopledWorlds } from './peopled.contract.ts'
import { password, siteRows, until, type World } from './world.contract.ts'

const peopled = openPeopledWorlds()

async function hire(world: World, role: User['role'], places: Pick<User, 'siteIds' | 'areas'>): Promise<Record<string, string>> {
  const name = `new-${role}`
  const user: User = { id: `u-${name}`, name, displayName: name, role, ...places, disabled: false }
  await world.accounts.putUser(user, await openPasswords().hash(password))
  return (await world.signIn(name)).headers
}
const streetOfA = { city: 'SECRET-A', district: 'SECRET-A', street: 'SECRET-A' }

const page = async (world: World, headers: Record<string, string>, query = ''): Promise<readonly AuditRow[]> =>
  (await world.ask({ url: `/api/audit/page${query}`, headers })).json<AuditPage>().lines

test('an auditor of a street sees who looked at its people and nobody else’s, masked, and no data at all', async () => {
  const world = await peopled()
  const auditor = await hire(world, 'auditor', { siteIds: [], areas: [streetOfA] })
  const [a, b] = [await world.signIn('op-a'), await world.signIn('op-b')]
  for (const [headers, id] of [
    [a.headers, 'res-a-1'],
    [b.headers, 'res-b-1'],
  ] as const)
    expect((await world.ask({ url: `/api/residents/${id}`, headers })).statusCode).toBe(200)
  const seen = await page(world, auditor, '?action=look')
  expect(seen.find(({ subjectId }) => subjectId === 'res-a-1')).toMatchObject({
    userId: 'u-op-a',
    userName: '坐席甲',
    subject: 'S** 3-2-a-1',
  })
  expect(JSON.stringify(seen)).not.toMatch(/res-b|u-op-b|王秀英/)
  expect((await page(world, auditor, '?who=王秀英')).map(({ subjectId }) => subjectId)).toContain('res-a-1')
  expect(await page(world, auditor, '?who=SECRET-B')).toEqual([])
  // By a telephone number an admin finds her, and an auditor, who may see no number, does not.
  await world.directory.put({ residents: siteRows('a').residents.map((resident) => ({ ...resident, phone: '13800001234' })) })
  expect(await page(world, auditor, '?who=13800001234')).toEqual([])
  expect((await page(world, (await world.signIn('root')).headers, '?who=13800001234')).map(({ subjectId }) => subjectId)).toContain(
    'res-a-1',
  )
  expect(await page(world, auditor, '?subject=res-b-1')).toEqual([])
  for (const url of [
    '/api/wall',
    '/api/rows',
    '/api/residents/res-a-1',
    '/api/residents?name=SECRET',
    '/api/users',
    '/api/export/residents',
  ])
    expect((await world.ask({ url, headers: auditor })).statusCode).toBe(403)
})

test('reading the record is on record; what was typed to find somebody is not', async () => {
  const world = await peopled()
  const admin = await world.signIn('root')
  await page(world, admin.headers, '?who=王秀英')
  const [look] = await world.accounts.auditPage({ siteIds: 'all', action: 'look-audit', limit: 1 })
  expect(look).toMatchObject({ userId: 'u-admin', subjectId: 'somebody', detail: '' })
})

test('pages follow each other without a gap, and days are the site’s own', async () => {
  const world = await peopled()
  const admin = await world.signIn('root')
  for (let n = 0; n < 5; n += 1)
    await world.accounts.audit({ at: systemClock.now(), userId: 'u-op-a', action: 'test', subjectId: 'res-a-1', detail: `${n}` })
  const first = (await world.ask({ url: '/api/audit/page?action=test&limit=3', headers: admin.headers })).json<AuditPage>()
  expect([first.lines.map(({ detail }) => detail), first.more]).toEqual([['4', '3', '2'], true])
  const rest = await page(world, admin.headers, `?action=test&before=${first.lines.at(-1)?.id}`)
  expect(rest.map(({ detail }) => detail)).toEqual(['1', '0'])
  expect(await page(world, admin.headers, '?action=test&from=2001-01-01&to=2001-01-01')).toEqual([])
})

test('a day that no calendar has, or none of ours reaches, is refused by its field', async () => {
  const world = await peopled()
  const { headers } = await world.signIn('root')
  for (const day of ['2026-13-45', '2026-02-30', '9999-12-31', '1969-12-31', '20261122', 'today']) {
    const questions = [`/api/audit/page?from=${day}`, `/api/audit/page?to=${day}`, `/api/duty/a?from=${day}`]
    for (const url of questions) {
      const answer = await world.ask({ url, headers })
      expect([url, answer.statusCode]).toEqual([url, 400])
    }
  }
})

test('no cell of the spreadsheet is a formula', async () => {
  const world = await peopled()
  const admin = await world.signIn('root')
  for (const name of ['=1+1', '+cmd', '-2', '@SUM(A1)', '\t=x'])
    await world.ask({
      method: 'POST',
      url: '/api/users',
      headers: admin.headers,
      payload: { name: `n${name.length}${name.codePointAt(0)}`, displayName: name, role: 'operator', siteIds: ['a'], password },
    })
  const { body } = await world.ask({ url: '/api/audit/csv', headers: admin.headers })
  expect(body).toContain('add-user')
  for (const cell of body.split(/[\r\n]+/).flatMap((line) => line.split(','))) expect(cell.replace(/^"/, '')).not.toMatch(/^[=+\-@\t]/)
})

test('a person given a street sees its sites, also one added later, and no other once a site moved away', async () => {
  const world = await peopled()
  const headers = await hire(world, 'supervisor', { siteIds: [], areas: [{ ...streetOfA, street: '' }] })
  const sites = async () => (await world.ask({ url: '/api/rows', headers })).json().sites.map(({ id }: { id: string }) => id)
  expect(await sites()).toEqual(['a'])
  const [site] = siteRows('c').sites
  if (!site) throw new Error('There is no site.')
  const later = { ...siteRows('c'), sites: [{ ...site, city: 'SECRET-A', district: 'SECRET-A', street: 'another' }] }
  await world.directory.put(later)
  expect(await sites()).toEqual(['a', 'c'])
  expect((await world.ask({ url: '/api/residents/res-c-1', headers })).statusCode).toBe(200)
  await world.directory.put({ sites: [{ ...site, district: 'elsewhere' }] })
  expect(await sites()).toEqual(['a'])
  expect((await world.ask({ url: '/api/residents/res-c-1', headers })).statusCode).toBe(404)
})

test('an open screen hears of a site that came into its area, and no more of one that left it', async () => {
  const world = await peopled()
  await hire(world, 'operator', { siteIds: [], areas: [{ ...streetOfA, street: '' }] })
  const { cookie } = await world.signIn('new-operator')
  const screen = await world.screen(cookie)
  const [site] = siteRows('c').sites
  if (!site) throw new Error('There is no site.')
  await world.directory.put({ ...siteRows('c'), sites: [{ ...site, city: 'SECRET-A', district: 'SECRET-A' }] })
  // It is cut, and comes back with what is right now.
  await until(() => screen.disconnected)
})

test('an area that no site is in cannot be given, and a change of places ends what was open', async () => {
  const world = await peopled()
  const admin = await world.signIn('root')
  const change = (areas: object[]) => world.ask({ method: 'PATCH', url: '/api/users/u-op-0', headers: admin.headers, payload: { areas } })
  expect((await change([{ city: 'nowhere' }])).statusCode).toBe(400)
  expect((await change([{ city: '', district: '', street: '' }])).statusCode).toBe(400)
  const { cookie, headers } = await world.signIn('op-0')
  const screen = await world.screen(cookie)
  expect((await change([{ city: 'SECRET-A' }])).json()).toMatchObject({
    areas: [{ city: 'SECRET-A', district: '', street: '' }],
    siteIds: [],
  })
  await until(() => screen.disconnected)
  expect((await world.ask({ url: '/api/me', headers })).statusCode).toBe(401)
  expect((await world.signIn('op-0')).me.siteIds).toEqual(['a'])
})

test('two hundred looks at once are two hundred lines and few commits', async () => {
  const world = await peopled()
  const { headers } = await world.signIn('sup-a')
  const before = world.stores.counts().commits
  await Promise.all(Array.from({ length: 200 }, () => world.ask({ url: '/api/residents/res-a-1', headers })))
  expect((await world.accounts.auditPage({ siteIds: 'all', action: 'look-resident', limit: 500 })).length).toBe(200)
  expect(world.stores.counts().commits - before).toBeLessThan(100)
})
