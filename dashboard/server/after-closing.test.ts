/** Two at one alarm know of each other, one gives it to the other by name, and after it is over somebody calls again. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hours } from '../../domain/time.ts'
import type { AlarmCard, CallBackMadeRow, CallBackRow } from '../contracts.ts'
import type { Colleague } from '../contracts-duty.ts'
import { openWorld, type Signed, shiftedClock, type World } from './world.contract.ts'

let world: World
let chen: Signed
let lead: Signed
let other: Signed
const clock = shiftedClock()
beforeAll(async () => {
  world = await openWorld({ clock })
  await world.addUsers()
  chen = await world.signIn('op-a')
  lead = await world.signIn('sup-a')
  other = await world.signIn('op-b')
})
afterAll(() => world.close())

const pathOf = (id: string, deed = '') => `/api/alarms/${encodeURIComponent(id)}${deed && `/${deed}`}`
const get = (url: string, who = chen) => world.ask({ url, headers: who.headers })
const post = (url: string, payload: object, who = chen) => world.ask({ method: 'POST', url, payload, headers: who.headers })
const cardOf = async (id: string, who = chen) => (await get(pathOf(id), who)).json<AlarmCard>()
const owedTo = async (who = chen) => (await get('/api/call-backs', who)).json<CallBackRow[]>()
async function raised(pressId: string): Promise<string> {
  await world.press('res-a-1', pressId)
  return (await world.store.alarmsOf('res-a-1', 1))[0]?.id ?? ''
}
async function closed(pressId: string, outcome: string): Promise<string> {
  const id = await raised(pressId)
  await post(pathOf(id, 'acknowledge'), {})
  await post(pathOf(id, 'notes'), { action: 'spoke', text: '' })
  expect((await post(pathOf(id, 'resolve'), { outcome, text: '电话里说清了' })).statusCode).toBe(200)
  return id
}

describe('two at one alarm', () => {
  test('each sees that the other has the card open, until they leave it', async () => {
    const id = await raised('two-1')
    expect((await cardOf(id)).others).toEqual([])
    expect((await cardOf(id, lead)).others).toEqual(['坐席甲'])
    expect((await cardOf(id)).others).toEqual(['主管甲'])
    clock.shift(25_000)
    expect((await cardOf(id)).others).toEqual([])
  })

  test('whoever has it gives it to a colleague of the site by name, and to nobody else', async () => {
    const id = await raised('two-1')
    const colleagues = (await get(pathOf(id, 'colleagues'))).json<Colleague[]>()
    expect(new Set(colleagues.map(({ displayName }) => displayName))).toEqual(new Set(['主管甲', '管理员']))
    expect((await post(pathOf(id, 'hand-over'), { to: '主管甲' })).json()).toMatchObject({ code: 'not-acknowledged' })
    await post(pathOf(id, 'acknowledge'), {})
    expect((await post(pathOf(id, 'hand-over'), { to: '坐席乙' })).json()).toMatchObject({ code: 'unknown-colleague' })
    const given = await post(pathOf(id, 'hand-over'), { to: '主管甲', text: '我要下班' })
    expect(given.json()).toMatchObject({
      alarm: {
        state: 'acknowledged',
        by: '主管甲',
        detail: { handedBy: '坐席甲' },
        notes: [{ action: 'handed-over', by: '坐席甲', text: '主管甲: 我要下班' }],
      },
    })
    expect((await post(pathOf(id, 'hand-over'), { to: '管理员' })).json()).toMatchObject({ code: 'already-acknowledged', by: '主管甲' })
    expect((await post(pathOf(id, 'hand-over'), { to: '主管甲' }, other)).statusCode).toBe(404)
    expect((await get(pathOf(id, 'colleagues'), other)).statusCode).toBe(404)
    // Nobody writes this down but by doing it.
    expect((await post(pathOf(id, 'notes'), { action: 'handed-over', text: '主管甲' }, lead)).statusCode).toBe(400)
    await post(pathOf(id, 'resolve'), { outcome: 'help-given', text: '' }, lead)
  })
})

describe('calls after closing', () => {
  test('are owed by the outcome, the most urgent first, with who and until when', async () => {
    const before = (await owedTo()).map(({ id }) => id)
    const talk = await closed('after-1', 'social-call')
    const falsely = await closed('after-2', 'false-press')
    await closed('after-3', 'test')
    const owed = (await owedTo()).filter(({ id }) => !before.includes(id))
    expect(owed.map(({ id, person, label, closedBy }) => [id, person.endsWith('王秀英'), label !== '', closedBy])).toEqual([
      [falsely, true, true, '坐席甲'],
      [talk, true, true, '坐席甲'],
    ])
    expect(owed.map(({ dueAt, closedAt }) => dueAt - closedAt)).toEqual([hours(24), hours(72)])
    expect(await owedTo(other)).toEqual([])
  })

  test('that reach nobody stay owed, a little later, on record, and are listed once they were made', async () => {
    const id = await closed('after-again', 'social-call')
    const path = `/api/call-backs/${encodeURIComponent(id)}`
    const one = async () => (await owedTo()).find((row) => row.id === id)
    expect((await post(`${path}/not-reached`, {}, other)).statusCode).toBe(404)
    expect((await post(`${path}/not-reached`, { note: '没人接' })).statusCode).toBe(204)
    expect(await one()).toMatchObject({ tried: { by: '坐席甲', note: '没人接' } })
    const { dueAt = 0, tried } = (await one()) ?? {}
    expect(dueAt - (tried?.at ?? 0)).toBe(hours(2))
    // Not so far away that she is forgotten, and not in the past.
    await post(`${path}/not-reached`, { dueAt: clock.now() + hours(24 * 400) })
    expect(((await one())?.dueAt ?? 0) - clock.now()).toBeLessThanOrEqual(hours(24 * 7))
    await post(`${path}/not-reached`, { dueAt: 1 })
    expect((await one())?.dueAt).toBeGreaterThan(clock.now())
    const lines = (await world.accounts.auditLines(0, 1_000)).filter(({ action }) => action === 'call-back-not-reached')
    expect(lines.map(({ userId, subjectId }) => [userId, subjectId])).toEqual(Array.from({ length: 3 }, () => ['u-op-a', 'res-a-1']))
    const made = async (who = chen) => (await get('/api/call-backs/made', who)).json<CallBackMadeRow[]>().filter((row) => row.id === id)
    expect(await made()).toEqual([])
    await post(`${path}/done`, { note: '很好' })
    expect(await made()).toMatchObject([{ done: { by: '坐席甲', note: '很好' }, label: expect.stringMatching(/./) }])
    expect(await made(other)).toEqual([])
    expect((await post(`${path}/not-reached`, {})).statusCode).toBe(409)
  })

  test('are ticked off once, with a note and a name, on record; not from another site, and not without a word', async () => {
    const [owed] = await owedTo()
    const path = `/api/call-backs/${encodeURIComponent(owed?.id ?? '')}/done`
    expect((await post(path, { note: '  ' })).statusCode).toBe(400)
    expect((await post(path, { note: '她很好' }, other)).statusCode).toBe(404)
    expect((await post(path, { note: '她很好，下周再去看看' })).statusCode).toBe(204)
    const again = await post(path, { note: '又打了一次' }, lead)
    expect([again.statusCode, again.json()]).toEqual([409, expect.objectContaining({ code: 'already-done', by: '坐席甲' })])
    expect((await owedTo()).map(({ id }) => id)).not.toContain(owed?.id)
    const lines = (await world.accounts.auditLines(0, 1_000)).filter(
      ({ action, detail }) => action === 'call-back-done' && detail === owed?.id,
    )
    expect(lines.map(({ userId, subjectId, detail }) => [userId, subjectId, detail])).toEqual([['u-op-a', 'res-a-1', owed?.id]])
  })
})
