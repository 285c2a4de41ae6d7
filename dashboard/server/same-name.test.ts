/** Two people with one name: neither is ever taken for the other, and no new pair comes to be. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Alarm } from '../../domain/alarm.ts'
import type { User } from '../../store/store.ts'
import type { Colleague, DutyNow } from '../contracts-duty.ts'
import { readName } from './same-name.ts'
import { openWorld, password, type Signed, type World } from './world.contract.ts'

let world: World
let [chen, twin, root] = [] as unknown as [Signed, Signed, Signed]
beforeAll(async () => {
  world = await openWorld()
  await world.addUsers()
  const { passwordHash = '' } = (await world.accounts.userByName('op-a')) ?? {}
  // Of old: the platform makes no such pair any more.
  const other: User = { id: 'u-twin', name: 'twin', displayName: '坐席甲', role: 'operator', siteIds: ['a'], disabled: false }
  await world.accounts.putUser(other, passwordHash)
  chen = await world.signIn('op-a')
  twin = await world.signIn('twin')
  root = await world.signIn('root')
})
afterAll(() => world.close())

let id = ''
const act = async (who: Signed, deed: string, payload: object = {}) => {
  const url = `/api/alarms/${encodeURIComponent(id)}/${deed}`
  const answer = await world.ask({ method: 'POST', url, payload, headers: who.headers })
  return answer.statusCode === 200 ? (answer.json<{ alarm: Alarm }>().alarm as object) : { status: answer.statusCode, ...answer.json() }
}

test('whose an alarm is, is told by the account', async () => {
  await world.press('res-a-1', 'name-1')
  id = (await world.store.alarmsOf('res-a-1', 1))[0]?.id ?? ''
  expect(await act(chen, 'acknowledge')).toMatchObject({ by: '坐席甲', byId: 'u-op-a' })
  const taken = { status: 409, code: 'already-acknowledged', by: '坐席甲' }
  expect(await act(twin, 'acknowledge')).toMatchObject(taken)
  expect(await act(twin, 'hand-over', { toId: 'u-sup-a' })).toMatchObject(taken)
  expect(await act(twin, 'acknowledge', { from: '坐席甲', fromId: 'u-sup-a' })).toMatchObject(taken)
  // Knowingly, from the one who has it.
  expect(await act(twin, 'acknowledge', { from: '坐席甲', fromId: 'u-op-a' })).toMatchObject({ byId: 'u-twin', fromId: 'u-op-a' })
  expect(await act(chen, 'hand-over', { toId: 'u-sup-a' })).toMatchObject(taken)
  const noted = await act(chen, 'notes', { action: 'spoke', text: '' })
  expect(noted).toMatchObject({ byId: 'u-twin', notes: [{ by: '坐席甲', byId: 'u-op-a' }] })
  expect(await act(twin, 'hand-over', { toId: 'u-op-a' })).toMatchObject({
    byId: 'u-op-a',
    fromId: 'u-twin',
    detail: { handedBy: '坐席甲' },
  })
  expect(await act(twin, 'resolve', { outcome: 'help-given', text: '' })).toMatchObject({ byId: 'u-twin', state: 'resolved' })
})

test('a device’s alarm is put off by whoever has it alone, and a name that two have names nobody', async () => {
  const cause = { deviceId: 'btn-a-2', room: '', causeId: 'name-low', claimedAt: null, unreadable: false, detail: {} }
  const trouble = { kind: 'device-troubled', reason: 'battery-low', subjectId: 'res-a-2', siteId: 'a' } as const
  const at = (await world.store.alarmsOf('res-a-1', 1))[0]?.raisedAt as Alarm['raisedAt']
  await world.desk.handle({ ...trouble, ...cause, at })
  id = (await world.store.alarmsOf('res-a-2', 1))[0]?.id ?? ''
  await act(chen, 'acknowledge')
  expect(await act(twin, 'shelve', { until: Date.now() + 3_600_000, text: 'x' })).toMatchObject({ status: 409 })
  const url = `/api/alarms/${encodeURIComponent(id)}/colleagues`
  const colleagues = (await world.ask({ url, headers: root.headers })).json<Colleague[]>()
  expect(
    colleagues
      .filter(({ displayName }) => displayName === '坐席甲')
      .map((one) => one.id)
      .sort(),
  ).toEqual(['u-op-a', 'u-twin'])
  expect(await act(root, 'hand-over', { to: '坐席甲' })).toMatchObject({ status: 409, code: 'ambiguous-colleague' })
  expect(await act(chen, 'hand-over', {})).toMatchObject({ status: 400 })
})

test('who is on duty is told by the account: the other one of the name is not', async () => {
  const shift = { name: 'day', weekdays: [1, 2, 3, 4, 5, 6, 7], from: 0, until: 0, personIds: ['u-twin'], firstDay: '', lastDay: '' }
  const putting = { method: 'PUT', url: '/api/duty/a/shifts/day', payload: shift, headers: root.headers } as const
  expect((await world.ask(putting)).json()).toMatchObject({ id: 'day' })
  const isMine = async ({ headers }: Signed) => (await world.ask({ url: '/api/duty', headers })).json<DutyNow>().sites[0]?.turns[0]?.isMine
  expect([await isMine(chen), await isMine(twin)]).toEqual([false, true])
})

test('nobody new is called what a colleague of the same site is called; namesakes of old go on', async () => {
  const add = (name: string, displayName: string, siteIds: string[]) =>
    world.ask({
      method: 'POST',
      url: '/api/users',
      headers: root.headers,
      payload: { name, displayName, role: 'operator', siteIds, password },
    })
  const change = (who: string, payload: object) => world.ask({ method: 'PATCH', url: `/api/users/${who}`, headers: root.headers, payload })
  for (const name of ['主管甲', ' 主管甲', '主管\u200b甲'])
    expect([name, (await add('fresh', name, ['a'])).json().code]).toEqual([name, 'display-name-taken'])
  expect((await add('li', 'Li  Na', ['a'])).statusCode).toBe(200)
  expect((await add('fresh', 'ｌｉ NA', ['b', 'a'])).json().code).toBe('display-name-taken')
  // In the eyes of an admin every site is theirs; at another site it is another person.
  expect((await add('fresh', '管理员', ['b'])).json().code).toBe('display-name-taken')
  const elsewhere = await add('fresh', 'li na', ['b'])
  expect(elsewhere.statusCode).toBe(200)
  expect((await change(elsewhere.json().id, { siteIds: ['b', 'a'] })).json().code).toBe('display-name-taken')
  expect((await change(elsewhere.json().id, { disabled: true })).statusCode).toBe(200)
  expect((await change(elsewhere.json().id, { siteIds: ['a'] })).statusCode).toBe(200)
  expect((await change(elsewhere.json().id, { disabled: false })).json().code).toBe('display-name-taken')
  expect((await change('u-twin', { role: 'supervisor' })).statusCode).toBe(200)
  expect((await change('u-twin', { displayName: '主管甲' })).json().code).toBe('display-name-taken')
})

test('what reads the same is the same', () => {
  expect(readName('  Straße　Ａ ')).toBe(readName('STRASSE a'))
  expect(readName('李娜')).not.toBe(readName('李那'))
})
