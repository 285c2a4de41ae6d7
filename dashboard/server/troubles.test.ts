/** A broken button is a case: it opens by itself, has an owner and a limit, is seen by its own site only, and does not open again for what was dealt with. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CareEventDraft } from '../../domain/event.ts'
import { before, days, hours } from '../../domain/time.ts'
import type { BoardRow, DeviceBoard, TroubleRow } from '../contracts-upkeep.ts'
import { batteryFirst, openBatteries } from './board-battery.ts'
import { followTroubles, type TroubleFollower } from './troubles-follow.ts'
import { openWorld, type Signed, shiftedClock, siteRows, type World } from './world.contract.ts'

const clock = shiftedClock()
let world: World
let follower: TroubleFollower
const signed: Record<string, Signed> = {}

/** Follows the broken buttons of this world by these proofs. */
function follow(proofs: Pick<Parameters<typeof followTroubles>[0], 'proofOf' | 'proofIds'>): TroubleFollower {
  const { store, directory, bus, silence, stores, accounts, desk } = world
  return followTroubles({ store, directory, bus, silence, accounts, desk, clock, log() {}, troubles: stores.upkeep.troubles, ...proofs })
}

beforeAll(async () => {
  const [a, b] = [siteRows('a', 3), siteRows('b', 2)]
  const lamp = { ...a.devices[0], id: 'motion-a-1', key: 'motion-a-1', role: 'motion' } as (typeof a.devices)[number]
  world = await openWorld({ clock, rows: [{ ...a, devices: [...a.devices, lamp] }, b] })
  await world.addUsers()
  for (const name of ['root', 'sup-a', 'op-a', 'op-b']) signed[name] = await world.signIn(name)
  follower = follow({ proofOf: () => undefined, proofIds: () => [] })
})
afterAll(async () => {
  await follower.stop()
  await world.close()
})

const headers = (name: string) => signed[name]?.headers ?? {}
const get = async <T>(url: string, who: string): Promise<T> => (await world.ask({ url, headers: headers(who) })).json()
const post = (url: string, who: string, payload: object) => world.ask({ method: 'POST', url, headers: headers(who), payload })
const open = (who: string) => get<TroubleRow[]>('/api/troubles', who)

const troubled = (deviceId: string, reason: 'battery-low' | 'device-silent', causeId = `${deviceId} ${reason}`): CareEventDraft => ({
  ...{
    kind: 'device-troubled',
    subjectId: `res-${deviceId.slice(-3)}`,
    siteId: deviceId.slice(-3, -2),
    at: clock.now(),
    deviceId,
    room: '',
  },
  ...{ reason, causeId, claimedAt: null, unreadable: false, detail: { role: 'sos-button' } },
})

test('a button with a low battery is a case of two hours, a motion sensor is none, and the other site sees neither', async () => {
  await world.desk.handle(troubled('btn-a-1', 'battery-low'))
  await world.desk.handle(troubled('motion-a-1', 'battery-low'))
  await follower.look()
  await follower.look()
  const [trouble, ...others] = await open('op-a')
  expect(others).toEqual([])
  expect(trouble).toMatchObject({ deviceId: 'btn-a-1', kind: 'battery-low', openedBy: '', owner: null, overdue: false, role: 'sos-button' })
  expect((trouble?.dueAt ?? 0) - (trouble?.openedAt ?? 0)).toBe(hours(2))
  expect(trouble?.person).toContain('SECRET-A')
  expect(await open('op-b')).toEqual([])
  expect((await post(`/api/troubles/${trouble?.id}`, 'op-b', { take: true })).statusCode).toBe(404)
})

test('out of time it is told once, to the wall, to whoever is on duty and to the supervisors of the site; the board says so', async () => {
  const overdue = async () => (await world.store.openAlarms('all')).filter(({ reason }) => reason === 'case-overdue')
  await follower.look()
  expect(await overdue()).toEqual([])
  clock.shift(hours(2) + 1_000)
  await follower.look()
  const [alarm] = await overdue()
  expect(alarm).toMatchObject({ subjectId: 'res-a-1', siteId: 'a', kind: 'technical', priority: 2 })
  const calls = await world.store.noticesOf(alarm?.id ?? '')
  const people = calls.filter(({ recipient }) => recipient.part === 'told').map(({ recipient }) => recipient.contactId)
  expect(people).toEqual(['@duty', 'u-sup-a'])
  expect(calls.map(({ recipient }) => recipient.label)).toContain('wall')
  const [row] = (await get<DeviceBoard>('/api/device-board?show=overdue', 'sup-a')).rows
  expect(row?.trouble).toMatchObject({ overdue: true, told: { alarmId: alarm?.id } })
  expect(row?.trouble?.told?.calls).toContainEqual({ label: 'supervisor', name: '主管甲', state: expect.any(String) })
})

test('a stop between the alarm and its mark, and a start after it, do not tell it twice', async () => {
  const { store, directory, bus, silence, stores, accounts, desk } = world
  const before = await store.openAlarms('all')
  // What the disk holds when the process ends right after the alarm was recorded.
  const forgetful = { ...stores.upkeep.troubles, untold: stores.upkeep.troubles.open.bind(null, 'all') }
  const needs = { store, directory, bus, silence, accounts, desk, clock, log() {}, proofOf: () => undefined, proofIds: () => [] }
  const again = followTroubles({ ...needs, troubles: forgetful })
  await again.look()
  await again.stop()
  expect(await store.openAlarms('all')).toEqual(before)
  expect((await open('sup-a'))[0]?.told?.alarmId).toBe(before.find(({ reason }) => reason === 'case-overdue')?.id)
})

test('it is overdue after two hours, is taken and noted, ends with a reason, and does not open again for the same alarm', async () => {
  const [trouble] = await open('sup-a')
  expect((await get<DeviceBoard>('/api/device-board', 'sup-a')).all).toMatchObject({ buttons: 3, cases: 1, overdue: 1 })
  expect((await post(`/api/troubles/${trouble?.id}`, 'op-a', {})).statusCode).toBe(400)
  const taken: TroubleRow = (await post(`/api/troubles/${trouble?.id}`, 'op-a', { take: true, note: '电话确认' })).json()
  expect(taken).toMatchObject({ owner: { name: '坐席甲' }, overdue: true, notes: [{ by: '坐席甲', text: '电话确认' }] })
  const done: TroubleRow = (await post(`/api/troubles/${trouble?.id}`, 'sup-a', { done: 'battery-changed' })).json()
  expect(done).toMatchObject({ done: { by: '主管甲', reason: 'battery-changed' }, overdue: false })
  expect((await post(`/api/troubles/${trouble?.id}`, 'op-a', { note: 'late' })).statusCode).toBe(409)
  await follower.look()
  expect(await open('sup-a')).toEqual([])
  // The alarm ends with its case.
  expect((await world.store.openAlarms('all')).filter(({ reason }) => reason === 'case-overdue')).toEqual([])
  expect(await get<TroubleRow[]>('/api/troubles/done', 'sup-a')).toHaveLength(1)
  const lines = await world.accounts.auditLines(0, 1_000)
  expect(lines.filter(({ action }) => action === 'tend-trouble').map(({ detail }) => detail.split(' ').slice(1).join(' '))).toEqual([
    'take note',
    'battery-changed',
  ])
})

test('what nobody took ends by itself when the device is well again; what somebody took does not', async () => {
  for (const device of ['btn-a-2', 'btn-a-3']) await world.desk.handle(troubled(device, 'device-silent'))
  await follower.look()
  const mine = (await open('sup-a')).find(({ deviceId }) => deviceId === 'btn-a-3')
  await post(`/api/troubles/${mine?.id}`, 'sup-a', { take: true })
  for (const deviceId of ['btn-a-2', 'btn-a-3']) {
    const at = clock.now()
    await world.desk.handle({
      ...{ kind: 'condition-cleared', subjectId: `res-${deviceId.slice(-3)}`, siteId: 'a', at, reason: 'device-silent', deviceId },
    })
  }
  await follower.look()
  expect((await open('sup-a')).map(({ deviceId }) => deviceId)).toEqual(['btn-a-3'])
  const [ended] = await get<TroubleRow[]>('/api/troubles/done', 'sup-a')
  expect(ended).toMatchObject({ deviceId: 'btn-a-2', done: { by: '', reason: 'back-by-itself' } })
})

test('a case opened by hand is the only one of its device', async () => {
  const opened = await post('/api/troubles', 'op-b', { deviceId: 'btn-b-1', text: '=1+1 按键卡住' })
  expect(opened.json()).toMatchObject({ kind: 'by-hand', openedBy: '坐席乙', notes: [{ text: '=1+1 按键卡住' }] })
  expect((await post('/api/troubles', 'op-b', { deviceId: 'btn-b-1', text: 'again' })).statusCode).toBe(409)
  expect((await post('/api/troubles', 'op-b', { deviceId: 'btn-a-1', text: 'foreign' })).statusCode).toBe(404)
})

test('the board counts within the own sites, groups, filters, and goes out as a spreadsheet without formulas', async () => {
  const board = await get<DeviceBoard>('/api/device-board?show=all&which=all&by=building', 'sup-a')
  expect(JSON.stringify(board)).not.toContain('SECRET-B')
  expect(board.all).toMatchObject({ buttons: 3, proven7: 0, proven30: 0, cases: 1 })
  expect(board.rows[0]).toMatchObject({ deviceId: 'btn-a-3', trouble: { owner: '主管甲', overdue: false } })
  expect(board.groups).toMatchObject([{ name: 'SECRET-A 3', buttons: 3 }])
  const motion = await get<DeviceBoard>('/api/device-board?show=all&which=all&text=motion', 'sup-a')
  expect(motion.rows.map(({ deviceId }) => deviceId)).toEqual(['motion-a-1'])
  expect((await world.ask({ url: '/api/device-board?siteId=b', headers: headers('sup-a') })).statusCode).toBe(404)
  expect((await world.ask({ url: '/api/device-board', headers: headers('op-a') })).statusCode).toBe(403)
  const csv = (await world.ask({ url: '/api/device-board.csv?show=all&labels=zh', headers: headers('sup-a') })).body
  expect(csv.split('\r\n')[0]).toContain('设备编号,社区,住房,老人')
  expect(csv).toContain('从未启用')
})

test('the board orders by battery: the soonest empty first, what nobody can reckon after it, what never told at the end of them', async () => {
  const { storage, directory } = world
  const numbers = (await directory.devices(['a'])).filter(({ role }) => role === 'sos-button')
  const [falling, steady, unheard] = numbers
  const now = clock.now()
  const told = new Map([
    [falling?.id, 40],
    [steady?.id, 90],
  ])
  const past = Array.from({ length: 30 }, (_, day) => ({ at: before(now, days(30 - day)), percent: 70 - day }))
  const resident = 0
  await storage.telemetry.record(
    past.map(({ at, percent }) => ({ resident, device: falling?.number ?? 0, kind: 'battery' as const, value: percent, at })),
  )
  const noteOf = (id: string) => ({ batteryPercent: told.get(id) ?? null, batteryAt: told.has(id) ? now : null })
  const batteries = openBatteries({ history: storage.history, noteOf, clock })
  await batteries.reckon(numbers)
  expect(falling && batteries.of(falling)).toMatchObject({ percent: 40, forecast: { known: true, percentPerMonth: -30 } })
  expect(steady && batteries.of(steady)).toMatchObject({ percent: 90, forecast: { known: false, why: 'too-few' } })
  expect(unheard && batteries.of(unheard)).toEqual({ percent: null, at: null, forecast: null })
  const rows = [unheard, steady, falling].map((device) => ({ deviceId: device?.id, battery: device && batteries.of(device) }) as BoardRow)
  expect(rows.sort(batteryFirst).map(({ deviceId }) => deviceId)).toEqual([falling?.id, steady?.id, unheard?.id])
  batteries.stop()
})

test('a technician reads the board of the own sites and looks after their cases; of other sites there is nothing', async () => {
  const hash = (await world.accounts.userByName('op-a'))?.passwordHash ?? ''
  await world.accounts.putUser(
    { id: 'u-tech', name: 'tech-b', displayName: '技师乙', role: 'technician', siteIds: ['b'], disabled: false },
    hash,
  )
  signed['tech-b'] = await world.signIn('tech-b')
  const board = await get<DeviceBoard>('/api/device-board?show=case', 'tech-b')
  expect(JSON.stringify(board)).not.toContain('SECRET-A')
  expect(board.rows).toMatchObject([{ deviceId: 'btn-b-1', trouble: { kind: 'by-hand', note: '=1+1 按键卡住' } }])
  const id = board.rows[0]?.trouble?.id
  expect((await post(`/api/troubles/${id}`, 'tech-b', { take: true })).json()).toMatchObject({ owner: { name: '技师乙' } })
  const [foreign] = await open('sup-a')
  expect((await post(`/api/troubles/${foreign?.id}`, 'tech-b', { take: true })).statusCode).toBe(404)
})

test('a button whose proof grew old becomes a case once; a proof of a device that is gone is nothing', async () => {
  const { directory, stores } = world
  const button = (await directory.devices('all')).find(({ role }) => role === 'sos-button')
  const proof = { deviceId: button?.id ?? '', claimedAt: null, provenAt: before(clock.now(), days(40)) }
  const again = follow({ proofOf: () => proof, proofIds: () => [proof.deviceId, 'gone'] })
  await again.look()
  await again.stop()
  const cases = (await stores.upkeep.troubles.open('all')).filter(({ kind }) => kind === 'unproven')
  expect(cases.map(({ deviceId }) => deviceId)).toEqual([proof.deviceId])
})
