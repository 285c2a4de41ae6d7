/** Reports over HTTP: the way of a real alarm in figures, nobody sees another site's, and no cell that a spreadsheet would run. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seconds } from '../../domain/time.ts'
import type { DutyWeek } from '../contracts-duty.ts'
import type { FiguresReport } from '../contracts-reports.ts'
import { followFigures } from './reports-follow.ts'
import { openWorld, type Signed, shiftedClock, siteRows, snapshotOf, until, type World } from './world.contract.ts'

const clock = shiftedClock()
let world: World
const signed: Record<string, Signed> = {}

beforeAll(async () => {
  const [a, b] = [siteRows('a', 3), siteRows('b', 3)]
  const rows = [{ ...a, sites: a.sites.map((site) => ({ ...site, name: '=cmd|calc!A0' })) }, b]
  world = await openWorld({ clock, rows })
  await world.addUsers()
  for (const name of ['root', 'sup-a', 'op-a']) signed[name] = await world.signIn(name)
})
afterAll(() => world.close())

const get = (name: string, url: string) => world.ask({ url, headers: signed[name]?.headers ?? {} })
const report = async (name: string, query = ''): Promise<FiguresReport> => {
  // What was made some seconds ago is not made again.
  clock.shift(seconds(6))
  return (await get(name, `/api/reports/figures${query}`)).json<FiguresReport>()
}
const post = (name: string, url: string, payload: object) =>
  world.ask({ method: 'POST', url, payload, headers: signed[name]?.headers ?? {} })

test('an alarm leaves its moments: painted by a screen, opened, answered, spoken with, on the way, at the door, resolved', async () => {
  const screen = await world.screen(signed['op-a']?.cookie ?? '')
  await snapshotOf(screen)
  const told = new Promise<void>((resolve) => screen.on('facts', () => resolve()))
  await world.press('res-a-1', 'p-1')
  await told
  const [alarm] = await world.store.openAlarms('all')
  const path = `/api/alarms/${alarm?.id}`
  screen.emit('painted', { alarmId: alarm?.id ?? '', presses: 1 })
  await get('op-a', path)
  await post('op-a', `${path}/acknowledge`, {})
  for (const action of ['spoke', 'on-my-way', 'arrived']) await post('op-a', `${path}/notes`, { action, text: '' })
  const over = await post('op-a', `${path}/resolve`, { outcome: 'help-given', text: 'Helped her up.' })
  expect(over.statusCode).toBe(200)
  const moments = async () => [...(await world.stores.figures.of([alarm?.id ?? ''])).values()][0]
  await until(async () => {
    clock.strike(seconds(3))
    const now = await moments()
    return now !== undefined && now.resolvedAt !== null && now.paintedAt !== null
  })
  const way = await moments()
  if (!way) throw new Error('The alarm has no figures.')
  const { storedAt, paintedAt, openedAt, answeredAt, contactedAt, acceptedAt, arrivedAt, resolvedAt } = way
  for (const at of [paintedAt, openedAt, answeredAt, contactedAt, acceptedAt, arrivedAt, resolvedAt]) {
    expect(at).toBeGreaterThanOrEqual(storedAt)
  }
  expect((await report('sup-a')).all).toMatchObject({ calls: 1, answered60: { kept: 1, of: 1 }, atDoor45: { kept: 1, of: 1 } })
})

test('an unanswered call is a breach with its causes as soon as it is late', async () => {
  await world.press('res-b-1', 'p-2')
  clock.shift(seconds(200))
  const { breaches, all } = await report('root')
  expect(all.answered180).toEqual({ kept: 1, of: 2 })
  expect(breaches[0]).toMatchObject({ siteId: 'b', what: 'answer-180', cameAbout: false })
  expect(breaches[0]?.causes).toContain('not-painted')
})

test('a supervisor sees the figures of her own sites, an operator none', async () => {
  const own = await report('sup-a', '?days=30')
  expect([own.all.calls, own.sites.map(({ id }) => id), own.breaches.length]).toEqual([1, ['a'], 0])
  expect((await get('op-a', '/api/reports/figures')).statusCode).toBe(403)
  expect((await get('sup-a', '/api/reports/figures?siteId=b')).statusCode).toBe(404)
  expect((await get('sup-a', '/api/reports/alarms.csv?siteId=b')).statusCode).toBe(404)
  const csv = (await get('sup-a', '/api/reports/alarms.csv')).body
  expect(csv).not.toContain('SECRET-B')
  expect(csv).not.toContain('res-b')
})

test('lines for the bureau run nothing in a spreadsheet, name no person, and are on record', async () => {
  const csv = (await get('root', '/api/reports/alarms.csv?labels=zh')).body
  expect(csv).toContain('按下,入库,上屏')
  expect(csv).toContain("'=cmd|calc!A0")
  expect(csv).not.toMatch(/(^|,)=/m)
  expect(csv).not.toContain('王秀英')
  const groups = (await get('sup-a', '/api/reports/groups.csv?labels=zh')).body.split('\r\n')
  expect(groups[0]).toContain('分组,编号,名称,告警,求助')
  expect(groups.some((line) => line.startsWith('社区,a,'))).toBe(true)
  expect(groups.join()).not.toContain('SECRET-B')
  expect((await get('root', '/api/reports/sources.csv')).body).toContain('site,subject,device,reason,alarms,share')
  const breaches = (await get('root', '/api/reports/breaches.csv')).body
  expect(breaches.trim().split('\r\n')).toHaveLength(2)
  const lines = await world.accounts.auditLines(0, 1_000)
  expect(lines.map(({ action }) => action)).toEqual(expect.arrayContaining(['export-report-alarms', 'export-report-breaches']))
})

test('with a stored rota the figures stand by its shifts and seats, and a call at an hour with nobody on duty says so', async () => {
  const put = (url: string, payload: object) => world.ask({ method: 'PUT', url, payload, headers: signed.root?.headers ?? {} })
  const people = (await get('root', '/api/duty/b')).json<DutyWeek>().people.map(({ id }) => id)
  const always = { weekdays: [1, 2, 3, 4, 5, 6, 7], from: 0, until: 0, firstDay: '', lastDay: '' }
  const shift = { ...always, name: '两人班', personIds: people.slice(0, 2) }
  const before = await report('root', '?days=7&siteId=b')
  expect((await put('/api/duty/b/shifts/rota-1', shift)).statusCode).toBe(200)
  const manned = await report('root', '?days=7&siteId=b')
  expect(before.byShift.map(({ key }) => key)).not.toContain('两人班')
  expect(manned.byShift.map(({ key, calls }) => [key, calls])).toEqual([['两人班', 1]])
  expect(manned.load.seatHours).toBeCloseTo(before.load.seatHours * 2, 0)
  expect(manned.breaches[0]?.causes).not.toContain('nobody-on-duty')

  expect((await put('/api/duty/b/shifts/rota-1', { ...shift, personIds: [] })).statusCode).toBe(200)
  const alone = await report('root', '?days=7&siteId=b')
  expect(alone.byShift.map(({ key }) => key)).toEqual(['uncovered'])
  expect(alone.breaches[0]?.causes).toContain('nobody-on-duty')
})

test('a second reader of the journal begins where the first one ended: nothing counts twice', async () => {
  const { store, stores, bus } = world
  const ids = (await store.alarmsOf('res-a-1', 10)).map(({ id }) => id)
  const before = await stores.figures.of(ids)
  const again = followFigures({ store, figures: stores.figures, bus, clock, log: () => {} })
  await again.caughtUp()
  await again.stop()
  expect(before.size).toBe(1)
  expect(await stores.figures.of(ids)).toEqual(before)
  expect(await stores.figures.seq()).toBe(await store.lastSeq())
})
