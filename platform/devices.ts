/** The door for devices: our broker, other brokers we listen to, and what reads their messages. */
import { followDirectory } from '../alerts/watch.ts'
import { openBridge } from '../broker/bridge.ts'
import { readBridges } from '../broker/bridge-settings.ts'
import { openBroker } from '../broker/broker.ts'
import type { Accept } from '../domain/message.ts'
import { openIngest } from '../ingest/ingest.ts'
import { openProfiles } from '../ingest/profiles.ts'
import { openProfileStore } from '../store/sqlite/profiles.ts'
import type { DeviceLogins } from '../store/sqlite/vendor-logins.ts'
import type { Alerts } from './alerts.ts'
import type { Certificates } from './certificates.ts'
import { openEnrolment } from './enrolment.ts'
import type { PartOptions } from './options.ts'
import { followPresence } from './presence.ts'
import type { Storage } from './storage.ts'

/** What came before the doors. */
export type Behind = Omit<Storage, 'close'> & Alerts
export type DeviceDoor = Awaited<ReturnType<typeof openDeviceDoor>>

/** `certificates` is null where the broker speaks plain MQTT only. Nothing listens before it is told to. */
export async function openDeviceDoor({ config, log, clock }: PartOptions, parts: Behind, certificates: Certificates | null) {
  const { directory, bus, pepper, openAlarms, post, sirens } = parts
  const standing = openAlarms.flatMap(({ reason, causes }) => causes.flatMap(({ deviceId }) => (deviceId ? [{ deviceId, reason }] : [])))
  const profiles = openProfiles({ store: openProfileStore(parts.database), clock })
  const { enrolment, renewed, stop: stopEnrolment } = openEnrolment({ config, log, clock }, parts)
  const ingest = openIngest({
    ...{ ...parts, enrolment, clock, log, standing },
    profiles: profiles.inForce,
    answer: (deviceId, reply) => broker.answer(deviceId, reply),
  })
  const limits = config.ANLING_MAX_CONNECTIONS ? { connections: config.ANLING_MAX_CONNECTIONS } : {}
  const { homes } = parts.out
  const { logins } = parts
  const credential = async (id: string) => (await homes.credential(id)) ?? logins.complete(id, await directory.credential(id))
  const accept: Accept = (message) => {
    post.heard(message)
    return homes.accept(message) ?? ingest.accept(message)
  }
  const presence = followPresence({ ...parts, clock })
  const broker = await openBroker({
    accept,
    credential,
    pepper,
    vendors: logins,
    clock,
    log,
    limits,
    onListening: post.listening,
    onSubscribed: homes.subscribed,
    renewed,
    onPresence: presence.noted,
    ...(certificates && { tls: certificates.now(), ...(certificates.devices && { certificates: certificates.devices }) }),
  })
  const bridges = readBridges(config.ANLING_BRIDGES).map((settings) => openBridge(settings, { accept: ingest.accept, clock, log }))
  post.connect(broker.send)
  homes.connect(broker)
  const stopReplies = bus.subscribe((facts) => {
    post.tell(facts)
    sirens.tell(facts)
  })
  const stopFollowing = followDirectory({ directory, clock, log }, broker.recheck)
  return {
    ...{ broker, ingest, accept, profiles, enrolment, vendors: cutting(logins, broker.recheck) },
    async close() {
      presence.stop()
      stopFollowing()
      for (const bridge of bridges) await bridge.close()
      await broker.close()
    },
    /** When nothing comes in any more by any way. */
    async finish() {
      await stopEnrolment()
      stopReplies()
    },
  }
}

/** Who loses a login is cut off, and who loses a name that was another's. */
const cutting = (logins: DeviceLogins, recheck: () => Promise<number>): DeviceLogins => ({
  ...logins,
  async put(login, line) {
    const isPut = await logins.put(login, line)
    if (isPut) await recheck()
    return isPut
  },
  async remove(deviceId, line) {
    const isGone = await logins.remove(deviceId, line)
    if (isGone) await recheck()
    return isGone
  },
})
