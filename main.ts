/** Builds every part and joins them, one straight line; the only file that knows them all. `npm start` runs it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import webPush from 'web-push'
import { startAudit } from './alerts/audit.ts'
import { openChannels } from './alerts/channels/all.ts'
import { openPeople } from './alerts/channels/shared/people.ts'
import { followSirens } from './alerts/channels/shared/sirens.ts'
import { startCheckpoints } from './alerts/checkpoint.ts'
import { startDailyFacts } from './alerts/daily-facts.ts'
import { openDesk } from './alerts/desk.ts'
import { startDuty } from './alerts/duty/duty.ts'
import { alsoToDuty } from './alerts/duty/to-duty.ts'
import { startFamily } from './alerts/family/family.ts'
import { openLifeSign, withLifeSign } from './alerts/heartbeat/life-sign.ts'
import { openChannelHealth } from './alerts/outbox/channel-health.ts'
import { openReachable } from './alerts/outbox/reachable.ts'
import { startReceiptDesk } from './alerts/outbox/receipt-desk.ts'
import { anyWay } from './alerts/outbox/ways.ts'
import { startOutbox } from './alerts/outbox.ts'
import { startSweeps } from './alerts/sweep/sweep.ts'
import { startTimekeeper } from './alerts/timekeeper.ts'
import { followDirectory, openWatch } from './alerts/watch.ts'
import { startWeeklyChanges } from './alerts/weekly-changes.ts'
import { openBridge } from './broker/bridge.ts'
import { readBridges } from './broker/bridge-settings.ts'
import { openBroker } from './broker/broker.ts'
import { hashToken, newToken, tokenMatches } from './broker/credentials.ts'
import { openReplyPost } from './broker/reply-post.ts'
import { openSirens } from './broker/sirens.ts'
import { openLocalBus } from './bus/bus.ts'
import { type Config, describeConfig, readConfig } from './config.ts'
import { openDashboard } from './dashboard/server/dashboard.ts'
import { healthOf } from './dashboard/server/platform-health.ts'
import { newSetupCode } from './dashboard/server/setup-code.ts'
import { systemClock } from './domain/clock.ts'
import { type Log, sentenceOf } from './domain/log.ts'
import type { Accept } from './domain/message.ts'
import { type Clock, days, type Span } from './domain/time.ts'
import { openIngest } from './ingest/ingest.ts'
import { influxSettingsOf } from './store/influx/settings.ts'
import { followSites } from './store/influx/sites.ts'
import { type InfluxTelemetry, openInflux } from './store/influx.ts'
import { openAccounts } from './store/sqlite/accounts.ts'
import { openCallBacks } from './store/sqlite/call-backs.ts'
import { openCareStore } from './store/sqlite/care.ts'
import { openDatabase } from './store/sqlite/database.ts'
import { openDirectory } from './store/sqlite/directory.ts'
import { openDutyStore } from './store/sqlite/duty.ts'
import { openFamily } from './store/sqlite/family.ts'
import { openFigureStore } from './store/sqlite/figures.ts'
import { forgetLifeSigns } from './store/sqlite/life-sign.ts'
import { readPepper } from './store/sqlite/pepper.ts'
import { openReach } from './store/sqlite/reach.ts'
import { openKeptReplies } from './store/sqlite/replies.ts'
import { openSweeps } from './store/sqlite/sweep.ts'
import { openTelemetry, type Telemetry } from './store/sqlite/telemetry.ts'
import { readVapid } from './store/sqlite/vapid.ts'
import type { Directory, TelemetryStore } from './store/store.ts'

export type PlatformOptions = {
  config: Config
  log: Log
  /** Where the console channel writes its calls. */
  write: (line: string) => void
  /** The storage failed or we found our own mistake: what was committed is safe, the rest of this process is not. */
  onFatal: (error: unknown) => void
  clock?: Clock
  /** A measurement may put something else in the place of the telemetry store. */
  telemetryInstead?: TelemetryStore
}

export type Platform = Awaited<ReturnType<typeof startPlatform>>

/** Starts everything; resolves when MQTT and the dashboard are listening. Rejects with one sentence when a part refuses to start. */
export async function startPlatform(options: PlatformOptions) {
  const { config, log, clock = systemClock } = options
  const from = clock.elapsed()
  const storage = await openStorage({ ...options, clock })
  const alerts = await startAlerts({ ...options, clock }, storage)
  const doors = await openDoors({ ...options, clock }, { ...storage, ...alerts })

  const mqttPort = await doors.broker.listenTcp(config.ANLING_HOST, config.ANLING_MQTT_PORT)
  const mqttsPort = doors.tls ? await doors.broker.listenTls(config.ANLING_HOST, config.ANLING_MQTTS_PORT) : null
  const { url } = await doors.dashboard.listen()
  alerts.lifeSign.begin({ host: config.ANLING_HOST, port: mqttPort })
  const needsSetup = (await storage.accounts.countUsers()) === 0
  log('info', 'Anling is ready', { readyMs: Math.round(clock.elapsed() - from), mqttPort })
  return {
    ...{ ...storage, ...alerts, ...doors, url, mqttPort, mqttsPort, needsSetup },
    /** Stops listening first, then lets everything finish that was begun. */
    async close(): Promise<void> {
      await alerts.lifeSign.stop()
      await doors.close()
      await alerts.close()
      await storage.close()
    },
  }
}

type Options = PlatformOptions & { clock: Clock }
type Storage = Awaited<ReturnType<typeof openStorage>>
type Alerts = Awaited<ReturnType<typeof startAlerts>>

/** What must not be lost: help in one database, readings in another. */
async function openStorage({ config, log, clock, onFatal, telemetryInstead }: Options) {
  const dataDir = config.ANLING_DATA_DIR
  const onTrouble = (trouble: { kind: string } | null) =>
    log('warn', trouble ? `Storage trouble: ${trouble.kind}` : 'The disk has room again')
  const database = openDatabase({ dataDir, clock, onTrouble, onFatal })
  const store = openCareStore(database)
  const ownToken = newToken()
  const directory = withLifeSign(openDirectory(database), hashToken(readPepper(dataDir), ownToken))
  const accounts = openAccounts(database)
  const local = days(config.ANLING_TELEMETRY_LOCAL_DAYS)
  const spool = config.INFLUX_URL === '' ? {} : { spool: { local } }
  const readings = await openTelemetry({ dataDir, clock, log, windowMs: config.ANLING_TELEMETRY_WINDOW_MS, ...spool, onFatal })
  const influx = await openRemote({ config, log, clock }, { readings, directory, local })
  const { registers, quarantine } = readings
  const telemetry = telemetryInstead ?? influx?.telemetry ?? readings.telemetry
  const close = async () => {
    await (influx ?? readings).close()
    await store.close()
    database.close()
  }
  return {
    ...{ reach: openReach(database), families: openFamily(database), sweeps: openSweeps(database), figures: openFigureStore(database) },
    ...{ callBacks: openCallBacks(database), duty: openDutyStore(database), ownToken },
    ...{ database, store, directory, accounts, readings, influx, telemetry, registers, quarantine },
    history: influx?.history ?? readings.history,
    pepper: readPepper(dataDir),
    close,
  }
}

/** InfluxDB, when one is named: readings are durable here first and sent on from here. It may be away; nothing waits for it. */
async function openRemote(
  { config, log, clock }: Pick<Options, 'config' | 'log' | 'clock'>,
  { readings, directory, local }: { readings: Telemetry; directory: Directory; local: Span },
): Promise<InfluxTelemetry | null> {
  if (config.INFLUX_URL === '') return null
  const settings = influxSettingsOf(config)
  const timings = { requestMs: config.ANLING_INFLUX_TIMEOUT_SECONDS * 1_000, retryMaxMs: config.ANLING_INFLUX_RETRY_SECONDS * 1_000 }
  return openInflux({
    ...{ readings, settings, clock, log, local, timings },
    bytesMax: config.ANLING_SPOOL_BYTES,
    sites: followSites(directory),
  })
}

/** From meaning to help: decide and record, ring, escalate, watch who fell silent, prove that nobody waits in vain. */
async function startAlerts(options: Options, storage: Storage) {
  const { log, clock, onFatal } = options
  const { store, directory, registers, reach } = storage
  const bus = openLocalBus((error) => log('error', `A listener of the bus failed: ${sentenceOf(error)}`))
  const { channels, post, sirens, ...telling } = await openTelling(options, storage)
  const names = [anyWay, ...channels.map(({ name }) => name)]
  const health = openChannelHealth(clock, channels)
  const desk = openDesk({ store, directory, bus, clock, log, onBroken: onFatal, channels: names })
  const { silence, watch, openAlarms } = await openWatch({ directory, store, registers, bus, clock, log })
  const timekeeper = startTimekeeper({ store, desk, clock, log, supervise: watch.supervise })
  const checkpoints = startCheckpoints({ silence, registers, clock, log })
  const zoneOf = async (siteId: string) => (await directory.site(siteId))?.timeZone ?? 'Asia/Shanghai'
  const people = { reach: reach.reach, zoneOf }
  const plans = { channelNames: names, waysOf: openReachable({ channels, people, clock }) }
  const outbox = startOutbox({ store, channels, bus, clock, log, people, remember: reach.recordSent, health })
  const secrets = { twilioToken: options.config.ANLING_TWILIO_TOKEN, aliyunKey: options.config.ANLING_ALIYUN_RECEIPT_KEY }
  const receiptDesk = startReceiptDesk({ reach, health, secrets, clock, log })
  const dutyWatch = startDuty({ ...storage, desk, channels, health, people, openAlarms, clock, log })
  const audit = startAudit({ store, clock, log })
  const ours = { settings: options.config, token: storage.ownToken, forget: forgetLifeSigns }
  const lifeSign = openLifeSign({ ...ours, audit, timekeeper, clock, log })
  const sweepDesk = await startSweeps({ ...{ ...storage, bus, silence, clock, log }, lifeSign, settings: options.config })
  const dailyFacts = startDailyFacts({ ...storage, clock, log })
  const weeklyChanges = startWeeklyChanges({ ...storage, clock, log })
  const origin = options.config.ANLING_PUBLIC_ORIGIN
  const relatives = startFamily({ ...{ ...storage, ...telling, channels, health, silence, origin, clock, log }, family: storage.families })
  const close = async () => {
    watch.stop()
    dutyWatch.stop()
    audit.stop()
    await Promise.all([sweepDesk.stop(), dailyFacts.stop(), weeklyChanges.stop()])
    await relatives.stop()
    await timekeeper.stop()
    receiptDesk.stop()
    await outbox.stop()
    await desk.idle()
    await post.close()
    await checkpoints()
  }
  const loops = { dutyWatch, onDuty: dutyWatch.parts, timekeeper, outbox, receiptDesk, audit, lifeSign, dailyFacts, weeklyChanges }
  const joined = { ...plans, ...loops, sweepDesk, bus, desk, silence, openAlarms, post, sirens }
  return { ...joined, vapid: telling.vapid, family: relatives.parts, close }
}

/** How people are called and terminals answered: every channel that was set up, and the post that keeps what a terminal has not acknowledged. */
async function openTelling({ config, log, clock, write }: Options, storage: Storage) {
  const { database, store, directory, accounts, reach, families } = storage
  const facts = { since: store.factsSince, last: store.lastSeq }
  const post = await openReplyPost({ store: openKeptReplies(database), facts, clock, log })
  const sirens = openSirens({ post, clock })
  const vapid = readVapid(config.ANLING_DATA_DIR, webPush.generateVAPIDKeys)
  const personOf = openPeople({ directory, reach: reach.reach, accounts, country: config.ANLING_PHONE_COUNTRY })
  const siren = { sirensOf: followSirens(directory), ring: sirens.ring }
  const persons = { personOf, subscriptions: reach, hasPage: families.isJoined }
  const channels = openChannels({ settings: config, clock, write, ...persons, vapid, siren })
  return { channels: alsoToDuty({ ...storage, clock }, channels), post, sirens, vapid, personOf }
}

/** The two doors: MQTT for devices, HTTP for people. */
async function openDoors({ config, log, clock }: Options, parts: Omit<Storage, 'close'> & Alerts) {
  const { directory, bus, pepper, openAlarms, post, sirens } = parts
  const tls = readCertificate(config)
  const standing = openAlarms.flatMap(({ reason, causes }) => causes.flatMap(({ deviceId }) => (deviceId ? [{ deviceId, reason }] : [])))
  const ingest = openIngest({ ...parts, clock, log, standing, answer: (deviceId, reply) => broker.answer(deviceId, reply) })
  const limits = config.ANLING_MAX_CONNECTIONS ? { connections: config.ANLING_MAX_CONNECTIONS } : {}
  const { credential } = directory
  const accept: Accept = (message) => {
    post.heard(message)
    return ingest.accept(message)
  }
  const broker = await openBroker({ accept, credential, pepper, clock, log, limits, onListening: post.listening, ...(tls && { tls }) })
  const bridges = readBridges(config.ANLING_BRIDGES).map((settings) => openBridge(settings, { accept: ingest.accept, clock, log }))
  post.connect(broker.send)
  const stopReplies = bus.subscribe((facts) => {
    post.tell(facts)
    sirens.tell(facts)
  })
  const stopFollowing = followDirectory({ directory, clock, log }, broker.recheck)
  const setupCode = newSetupCode()
  const { ANLING_HOST: host, ANLING_HTTP_PORT: port, ANLING_PUBLIC_ORIGIN: publicOrigin } = config
  const dashboard = await openDashboard({
    ...{ ...parts, clock, log, setupCode },
    settings: { host, port, publicOrigin, webRoot, ...(tls && { tls }) },
    health: () => healthOf({ ...parts, clock }),
    changesOf: parts.weeklyChanges.of,
    takeReport: parts.receiptDesk.take,
    wayIn: { accept, admits: async (id, token) => tokenMatches(pepper, Buffer.from(token), await credential(id)) },
    onTold: parts.lifeSign.told,
    newDeviceToken: async (deviceId, line) => {
      const token = newToken()
      await directory.putCredential(deviceId, hashToken(pepper, token), line)
      return token
    },
    onUpgrade: (request, socket, head) => {
      if (request.url?.split('?')[0] !== config.ANLING_MQTT_WS_PATH) return false
      broker.handleWebSocket(request, socket, head)
      return true
    },
  })
  parts.dutyWatch.follow(dashboard.isWatched)
  const close = async () => {
    stopFollowing()
    for (const bridge of bridges) await bridge.close()
    await broker.close()
    await dashboard.close()
    stopReplies()
  }
  return { broker, ingest, dashboard, setupCode, tls, close }
}

const webRoot = join(import.meta.dirname, 'dashboard', 'web', 'dist')

function readCertificate(config: Config): { cert: Buffer; key: Buffer } | null {
  if (config.ANLING_TLS_CERT === '' && config.ANLING_TLS_KEY === '') return null
  return { cert: readFileSync(config.ANLING_TLS_CERT), key: readFileSync(config.ANLING_TLS_KEY) }
}

/** Log lines for people, or as JSON, on standard error; calls go to standard output. */
export function consoleLog(form: Config['ANLING_LOG'], clock: Clock = systemClock): Log {
  return (level, message, ids = {}) => {
    const at = new Date(clock.now()).toISOString()
    const shown = Object.entries(ids).map(([name, value]) => `${name}=${value}`)
    console.error(form === 'json' ? JSON.stringify({ at, level, message, ...ids }) : [at, level.padEnd(5), message, ...shown].join(' '))
  }
}

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = consoleLog(config.ANLING_LOG)
  log('info', 'Settings', describeConfig(config))
  const onFatal = (error: unknown) => {
    log('error', `Stopping; what was committed is safe: ${sentenceOf(error)}`)
    process.exit(70)
  }
  process.on('uncaughtException', onFatal)
  process.on('unhandledRejection', onFatal)
  const platform = await startPlatform({ config, log, write: (line) => console.log(line), onFatal })
  if (platform.needsSetup) console.log(`First visit: open the address below and enter the one-time code ${platform.setupCode}`)
  console.log(`Wall and API: ${platform.url}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void platform.close().then(() => process.exit(0)))
}

if (import.meta.main) {
  main().catch((error) => {
    console.error(`Anling did not start: ${sentenceOf(error)}`)
    process.exit(78)
  })
}
