/** What the staff do is seen on the relative's telephone: a mode at once, also one that ended by itself, and after an alarm is over who of the centre had it when. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startReturns } from '../../../alerts/inactivity/returns.ts'
import { minutes } from '../../../domain/time.ts'
import type { FamilyAlarm, FamilyToday, StaffFamily } from '../../contracts-family.ts'
import { openWorld, type Signed, shiftedClock, until, type World } from '../world.contract.ts'
import { joined, listen, type Phone } from './family.contract.ts'

let world: World
let staff: Signed
let daughter: Phone
const clock = shiftedClock()
beforeAll(async () => {
  world = await openWorld({ clock })
  await world.addUsers()
  staff = await world.signIn('sup-a')
  daughter = await joined({ world, staff, residentId: 'res-a-1' })
})
afterAll(() => world.close())

const post = (url: string, payload: object) => world.ask({ method: 'POST', url, payload, headers: staff.headers })

test('a mode set by the staff is told to her page at once; that of a neighbour is not', async () => {
  const hers = await listen(world, daughter)
  await post('/api/residents/res-a-2/mode', { mode: 'away' })
  expect((await post('/api/residents/res-a-1/mode', { mode: 'hospital' })).statusCode).toBe(200)
  await until(() => hers.heard.some(({ event }) => event === 'today'))
  const today = hers.heard.filter(({ event }) => event === 'today').map(({ data }) => data)
  expect(today).toEqual([{ residentId: 'res-a-1' }])
  await hers.stop()
})

test('her holiday ends because she was seen at home: her page hears it at once', async () => {
  await post('/api/residents/res-a-1/mode', { mode: 'holiday' })
  const stay = (await world.directory.card('res-a-1'))?.resident
  const hers = await listen(world, daughter)
  const seen = { residentId: 'res-a-1', since: clock.now(), at: clock.now(), mode: 'holiday' as const, until: stay?.modeUntil ?? 0 }
  const found = [seen]
  const stop = startReturns({ directory: world.directory, silence: { takeReturned: () => found.splice(0) }, clock, log: () => {} })
  await until(() => hers.heard.some(({ event }) => event === 'today'))
  expect((await world.directory.card('res-a-1'))?.resident.mode).toBe('home')
  stop()
  await hers.stop()
})

test('the story of an alarm is whole after it is over: taken, come back, taken again', async () => {
  await world.press('res-a-1', 'forgotten')
  const id = (await world.store.alarmsOf('res-a-1', 1))[0]?.id ?? ''
  const path = `/api/alarms/${encodeURIComponent(id)}`
  await post(`${path}/acknowledge`, {})
  clock.shift(minutes(2))
  const [due] = await world.store.dueAlarms(clock.now(), 10)
  if (due?.state !== 'acknowledged') throw new Error('The lease holds.')
  const { subjectId, siteId, leaseUntil: deadline } = due
  await world.desk.handle({ kind: 'deadline-passed', subjectId, siteId, at: clock.now(), alarmId: id, deadline })
  await post(`${path}/acknowledge`, {})
  await post(`${path}/resolve`, { outcome: 'help-given', text: '' })
  const { steps } = (
    await world.ask({ url: `/api/family/alarms/${encodeURIComponent(id)}`, headers: daughter.headers })
  ).json<FamilyAlarm>()
  const shown = steps.map(({ kind }) => kind).filter((kind) => kind !== 'rang')
  expect(shown).toEqual(['raised', 'centre-has-it', 'centre-returned-it', 'centre-has-it', 'resolved'])
})

test('the telephone of a neighbour is seen by relatives only while the neighbour agrees, and with this very number', async () => {
  const [neighbour, cousin] = ['neighbour', 'relative'].map((relation, place) => ({
    ...{ id: `near-${place}`, residentId: 'res-a-1', name: `测试邻居${place}`, relation: relation as 'neighbour' | 'relative' },
    ...{ phone: `1380000000${place}`, hasKey: relation === 'neighbour', order: 8 + place },
  }))
  if (!neighbour || !cousin) throw new Error('two contacts')
  await world.directory.put({ contacts: [neighbour, cousin] })
  const agree = (method: 'PUT' | 'DELETE', id: string) =>
    world.ask({ method, url: `/api/residents/res-a-1/family/${id}/shared`, payload: {}, headers: staff.headers })
  const near = async () => {
    const today = (await world.ask({ url: '/api/family/today', headers: daughter.headers })).json<FamilyToday>()
    return today.elders[0]?.near
  }
  expect(await near()).toEqual([])
  expect((await agree('PUT', cousin.id)).statusCode).toBe(404)
  expect((await agree('PUT', 'con-b-1')).statusCode).toBe(404)
  const shown = { name: '测试邻居0', relation: 'neighbour', hasKey: true, phone: '13800000000' }
  expect((await agree('PUT', neighbour.id)).json<StaffFamily>().contacts).toContainEqual(
    expect.objectContaining({ contactId: neighbour.id, isNear: true, isShared: true }),
  )
  expect(await near()).toEqual([shown])
  await agree('DELETE', neighbour.id)
  expect(await near()).toEqual([])

  await agree('PUT', neighbour.id)
  await world.directory.put({ contacts: [{ ...neighbour, phone: '13900000000' }] })
  expect(await near()).toEqual([])
  const record = (await world.accounts.auditLines(0, 1_000)).filter(({ action }) => action.startsWith('near-phone'))
  expect(record.map(({ action, subjectId }) => [action, subjectId]).toSorted()).toEqual([
    ['near-phone-shared', 'res-a-1'],
    ['near-phone-shared', 'res-a-1'],
    ['near-phone-unshared', 'res-a-1'],
  ])
})
