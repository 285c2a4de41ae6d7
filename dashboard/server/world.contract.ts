/** For tests: a whole dashboard on the real stores and the real desk, in a temporary folder, with two sites that may not see each other. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { io, type Socket } from 'socket.io-client'
import type { Channel } from '../../alerts/channels/channel.ts'
import { openPeople } from '../../alerts/channels/shared/people.ts'
import { openDesk } from '../../alerts/desk.ts'
import { openFamilyMail } from '../../alerts/family/messages.ts'
import { openChannelHealth } from '../../alerts/outbox/channel-health.ts'
import { openSilence } from '../../alerts/silence.ts'
import { openLocalBus } from '../../bus/bus.ts'
import { systemClock } from '../../domain/clock.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import { type Clock, instant, type Span } from '../../domain/time.ts'
import { openStores, type Stores } from '../../store/sqlite/stores.ts'
import { openTelemetry } from '../../store/sqlite/telemetry.ts'
import type { DirectoryRows, User } from '../../store/store.ts'
import type { HelloReply, LiveFact, Me, ScreenToServer, ServerToScreen, Snapshot } from '../contracts.ts'
import { type Dashboard, type DashboardNeeds, openDashboard } from './dashboard.ts'
import { withModeNews } from './family/mode-news.ts'
import { openPasswords } from './passwords.ts'
import { paintWithin } from './receipts.ts'

export const setupCode = 'ABCD2345'
export const password = 'a long enough password'

/** One site's rows; every text holds the site's name in capitals, so that a foreign byte is easily seen. */
export function siteRows(site: string, homes = 1): DirectoryRows {
  const mark = `SECRET-${site.toUpperCase()}`
  const each = Array.from({ length: homes }, (_, index) => `${site}-${index + 1}`)
  return {
    sites: [{ id: site, name: mark, street: mark, district: mark, city: mark, timeZone: 'Asia/Shanghai', phone: `${mark}-1` }],
    homes: each.map((id) => ({
      ...{ id: `home-${id}`, siteId: site, building: '3', unit: '2', door: id },
      ...{ address: mark, entry: mark, doorCode: `${mark}-code` },
    })),
    residents: each.map((id) => ({
      ...{ id: `res-${id}`, siteId: site, homeId: `home-${id}`, name: `${mark} 王秀英`, sex: 'female', birthYear: 1941, phone: mark },
      ...{ livesAlone: true, speech: mark, medical: [mark], mode: 'home', modeUntil: null },
      ...{ inactivityDayHours: null, inactivityNightHours: null, silenceBudget: null },
    })),
    contacts: each.map((id) => ({
      ...{ id: `con-${id}`, residentId: `res-${id}`, name: mark, relation: 'relative', phone: mark, hasKey: true, order: 1 },
    })),
    devices: each.map((id) => ({
      ...{ id: `btn-${id}`, siteId: site, residentId: `res-${id}`, gatewayId: null, family: 'native', key: `btn-${id}`, base: '' },
      ...{ role: 'sos-button', room: mark, power: 'battery', heartbeatSeconds: null },
    })),
  }
}

/** Moves both clocks of the dashboard without waiting; its timers keep their real pace, unless `strike` runs those of one span now. */
export type ShiftedClock = Clock & { shift(milliseconds: number): void; strike(span: Span): void }
export function shiftedClock(): ShiftedClock {
  let by = 0
  const works: { span: Span; work: () => void }[] = []
  return {
    ...systemClock,
    every(span, work) {
      works.push({ span, work })
      return systemClock.every(span, work)
    },
    strike(span) {
      for (const one of works) if (one.span === span) one.work()
    },
    now: () => instant(systemClock.now() + by),
    elapsed: () => systemClock.elapsed() + by,
    shift(milliseconds) {
      by += milliseconds
    },
  }
}

/** Where no screen paints: what the platform does about that is done before somebody looks, however slow this machine is. */
export async function unpainted({ store }: World, clock: ShiftedClock): Promise<void> {
  clock.shift(paintWithin)
  await until(async () => (await store.openAlarms('all')).every(({ detail, presses }) => detail.unpaintedAtPress === presses))
}

export type Screen = Socket<ServerToScreen, ScreenToServer>
export type Signed = { me: Me; cookie: string; headers: Record<string, string> }
export type World = Awaited<ReturnType<typeof openWorld>>
export type WorldOptions = Partial<DashboardNeeds> & {
  dataDir?: string
  settings?: DashboardNeeds['settings']
  rows?: readonly DirectoryRows[]
  /** How webhooks are tried; absent: none are set up. */
  upkeepTrials?: NonNullable<DashboardNeeds['upkeep']>['trials']
  /** Ways to relatives. */
  channels?: readonly Channel[]
}

const users: readonly User[] = [
  { id: 'u-admin', name: 'root', displayName: '管理员', role: 'admin', siteIds: [], disabled: false },
  { id: 'u-sup-a', name: 'sup-a', displayName: '主管甲', role: 'supervisor', siteIds: ['a'], disabled: false },
  { id: 'u-op-a', name: 'op-a', displayName: '坐席甲', role: 'operator', siteIds: ['a'], disabled: false },
  { id: 'u-op-b', name: 'op-b', displayName: '坐席乙', role: 'operator', siteIds: ['b'], disabled: false },
  { id: 'u-op-0', name: 'op-0', displayName: '坐席零', role: 'operator', siteIds: [], disabled: false },
]

export async function openWorld(options: WorldOptions = {}) {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'anling-dashboard-')))
  const clock = options.clock ?? systemClock
  const log = () => {}
  const fail = (error: unknown) => {
    throw error
  }
  const stores = openStores({ dataDir, clock: systemClock, ballastBytes: 4_096, onTrouble() {}, onFatal: fail })
  const storage = await openTelemetry({ dataDir, clock, log, windowMs: 2, reserveBytes: 0, onFatal: fail })
  const bus = openLocalBus(fail)
  const { care: store, accounts } = stores
  const { directory, modeNews } = withModeNews(stores.directory)
  for (const rows of options.rows ?? [siteRows('a', 3), siteRows('b', 3)]) await directory.put(rows)
  const desk = openDesk({ store, directory, bus, clock, log, onBroken: fail })
  const silence = openSilence({ ...(await enrolment(stores)), pages: [], at: clock.now() })
  const family = familyOf(stores, { clock, channels: options.channels ?? [] })
  const dashboard = await openDashboard({
    ...{
      family,
      store,
      directory,
      modeNews,
      accounts,
      telemetry: storage.telemetry,
      history: storage.history,
      quarantine: storage.quarantine,
      desk,
      bus,
      silence,
      clock,
      log,
      setupCode,
    },
    onDuty: { duty: stores.duty, reach: stores.reach, waysTo: async () => [], offered: ['voice-twilio', 'email', 'push'] },
    settings: { host: '127.0.0.1', port: 0, publicOrigin: '', webRoot: join(dataDir, 'no-build') },
    ...{ duty: stores.duty, callBacks: stores.callBacks, figures: stores.figures },
    upkeep: { ...stores.upkeep, ...(options.upkeepTrials && { trials: options.upkeepTrials }) },
    secondFactors: { factors: stores.secondFactors, key: new Uint8Array(32).fill(7) },
    health: () => ({ reasons: [], banner: null }),
    newDeviceToken: async (deviceId) => `token of ${deviceId}`,
    ...options,
  })
  const { url } = await dashboard.listen()
  const screens = openScreens(url)
  return {
    ...{ dataDir, stores, store, directory, accounts, desk, bus, silence, dashboard, url, storage, quarantine: storage.quarantine },
    ...requests(dashboard),
    addUsers: () => addUsers(stores),
    press: (residentId: string, pressId: string) => desk.handle(pressOf(residentId, pressId)),
    screen: screens.open,
    async close({ keep = false } = {}) {
      screens.close()
      await dashboard.close()
      await desk.idle()
      await storage.close()
      await stores.close()
      if (!keep) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function familyOf({ directory, reach, family }: Stores, { clock, channels }: { clock: Clock; channels: readonly Channel[] }) {
  const personOf = openPeople({ directory, reach: reach.reach })
  const health = openChannelHealth(clock, channels)
  return { family, reach, pushKey: 'a-public-key', messages: openFamilyMail({ channels, health, reach: reach.reach, personOf, clock }) }
}

function openScreens(url: string) {
  const screens: Screen[] = []
  return {
    /** A real screen, connected; `hello` not yet said. */
    async open(cookie: string, headers: Record<string, string> = {}): Promise<Screen> {
      const extraHeaders = { cookie, origin: url, ...headers }
      const socket: Screen = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, extraHeaders })
      screens.push(socket)
      await connected(socket)
      return socket
    },
    close() {
      for (const socket of screens) socket.disconnect()
    },
  }
}

const enrolment = async ({ directory }: Stores) => ({
  devices: await directory.watchedDevices(),
  residents: await directory.watchedResidents(),
})

let passwordHash: Promise<string> | null = null
async function addUsers({ accounts }: Stores): Promise<void> {
  passwordHash ??= openPasswords().hash(password)
  for (const user of users) await accounts.putUser(user, await passwordHash)
}

export const pressOf = (residentId: string, pressId: string): CareEventDraft => ({
  ...{
    kind: 'sos-pressed',
    subjectId: residentId,
    siteId: residentId.slice(4, 5),
    at: systemClock.now(),
    deviceId: `btn-${residentId.slice(4)}`,
  },
  ...{ room: 'bath', causeId: pressId, claimedAt: null, unreadable: false, detail: {} },
})

const own = { host: 'localhost:8080', origin: 'http://localhost:8080' }

function requests({ app }: Dashboard) {
  const ask = (options: InjectOptions) => app.inject({ ...options, headers: { ...own, ...options.headers } })
  return {
    ask,
    async signIn(name: string, headers: Record<string, string> = {}): Promise<Signed> {
      const answer = await ask({ method: 'POST', url: '/api/sign-in', payload: { name, password }, headers })
      if (answer.statusCode !== 200) throw new Error(`Sign-in of ${name} answered ${answer.statusCode} ${answer.body}`)
      const me = answer.json<Me>()
      const cookie = cookieOf(answer.headers['set-cookie'])
      return { me, cookie, headers: { cookie, 'x-csrf-token': me.csrfToken } }
    },
  }
}

export const cookieOf = (header: string | string[] | undefined): string => String(header).split(';', 1)[0] ?? ''

function connected(socket: Screen): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
}

export const hello = (socket: Screen, since: number | null): Promise<HelloReply> =>
  new Promise((resolve) => socket.emit('hello', since, resolve))

export async function snapshotOf(socket: Screen): Promise<Snapshot> {
  const reply = await hello(socket, null)
  if (!('snapshot' in reply)) throw new Error('Asked for a snapshot and got facts.')
  return reply.snapshot
}

/** Everything this screen is told from now on. */
export function hearFacts(socket: Screen): LiveFact[] {
  const heard: LiveFact[] = []
  socket.on('facts', (facts) => void heard.push(...facts))
  return heard
}

/** Waits until it is so; the test's own time limit ends a wait in vain. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10))
}
