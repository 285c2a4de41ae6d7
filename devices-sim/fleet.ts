/** Many simulated homes at once, each with its own connection, started one after the other as a community is. */
import type { Device } from '../domain/device.ts'
import { type Clock, hours, milliseconds, type Span } from '../domain/time.ts'
import type { CommunityRows } from './community.ts'
import { type RunningHome, type SimHome, startHome } from './home.ts'
import type { LinkCounts } from './link.ts'
import { openRandom } from './random.ts'

export type FleetNeeds = {
  homes: readonly SimHome[]
  /** mqtt://host:port, mqtts://… or ws://…/mqtt */
  brokerUrl: string
  clock: Clock
  seed: number
  /** How many times faster than the clock people live; 1 = as we do. */
  speed: number
  /** How many terminals sign in each second. Default 100. */
  connectPerSecond?: number
  /** Local time of the homes. Default: 8 hours, China. */
  utcOffset?: Span
  /** What a terminal was told: its lamp or its voice. */
  onReply?: (reply: { home: number; deviceId: string; kind: string; id: string }) => void
}

export type Fleet = {
  size: number
  /** Throws a RangeError when there is no such home. */
  home(index: number): RunningHome
  /** Presses the pendant of a home; returns the press id. */
  press(index: number): string
  cancel(index: number): void
  test(index: number): string
  counts(): LinkCounts & { connected: number }
  /** Disconnects every home. */
  stop(): void
}

export function startFleet(needs: FleetNeeds): Fleet {
  const { homes, clock } = needs
  const running = homes.map((home, index) =>
    startHome({
      home,
      brokerUrl: needs.brokerUrl,
      clock,
      random: openRandom(needs.seed, 500_000 + index),
      seed: needs.seed * 1_000_003 + index,
      speed: needs.speed,
      utcOffset: needs.utcOffset ?? hours(8),
      onReply: (reply) => needs.onReply?.({ home: index, ...reply }),
    }),
  )
  const stopArrival = startArrival(running, clock, needs.connectPerSecond ?? 100)
  const at = (index: number): RunningHome => {
    const home = running[index]
    if (!home) throw new RangeError(`There is no home ${index}; the fleet has ${running.length}.`)
    return home
  }
  return {
    size: running.length,
    home: at,
    press: (index) => at(index).press(),
    cancel: (index) => at(index).cancel(),
    test: (index) => at(index).test(),
    counts: () => countsOf(running),
    stop() {
      stopArrival()
      for (const home of running) home.stop()
    },
  }
}

const arrivalTick = milliseconds(100)

/** Not all at once: a community that comes back is a storm, and a storm is a scenario of its own. */
function startArrival(homes: readonly RunningHome[], clock: Clock, perSecond: number): () => void {
  let arrived = 0
  let due = 0
  const arrive = () => {
    due += (perSecond * arrivalTick) / 1_000
    while (arrived < homes.length && arrived < due) {
      homes[arrived]?.link.up()
      arrived += 1
    }
    if (arrived >= homes.length) stop()
  }
  const stop = clock.every(arrivalTick, arrive)
  return stop
}

function countsOf(homes: readonly RunningHome[]): LinkCounts & { connected: number } {
  const total = { sent: 0, thanked: 0, sentAgain: 0, dropped: 0, connections: 0, connected: 0 }
  for (const { link } of homes) {
    const counts = link.counts()
    total.sent += counts.sent
    total.thanked += counts.thanked
    total.sentAgain += counts.sentAgain
    total.dropped += counts.dropped
    total.connections += counts.connections
    if (link.isUp()) total.connected += 1
  }
  return total
}

/** The homes of a community as the simulation needs them. Terminals without a token are left out. */
export function simHomesOf(rows: Pick<CommunityRows, 'homes' | 'residents' | 'devices'>, tokens: ReadonlyMap<string, string>): SimHome[] {
  const buildings = new Map(rows.homes.map(({ id, siteId, building }) => [id, `${siteId} ${building}`]))
  const buildingOf = new Map(rows.residents.map(({ id, homeId }) => [id, buildings.get(homeId) ?? '']))
  const carried = new Map<string, Pick<Device, 'id' | 'role' | 'room'>[]>()
  for (const { id, role, room, gatewayId } of rows.devices) {
    if (gatewayId === null) continue
    const list = carried.get(gatewayId)
    if (list) list.push({ id, role, room })
    else carried.set(gatewayId, [{ id, role, room }])
  }
  return rows.devices.flatMap(({ id, gatewayId, residentId, heartbeatSeconds }) => {
    const token = tokens.get(id)
    if (gatewayId !== null || residentId === null || token === undefined) return []
    const terminal = { id, token, heartbeatSeconds: heartbeatSeconds ?? 60 }
    return [{ residentId, building: buildingOf.get(residentId) ?? '', terminal, devices: carried.get(id) ?? [] }]
  })
}
