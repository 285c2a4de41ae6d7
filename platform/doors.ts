/** The doors, opened: MQTT for devices, other brokers we listen to, and HTTP for people. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { followDirectory } from '../alerts/watch.ts'
import { openBridge } from '../broker/bridge.ts'
import { readBridges } from '../broker/bridge-settings.ts'
import { openBroker } from '../broker/broker.ts'
import { hashToken, newToken, tokenMatches } from '../broker/credentials.ts'
import type { Config } from '../config.ts'
import { openDashboard } from '../dashboard/server/dashboard.ts'
import { healthOf } from '../dashboard/server/platform-health.ts'
import { newSetupCode } from '../dashboard/server/setup-code.ts'
import type { Accept } from '../domain/message.ts'
import { startEnrolment } from '../ingest/enrolment.ts'
import { openIngest } from '../ingest/ingest.ts'
import { openProfiles } from '../ingest/profiles.ts'
import { openEnrolmentStore } from '../store/sqlite/enrolment.ts'
import { openProfileStore } from '../store/sqlite/profiles.ts'
import type { Alerts } from './alerts.ts'
import type { PartOptions } from './options.ts'
import type { Storage } from './storage.ts'

/** The two doors: MQTT for devices, HTTP for people. */
export async function openDoors({ config, log, clock }: PartOptions, parts: Omit<Storage, 'close'> & Alerts) {
  const { directory, bus, pepper, openAlarms, post, sirens } = parts
  const tls = readCertificate(config)
  const standing = openAlarms.flatMap(({ reason, causes }) => causes.flatMap(({ deviceId }) => (deviceId ? [{ deviceId, reason }] : [])))
  const profiles = openProfiles({ store: openProfileStore(parts.database), clock })
  const enrolment = startEnrolment({ store: openEnrolmentStore(parts.database), clock, log })
  const ingest = openIngest({
    ...{ ...parts, enrolment, clock, log, standing },
    profiles: profiles.inForce,
    answer: (deviceId, reply) => broker.answer(deviceId, reply),
  })
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
    ...{ ...parts, clock, log, setupCode, profiles, enrolment },
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
    await enrolment.stop()
    stopReplies()
  }
  return { broker, ingest, dashboard, setupCode, tls, close }
}

const webRoot = join(import.meta.dirname, '..', 'dashboard', 'web', 'dist')

function readCertificate(config: Config): { cert: Buffer; key: Buffer } | null {
  if (config.ANLING_TLS_CERT === '' && config.ANLING_TLS_KEY === '') return null
  return { cert: readFileSync(config.ANLING_TLS_CERT), key: readFileSync(config.ANLING_TLS_KEY) }
}
