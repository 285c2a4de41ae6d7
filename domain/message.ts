/** One MQTT message as the broker hands it to ingest, and what may come back. */
import type { Instant } from './time.ts'

export type InboundMessage = {
  /** The device whose credential opened the connection: the only trusted name here. The topic is hostile input. */
  senderId: string
  topic: string
  payload: Uint8Array
  qos: 0 | 1 | 2
  retain: boolean
  /** It came out of another broker's store: nobody says it now, whatever the custom of its family is. */
  kept?: true
  dup: boolean
  receivedAt: Instant
}

/** Resolves when everything the message means is on stable storage; rejects when it is not (then there is no PUBACK). */
export type Accept = (message: InboundMessage) => Promise<void>

/** What a terminal is told after its press; `ring` and `hush` are for sirens and beacons. */
export type ReplyKind = 'recorded' | 'seen' | 'coming' | 'over' | 'test-ok' | 'check-in' | 'test-reminder' | 'ring' | 'hush'
export type Reply = {
  id: string
  deviceId: string
  kind: ReplyKind
  alarmId: string | null
  at: Instant
  /** With `coming`: who, and in how many minutes, when they said so. */
  who?: string
  minutes?: number
  /** With `test-reminder`: the sentence, in the language of the person. */
  language?: string
  words?: string
  /** With `ring`: how many seconds to sound unless hushed. */
  seconds?: number
}

/** What terminals are still to be told, and how far the facts were followed; must outlive a restart. */
export type KeptReplies = {
  /** Oldest first. */
  kept(): Promise<readonly Reply[]>
  /** The last fact whose replies are kept or were acknowledged; null before the first. */
  cursor(): Promise<number | null>
  /** All of it or nothing. A reply takes the place of those of the same device about the same alarm. */
  keep(change: { put: readonly Reply[]; remove: readonly string[]; cursor: number }): Promise<void>
}

/** A device's stored credential: HMAC-SHA-256 of its token under the platform's pepper. Two are valid while it rotates. */
export type StoredCredential = {
  deviceId: string
  tokenHashes: readonly Uint8Array[]
  /** Devices whose native topics this one may also use, because it carries them (its `gatewayId` children). */
  carries: readonly string[]
  /** Topic prefix of a foreign gateway (`zigbee2mqtt`), or ''. */
  base: string
  /** It may also log in by the formula of another platform. */
  byVendor?: boolean
  /** Of its certificates only those made after this moment are taken; null: all. Absent: none. */
  certifiedAfter?: Instant | null
  /** Only of a Home Assistant, which is no device: it hears of its elders and may answer. */
  listens?: ListenerRights
}

/** `prefix`: of Home Assistant's discovery. `keys`: the elders it hears of; `answers`: those about whom it may also say something. */
export type ListenerRights = { prefix: string; keys: readonly string[]; answers: readonly string[] }
