/** The card of an alarm and what a person can do to it, through the real desk, store and telemetry. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayIn, dayPlus } from '../../domain/calendar.ts'
import { systemClock } from '../../domain/clock.ts'
import { weekdayOf } from '../../domain/duty.ts'
import type { PlanFeature, SitePlan } from '../../domain/site-plan.ts'
import { before, seconds } from '../../domain/time.ts'
import type { AlarmCard } from '../contracts.ts'
import { minutesByPlan, openNear } from './near.ts'
import { openWorld, type Signed, siteRows, type World } from './world.contract.ts'

let world: World
let chen: Signed
let lead: Signed
beforeAll(async () => {
  world = await openWorld()
  await world.addUsers()
  chen = await world.signIn('op-a')
  lead = await world.signIn('sup-a')
})
afterAll(() => world.close())

const block = (name: string, metres: number): PlanFeature => {
  const x = metres / 111_195
  return {
    kind: 'building',
    name,
    shape: 'area',
    parts: [
      [
        [x, 0],
        [x + 1e-4, 0],
        [x + 1e-4, 1e-4],
        [x, 1e-4],
        [x, 0],
      ],
    ],
  }
}
const plan = (frame: SitePlan['frame']): SitePlan => ({ frame, features: [block('3', 0), block('7号楼', 250)] })

const pathOf = (id: string, deed = '') => `/api/alarms/${encodeURIComponent(id)}${deed && `/${deed}`}`
const cardOf = async (id: string, who = chen) => (await world.ask({ url: pathOf(id), headers: who.headers })).json<AlarmCard>()
const act = (id: string, deed: string, { payload = {}, who = chen }: { payload?: object; who?: Signed } = {}) =>
  world.ask({ method: 'POST', url: pathOf(id, deed), payload, headers: who.headers })
async function raised(residentId: string, pressId: string): Promise<string> {
  await world.press(residentId, pressId)
  return (await world.store.alarmsOf(residentId, 1))[0]?.id ?? ''
}

describe('the card', () => {
  test('says where, who, how to get in, whom to call, and what happened lately', async () => {
    const person = (await world.directory.card('res-a-1'))?.resident.number ?? 0
    const button = (await world.directory.device('btn-a-1'))?.number ?? 0
    const at = before(systemClock.now(), seconds(60))
    world.silence.active(person, button, at)
    await world.storage.telemetry.record([
      { device: button, resident: person, kind: 'motion', at, value: 1 },
      { device: button, resident: person, kind: 'heartbeat', at, value: 0 },
    ])
    const id = await raised('res-a-1', 'card-1')
    const card = await cardOf(id)
    expect(card.place).toMatchObject({ building: '3', unit: '2', door: 'a-1' })
    expect(card.card).toMatchObject({ resident: { id: 'res-a-1' }, contacts: [{ id: 'con-a-1', hasKey: true }], site: { id: 'a' } })
    expect([card.lastActiveAt, card.lastActiveRoom]).toEqual([at, 'SECRET-A'])
    expect(card.recent).toEqual([{ at, kind: 'motion', value: 1, room: 'SECRET-A', deviceId: 'btn-a-1' }])
    expect(card.notices.map(({ state }) => state)).toContain('owed')
  })

  test('keeps the door code until somebody has the alarm, and again when it is over', async () => {
    const id = await raised('res-a-2', 'door-1')
    expect((await cardOf(id)).card?.home.doorCode).toBe('')
    await act(id, 'acknowledge')
    expect((await cardOf(id)).card?.home.doorCode).toBe('SECRET-A-code')
    await act(id, 'resolve', { payload: { outcome: 'help-given', text: 'sat with her' } })
    expect((await cardOf(id)).card?.home.doorCode).toBe('')
  })

  test('each look is recorded once while it stays open, and anew when the door code appeared', async () => {
    const id = await raised('res-a-3', 'look-1')
    for (let n = 0; n < 3; n += 1) await cardOf(id)
    await act(id, 'acknowledge')
    for (let n = 0; n < 3; n += 1) await cardOf(id)
    const lines = (await world.accounts.auditLines(0, 1_000)).filter(({ detail }) => detail === id)
    expect(lines.map(({ userId, action }) => `${userId} ${action}`)).toEqual([
      'u-op-a look-alarm',
      'u-op-a acknowledge-asked',
      'u-op-a look-door-code',
    ])
  })

  test('says whom nobody can reach now, and how many minutes off a neighbour is by the plan of the site', async () => {
    const { maps } = world.stores.upkeep
    const base = siteRows('a', 1)
    const home = base.homes[0]
    const resident = base.residents[0]
    if (!home || !resident) throw new Error('The site is empty.')
    const far = { ...home, id: 'home-a-far', building: '7号楼' }
    const lives = (id: string, phone: string, homeId: string) => ({ ...resident, id, phone, homeId })
    const asked = { residentId: 'res-a-2', relation: 'neighbour' as const, hasKey: true }
    const [tomorrow, today] = [1, 0].map((by) => weekdayOf(dayPlus(dayIn('Asia/Shanghai', systemClock.now()), by)))
    const on = (day = 1) => `周${'一二三四五六日'[day - 1]} 全天`
    await world.directory.put({
      homes: [far],
      residents: [lives('res-a-7', '13900007777', far.id), lives('res-a-8', '13900008888', far.id)],
      contacts: [
        { ...asked, id: 'con-later', name: '明天', order: 1, phone: '13900007777', hours: on(tomorrow) },
        { ...asked, id: 'con-now', name: '今天', order: 2, phone: '13900008888', hours: on(today) },
        { ...asked, id: 'con-words', name: '随缘', order: 3, phone: '1', hours: '下班后' },
      ],
    })
    const id = await raised('res-a-2', 'near-1')
    const minutesOf = ({ near }: AlarmCard) => near.map((one) => [one.id, one.minutes])
    const without = await cardOf(id)
    expect(without.reach.map((one) => [one.id, one.state])).toEqual([
      ['con-later', 'later'],
      ['con-now', 'now'],
    ])
    expect(minutesOf(without).at(-1)).toEqual(['con-later', null])
    expect(minutesByPlan(plan('picture'), '3', '7号楼')).toBeNull()
    expect(minutesByPlan(plan('earth'), '3', '8')).toBeNull()
    // 250 m apart: 325 m of way at 1.07 m/s are five and a bit minutes, besides two staircases.
    expect(minutesByPlan(plan('earth'), '3', '7号楼')).toBe(9)
    await maps.putPlan('a', { ...plan('earth'), at: systemClock.now() })
    const late = await openNear({ directory: world.directory, maps, clock: systemClock })({ ...without, scope: 'all' })
    expect(late.find((one) => one.id === 'con-now')?.minutes).toBe(9)
    expect(late.at(-1)?.id).toBe('con-later')
  })

  test('comes although the record and the readings cannot be reached', async () => {
    const id = await raised('res-a-1', 'dark-1')
    const { audit } = world.accounts
    const { readings } = world.storage.telemetry
    world.accounts.audit = world.storage.telemetry.readings = async () => {
      throw new Error('gone')
    }
    const card = await cardOf(id, lead)
    Object.assign(world.accounts, { audit })
    Object.assign(world.storage.telemetry, { readings })
    expect(card).toMatchObject({ recent: [], card: { home: { address: 'SECRET-A' } } })
  })
})

describe('answering', () => {
  test('the second one learns who has it; the outcome closes it for good', async () => {
    await world.directory.put({})
    const id = await raised('res-a-2', 'answer-1')
    expect((await act(id, 'resolve', { payload: { outcome: 'king', text: '' } })).statusCode).toBe(400)
    expect((await act(id, 'acknowledge')).json()).toMatchObject({ alarm: { state: 'acknowledged' }, place: { door: 'a-2' } })
    const second = await act(id, 'acknowledge', { who: lead })
    expect([second.statusCode, second.json()]).toEqual([409, expect.objectContaining({ code: 'already-acknowledged', by: '坐席甲' })])
    expect((await act(id, 'notes', { payload: { action: 'called', text: '她说没事' } })).json()).toMatchObject({
      alarm: { notes: [{ text: '她说没事' }] },
    })
    const silent = await act(id, 'resolve', { payload: { outcome: 'false-press', text: '误按，已电话确认' } })
    expect([silent.statusCode, silent.json()]).toEqual([409, expect.objectContaining({ code: 'contact-needed' })])
    await act(id, 'notes', { payload: { action: 'spoke', text: '' } })
    const done = await act(id, 'resolve', { payload: { outcome: 'false-press', text: '误按，已电话确认' } })
    expect(done.json()).toMatchObject({ alarm: { state: 'resolved', outcome: 'false-press', by: '坐席甲' } })
    expect((await act(id, 'notes', { payload: { action: 'note', text: 'late' } })).json()).toMatchObject({ code: 'already-resolved' })
    expect((await act('no-such-alarm', 'acknowledge')).statusCode).toBe(404)
  })

  test('somebody takes over on purpose, by name; a call for help is never put off, a device is, with a reason and an end', async () => {
    const id = await raised('res-a-2', 'over-1')
    await act(id, 'acknowledge')
    const wrong = await act(id, 'acknowledge', { who: lead, payload: { from: 'somebody else' } })
    expect([wrong.statusCode, wrong.json()]).toEqual([409, expect.objectContaining({ by: '坐席甲' })])
    const over = await act(id, 'acknowledge', { who: lead, payload: { from: '坐席甲' } })
    expect(over.json()).toMatchObject({ alarm: { by: '主管甲', detail: { takenFrom: '坐席甲' } } })
    const payload = { until: systemClock.now() + 3_600_000, text: '电工下午来' }
    expect((await act(id, 'shelve', { who: lead, payload })).json()).toMatchObject({ code: 'not-shelvable' })
    const cause = { deviceId: 'btn-a-1', room: '', causeId: 'low-1', claimedAt: null, unreadable: false, detail: {} }
    const trouble = { kind: 'device-troubled', reason: 'battery-low', subjectId: 'res-a-1', siteId: 'a' } as const
    await world.desk.handle({ ...trouble, ...cause, at: systemClock.now() })
    const device = (await world.store.alarmsOf('res-a-1', 1))[0]?.id ?? ''
    expect((await act(device, 'shelve', { payload: { ...payload, text: '' } })).json()).toMatchObject({ code: 'reason-needed' })
    expect((await act(device, 'shelve', { payload })).json()).toMatchObject({
      alarm: { state: 'acknowledged', leaseUntil: payload.until, notes: [{ text: '电工下午来' }] },
    })
    // Put off for hours, it opens no door: neither on its card nor on hers.
    const hers = () => world.ask({ url: '/api/residents/res-a-1', headers: chen.headers })
    expect([(await cardOf(device)).card?.home.doorCode, (await hers()).json().home.doorCode]).toEqual(['', ''])
  })

  test('is never counted against anybody: a storm of alarms is no reason to wait', async () => {
    const id = await raised('res-a-3', 'storm-1')
    const answers = await Promise.all(Array.from({ length: 3_200 }, () => act(id, 'notes', { payload: { action: 'king', text: '' } })))
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([400]))
  })
})
