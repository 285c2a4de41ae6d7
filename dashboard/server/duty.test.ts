/** Rotas over HTTP: supervisors inside their own sites, refusals as sentences, lines in the record; shift notes until the next shift has read them. */
import { expect, test } from 'vitest'
import type { Refused } from '../contracts.ts'
import type { DutyNow, DutyPerson, DutyWeek, OwnReach, ShiftDraft, ShiftNote } from '../contracts-duty.ts'
import { openPeopledWorlds, screenOf } from './peopled.contract.ts'
import { hello, type Signed, shiftedClock, until, type World } from './world.contract.ts'

const open = openPeopledWorlds()
const always: ShiftDraft = {
  ...{ name: '全天', weekdays: [1, 2, 3, 4, 5, 6, 7], from: 0, until: 0, personIds: ['u-op-a'], firstDay: '', lastDay: '' },
}

const asker = (world: World) => (who: Signed) => ({
  get: (url: string) => world.ask({ method: 'GET', url, headers: who.headers }),
  put: (url: string, payload: object) => world.ask({ method: 'PUT', url, payload, headers: who.headers }),
  post: (url: string, payload: object = {}) => world.ask({ method: 'POST', url, payload, headers: who.headers }),
  remove: (url: string) => world.ask({ method: 'DELETE', url, headers: who.headers }),
})

test('a supervisor writes the rota of her own site, and everybody of the site sees who is on duty', async () => {
  const world = await open()
  const as = asker(world)
  const boss = as(await world.signIn('sup-a'))
  expect((await boss.put('/api/duty/a/shifts/s1', always)).statusCode).toBe(200)
  const now = (await as(await world.signIn('op-a')).get('/api/duty')).json<DutyNow>()
  expect(now.sites).toMatchObject([{ siteId: 'a', hasRota: true, turns: [{ name: '全天', people: ['坐席甲'] }], notes: [] }])
  const week = (await boss.get('/api/duty/a?from=2026-11-18')).json<DutyWeek>()
  expect(week).toMatchObject({ days: expect.arrayContaining(['2026-11-16', '2026-11-22']), now: ['u-op-a'], isWatched: false })
  expect(week.turns).toHaveLength(7)
  expect(week.people.map(({ id }) => id)).toEqual(['u-op-a', 'u-admin', 'u-sup-a'])
})

test('nobody reaches into another site, and an operator writes no rota', async () => {
  const world = await open()
  const as = asker(world)
  const [admin, boss, carer] = [as(await world.signIn('root')), as(await world.signIn('sup-a')), as(await world.signIn('op-b'))]
  await admin.put('/api/duty/b/shifts/s1', { ...always, personIds: ['u-op-b'] })
  const foreign = await Promise.all([
    boss.get('/api/duty/b'),
    boss.put('/api/duty/b/shifts/s1', always),
    boss.put('/api/duty/a/shifts/s1', always),
    boss.remove('/api/duty/b/shifts/s1'),
    boss.remove('/api/duty/a/shifts/s1'),
    boss.put('/api/duty/b/people/u-op-b', { phone: '13800000000', email: '' }),
    boss.post('/api/duty/b/notes', { text: 'x' }),
  ])
  expect(foreign.map(({ statusCode }) => statusCode)).toEqual(foreign.map(() => 404))
  expect((await carer.put('/api/duty/b/shifts/s2', always)).statusCode).toBe(403)
  expect((await carer.get('/api/duty/b')).statusCode).toBe(403)
  expect((await world.stores.duty.shifts('b')).map(({ personIds }) => personIds)).toEqual([['u-op-b']])
})

test('what cannot be is refused with a sentence', async () => {
  const world = await open()
  const boss = asker(world)(await world.signIn('sup-a'))
  const why = async (answer: ReturnType<typeof boss.put>) => (await answer).json<Refused>().message
  expect(await why(boss.put('/api/duty/a/shifts/s1', { ...always, personIds: ['u-op-b'] }))).toMatch(/坐席乙 may not work at this site/)
  expect(await why(boss.put('/api/duty/a/shifts/s1', { ...always, weekdays: [] }))).toBe('A shift needs at least one day of the week.')
  expect(await why(boss.put('/api/duty/a/shifts/s1', { ...always, from: 1_440 }))).toMatch(/^from/)
  await boss.put('/api/duty/a/shifts/s1', { ...always, lastDay: '2026-11-22' })
  const change = { shiftId: 's1', day: '2026-11-22', out: 'u-op-a', in: 'u-sup-a', note: '发烧' }
  expect((await boss.put('/api/duty/a/exceptions/e1', change)).statusCode).toBe(200)
  expect((await boss.put('/api/duty/a/exceptions/e1', change)).statusCode).toBe(200)
  expect(await why(boss.put('/api/duty/a/exceptions/e2', { ...change, day: '2026-11-23' }))).toBe('This shift does not begin on that day.')
  expect(await why(boss.put('/api/duty/a/exceptions/e2', change))).toBe('This person is not in that shift on that day.')
  expect((await boss.remove('/api/duty/a/exceptions/e1')).statusCode).toBe(204)
  expect((await boss.remove('/api/duty/a/exceptions/e1')).statusCode).toBe(404)
  const lines = (await world.accounts.auditLines(0, 100)).map(({ userId, action, subjectId }) => `${userId} ${action} ${subjectId}`)
  expect(lines.filter((line) => line.includes('duty') || line.includes('shift'))).toEqual([
    'u-sup-a put-shift a',
    'u-sup-a put-duty-exception a',
    'u-sup-a put-duty-exception a',
    'u-sup-a remove-duty-exception a',
  ])
})

test('a shift note brings the open alarms along, is shown until somebody else has read it, and is read once', async () => {
  const world = await open()
  const as = asker(world)
  const [day, night] = [as(await world.signIn('op-a')), as(await world.signIn('sup-a'))]
  const { facts } = await world.press('res-a-1', 'press-1')
  const alarmId = facts[0]?.fact.kind === 'alarm-raised' ? facts[0].fact.alarm.id : ''
  const note = (await day.post('/api/duty/a/notes', { text: '3 栋请再打电话' })).json<ShiftNote>()
  expect(note).toMatchObject({
    byName: '坐席甲',
    mayRead: false,
    alarms: [{ alarmId, state: 'raised', reason: 'button', title: '3-2-a-1' }],
  })
  expect((await day.post(`/api/duty/notes/${note.id}/read`)).json<Refused>().code).toBe('own-note')
  expect((await as(await world.signIn('op-b')).post(`/api/duty/notes/${note.id}/read`)).statusCode).toBe(404)
  expect((await night.get('/api/duty')).json<DutyNow>().sites[0]?.notes).toMatchObject([{ id: note.id, mayRead: true }])
  expect((await night.post(`/api/duty/notes/${note.id}/read`)).statusCode).toBe(204)
  expect((await night.post(`/api/duty/notes/${note.id}/read`)).statusCode).toBe(409)
  expect((await day.get('/api/duty')).json<DutyNow>().sites).toEqual([])
  expect((await day.get('/api/duty/a/notes')).json<ShiftNote[]>()).toMatchObject([{ id: note.id, readByName: '主管甲' }])
})

test('how staff are reached is written by their supervisor, and an admin’s only by an admin', async () => {
  const world = await open()
  const as = asker(world)
  const [admin, boss] = [as(await world.signIn('root')), as(await world.signIn('sup-a'))]
  const said = { phone: '138 0000 0001', email: 'wang@example.org' }
  expect((await boss.put('/api/duty/a/people/u-op-a', said)).json<DutyPerson>()).toMatchObject({ name: '坐席甲', ...said })
  expect(await world.stores.reach.reach('u-op-a')).toMatchObject({ personId: 'u-op-a', ...said })
  expect((await boss.put('/api/duty/a/people/u-admin', said)).statusCode).toBe(403)
  // What would be refused is not offered either.
  const offered = async ({ get }: typeof boss) =>
    (await get('/api/duty/a'))
      .json<DutyWeek>()
      .people.filter(({ mayEdit }) => mayEdit)
      .map(({ id }) => id)
  expect(new Set(await offered(boss))).toEqual(new Set(['u-sup-a', 'u-op-a']))
  expect(await offered(admin)).toContain('u-admin')
  expect((await boss.put('/api/duty/a/people/u-op-b', said)).statusCode).toBe(404)
  expect((await boss.put('/api/duty/a/people/u-op-a', { phone: 'call me', email: '' })).statusCode).toBe(400)
  expect((await admin.put('/api/duty/a/people/u-admin', said)).statusCode).toBe(200)
})

test('a site is watched only by a wall that said hello, is on duty, can ring, and sees the site', async () => {
  const world = await open()
  const socket = await screenOf(world, 'op-a')
  socket.emit('watch', { onDuty: true, soundRunning: true })
  await hello(socket, null)
  await until(() => world.dashboard.isWatched('a'))
  expect(world.dashboard.isWatched('b')).toBe(false)
  socket.emit('watch', { onDuty: true, soundRunning: false })
  await until(() => !world.dashboard.isWatched('a'))
  socket.emit('watch', { onDuty: false, soundRunning: true })
  socket.emit('watch', { onDuty: true, soundRunning: true })
  await until(() => world.dashboard.isWatched('a'))
  socket.disconnect()
  await until(() => !world.dashboard.isWatched('a'))
})

test('who wrote a note and begins the next shift alone may read it then', async () => {
  const clock = shiftedClock()
  const world = await open({ clock })
  const as = asker(world)
  const [boss, carer] = [as(await world.signIn('sup-a')), as(await world.signIn('op-a'))]
  await boss.put('/api/duty/a/shifts/s1', always)
  const note = (await carer.post('/api/duty/a/notes', { text: 'x' })).json<ShiftNote>()
  expect((await carer.post(`/api/duty/notes/${note.id}/read`)).statusCode).toBe(403)
  clock.shift(24 * 3_600_000)
  const later = as(await world.signIn('op-a'))
  expect((await later.post(`/api/duty/notes/${note.id}/read`)).statusCode).toBe(204)
})

test('everybody of the staff says for themselves how they are reached on duty, by day and at night', async () => {
  const world = await open()
  const carer = asker(world)(await world.signIn('op-a'))
  const before = (await carer.get('/api/me/reach')).json<OwnReach>()
  // Pushes go to relatives' telephones only.
  expect(before).toMatchObject({ offered: ['voice-twilio', 'email'], day: ['voice-twilio', 'email'], quiet: null })
  const wishes = {
    ...{ phone: '13800000001', email: 'wang@example.org', day: ['email'], night: ['voice-twilio'] },
    ...{ nightHours: { from: 1_320, until: 360 }, quiet: { from: 1_200, until: 1_320 } },
  }
  expect((await carer.put('/api/me/reach', wishes)).json<OwnReach>()).toEqual({ ...wishes, offered: ['voice-twilio', 'email'] })
  expect(await world.stores.reach.reach('u-op-a')).toMatchObject(wishes)
  expect((await carer.put('/api/me/reach', { ...wishes, day: ['pigeon'] })).json<Refused>().message).toMatch(/pigeon is not a way/)
  expect((await carer.put('/api/me/reach', { ...wishes, quiet: { from: 0, until: 1_440 } })).statusCode).toBe(400)
  expect((await world.ask({ method: 'GET', url: '/api/me/reach' })).statusCode).toBe(401)
  // Her supervisor, who corrects the number, leaves her wishes as they are.
  const boss = asker(world)(await world.signIn('sup-a'))
  await boss.put('/api/duty/a/people/u-op-a', { phone: '13800000002', email: 'wang@example.org' })
  expect((await carer.get('/api/me/reach')).json<OwnReach>()).toMatchObject({ ...wishes, phone: '13800000002' })
  const lines = (await world.accounts.auditLines(0, 100)).filter(({ action }) => action.endsWith('-reach'))
  expect(lines.map(({ userId, action, subjectId, detail }) => [userId, action, subjectId, detail]).toSorted()).toEqual([
    ['u-op-a', 'put-own-reach', 'u-op-a', ''],
    ['u-sup-a', 'put-staff-reach', 'u-op-a', ''],
  ])
})
