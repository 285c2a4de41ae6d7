/** Histories over HTTP on the real stores: what was measured and nothing else, gaps as gaps, at most 2,000 points, each person inside their own sites. */
import { boolean, assert as check, constantFrom, integer, oneof, property, record } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReadingKind } from '../../domain/reading.ts'
import { hours, instant } from '../../domain/time.ts'
import type { DaysAnswer, HistoryAnswer, LastSeenAnswer } from '../contracts.ts'
import { boundsOf } from './history-shape.ts'
import { openWorld, type Signed, shiftedClock, siteRows, type World } from './world.contract.ts'

const hourMs = 3_600_000
let world: World
let operator: Signed
let other: Signed
const clock = shiftedClock()
/** The beginning of an hour some hours ago. */
const start = Math.floor(clock.now() / hourMs - 6) * hourMs

const ask = (url: string, { headers }: Signed = operator) => world.ask({ method: 'GET', url, headers })
async function history(query = '', path = '/api/residents/res-a-1/history'): Promise<HistoryAnswer> {
  const answer = await ask(`${path}?from=${start}&to=${start + 5 * hourMs}&points=12${query}`)
  expect(answer.statusCode).toBe(200)
  return answer.json()
}

beforeAll(async () => {
  const rows = siteRows('a', 2)
  const pad = { ...rows.devices[0], id: 'sens-a-1', key: 'sens-a-1', role: 'motion' as const, room: '=1+1 "客厅"' }
  world = await openWorld({ clock, rows: [{ ...rows, devices: [...rows.devices, pad as (typeof rows.devices)[0]] }, siteRows('b')] })
  await world.addUsers()
  operator = await world.signIn('op-a')
  other = await world.signIn('op-b')
  const [button, sensor] = [await world.directory.device('btn-a-1'), await world.directory.device('sens-a-1')]
  const resident = button?.residentNumber ?? 0
  type Row = readonly [device: number | undefined, kind: ReadingKind, minute: number, value: number]
  const of = ([device, kind, minute, value]: Row) => ({ device: device ?? 0, resident, kind, at: instant(start + minute * 60_000), value })
  await world.storage.telemetry.record([
    ...[of([button?.number, 'heartbeat', 1, -60]), of([button?.number, 'heartbeat', 61, -70]), of([button?.number, 'heartbeat', 62, -60])],
    ...[of([button?.number, 'battery', 30, 81]), of([button?.number, 'battery', 200, 79])],
    ...[of([sensor?.number, 'motion', 5, 1]), of([sensor?.number, 'motion', 6, 0]), of([sensor?.number, 'motion', 50, 1])],
    ...[of([button?.number, 'heart-rate', 10, 70]), of([button?.number, 'heart-rate', 11, 75])],
  ])
})
afterAll(() => world.close())

describe('a history', () => {
  test('has each series by itself: 0 where the home was heard, null where nobody knows', async () => {
    const { at, step, series, timeZone } = await history()
    expect([step, timeZone]).toEqual([hourMs, 'Asia/Shanghai'])
    expect(at).toEqual([0, 1, 2, 3, 4].map((hour) => start + hour * hourMs))
    const found = new Map(series.map(({ group, kind, deviceId, room, values }) => [`${group} ${kind} ${deviceId} ${room}`, values]))
    const mark = 'SECRET-A'
    expect(found).toEqual(
      new Map([
        ['activity activity null =1+1 "客厅"', [2, 0, null, 0, null]],
        [`heartbeats heartbeat btn-a-1 ${mark}`, [1, 2, null, 0, null]],
        [`battery battery btn-a-1 ${mark}`, [81, 81, 81, 79, 79]],
        [`signal heartbeat btn-a-1 ${mark}`, [-60, -65, null, null, null]],
        ['vitals heart-rate null ', [72.5, null, null, null, null]],
      ]),
    )
  })

  test('only the series asked for, of a person or of one device', async () => {
    expect((await history('&series=battery,vitals')).series.map(({ group }) => group)).toEqual(['battery', 'vitals'])
    const device = await history('', '/api/devices/sens-a-1/history')
    expect(device.series.map(({ group, values }) => [group, values])).toEqual([['activity', [2, null, null, null, null]]])
  })

  test('as a spreadsheet: numbers stay numbers, and a room that looks like a formula is text', async () => {
    const answer = await ask(`/api/residents/res-a-1/history?from=${start}&to=${start + hourMs}&points=3&format=csv`)
    expect(answer.headers['content-type']).toContain('text/csv')
    const [header, first] = answer.body.replace('\uFEFF', '').split('\r\n')
    expect(header).toBe(
      'at,local,"activity =1+1 ""客厅""",heartbeats heartbeat btn-a-1 SECRET-A,battery btn-a-1 SECRET-A,signal heartbeat btn-a-1 SECRET-A,vitals heart-rate',
    )
    expect(first).toMatch(new RegExp(`^${new Date(start).toISOString()},"?\\d{4}-\\d\\d-\\d\\d \\d\\d:00:00"?,2,1,81,-60,72.5$`))
    const formula = await ask(`/api/devices/sens-a-1/history?from=${start}&to=${start + hourMs}&format=csv&series=activity`)
    expect(formula.body).not.toMatch(/(^|,)=/m)
  })

  test.each([
    ['from=tomorrow', 'from'],
    [`from=${start}&to=${start}`, 'from'],
    ['from=0', 'from'],
    ['from=8639999913600000&to=8640000000000000', 'from'],
    ['from=%2B275760-01-01T00:00:00Z', 'from'],
    [`from=${start}&to=8640000000000000`, 'to'],
    ['points=0', 'points'],
    ['points=2001', 'points'],
    ['series=names', 'series'],
  ])('refuses %s and names the field', async (query, field) => {
    const answer = await ask(`/api/residents/res-a-1/history?${query}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().fields[0].path).toBe(field)
  })
})

test.each([
  ['from=9999-12-31&to=9999-12-31', 'from'],
  ['from=2026-02-30', 'from'],
  ['from=1990-01-01&to=2026-01-01', 'from'],
])('days: refuses %s and names the field', async (query, field) => {
  const answer = await ask(`/api/residents/res-a-1/days?${query}`)
  expect([answer.statusCode, answer.json().fields[0].path]).toEqual([400, field])
})

describe('rights', () => {
  test.each(['/api/residents/res-a-1/history', '/api/devices/btn-a-1/history', '/api/residents/res-a-1/days', '/api/sites/a/last-seen'])(
    '%s: its own site only, the same 404 for what does not exist, 401 for nobody',
    async (url) => {
      expect((await ask(url)).statusCode).toBe(200)
      const foreign = await ask(url, other)
      expect([foreign.statusCode, foreign.body]).toEqual([
        404,
        (
          await ask(
            url.replace(/-a-1|\/a\//, (part) => part.replace('a', 'zz')),
            other,
          )
        ).body,
      ])
      expect((await world.ask({ method: 'GET', url })).statusCode).toBe(401)
    },
  )

  test('a look is audited, and one that stays open is one look', async () => {
    const lines = async () => (await world.accounts.auditLines(0, 1_000)).filter(({ action }) => action === 'look-history')
    await ask('/api/residents/res-a-2/history')
    await ask('/api/residents/res-a-2/history')
    expect((await lines()).filter(({ subjectId }) => subjectId === 'res-a-2')).toHaveLength(1)
    clock.shift(11 * 60_000)
    await ask('/api/residents/res-a-2/history')
    expect((await lines()).filter(({ subjectId }) => subjectId === 'res-a-2')).toHaveLength(2)
    const files = [
      '/api/residents/res-a-2/history',
      '/api/residents/res-a-2/days',
      '/api/devices/btn-a-2/history',
      '/api/sites/a/last-seen',
    ]
    for (const file of [...files, ...files]) await ask(`${file}?format=csv`)
    const left = (await world.accounts.auditLines(0, 1_000)).filter(({ action }) => action.startsWith('export-'))
    const each = ['history res-a-2', 'days res-a-2', 'device-history btn-a-2', 'last-seen a'].map((one) => `export-${one}`)
    expect(left.map(({ action, subjectId }) => `${action} ${subjectId}`).slice(-8)).toEqual([...each, ...each])
  })

  test('the document of the API names them', async () => {
    const { paths } = (await ask('/api/openapi.json')).json()
    for (const path of [
      '/api/residents/{id}/history',
      '/api/devices/{id}/history',
      '/api/residents/{id}/days',
      '/api/sites/{id}/last-seen',
    ])
      expect(paths[path].get.parameters.map(({ name }: { name: string }) => name)).toContain('format')
  })
})

test('days come as they were written, and as a spreadsheet in the time of the home', async () => {
  const resident = (await world.directory.device('btn-a-1'))?.residentNumber ?? 0
  const wokeAt = instant(Date.parse('2026-03-02T06:30:00+08:00'))
  const facts = { heardHours: 24, asleepAt: null, wokeAt, firstUpAt: null, nightBathroomVisits: 1, activeMinutes: 200, outMinutes: null }
  await world.storage.history.saveDays([{ resident, day: '2026-03-02', ...facts }])
  const url = '/api/residents/res-a-1/days?from=2026-03-01&to=2026-03-03'
  expect((await ask(url)).json<DaysAnswer>()).toEqual({ timeZone: 'Asia/Shanghai', days: [{ day: '2026-03-02', ...facts }] })
  expect((await ask(`${url}&format=csv`)).body).toContain('2026-03-02,24,,2026-03-02 06:30:00,,1,200,\r\n')
  expect((await ask('/api/residents/res-a-1/days?from=2020-01-01')).statusCode).toBe(400)
  expect((await ask('/api/residents/res-a-1/days?from=2026-02-30')).statusCode).toBe(400)
})

test('all devices of a site in one answer, heard ones with when', async () => {
  const at = clock.now()
  const device = await world.directory.device('sens-a-1')
  if (device) world.silence.heard(device, at)
  const { deviceIds, heardAt, silent } = (await ask('/api/sites/a/last-seen')).json<LastSeenAnswer>()
  expect([...deviceIds].sort()).toEqual(['btn-a-1', 'btn-a-2', 'sens-a-1'])
  expect(deviceIds.map((id, i) => [id, heardAt[i]])).toContainEqual(['sens-a-1', at])
  expect(deviceIds.map((id, i) => [id, heardAt[i]])).toContainEqual(['btn-a-2', 0])
  expect(silent).toEqual([0, 0, 0])
  const csv = (await ask('/api/sites/a/last-seen?format=csv')).body
  expect(csv).toContain(`sens-a-1,${new Date(at).toISOString()},0\r\n`)
})

describe('how fine', () => {
  const now = instant(Date.parse('2026-11-22T10:20:00Z'))
  const range = (back: number, pointsMax = 2_000) => ({
    from: instant(now - back),
    to: now,
    fineFrom: instant(now - 90 * 24 * hourMs),
    timeZone: 'Asia/Shanghai',
    pointsMax,
  })
  test.each([
    [24 * hourMs, 2_000, 60_000],
    [24 * hourMs, 300, 300_000],
    [14 * 24 * hourMs, 400, hourMs],
    [60 * 24 * hourMs, 2_000, hourMs],
    [365 * 24 * hourMs, 2_000, 6 * hourMs],
    [3 * 365 * 24 * hourMs, 2_000, 24 * hourMs],
    [3 * 365 * 24 * hourMs, 60, 28 * 24 * hourMs],
  ])('%i ms back in %i points is %i ms a point', (back, pointsMax, step) => {
    const shaped = boundsOf(range(back, pointsMax))
    expect(shaped.step).toBe(step)
    expect(shaped.bounds.length - 1).toBeLessThanOrEqual(pointsMax)
    expect(shaped.bounds[0]).toBeLessThanOrEqual(now - back)
    expect(shaped.bounds.at(-1)).toBeGreaterThanOrEqual(now)
  })

  test('long ago is never finer than what is still known', () => {
    const [from, to] = [instant(now - 400 * 24 * hourMs), instant(now - 399 * 24 * hourMs)]
    expect(boundsOf({ ...range(0), from, to }).step).toBe(hourMs)
  })

  test('days follow the calendar of the home through a change of clocks', () => {
    const [from, to] = [instant(Date.parse('2026-03-20T00:00:00+01:00')), instant(Date.parse('2026-04-05T00:00:00+02:00'))]
    const { bounds } = boundsOf({ from, to, fineFrom: from, timeZone: 'Europe/Berlin', pointsMax: 20 })
    const lengths = bounds.slice(1).map((bound, i) => (bound - (bounds[i] ?? bound)) / hours(1))
    expect(lengths.filter((length) => length !== 24)).toEqual([23])
  })
})

test('whatever is asked for: never more points than wanted, one after the other, from the beginning to the end', () => {
  const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'UTC']
  const asked = record({
    from: integer({ min: 0, max: Date.UTC(2_100, 0) }),
    long: oneof(integer({ min: 1, max: 72 * hourMs }), integer({ min: 1, max: 3 * 366 * 24 * hourMs })),
    pointsMax: oneof(integer({ min: 1, max: 40 }), integer({ min: 1, max: 2_000 })),
    timeZone: constantFrom(...zones),
    known: boolean(),
  })
  check(
    property(asked, ({ from, long, pointsMax, timeZone, known }) => {
      const to = from + long
      const fineFrom = instant(known ? 0 : Number.MAX_SAFE_INTEGER)
      const { bounds } = boundsOf({ from: instant(from), to: instant(to), fineFrom, timeZone, pointsMax })
      expect(bounds.length - 1).toBeLessThanOrEqual(pointsMax)
      expect(bounds.slice(1).every((bound, i) => bound > (bounds[i] ?? bound))).toBe(true)
      expect(bounds[0]).toBeLessThanOrEqual(from)
      expect(bounds.at(-1)).toBeGreaterThanOrEqual(to)
    }),
    { numRuns: 300 },
  )
})
