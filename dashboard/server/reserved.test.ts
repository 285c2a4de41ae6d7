/** The name of the platform's own button is nobody else's: its presses are shown to no one. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from './world.contract.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.addUsers()
})
afterAll(() => world.close())

test.each(['devices', 'sites'])('the name of the platform’s own button is refused among %s', async (table) => {
  const root = await world.signIn('root')
  const own = 'anling-life-sign'
  const rows = await world.ask({ url: `/api/rows/${table}`, headers: root.headers })
  const [some] = rows.json<object[]>()
  const answer = await world.ask({ method: 'PUT', url: `/api/rows/${table}/${own}`, headers: root.headers, payload: { ...some, id: own } })
  expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining('platform’s own')])
})

test('a spreadsheet with it is refused by its line', async () => {
  const { headers } = await world.signIn('root')
  const sheet = (await world.ask({ url: '/api/export/devices', headers })).body.split('\r\n').slice(0, 2)
  const [top = '', row = ''] = sheet
  const [id = ''] = row.split(',')
  const own = [...sheet, row.replace(id, 'anling-life-sign'), ''].join('\r\n')
  expect(top).toContain('id')
  const answer = await world.ask({
    method: 'POST',
    url: '/api/import/devices',
    headers: { ...headers, 'content-type': 'text/csv' },
    payload: own,
  })
  expect(answer.json()).toEqual({ errors: [{ line: 3, column: 'id', message: expect.stringContaining('platform’s own') }] })
})
