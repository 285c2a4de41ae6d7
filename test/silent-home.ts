/** Rosa's home on the real watch, desk and stores, with three weeks learned: for stories of silence. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startCheckpoints } from '../alerts/checkpoint.ts'
import { openDesk } from '../alerts/desk.ts'
import type { Sign } from '../alerts/silence/routines.ts'
import { startTimekeeper } from '../alerts/timekeeper.ts'
import { openWatch } from '../alerts/watch.ts'
import { repliesFor } from '../broker/replies.ts'
import { openLocalBus } from '../bus/bus.ts'
import { hours, instant, minutes, type Span, seconds } from '../domain/time.ts'
import { exampleDevice, exampleHome, exampleResident, exampleSite } from '../store/people.examples.contract.ts'
import { openAccounts } from '../store/sqlite/accounts.ts'
import { openCareStore } from '../store/sqlite/care.ts'
import { openDatabase } from '../store/sqlite/database.ts'
import { openDirectory } from '../store/sqlite/directory.ts'
import type { RegisterPage, RegisterStore } from '../store/store.ts'
import { openVirtualClock, settle, type VirtualClock } from './virtual-clock.ts'

/** Noon in Shanghai. */
export const noon = Date.UTC(2026, 6, 1, 4)
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

export type Rosa = Awaited<ReturnType<typeof rosaAtHome>>

/** `promises`: her sensors too are to be heard at least every half hour, so that their silence is seen. */
export async function rosaAtHome({ promises = false } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-silent-'))
  const clock = openVirtualClock(noon)
  const pages = new Map<string, RegisterPage>()
  const said: string[] = []
  let running = await start({ dataDir, clock, pages, said })
  await running.directory.put({
    sites: [exampleSite()],
    homes: [exampleHome()],
    residents: [exampleResident('rosa', { inactivityDayHours: null, inactivityNightHours: null })],
    devices: promises ? devices.map((device) => ({ ...device, heartbeatSeconds: device.heartbeatSeconds ?? 1_800 })) : devices,
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
    /** Time passes, looked at every twenty seconds; the terminal's heart beats. */
    async wait(span: Span) {
      for (let left = span as number; left > 0; left -= minutes(1)) {
        await heard('term-rosa')
        for (let third = 0; third < 3; third += 1) await clock.stall((Math.min(left, minutes(1)) / 3) as Span)
      }
    },
    /** Time passes second by second, as the watch over devices needs it; only these are heard. */
    async hear(beating: readonly string[], span: Span) {
      for (let left = span as number; left > 0; left -= minutes(2)) {
        for (const id of beating) await heard(id)
        await clock.advance(Math.min(left, minutes(2)) as Span)
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

/** Hours until the first alarm or question, at most `most`. */
export const silentUntil = async (rosa: Rosa, most: Span) => {
  for (let waited = 0; waited < most; waited += minutes(5)) {
    await rosa.wait(minutes(5))
    if ((await rosa.open()).length > 0) return waited / hours(1)
  }
  return Number.POSITIVE_INFINITY
}
