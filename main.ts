/** Starts everything: three parts, one straight line. `npm start` runs it; platform/ says what is in each part. */
import { type Config, describeConfig, readConfig } from './config.ts'
import { systemClock } from './domain/clock.ts'
import { type Log, sentenceOf } from './domain/log.ts'
import type { Clock } from './domain/time.ts'
import { startAlerts } from './platform/alerts.ts'
import { plainHost } from './platform/certificates.ts'
import { openDoors } from './platform/doors.ts'
import type { PlatformOptions } from './platform/options.ts'
import { openStorage } from './platform/storage.ts'

export type { PlatformOptions } from './platform/options.ts'
export type Platform = Awaited<ReturnType<typeof startPlatform>>

/** Starts everything; resolves when MQTT and the dashboard are listening. Rejects with one sentence when a part refuses to start. */
export async function startPlatform(options: PlatformOptions) {
  const { config, log, clock = systemClock } = options
  const from = clock.elapsed()
  const storage = await openStorage({ ...options, clock })
  const alerts = await startAlerts({ ...options, clock }, storage)
  const doors = await openDoors({ ...options, clock }, { ...storage, ...alerts })

  const mqttHost = plainHost(config, log)
  const mqttPort = await doors.broker.listenTcp(mqttHost, config.ANLING_MQTT_PORT)
  const mqttsPort = doors.tls ? await doors.broker.listenTls(config.ANLING_HOST, config.ANLING_MQTTS_PORT) : null
  const { url, port } = await doors.dashboard.listen()
  const dashboard = { port, secure: doors.tls !== null, origin: config.ANLING_PUBLIC_ORIGIN }
  alerts.lifeSign.begin({ host: config.ANLING_HOST, mqttHost, mqttPort, dashboard })
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
