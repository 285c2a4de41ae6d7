/** The outage with 2,500 homes to check: a durable list, the worst risk first, ticked off by signs of life and by people, to the last one. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDesk } from '../../alerts/desk.ts'
import { openSilence } from '../../alerts/silence.ts'
import { startSweeps } from '../../alerts/sweep/sweep.ts'
import { rowsOf } from '../../bench/lib/seed.ts'
import { openLocalBus } from '../../bus/bus.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import { days, type Instant, instant, minutes, seconds } from '../../domain/time.ts'
import { openCareStore } from '../../store/sqlite/care.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import { openSweeps } from '../../store/sqlite/sweep.ts'
import { openVirtualClock, settle, type VirtualClock } from '../virtual-clock.ts'

const homes = 2_500
const nobody = () => {}

/** The parts of a platform that a sweep is made of; `trouble` is what its disk and its door say of themselves. */
async function start(dataDir: string, clock: VirtualClock) {
  const database = openDatabase({ dataDir, clock, onTrouble: nobody, onFatal: nobody })
  const store = openCareStore(database)
  const directory = openDirectory(database)
  const sweeps = openSweeps(database)
  const bus = openLocalBus(nobody)
  const enrolment = { devices: await directory.watchedDevices(), residents: await directory.watchedResidents() }
  const silence = openSilence({ ...enrolment, pages: [], at: clock.now() })
  const desk = openDesk({ store, directory, bus, clock, log: nobody, onBroken: nobody })
  const trouble: { door: Instant | null; disk: Instant | null } = { door: null, disk: null }
  const started = await startSweeps({
    ...{ sweeps, store, directory, silence, bus, clock, log: nobody, settings: { ANLING_SWEEP_MINUTES: 5 } },
    lifeSign: { outSince: () => trouble.door },
    database: { health: () => ({ fullSince: null }) },
    readings: { health: () => ({ refusedSince: trouble.disk }) },
  })
  await started.look()
  const current = () => started.current('all', instant(0))
  const numbers = new Map(enrolment.residents.map(({ id, number }) => [id, number]))
  return {
    ...{ store, directory, desk, sweeps, started, current, trouble },
    theOne: async () => {
      const [sweep, ...more] = await current()
      if (!sweep || more.length > 0) throw new Error('not exactly one sweep')
      return { sweep, homes: (await started.find(sweep.id))?.homes ?? [] }
    },
    live: (residentId: string) => silence.active(numbers.get(residentId) ?? 0, 1, clock.now()),
    async stop() {
      await started.stop()
      await store.close()
      database.close()
    },
  }
}

async function town() {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-sweep-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const clock = openVirtualClock()
  const first = await start(dataDir, clock)
  const rows = rowsOf(0, homes, 1)
  const frail = { 7: { birthYear: 1930 }, 8: { mode: 'hospital' as const }, 9: { medical: ['心脏支架'] } } as const
  const residents = rows.residents.map((resident, n) => ({ ...resident, ...frail[n as 7 | 8 | 9] }))
  const contact = { id: 'c', residentId: 'resident-3', name: 'x', relation: 'relative', phone: '1', hasKey: false, order: 1 } as const
  await first.directory.put({ ...rows, residents, contacts: [contact] })
  return { dataDir, clock, first }
}

const sos = (n: number, clock: VirtualClock) =>
  ({
    ...{ kind: 'sos-pressed', subjectId: `resident-${n}`, siteId: 'site-1', at: clock.now(), reason: 'button', causeId: `press-${n}` },
    ...{ deviceId: null, room: '', claimedAt: null, unreadable: false, detail: {} },
  }) as unknown as CareEventDraft

test('forty minutes away: everybody at home is on one list, the worst risk first, and it stays until the last one was heard', {
  timeout: 60_000,
}, async () => {
  const { dataDir, clock, first } = await town()
  await first.desk.handle(sos(5, clock))
  const [unwell] = await (async () => {
    await first.desk.handle(sos(6, clock))
    return (await first.store.openAlarms('all')).filter(({ subjectId }) => subjectId === 'resident-6')
  })()
  const close = { subjectId: 'resident-6', siteId: 'site-1', alarmId: unwell?.id, at: clock.now(), by: '王护士' }
  await first.desk.handle({ ...close, kind: 'acknowledge-asked' } as CareEventDraft)
  await first.desk.handle({ ...close, kind: 'resolve-asked', outcome: 'help-given', text: '扶起' } as unknown as CareEventDraft)
  await first.stop()
  await clock.advance(minutes(40))

  let platform = await start(dataDir, clock)
  const { sweep, homes: list } = await platform.theOne()
  expect(sweep).toMatchObject({ cause: 'platform', siteId: 'site-1', total: homes - 1, heard: 0, called: 0, closedAt: null })
  expect(sweep.until - sweep.from).toBeGreaterThanOrEqual(minutes(40))
  expect(list.slice(0, 3).map(({ residentId }) => residentId)).toEqual(['resident-5', 'resident-6', 'resident-7'])
  expect(list[0]?.reasons).toContain('open-alarm')
  expect(list[1]?.reasons).toContain('not-well')
  expect(list[2]?.reasons).toContain('very-old')
  expect(list.find(({ residentId }) => residentId === 'resident-3')?.reasons).not.toContain('no-second-way')
  expect(list.some(({ residentId }) => residentId === 'resident-8')).toBe(false)
  expect(list.every(({ risk }, n) => n === 0 || risk <= (list[n - 1]?.risk ?? 0))).toBe(true)

  // Most are heard within the hour, by themselves.
  await clock.advance(seconds(5))
  for (const { residentId } of list.slice(20)) platform.live(residentId)
  await clock.advance(seconds(10))
  expect((await platform.theOne()).sweep).toMatchObject({ heard: homes - 1 - 20, called: 0, closedAt: null })

  // A short restart keeps what was ticked, and makes no new list.
  await platform.stop()
  await clock.advance(minutes(2))
  platform = await start(dataDir, clock)
  const left = (await platform.theOne()).homes.filter(({ done }) => !done).map(({ residentId }) => residentId)
  expect(left).toHaveLength(20)

  // The rest are called, with a note; nobody twice.
  const ask = (residentIds: readonly string[]) =>
    platform.started.ask({ sweepId: sweep.id, residentIds, by: '李敏', note: '电话确认,平安', lines: [] })
  expect(await ask(left.slice(0, 19))).toHaveLength(19)
  expect(await ask(left.slice(0, 19))).toEqual([])
  expect((await platform.theOne()).sweep).toMatchObject({ called: 19, closedAt: null })
  platform.live(left[19] ?? '')
  await clock.advance(seconds(10))
  const { sweep: over, homes: all } = await platform.theOne()
  expect(over).toMatchObject({ heard: homes - 1 - 19, called: 19, closedAt: expect.any(Number) })
  expect(all.every(({ done }) => done !== null)).toBe(true)
  expect(await ask(left)).toEqual([])
  await platform.stop()
})

test('a sign of life before the end of the outage ticks nobody off; a short outage makes no list', async () => {
  const { dataDir, clock, first } = await town()
  await first.stop()
  await clock.advance(minutes(4))
  let platform = await start(dataDir, clock)
  expect(await platform.current()).toEqual([])
  platform.live('resident-1')
  await platform.stop()
  await clock.advance(minutes(30))
  platform = await start(dataDir, clock)
  platform.live('resident-1')
  await clock.advance(seconds(10))
  expect((await platform.theOne()).sweep.heard).toBe(0)
  await clock.advance(seconds(1))
  platform.live('resident-1')
  await clock.advance(seconds(10))
  expect((await platform.theOne()).sweep.heard).toBe(1)
  await platform.stop()
})

test('killed in the middle of a full disk: what was out before counts from its beginning', async () => {
  const { dataDir, clock, first } = await town()
  await clock.advance(minutes(1))
  first.trouble.disk = clock.now()
  await clock.advance(minutes(20))
  await first.stop()
  await clock.advance(minutes(1))
  const platform = await start(dataDir, clock)
  const { sweep } = await platform.theOne()
  expect(sweep.until - sweep.from).toBeGreaterThanOrEqual(minutes(21))
  await platform.stop()
})

test('the door and the disk: a list for each outage that was long enough, whoever was called is on both ticked off', async () => {
  const { clock, first } = await town()
  first.trouble.door = clock.now()
  await clock.advance(minutes(3))
  first.trouble.door = null
  await clock.advance(seconds(20))
  expect(await first.current()).toEqual([])
  first.trouble.door = first.trouble.disk = clock.now()
  await clock.advance(minutes(6))
  first.trouble.door = first.trouble.disk = null
  await clock.advance(seconds(20))
  await settle(60)
  const both = await first.current()
  expect(both.map(({ cause }) => cause).sort()).toEqual(['broker', 'disk'])
  await first.started.ask({ sweepId: both[0]?.id ?? '', residentIds: ['resident-4'], by: '李敏', note: '平安', lines: [] })
  expect((await first.current()).map(({ called }) => called)).toEqual([1, 1])
  await first.stop()
})

test('an area that was silent and is heard again: its homes, and no others', async () => {
  const { clock, first } = await town()
  const residentIds = ['resident-10', 'resident-11']
  const area = { subjectId: 'area:gateway-1', siteId: 'site-1' }
  await first.desk.handle({
    ...{ kind: 'area-silenced', ...area, at: clock.now(), reason: 'area-silent', causeId: 'area-1', deviceId: null, room: '' },
    ...{ residentIds, detail: {}, claimedAt: null, unreadable: false },
  } as unknown as CareEventDraft)
  await clock.advance(minutes(10))
  await first.desk.handle({
    kind: 'condition-cleared',
    ...area,
    at: clock.now(),
    reason: 'area-silent',
    deviceId: null,
  } as unknown as CareEventDraft)
  await clock.advance(seconds(20))
  const { sweep, homes: list } = await first.theOne()
  expect(sweep).toMatchObject({ cause: 'network', total: 2 })
  expect(list.map(({ residentId }) => residentId).sort()).toEqual(residentIds)
  await first.stop()
})

test('a clock that was turned back while we were away: nobody knows how long, so it counts', async () => {
  const { dataDir, clock, first } = await town()
  await first.stop()
  clock.turn(-days(1))
  const platform = await start(dataDir, clock)
  expect((await platform.theOne()).sweep.total).toBe(homes - 1)
  await platform.stop()
})
