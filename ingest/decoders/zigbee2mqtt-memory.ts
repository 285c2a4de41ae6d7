/** What the Zigbee2MQTT decoder remembers of each device, so that a cached state is never taken for a new report. Bounded per gateway and in all. */
import type { Origin } from '../../domain/signal.ts'
import { before, type Instant, seconds } from '../../domain/time.ts'
import { openBoundedMap } from '../bounded.ts'
import { type Body, momentOf } from './decoder.ts'

/** Properties that are on or off and that Zigbee2MQTT repeats in every later message. */
export const flagNames = [
  'occupancy',
  'presence',
  'contact',
  'vibration',
  'smoke',
  'gas',
  'carbon_monoxide',
  'water_leak',
  'tamper',
  'sos',
] as const
export type FlagName = (typeof flagNames)[number]

export type Remembered = {
  /** The bridge's `last_seen` of the newest message; 0 = it never said. */
  lastSeenAt: number
  flags: Partial<Record<FlagName, boolean>>
  /** Last words of properties that name a state: `fall_status`, `fall_down_status`, `status`. */
  words: Record<string, string>
  numbers: Record<string, number>
  /** All of the last message but its link quality and times: tells a repeated press from a report about something else. */
  likeness: string
  /** Which start of the bridge this device's first message was seen after. */
  startSeen: number
}

export type Bridge = {
  /** When the bridge last said "online"; 0 = never heard. */
  startedAt: Instant | 0
  device(key: string): Remembered | undefined
  remember(key: string, remembered: Remembered): void
  forget(key: string): void
  /** The number of messages the bridge had counted for a device; the former one comes back. */
  counted(ieee: string, messages: number): number | undefined
}

/** After its start the bridge sends the stored state of every device once; within this time such a message is suspect. */
const startWindow = seconds(60)
/** A `last_seen` this much older than the arrival speaks of a former transmission. */
const freshWithin = seconds(10)

const bridgesMost = 20_000
const devicesPerBridgeMost = 400

export function openBridges(): (gatewayId: string) => Bridge {
  const bridges = openBoundedMap<string, Bridge>(bridgesMost)
  return (gatewayId) => {
    const known = bridges.get(gatewayId)
    if (known) return known
    const bridge = openBridge()
    bridges.set(gatewayId, bridge)
    return bridge
  }
}

function openBridge(): Bridge {
  const devices = openBoundedMap<string, Remembered>(devicesPerBridgeMost)
  const counts = openBoundedMap<string, number>(devicesPerBridgeMost)
  return {
    startedAt: 0,
    device: (key) => devices.get(key),
    remember: (key, remembered) => devices.set(key, remembered),
    forget: (key) => devices.delete(key),
    counted(ieee, messages) {
      const former = counts.get(ieee)
      counts.set(ieee, messages)
      return former
    },
  }
}

export const freshMemory = (): Remembered => ({ lastSeenAt: 0, flags: {}, words: {}, numbers: {}, likeness: '', startSeen: 0 })

/**
 * Where a device message came from: a transmission just now (`live`), the bridge's store after a restart (`replay`),
 * or the bridge's own timer or repetition (`synthetic`).
 */
export function originOf(body: Body, former: Remembered | undefined, at: { bridge: Bridge; receivedAt: Instant }): Origin {
  const { bridge, receivedAt } = at
  const lastSeenAt = momentOf(body.last_seen)
  const starting = bridge.startedAt !== 0 && receivedAt < bridge.startedAt + startWindow
  const firstSinceStart = starting && former?.startSeen !== bridge.startedAt
  if (lastSeenAt === undefined) return firstSinceStart && !speaksOfAction(body) ? 'replay' : 'live'
  if (former && former.lastSeenAt === lastSeenAt) return firstSinceStart ? 'replay' : 'synthetic'
  if (firstSinceStart && former && lastSeenAt < former.lastSeenAt) return 'replay'
  if (firstSinceStart && !former)
    return lastSeenAt >= before(receivedAt, freshWithin) && lastSeenAt <= receivedAt + 1_000 ? 'live' : 'replay'
  return !former && timerMade(body) ? 'synthetic' : 'live'
}

/** The bridge never stores an action: a message that carries one was caused by a press. */
const speaksOfAction = (body: Body): boolean => typeof body.action === 'string' && body.action !== ''

/** "Nobody moves any more" is what the bridge's timer says; from a device never seen before it is no transmission. */
const timerMade = (body: Body): boolean => body.occupancy === false || body.vibration === false
