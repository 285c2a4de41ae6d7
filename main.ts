/** Builds every part and joins them, one straight line; the only file that knows them all. `npm start` runs it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAudit } from './alerts/audit.ts'
import type { Channel } from './alerts/channels/channel.ts'
import { openConsoleChannel } from './alerts/channels/console.ts'
import { openWebhookChannel } from './alerts/channels/webhook.ts'
import { startCheckpoints } from './alerts/checkpoint.ts'
import { openDesk } from './alerts/desk.ts'
import { startOutbox } from './alerts/outbox.ts'
import { startTimekeeper } from './alerts/timekeeper.ts'
import { openWatch } from './alerts/watch.ts'
import { openBroker } from './broker/broker.ts'
import { hashToken, newToken } from './broker/credentials.ts'
import { repliesFor } from './broker/replies.ts'
import { openLocalBus } from './bus/bus.ts'
import { type Config, describeConfig, readConfig } from './config.ts'
import { openDashboard } from './dashboard/server/dashboard.ts'
import { newSetupCode } from './dashboard/server/setup-code.ts'
import { systemClock } from './domain/clock.ts'
import { type Log, sentenceOf } from './domain/log.ts'
import { type Clock, seconds } from './domain/time.ts'
import { openIngest } from './ingest/ingest.ts'
import { openAccounts } from './store/sqlite/accounts.ts'
import { openCareStore } from './store/sqlite/care.ts'
import { openDatabase } from './store/sqlite/database.ts'
import { openDirectory } from './store/sqlite/directory.ts'
import { readPepper } from './store/sqlite/pepper.ts'
import { openTelemetry } from './store/sqlite/telemetry.ts'
import type { TelemetryStore } from './store/store.ts'

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
export async function startPlatform({ config, log, write, onFatal, clock = systemClock, telemetryInstead }: PlatformOptions) {
  const dataDir = config.ANLING_DATA_DIR
  const startedAt = clock.now()

  // What must not be lost.
  const onTrouble = (trouble: { kind: string } | null) =>
    log('warn', trouble ? `Storage trouble: ${trouble.kind}` : 'The disk has room again')
  const database = openDatabase({ dataDir, clock, onTrouble, onFatal })
  const store = openCareStore(database)
  const directory = openDirectory(database)
  const accounts = openAccounts(database)
  const storage = await openTelemetry({ dataDir, clock, log, windowMs: config.ANLING_TELEMETRY_WINDOW_MS, onFatal })
  const telemetry = telemetryInstead ?? storage.telemetry

  // From meaning to help.
  const bus = openLocalBus((error) => log('error', `A listener of the bus failed: ${sentenceOf(error)}`))
  const desk = openDesk({ store, directory, bus, clock, log, onBroken: onFatal })
  const { silence, watch, openAlarms } = await openWatch({ directory, store, registers: storage.registers, bus, clock, log })
  const timekeeper = startTimekeeper({ store, desk, clock, log, supervise: watch.supervise })
  const checkpoints = startCheckpoints({ silence, registers: storage.registers, clock, log })
  const outbox = startOutbox({ store, channels: openChannels(config, clock, write), bus, clock, log })
  const audit = startAudit({ store, clock, log })

  // The MQTT door, and what comes in through it.
  const standing = openAlarms.flatMap(({ reason, causes }) => causes.flatMap(({ deviceId }) => (deviceId ? [{ deviceId, reason }] : [])))
  const ingest = openIngest({ directory, desk, silence, telemetry, quarantine: storage.quarantine, clock, log, standing })
  const tls = readCertificate(config)
  const pepper = readPepper(dataDir)
  const limits = config.ANLING_MAX_CONNECTIONS ? { connections: config.ANLING_MAX_CONNECTIONS } : {}
  const broker = await openBroker({
    accept: ingest.accept,
    credential: directory.credential,
    pepper,
    clock,
    log,
    limits,
    ...(tls ? { tls } : {}),
  })
  const unsubscribeReplies = bus.subscribe((facts) => {
    for (const { fact } of facts) for (const reply of repliesFor(fact)) broker.send(reply)
  })

  // The screens.
  const setupCode = newSetupCode()
  const dashboard = await openDashboard({
    ...{ store, directory, accounts, telemetry, quarantine: storage.quarantine, desk, bus, silence, clock, log, setupCode },
    settings: {
      ...{ host: config.ANLING_HOST, port: config.ANLING_HTTP_PORT, publicOrigin: config.ANLING_PUBLIC_ORIGIN, webRoot },
      ...(tls ? { tls } : {}),
    },
    health: () => healthOf({ database, storage, audit, timekeeper, clock }),
    newDeviceToken: async (deviceId) => {
      const token = newToken()
      await directory.putCredential(deviceId, hashToken(pepper, token))
      return token
    },
    onUpgrade: (request, socket, head) => {
      if (request.url?.split('?')[0] !== config.ANLING_MQTT_WS_PATH) return false
      broker.handleWebSocket(request, socket, head)
      return true
    },
  })
  const mqttPort = await broker.listenTcp(config.ANLING_HOST, config.ANLING_MQTT_PORT)
  const mqttsPort = tls ? await broker.listenTls(config.ANLING_HOST, config.ANLING_MQTTS_PORT) : null
  const { url } = await dashboard.listen()
  const needsSetup = (await accounts.countUsers()) === 0
  log('info', 'Anling is ready', { readyMs: Math.round(clock.now() - startedAt), mqttPort })

  return {
    ...{
      url,
      mqttPort,
      mqttsPort,
      needsSetup,
      setupCode,
      pepper,
      store,
      directory,
      accounts,
      telemetry,
      broker,
      ingest,
      dashboard,
      database,
      storage,
      silence,
    },
    /** Stops listening first, then lets everything finish that was begun. */
    async close(): Promise<void> {
      await broker.close()
      await dashboard.close()
      unsubscribeReplies()
      watch.stop()
      audit.stop()
      await timekeeper.stop()
      await outbox.stop()
      await desk.idle()
      await checkpoints()
      await storage.close()
      await store.close()
      database.close()
    },
  }
}

const webRoot = join(import.meta.dirname, 'dashboard', 'web', 'dist')

function openChannels(config: Config, clock: Clock, write: (line: string) => void): Channel[] {
  const channels: Channel[] = [openConsoleChannel({ write })]
  const { ANLING_WEBHOOK_URL: url, ANLING_WEBHOOK_SECRET: secret, ANLING_WEBHOOK_ALLOW_PRIVATE: allowPrivate } = config
  if (url !== '') channels.push(openWebhookChannel({ url, secret, allowPrivate, clock }))
  return channels
}

function readCertificate(config: Config): { cert: Buffer; key: Buffer } | null {
  if (config.ANLING_TLS_CERT === '' && config.ANLING_TLS_KEY === '') return null
  return { cert: readFileSync(config.ANLING_TLS_CERT), key: readFileSync(config.ANLING_TLS_KEY) }
}

type Watched = {
  database: ReturnType<typeof openDatabase>
  storage: Awaited<ReturnType<typeof openTelemetry>>
  audit: ReturnType<typeof startAudit>
  timekeeper: ReturnType<typeof startTimekeeper>
  clock: Clock
}

function healthOf({ database, storage, audit, timekeeper, clock }: Watched) {
  const { fullSince, slowSince } = database.health()
  const { refusedSince } = storage.health()
  const late = clock.elapsed() - (timekeeper.lastTickAt() ?? clock.elapsed()) > seconds(10)
  const reasons = [
    ...(fullSince ? [{ code: 'disk-full', message: 'The disk is full; calls for help are recorded on the reserve.' }] : []),
    ...(refusedSince ? [{ code: 'telemetry-refused', message: 'Readings are refused until the disk has room again.' }] : []),
    ...(slowSince ? [{ code: 'storage-slow', message: 'Commits take longer than a second.' }] : []),
    ...(late ? [{ code: 'timekeeper-late', message: 'Deadlines are not being watched.' }] : []),
    ...audit.findings().map(({ kind, message }) => ({ code: kind, message })),
  ]
  const banner =
    (fullSince && ({ kind: 'disk-full', since: fullSince } as const)) ||
    (refusedSince && ({ kind: 'telemetry-refused', since: refusedSince } as const)) ||
    (slowSince && ({ kind: 'storage-slow', since: slowSince } as const)) ||
    null
  return { reasons, banner }
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
