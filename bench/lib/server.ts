/** A child process: the whole platform on a folder, with a signed-in screen's cookie, answering with its meters. `--storage off` replaces the telemetry store. */
import { parseArgs } from 'node:util'
import { readConfig } from '../../config.ts'
import { sentenceOf } from '../../domain/log.ts'
import { consoleLog, startPlatform } from '../../main.ts'
import type { TelemetryStore } from '../../store/store.ts'
import { startLoopMeter } from './loop.ts'
import { answerMeters } from './meters.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    storage: { type: 'string', default: 'on' },
    verbose: { type: 'boolean', default: false },
    loop: { type: 'boolean', default: false },
  },
})

/** Thanks at once and keeps nothing: the other side of the comparison "storage on, storage off". */
const nothingKept: TelemetryStore = {
  record: async () => {},
  readings: async () => [],
  counts: async () => ({ readings: 0, bytes: 0, commits: 0, droppedReadings: 0 }),
  close: async () => {},
}

const log = consoleLog('plain')
const platform = await startPlatform({
  config: readConfig({ ANLING_DATA_DIR: values.data, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' }),
  log: (level, message, ids) => (values.verbose || level === 'error' ? log(level, message, ids) : undefined),
  write: () => {},
  onFatal: (error) => {
    console.error(`the measured server failed: ${sentenceOf(error)}`)
    process.exit(70)
  },
  ...(values.storage === 'off' ? { telemetryInstead: nothingKept } : {}),
})
const loop = values.loop ? startLoopMeter() : () => ({})
let commits = 0
setInterval(() => void platform.telemetry.counts().then((counts) => (commits = counts.commits)), 500)
answerMeters(() => ({ ...platform.broker.counts(), received: platform.ingest.counts().messages, telemetryCommits: commits, ...loop() }), {
  mqttPort: platform.mqttPort,
  httpPort: Number(new URL(platform.url).port),
  setupCode: platform.setupCode,
})
