/** Opens the two stores of a move, with everything each of them needs, and closes them again. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../domain/log.ts'
import { type Clock, days, instant } from '../../domain/time.ts'
import { openClient } from '../influx/client.ts'
import { hasSums } from '../influx/rollup.ts'
import { rollupNeeds } from '../influx/rollup-loop.ts'
import { findServer, InfluxRefusal, type Server } from '../influx/server.ts'
import { databaseOf, type InfluxSettings, timingsDefault } from '../influx/settings.ts'
import { followSites } from '../influx/sites.ts'
import { startOfDay } from '../influx/sum-lines.ts'
import { shownUrl } from '../influx/trouble.ts'
import type { MoveSource, MoveTarget } from '../move.ts'
import { openDatabase } from '../sqlite/database.ts'
import { openDirectory } from '../sqlite/directory.ts'
import { openTelemetry } from '../sqlite/telemetry.ts'
import { embeddedSource, embeddedTarget, ownersIn } from './embedded.ts'
import { remoteSource, remoteTarget } from './remote.ts'

/** `partReadings`: from InfluxDB, so many readings are held in memory and written at once, about. */
export type SidesNeeds = { direction: Direction; partReadings: number; dataDir: string; settings: InfluxSettings; clock: Clock; log: Log }
export type Direction = 'sqlite-influx' | 'influx-sqlite'
export type Sides = { from: MoveSource; to: MoveTarget; close(): Promise<void> }

/** Sums are kept for three years; of the oldest day some may be gone. */
const sumsFor = days(1_094)
const readingsFor = days(89)

/** Throws an Error for the operator, an InfluxRefusal, or what the network threw. */
export async function openSides({ direction, partReadings, dataDir, settings, clock, log }: SidesNeeds): Promise<Sides> {
  const client = openClient(settings, { requestMs: 10 * timingsDefault.requestMs })
  const server = await findServer(client, settings)
  await mustFit({ client, settings, server, direction })
  const owners = ownersIn(dataDir)
  // With a spool, so that what waits to be sent stays so; nothing is let go while history moves.
  const store = await openTelemetry({ dataDir, clock, log, spool: { local: days(90) }, onFatal: rethrow })
  const sites = await sitesIn(dataDir, clock)
  const write = rollupNeeds({ client, settings, server, devices: 0 }, async () => true).write
  const deviceCount = owners.reduce((most, { device }) => Math.max(most, device), sites.ofDevice.length)
  const name = `InfluxDB ${server.version} at ${shownUrl(settings.url)}, "${databaseOf(settings)}"`
  const remote = { client, settings, kind: server.kind, write, name, devices: deviceCount, clock }
  const embedded = { name: `the embedded store in ${dataDir}`, store }
  const range = { rawFrom: instant(startOfDay(clock.now() - readingsFor)), oldest: instant(startOfDay(clock.now() - sumsFor)) }
  const close = async () => {
    client.stop()
    await store.close()
  }
  if (direction === 'sqlite-influx') {
    const siteOf = (device: number) => sites.names[(sites.ofDevice[device] ?? 0) - 1] ?? null
    return { from: embeddedSource({ ...embedded, ...range, owners }), to: remoteTarget({ ...remote, ...range, siteOf }), close }
  }
  const from = remoteSource({ ...remote, partReadings })
  return { from, to: embeddedTarget({ ...embedded, since: from.since }), close }
}

type Fit = { client: ReturnType<typeof openClient>; settings: InfluxSettings; server: Server; direction: Direction }

async function mustFit({ client, settings, server, direction }: Fit): Promise<void> {
  if (server.kind === 'write-only') throw new InfluxRefusal('This server does not answer InfluxQL: nothing can be counted or moved back.')
  const isReady = direction === 'influx-sqlite' || (await hasSums({ client, settings, kind: server.kind }))
  if (!isReady) throw new InfluxRefusal('InfluxDB has no place for sums by hour and day: run `npm run influx:setup` first.')
}

/** Sites as the directory has them; without one, readings have no site. */
async function sitesIn(dataDir: string, clock: Clock) {
  const none = { names: [] as readonly string[], ofDevice: new Uint16Array(0) }
  if (!existsSync(join(dataDir, 'care.db'))) return none
  const database = openDatabase({ dataDir, clock, onTrouble: () => {}, onFatal: rethrow })
  try {
    return (await followSites(openDirectory(database))()) ?? none
  } finally {
    database.close()
  }
}

function rethrow(error: unknown): never {
  throw error
}
