/** Days are written once each, after they are over where the home is; what a stop left out is caught up. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { siteRows } from '../dashboard/server/world.contract.ts'
import { dayPlus } from '../domain/calendar.ts'
import { systemClock } from '../domain/clock.ts'
import { days, hours, instant, minutes } from '../domain/time.ts'
import { openStores } from '../store/sqlite/stores.ts'
import { openTelemetry } from '../store/sqlite/telemetry.ts'
import { dueDays, startDailyFacts } from './daily-facts.ts'

const undo: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

async function openWorld() {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-days-'))
  undo.push(() => rm(dataDir, { recursive: true, force: true }))
  const state = { now: Date.parse('2026-11-22T00:05:00+08:00') }
  const clock = { ...systemClock, now: () => instant(state.now) }
  const fail = (error: unknown) => {
    throw error
  }
  const stores = openStores({ dataDir, clock: systemClock, ballastBytes: 4_096, onTrouble() {}, onFatal: fail })
  const storage = await openTelemetry({ dataDir, clock, log: () => {}, windowMs: 2, reserveBytes: 0, onFatal: fail })
  undo.push(stores.close, storage.close)
  await stores.directory.put(siteRows('a', 2))
  const start = () => {
    const daily = startDailyFacts({ directory: stores.directory, ...storage, clock, log: () => {}, restMs: 0 })
    undo.push(daily.stop)
    return daily
  }
  const resident = (await stores.directory.card('res-a-1'))?.resident.number ?? 0
  return { state, storage, start, resident }
}

test('a day is written when it has been over for a while, and only once', async () => {
  const { state, storage, start, resident } = await openWorld()
  const noon = instant(Date.parse('2026-11-21T12:00:00+08:00'))
  const beats = Array.from({ length: 24 }, (_, i) => ({
    device: 1,
    resident,
    kind: 'heartbeat' as const,
    at: instant(noon + hours(i - 12)),
    value: 0,
  }))
  await storage.telemetry.record([...beats, { device: 1, resident, kind: 'button', at: noon, value: 1 }])
  const daily = start()
  // 14 days of each of two people, up to the day before yesterday: yesterday ended only five minutes ago.
  expect(await daily.run()).toBe(28)
  expect((await storage.history.newestDays()).get(resident)).toBe('2026-11-20')
  state.now += minutes(20)
  await daily.run()
  const all = { resident, from: '2026-11-01', to: '2026-11-30' }
  const found = await storage.history.days(all)
  expect(found).toHaveLength(15)
  expect(found.at(-1)).toMatchObject({ day: '2026-11-21', heardHours: 24, activeMinutes: 1 })
  expect(found.at(-2)).toMatchObject({ day: '2026-11-20', activeMinutes: null })
  expect(await daily.run()).toBe(0)
})

test('after a stop of days they are caught up, and what came late counts', async () => {
  const { state, storage, start, resident } = await openWorld()
  state.now += hours(1)
  const first = start()
  await first.run()
  await first.stop()
  state.now += days(5)
  await storage.telemetry.record(
    Array.from({ length: 24 }, (_, i) => ({
      device: 1,
      resident,
      kind: 'heartbeat' as const,
      at: instant(Date.parse('2026-11-21T00:30:00+08:00') + hours(i)),
      value: 0,
    })),
  )
  await start().run()
  const found = await storage.history.days({ resident, from: '2026-11-20', to: '2026-11-30' })
  expect(found.map(({ day }) => day)).toEqual([
    '2026-11-20',
    '2026-11-21',
    '2026-11-22',
    '2026-11-23',
    '2026-11-24',
    '2026-11-25',
    '2026-11-26',
  ])
  expect(found.map(({ heardHours }) => heardHours)).toEqual([0, 24, 0, 0, 0, 0, 0])
})

test('which days are due', () => {
  expect(dueDays('2026-11-20', '2026-11-21')).toEqual(['2026-11-20', '2026-11-21'])
  expect(dueDays(undefined, '2026-11-21')).toHaveLength(14)
  const long = dueDays('2026-01-01', '2026-11-21')
  expect([long.length, long[0], long.at(-1)]).toEqual([21, dayPlus('2026-11-21', -20), '2026-11-21'])
})
