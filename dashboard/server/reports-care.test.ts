/** The second half of the reports over HTTP: how alarms ended, who called falsely, what is owed; only of the own sites, and no name in a spreadsheet. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hours } from '../../domain/time.ts'
import type { CareReport } from '../contracts-reports.ts'
import { openWorld, type Signed, shiftedClock, type World } from './world.contract.ts'

const clock = shiftedClock()
let world: World
const signed: Record<string, Signed> = {}

beforeAll(async () => {
  world = await openWorld({ clock })
  await world.addUsers()
  for (const name of ['root', 'sup-a', 'op-a', 'op-b']) signed[name] = await world.signIn(name)
})
afterAll(() => world.close())

const headers = (who: string) => signed[who]?.headers ?? {}
const get = (url: string, who = 'sup-a') => world.ask({ url, headers: headers(who) })

async function closed(residentId: string, pressId: string, outcome: string): Promise<void> {
  await world.press(residentId, pressId)
  const [alarm] = await world.store.openAlarms('all')
  const post = (what: string, payload: object) =>
    world.ask({ method: 'POST', url: `/api/alarms/${alarm?.id}/${what}`, headers: headers('root'), payload })
  await post('acknowledge', {})
  await post('notes', { action: 'spoke', text: '' })
  expect((await post('resolve', { outcome, text: '按错了' })).statusCode).toBe(200)
}

test('who presses falsely is named with the reason; calls owed late are late; the other site is not in it', async () => {
  for (const press of ['1', '2', '3']) await closed('res-a-1', press, 'false-press')
  await closed('res-b-1', '4', 'false-press')
  await closed('res-b-1', '5', 'false-press')
  clock.shift(hours(25))
  for (const name of ['sup-a', 'op-a']) signed[name] = await world.signIn(name)
  const report: CareReport = (await get('/api/reports/care?days=7')).json()
  expect(report.outcomes).toEqual([{ kind: 'sos', alarms: 3, open: 0, outcomes: { 'false-press': 3 } }])
  expect(report.people).toMatchObject([
    { key: 'res-a-1', alarms: 3, false: 3, reason: 'button', person: expect.stringContaining('SECRET-A') },
  ])
  expect(report.devices).toMatchObject([{ key: 'btn-a-1', false: 3 }])
  expect(report.owed).toContainEqual({ siteId: 'a', what: 'call-backs', open: 3, late: 3 })
  expect(report.owed).toContainEqual({ siteId: 'a', what: 'never-activated', open: 3, late: 0 })
  expect(JSON.stringify(report)).not.toContain('SECRET-B')
  expect((await get('/api/reports/care?siteId=b')).statusCode).toBe(404)
  // An area is asked for by name: of another's street there is nothing, of one's own all that is one's own.
  const inArea = async (area: string) => (await get(`/api/reports/care?days=7&area=${area}`)).json<CareReport>().people.length
  expect([await inArea('street:SECRET-A'), await inArea('street:SECRET-B'), await inArea('city:SECRET-A')]).toEqual([1, 0, 1])
  expect((await get('/api/reports/care', 'op-a')).statusCode).toBe(403)
})

test('every table goes out as a spreadsheet, and names nobody', async () => {
  const bodies = await Promise.all(
    ['outcomes', 'false-people', 'false-devices', 'owed'].map(
      async (table) => (await get(`/api/reports/${table}.csv?days=7&labels=zh`)).body,
    ),
  )
  expect(bodies.join('')).not.toMatch(/SECRET|王秀英/)
  expect(bodies[0]).toContain('sos,false-press,3')
  expect(bodies[1]).toContain('a,res-a-1,btn-a-1,button,3,3,')
  expect(bodies[3]).toContain('a,call-backs,3,3')
})
