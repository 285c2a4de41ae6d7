/** A broken button is a case: it opens by itself, has an owner and a limit, is seen by its own site only, and does not open again for what was dealt with. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CareEventDraft } from '../../domain/event.ts'
import { hours } from '../../domain/time.ts'
import type { DeviceBoard, TroubleRow } from '../contracts-upkeep.ts'
import { followTroubles, type TroubleFollower } from './troubles-follow.ts'
import { openWorld, type Signed, shiftedClock, siteRows, type World } from './world.contract.ts'

const clock = shiftedClock()
let world: World
let follower: TroubleFollower
const signed: Record<string, Signed> = {}

beforeAll(async () => {
  const [a, b] = [siteRows('a', 3), siteRows('b', 2)]
  const lamp = { ...a.devices[0], id: 'motion-a-1', key: 'motion-a-1', role: 'motion' } as (typeof a.devices)[number]
  world = await openWorld({ clock, rows: [{ ...a, devices: [...a.devices, lamp] }, b] })
  await world.addUsers()
  for (const name of ['root', 'sup-a', 'op-a', 'op-b']) signed[name] = await world.signIn(name)
  const { store, directory, bus, silence, stores } = world
  follower = followTroubles({ store, directory, bus, silence, clock, log() {}, proofOf: () => undefined, troubles: stores.upkeep.troubles })
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

test('it is overdue after two hours, is taken and noted, ends with a reason, and does not open again for the same alarm', async () => {
  const [trouble] = await open('sup-a')
  clock.shift(hours(2) + 1_000)
  expect((await get<DeviceBoard>('/api/device-board', 'sup-a')).all).toMatchObject({ buttons: 3, cases: 1, overdue: 1 })
  expect((await post(`/api/troubles/${trouble?.id}`, 'op-a', {})).statusCode).toBe(400)
  const taken: TroubleRow = (await post(`/api/troubles/${trouble?.id}`, 'op-a', { take: true, note: '电话确认' })).json()
  expect(taken).toMatchObject({ owner: { name: '坐席甲' }, overdue: true, notes: [{ by: '坐席甲', text: '电话确认' }] })
  const done: TroubleRow = (await post(`/api/troubles/${trouble?.id}`, 'sup-a', { done: 'battery-changed' })).json()
  expect(done).toMatchObject({ done: { by: '主管甲', reason: 'battery-changed' }, overdue: false })
  expect((await post(`/api/troubles/${trouble?.id}`, 'op-a', { note: 'late' })).statusCode).toBe(409)
  await follower.look()
  expect(await open('sup-a')).toEqual([])
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
