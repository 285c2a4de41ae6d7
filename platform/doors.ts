/** The doors, opened: MQTT for devices, HTTP for people. */
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { hashToken, newToken, tokenMatches } from '../broker/credentials.ts'
import { openDashboard } from '../dashboard/server/dashboard.ts'
import { healthOf } from '../dashboard/server/platform-health.ts'
import { newSetupCode } from '../dashboard/server/setup-code.ts'
import type { Enrolment } from '../ingest/enrolment.ts'
import type { AuditLine } from '../store/store.ts'
import { isLoopback, openCertificates } from './certificates.ts'
import { type Behind, openDeviceDoor } from './devices.ts'
import type { PartOptions } from './options.ts'
import { upkeepParts } from './upkeep.ts'

export async function openDoors(options: PartOptions, parts: Behind) {
  const { config, log, clock } = options
  const { directory, pepper } = parts
  const certificates = await openCertificates({ config, clock, log })
  const tls = certificates?.now() ?? null
  const devices = await openDeviceDoor(options, parts, certificates)
  const { broker, ingest, accept, profiles, enrolment, vendors } = devices
  const setupCode = newSetupCode()
  const { ANLING_HOST: host, ANLING_HTTP_PORT: port, ANLING_PUBLIC_ORIGIN: publicOrigin } = config
  /** A WebSocket is MQTT in the open too, unless this is HTTPS, the same machine, or a proxy before us that speaks it. */
  const mayBePlain = ({ socket }: IncomingMessage): boolean =>
    tls !== null || config.ANLING_MQTT_LAN || publicOrigin.startsWith('https:') || isLoopback(socket.remoteAddress ?? '')
  const dashboard = await openDashboard({
    ...{ ...parts, clock, log, setupCode, profiles, enrolment, vendors },
    settings: {
      host,
      port,
      publicOrigin,
      webRoot,
      reloadAt: config.ANLING_WALL_RELOAD_AT,
      secondFactor: config.ANLING_SECOND_FACTOR,
      ...(tls && { tls }),
    },
    mqtt: () => ({ port: (tls ? config.ANLING_MQTTS_PORT : config.ANLING_MQTT_PORT) || 1883, secure: tls !== null }),
    health: () => healthOf({ ...parts, clock }),
    changesOf: parts.weeklyChanges.of,
    homeAssistants: parts.out.homeAssistants,
    outgoing: { webhooks: parts.webhooks, queue: parts.out.webhooks.queue },
    upkeep: upkeepParts(options, parts),
    wayIn: { accept, admits: async (id, token) => tokenMatches(pepper, Buffer.from(token), await directory.credential(id)) },
    ...{ takeReport: parts.receiptDesk.take, ownScreenSecret: parts.ownScreenSecret },
    newDeviceToken: tokenMaker(parts, enrolment),
    onUpgrade: (request, socket, head) => {
      if (request.url?.split('?')[0] !== config.ANLING_MQTT_WS_PATH || !mayBePlain(request)) return false
      broker.handleWebSocket(request, socket, head)
      return true
    },
  })
  parts.dutyWatch.follow(dashboard.isWatched)
  certificates?.follow({
    use(next) {
      broker.useCertificate(next)
      Object(dashboard.httpServer).setSecureContext?.({ cert: next.cert, key: next.key })
    },
    revoked: broker.recheck,
  })
  const close = async () => {
    certificates?.stop()
    await devices.close()
    await dashboard.close()
    await devices.finish()
  }
  return { broker, ingest, dashboard, setupCode, tls, close }
}

/** A former token beside a new one stays valid for a while: enrolment sees to its end. */
const tokenMaker =
  ({ directory, pepper }: Behind, { rotating }: Enrolment) =>
  async (deviceId: string, line: AuditLine): Promise<string> => {
    const token = newToken()
    const isSecond = (await directory.credential(deviceId)) !== null
    await rotating(deviceId, { by: line.userId, isSecond, device: await directory.device(deviceId) })
    await directory.putCredential(deviceId, hashToken(pepper, token), line)
    return token
  }

const webRoot = join(import.meta.dirname, '..', 'dashboard', 'web', 'dist')
