/** What relatives see and say, and that it is seen on the other phone, on the wall and at the elder's terminal; and nothing of anybody else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repliesFor } from '../../../broker/replies.ts'
import type { Fact } from '../../../domain/alarm.ts'
import { days, hours, instant, minutes } from '../../../domain/time.ts'
import type { FamilyAlarm, FamilyHistory, FamilyToday } from '../../contracts-family.ts'
import { hearFacts, openWorld, type Signed, shiftedClock, siteRows, snapshotOf, unpainted, until, type World } from '../world.contract.ts'
import { joined, listen, type Phone, withdraw } from './family.contract.ts'

let world: World
let staff: Signed
let operator: Signed
let daughter: Phone
let son: Phone
let other: Phone
const clock = shiftedClock()
const told: Fact[] = []

beforeAll(async () => {
  const a = siteRows('a', 3)
  const [mother, ...others] = a.contacts
  if (!mother) throw new Error('No contacts.')
  const contacts = [{ ...mother, name: '王芳' }, { ...mother, id: 'con-a-1-son', name: '王强', order: 2 }, ...others]
  world = await openWorld({ clock, rows: [{ ...a, contacts }, siteRows('b', 2)] })
  await world.addUsers()
  world.bus.subscribe((facts) => void told.push(...facts.map(({ fact }) => fact)))
  staff = await world.signIn('sup-a')
  operator = await world.signIn('op-a')
  daughter = await joined({ world, staff, residentId: 'res-a-1' })
  son = await joined({ world, staff, residentId: 'res-a-1', contactId: 'con-a-1-son' })
  const root = await world.signIn('root')
  other = await joined({ world, staff: root, residentId: 'res-b-1' })
})
afterAll(() => world.close())

const get = async <T>(url: string, phone: Phone = daughter) => (await world.ask({ url, headers: phone.headers })).json<T>()
const post = (url: string, payload: object, { headers }: Pick<Phone, 'headers'> = daughter) =>
  world.ask({ method: 'POST', url, payload, headers })
const alarmOf = async (residentId: string) => (await world.store.load(residentId)).open[0]?.id ?? ''
const at = (alarmId: string) => `/api/family/alarms/${encodeURIComponent(alarmId)}`

describe('today', () => {
  test('says plainly when nobody knows anything yet, and what is known when something is', async () => {
    const [before] = (await get<FamilyToday>('/api/family/today')).elders
    expect(before).toMatchObject({ residentId: 'res-a-1', verdict: 'unknown', lastAt: null, lastMinutes: null, alarm: null, mode: 'home' })
    expect(before?.devices).toMatchObject([{ id: 'btn-a-1', role: 'sos-button', link: 'unheard', heardAt: null, battery: null }])
    expect(before?.reach).toMatchObject({ push: 'none', ways: [] })
    const device = await world.directory.device('btn-a-1')
    const [number, resident] = [device?.number ?? 0, device?.residentNumber ?? 0]
    const seenAt = instant(clock.now() - minutes(7))
    world.silence.active(resident, number, seenAt)
    world.silence.heard({ number }, seenAt)
    await world.storage.telemetry.record([{ device: number, resident, kind: 'battery', at: seenAt, value: 83 }])
    const [after] = (await get<FamilyToday>('/api/family/today')).elders
    expect(after).toMatchObject({ lastAt: seenAt, lastMinutes: 7, lastRoom: 'SECRET-A' })
    expect(['well', 'quiet']).toContain(after?.verdict)
    expect(after?.devices).toMatchObject([{ link: 'quiet', heardAt: seenAt, battery: 83 }])
  })

  test('each look is recorded once, as the relative’s', async () => {
    await get('/api/family/today')
    await get('/api/family/today')
    const lines = (await world.accounts.auditLines(0, 1_000)).filter(({ action }) => action === 'family-look-today')
    expect(lines.map(({ userId, subjectId }) => [userId, subjectId])).toEqual([['family:con-a-1', 'res-a-1']])
  })

  test('where she is: with an end, recorded, told to the other phone', async () => {
    const his = await listen(world, son)
    const until5 = clock.now() + days(5)
    const answer = await post('/api/family/elders/res-a-1/mode', { mode: 'holiday', until: until5 })
    expect(answer.json()).toEqual({ residentId: 'res-a-1', mode: 'holiday', modeUntil: until5 })
    expect((await world.directory.card('res-a-1'))?.resident).toMatchObject({ mode: 'holiday', modeUntil: until5 })
    await until(() => his.heard.some(({ event }) => event === 'today'))
    const forgotten = (await post('/api/family/elders/res-a-1/mode', { mode: 'away', until: null })).json<{ modeUntil: number }>()
    expect(forgotten.modeUntil - clock.now()).toBeLessThanOrEqual(hours(12))
    const back = await post('/api/family/elders/res-a-1/mode', { mode: 'home' })
    expect(back.json()).toEqual({ residentId: 'res-a-1', mode: 'home', modeUntil: null })
    const lines = (await world.accounts.auditLines(0, 1_000)).filter(({ action }) => action.startsWith('mode-'))
    expect(lines.map(({ userId, action }) => [userId, action])).toEqual(
      ['mode-holiday', 'mode-away', 'mode-home'].map((action) => ['family:con-a-1', action]),
    )
    await his.stop()
  })
})

describe('an alarm', () => {
  test('is told, answered on one phone, and seen on the other, on the wall and by the elder', async () => {
    const screen = await world.screen(operator.cookie)
    await snapshotOf(screen)
    const wall = hearFacts(screen)
    const his = await listen(world, son)
    await world.press('res-a-1', 'press-1')
    const alarmId = await alarmOf('res-a-1')
    await until(() => his.heard.some(({ event }) => event === 'alarm'))
    expect(his.heard.find(({ event }) => event === 'alarm')?.data).toEqual({ residentId: 'res-a-1', alarmId, kind: 'alarm-raised' })
    expect(await get<FamilyToday>('/api/family/today')).toMatchObject({
      elders: [{ verdict: 'alarm', alarm: { id: alarmId, state: 'raised' } }],
    })

    await unpainted(world, clock)
    const before = (await world.store.load('res-a-1')).open[0]
    const mine = (await post(`${at(alarmId)}/answer`, { answer: 'going', minutes: 20 })).json<FamilyAlarm>()
    expect(mine.mine).toMatchObject({ name: '王芳', relation: 'relative', answer: 'going', minutes: 20, isMine: true })
    await until(() => his.heard.some(({ data }) => (data as { kind?: string }).kind === 'alarm-noted'))
    const seen = await get<FamilyAlarm>(at(alarmId), son)
    expect(seen).toMatchObject({ mine: null, answers: [{ contactId: 'con-a-1', name: '王芳', answer: 'going', isMine: false }] })
    expect(seen.coming).toMatchObject({ who: 'relative', name: '王芳', at: (mine.mine?.at ?? 0) + minutes(20) })
    await until(() =>
      wall.some(({ alarm }) => alarm?.alarm.notes.some(({ by, family }) => by === '王芳' && family?.answer === 'going') ?? false),
    )

    // The centre's duty is what it was: still raised, still due at the same moment.
    const after = (await world.store.load('res-a-1')).open[0]
    expect([after?.state, after?.state === 'raised' && after.nextStepAt]).toEqual([
      'raised',
      before?.state === 'raised' && before.nextStepAt,
    ])
    const noted = told.filter(({ kind }) => kind === 'alarm-noted').at(-1)
    expect(noted && repliesFor(noted)).toMatchObject([{ kind: 'coming', deviceId: 'btn-a-1', who: '王芳', minutes: 20 }])
    await his.stop()
  })

  test('the last word counts, the same word twice is one, and the elder is told only who comes, and when nobody does after all', async () => {
    const alarmId = await alarmOf('res-a-1')
    const from = told.length
    await post(`${at(alarmId)}/answer`, { answer: 'cannot' })
    await post(`${at(alarmId)}/answer`, { answer: 'cannot' })
    const answered = (await post(`${at(alarmId)}/answer`, { answer: 'will-call' }, son)).json<FamilyAlarm>()
    expect(answered.answers.map(({ name, answer }) => [name, answer])).toEqual([
      ['王芳', 'cannot'],
      ['王强', 'will-call'],
    ])
    expect(answered.coming).toBe(null)
    expect(told.slice(from).map(({ kind }) => kind)).toEqual(['alarm-noted', 'alarm-noted'])
    // She was told that somebody comes: that is taken back, once; the rest is not for her.
    expect(told.slice(from).flatMap((fact) => repliesFor(fact))).toMatchObject([{ kind: 'recorded', deviceId: 'btn-a-1' }])
    expect((await post(`${at(alarmId)}/answer`, { answer: 'know', minutes: 5 })).statusCode).toBe(400)
    expect((await post(`${at(alarmId)}/answer`, { answer: 'perhaps' })).statusCode).toBe(400)
  })

  test('however often somebody changes her mind, the centre’s own notes stay', async () => {
    const alarmId = await alarmOf('res-a-1')
    const staffPost = (what: string, payload: object) => post(`/api/alarms/${encodeURIComponent(alarmId)}/${what}`, payload, operator)
    await staffPost('acknowledge', {})
    await staffPost('notes', { action: 'dispatched', text: '李师傅 SECRET-STAFF', coming: { who: '李师傅', minutes: 8 } })
    for (let turn = 0; turn < 12; turn += 1) await post(`${at(alarmId)}/answer`, { answer: turn % 2 === 0 ? 'know' : 'will-call' })
    const notes = (await world.store.load('res-a-1')).open[0]?.notes ?? []
    expect(notes.filter(({ family }) => family?.contactId === 'con-a-1').length).toBe(5)
    expect(notes.some(({ action }) => action === 'dispatched')).toBe(true)
  })

  test('what the centre does is seen; who does it, and what they write for themselves, is not', async () => {
    const alarmId = await alarmOf('res-a-1')
    const raw = await world.ask({ url: at(alarmId), headers: daughter.headers })
    const seen = raw.json<FamilyAlarm>()
    expect(seen.state).toBe('acknowledged')
    const kinds = seen.steps.map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['raised', 'centre-has-it', 'centre-sent-somebody', 'family-will-call']))
    expect(seen.coming).toMatchObject({ who: 'centre', name: '' })
    for (const secret of ['坐席甲', '李师傅', 'SECRET-STAFF', '主管甲']) expect(raw.body).not.toContain(secret)
  })

  test('when it is over it is history, and nothing can be said to it any more', async () => {
    const alarmId = await alarmOf('res-a-1')
    const staffPost = (what: string, payload: object) => post(`/api/alarms/${encodeURIComponent(alarmId)}/${what}`, payload, operator)
    expect((await staffPost('resolve', { outcome: 'help-given', text: 'SECRET-STAFF' })).statusCode).toBe(200)
    const late = await post(`${at(alarmId)}/answer`, { answer: 'going' })
    expect([late.statusCode, late.json().code]).toEqual([409, 'already-resolved'])
    expect(late.body).not.toContain('坐席甲')
    expect(await get<FamilyAlarm>(at(alarmId))).toMatchObject({ state: 'resolved', outcome: 'help-given', coming: null })
    const history = await world.ask({ url: '/api/family/elders/res-a-1/history', headers: daughter.headers })
    expect(history.json<FamilyHistory>().alarms).toMatchObject([{ id: alarmId, state: 'resolved', outcome: 'help-given', presses: 1 }])
    expect(history.body).not.toContain('SECRET-STAFF')
  })

  test('the last fourteen days, newest first, without what is nobody’s business', async () => {
    const number = (await world.directory.card('res-a-1'))?.resident.number ?? 0
    const dayOf = (daysAgo: number) => new Date(clock.now() - daysAgo * days(1)).toISOString().slice(0, 10)
    const facts = {
      heardHours: 24,
      asleepAt: null,
      wokeAt: null,
      firstUpAt: null,
      activeMinutes: 90,
      outMinutes: 20,
      nightBathroomVisits: 3,
    }
    await world.storage.history.saveDays([20, 3, 2].map((ago) => ({ ...facts, resident: number, day: dayOf(ago) })))
    const raw = await world.ask({ url: '/api/family/elders/res-a-1/history', headers: daughter.headers })
    expect(raw.json<FamilyHistory>().days.map(({ day }) => day)).toEqual([dayOf(2), dayOf(3)])
    expect(raw.body).not.toContain('nightBathroomVisits')
  })
})

describe('rights', () => {
  /** Every route there is, from the document the server itself hands out. */
  async function routes(): Promise<{ method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'; path: string }[]> {
    const { paths } = (await world.ask({ url: '/api/openapi.json' })).json<{ paths: Record<string, Record<string, unknown>> }>()
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase() as 'GET', path })),
    )
  }
  const bodies = [
    {},
    { answer: 'know' },
    { mode: 'away', until: null },
    { outcome: 'test', text: '' },
    { how: 'spoken' },
    { residentId: 'res-b-1' },
    { id: 'test-000000000000000000' },
    {
      ...{ phone: '', email: 'mine@example.org', language: 'zh', subject: '', timeZone: '', day: [], night: [] },
      ...{ nightHours: { from: 0, until: 0 }, quiet: null, dailyAt: 480 },
    },
  ]
  const filled = (path: string, id: string) =>
    path
      .replace('{id}', encodeURIComponent(id))
      .replace('{contactId}', 'con-b-1')
      .replace('{phoneId}', 'all')
      .replace('{table}', 'contacts')

  test('with the ids of others no route, of the family or of the staff, gives or changes one byte', async () => {
    await world.press('res-b-1', 'press-of-b')
    await world.press('res-a-2', 'press-of-a-2')
    await unpainted(world, clock)
    const foreign = [await alarmOf('res-b-1'), await alarmOf('res-a-2'), 'res-b-1', 'res-a-2', 'con-b-1', 'btn-b-1', 'b']
    const state = async () => ({
      rows: await world.directory.rows('all'),
      alarms: await world.store.openAlarms('all'),
      consents: await world.stores.family.consentsOf('res-b-1'),
      phones: await world.stores.family.phonesOf('res-b-1'),
      reach: await Promise.all(['con-b-1', 'con-a-2'].map((id) => world.stores.reach.reach(id))),
      dailies: await world.stores.family.dailies(),
    })
    const before = await state()
    let asked = 0
    for (const { method, path } of await routes()) {
      if (!path.includes('{id}')) continue
      for (const id of foreign) {
        for (const payload of method === 'GET' || method === 'DELETE' ? [undefined] : bodies) {
          const answer = await world.ask({ method, url: filled(path, id), headers: daughter.headers, ...(payload && { payload }) })
          const what = `${method} ${filled(path, id)} ${JSON.stringify(payload)} → ${answer.statusCode} ${answer.body}`
          expect(answer.statusCode, what).toBeGreaterThanOrEqual(400)
          expect(answer.statusCode, what).toBeLessThan(500)
          expect(/SECRET|王秀英/.test(answer.body), what).toBe(false)
          asked += 1
        }
      }
    }
    expect(asked).toBeGreaterThan(200)
    expect(await state()).toEqual(before)
  })

  test('what the family asks without naming anybody shows her own elder and no other', async () => {
    for (const url of ['/api/family/me', '/api/family/today']) {
      const { body } = await world.ask({ url, headers: daughter.headers })
      expect(body).toContain('res-a-1')
      expect(/SECRET-B|res-b|res-a-2|con-a-1-son/.test(body)).toBe(false)
      expect((await world.ask({ url, headers: other.headers })).body).toContain('SECRET-B')
    }
  })

  test('a relative is nobody of the staff, and the staff is no relative', async () => {
    for (const { method, path } of await routes()) {
      const isFamily = path.startsWith('/api/family/')
      if (['/api/family/join', '/api/family/push/received'].includes(path)) continue
      const headers = isFamily ? staff.headers : daughter.headers
      const answer = await world.ask({ method, url: filled(path, 'res-a-1'), headers, ...(method !== 'GET' && { payload: {} }) })
      const isOpen =
        ['/api/health', '/api/setup', '/api/fhir/metadata'].includes(path) ||
        ['/api/sign-in', '/api/receipts'].some((open) => path.startsWith(open))
      if (!isOpen) expect(answer.statusCode, `${method} ${path} ${answer.body}`).toBe(401)
      expect(answer.body.includes('SECRET'), `${method} ${path}`).toBe(false)
    }
    await expect(world.screen(daughter.cookie)).rejects.toThrow()
    await expect(world.screen(daughter.cookie.replace('anling-family', 'anling'))).rejects.toThrow()
    const listening = await fetch(`${world.url}/api/family/live`, { headers: { cookie: staff.cookie } })
    expect(listening.status).toBe(401)
  })

  test('news of others is never heard', async () => {
    const hers = await listen(world, daughter)
    await world.press('res-b-1', 'press-of-b-again')
    await world.press('res-a-2', 'press-of-a-2-again')
    await world.press('res-a-1', 'press-at-last')
    await until(() => hers.heard.some(({ event }) => event === 'alarm'))
    expect(new Set(hers.heard.flatMap(({ data }) => (data as { residentId?: string }).residentId ?? []))).toEqual(new Set(['res-a-1']))
    await hers.stop()
  })

  test('consent withdrawn: not one more byte of her', async () => {
    await withdraw({ world, staff, residentId: 'res-a-1', contactId: 'con-a-1-son' })
    for (const url of ['/api/family/me', '/api/family/today', at(await alarmOf('res-a-1')), '/api/family/elders/res-a-1/history']) {
      const answer = await world.ask({ url, headers: son.headers })
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'not-joined'])
    }
    expect((await get<FamilyToday>('/api/family/today')).elders.length).toBe(1)
  })
})
