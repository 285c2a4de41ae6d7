/** The whole way of a silence, on the real watch, desk and stores: learned, asked about, answered or not, through a restart. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startCheckpoints } from '../../alerts/checkpoint.ts'
import { openDesk } from '../../alerts/desk.ts'
import type { Sign } from '../../alerts/silence/routines.ts'
import { startTimekeeper } from '../../alerts/timekeeper.ts'
import { openWatch } from '../../alerts/watch.ts'
import { repliesFor } from '../../broker/replies.ts'
import { openLocalBus } from '../../bus/bus.ts'
import { hours, instant, minutes, type Span, seconds } from '../../domain/time.ts'
import { exampleDevice, exampleHome, exampleResident, exampleSite } from '../../store/people.examples.contract.ts'
import { openAccounts } from '../../store/sqlite/accounts.ts'
import { openCareStore } from '../../store/sqlite/care.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import type { RegisterPage, RegisterStore } from '../../store/store.ts'
import { openVirtualClock, settle, type VirtualClock } from '../virtual-clock.ts'

/** Noon in Shanghai. */
const noon = Date.UTC(2026, 6, 1, 4)
const devices = [
  exampleDevice('term-rosa', {
    role: 'terminal',
    power: 'mains',
    heartbeatSeconds: 60,
    gatewayId: null,
    siteId: 'site-a',
    residentId: 'rosa',
  }),
  exampleDevice('move-rosa', {
    role: 'motion',
    heartbeatSeconds: null,
    gatewayId: 'term-rosa',
    siteId: 'site-a',
    residentId: 'rosa',
    room: 'kitchen',
  }),
  exampleDevice('door-rosa', { role: 'front-door', heartbeatSeconds: null, gatewayId: 'term-rosa', siteId: 'site-a', residentId: 'rosa' }),
]

async function rosaAtHome() {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-silent-'))
  const clock = openVirtualClock(noon)
  const pages = new Map<string, RegisterPage>()
  const said: string[] = []
  let running = await start({ dataDir, clock, pages, said })
  await running.directory.put({
    sites: [exampleSite()],
    homes: [exampleHome()],
    residents: [exampleResident('rosa', { inactivityDayHours: null, inactivityNightHours: null })],
    devices,
  })
  await clock.advance(seconds(3))
  running.silence.routines.recall(running.number(), pastOf(running.door()))
  onTestFinished(async () => {
    await running.stop()
    await rm(dataDir, { recursive: true })
  })
  const heard = async (id: string) => {
    const device = await running.directory.device(id)
    if (device) running.silence.heard(device, clock.now())
    return device
  }
  return {
    said,
    ...{
      clock,
      record: () => running.accounts.auditLines(0, 1_000),
      directory: () => running.directory,
      silence: () => running.silence,
      number: () => running.number(),
    },
    open: async () => (await running.store.openAlarms('all')).map(({ reason, priority }) => `${reason} ${priority}`),
    past: () => running.store.alarmsOf('rosa', 10),
    async sign(id: string) {
      const device = await heard(id)
      if (device) running.silence.active(running.number(), device.number, clock.now())
    },
    /** Time passes; the terminal's heart beats. */
    async wait(span: Span) {
      for (let left = span as number; left > 0; left -= minutes(1)) {
        await heard('term-rosa')
        await clock.advance(Math.min(left, minutes(1)) as Span)
      }
    },
    async restart() {
      await running.stop()
      running = await start({ dataDir, clock, pages, said })
    },
  }
}

/** Three weeks: about from seven to half past ten at night, every ten minutes; out from two to three. */
function pastOf(door: number): Sign[] {
  const signs: Sign[] = []
  for (let at = noon - hours(21 * 24); at < noon; at += minutes(10)) {
    const minute = ((at + hours(8)) / minutes(1)) % 1_440
    const sign = { at: instant(at), state: 1, certainty: 1 } as const
    if (minute === 14 * 60 || minute === 15 * 60) signs.push({ ...sign, source: door, isExit: true })
    else if (minute >= 7 * 60 && minute <= 22.5 * 60 && (minute < 14 * 60 || minute > 15 * 60))
      signs.push({ ...sign, source: 2, isExit: false })
  }
  return signs
}

type World = { dataDir: string; clock: VirtualClock; pages: Map<string, RegisterPage>; said: string[] }

async function start({ dataDir, clock, pages, said }: World) {
  const trouble = (error: unknown) => {
    throw error
  }
  const log = () => {}
  const database = openDatabase({ dataDir, clock, ballastBytes: 4_096, onTrouble() {}, onFatal: trouble })
  const store = openCareStore(database)
  const directory = openDirectory(database)
  const accounts = openAccounts(database)
  const bus = openLocalBus(trouble)
  bus.subscribe((facts) => {
    for (const { fact } of facts) for (const { deviceId, kind } of repliesFor(fact)) said.push(`${deviceId}: ${kind}`)
  })
  const registers: RegisterStore = {
    loadPages: async (register) => [...pages.values()].filter((page) => page.register === register),
    savePages: async (saved) => {
      for (const page of saved) pages.set(`${page.register} ${page.page}`, page)
    },
  }
  const desk = openDesk({ store, directory, bus, clock, log, onBroken: trouble })
  const { silence, watch } = await openWatch({ directory, store, registers, bus, clock, log })
  const timekeeper = startTimekeeper({ store, desk, clock, log, supervise: watch.supervise })
  const checkpoints = startCheckpoints({ silence, registers, clock, log })
  await settle()
  return {
    ...{ store, directory, silence, accounts },
    number: () => silence.residents.ids.indexOf('rosa'),
    door: () => silence.devices.ids.indexOf('door-rosa'),
    async stop() {
      watch.stop()
      await timekeeper.stop()
      await desk.idle()
      await checkpoints()
      await store.close()
      database.close()
    },
  }
}

const silentUntil = async (rosa: Awaited<ReturnType<typeof rosaAtHome>>, most: Span) => {
  for (let waited = 0; waited < most; waited += minutes(5)) {
    await rosa.wait(minutes(5))
    if ((await rosa.open()).length > 0) return waited / hours(1)
  }
  return Number.POSITIVE_INFINITY
}

test('asked by her terminal, she answers; the next time she does not, and a restart in between forgets nothing', async () => {
  const rosa = await rosaAtHome()
  await rosa.sign('door-rosa')
  await rosa.sign('move-rosa')
  await rosa.wait(minutes(4))
  await rosa.sign('move-rosa')
  await rosa.sign('move-rosa')
  expect(await silentUntil(rosa, hours(6))).toBeLessThan(5)
  expect([await rosa.open(), rosa.said]).toEqual([['check-in 3'], ['term-rosa: check-in']])

  await rosa.sign('term-rosa')
  await rosa.wait(minutes(1))
  expect([await rosa.open(), rosa.said.at(-1)]).toEqual([[], 'term-rosa: over'])
  expect((await rosa.past())[0]).toMatchObject({ outcome: 'all-well', by: 'system' })

  expect(await silentUntil(rosa, hours(6))).toBeLessThan(6)
  await rosa.restart()
  await rosa.wait(minutes(34))
  expect(await rosa.open()).toEqual(['inactivity 2'])
  expect((await rosa.past())[0]?.detail).toMatchObject({ rule: 'learned', checkIn: 'unanswered' })
}, 60_000)

test('in hospital nobody asks; home again she starts anew', async () => {
  const rosa = await rosaAtHome()
  await rosa.sign('move-rosa')
  await rosa.directory().setMode('rosa', { mode: 'hospital', until: instant(noon + hours(72)) })
  await rosa.wait(hours(3))
  expect([await rosa.open(), rosa.silence().standing(rosa.number(), instant(noon + hours(3))).limit]).toEqual([[], null])
  await rosa.directory().setMode('rosa', { mode: 'home', until: null })
  await rosa.wait(minutes(40))
  expect(await rosa.open()).toEqual([])
}, 60_000)

const away = async (rosa: Awaited<ReturnType<typeof rosaAtHome>>) => {
  await rosa.sign('move-rosa')
  await rosa.directory().setMode('rosa', { mode: 'holiday', until: instant(noon + hours(240)) })
  await rosa.wait(minutes(5))
  await rosa.sign('door-rosa')
  await rosa.wait(minutes(50))
}
const mode = async (rosa: Awaited<ReturnType<typeof rosaAtHome>>) => (await rosa.directory().card('rosa'))?.resident.mode
const stir = async (rosa: Awaited<ReturnType<typeof rosaAtHome>>, span: Span) => {
  for (let left = span as number; left > 0; left -= minutes(6)) {
    await rosa.sign('move-rosa')
    await rosa.wait(minutes(6))
  }
}

test('whoever waters the flowers does not end a holiday; she, home early, does: said, recorded, and watched again', async () => {
  const rosa = await rosaAtHome()
  await away(rosa)
  await rosa.sign('door-rosa')
  await stir(rosa, minutes(24))
  await rosa.sign('door-rosa')
  await rosa.wait(minutes(40))
  expect([await mode(rosa), await rosa.open()]).toEqual(['holiday', []])

  const since = rosa.clock.now()
  await rosa.sign('door-rosa')
  await stir(rosa, minutes(30))
  await rosa.restart()
  await rosa.sign('door-rosa')
  await stir(rosa, minutes(60))
  expect(await mode(rosa)).toBe('home')
  const standing = rosa.silence().standing(rosa.number(), rosa.clock.now())
  expect(standing).toMatchObject({ mode: 'home', returnedAt: since + minutes(30), limit: { isDue: false } })
  const lines = (await rosa.record()).filter(({ action }) => action === 'mode-home')
  expect(lines).toMatchObject([{ userId: 'system', subjectId: 'rosa', detail: expect.stringContaining('before the end of holiday') }])
  expect(await silentUntil(rosa, hours(12))).toBeLessThan(12)
}, 60_000)

test('after a restart the card still says since when she is home', async () => {
  const rosa = await rosaAtHome()
  await away(rosa)
  const since = rosa.clock.now()
  await rosa.sign('door-rosa')
  await rosa.wait(minutes(12))
  await rosa.sign('term-rosa')
  await rosa.wait(minutes(2))
  await rosa.restart()
  expect(rosa.silence().standing(rosa.number(), rosa.clock.now())).toMatchObject({ mode: 'home', returnedAt: since })
}, 60_000)
