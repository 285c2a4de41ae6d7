/** What reports, and what its report means in this home. */

/** What a device means in this home. A decoder says "button"; the role makes it a call for help. */
export const roles = [
  'sos-button',
  'terminal',
  'gateway',
  'motion',
  'presence',
  'front-door',
  'door',
  'bed',
  'fall-detector',
  'smoke',
  'gas',
  'carbon-monoxide',
  'water-leak',
  'vitals',
  'environment',
  'siren',
  'other',
] as const
export type Role = (typeof roles)[number]

/** Which decoder reads its messages. One name for each file in `ingest/decoders/`. */
export const families = [
  'native',
  'zigbee2mqtt',
  'lorawan',
  'shelly',
  'tasmota',
  'home-assistant',
  'esphome',
  'homie',
  'bluetooth',
  'thing-model',
  'ctwing',
  'traccar',
  'watch',
  'generic',
] as const
export type Family = (typeof families)[number]

export type Device = {
  id: string
  /** Small stable integer, index into the register of who was last heard. */
  number: number
  siteId: string
  /** null for a gateway that serves a building rather than one person. */
  residentId: string | null
  /** The device that carries this one's messages, or null when it speaks MQTT itself. */
  gatewayId: string | null
  family: Family
  /** What its family calls it: the id itself (native), the friendly name or IEEE address (Zigbee2MQTT). */
  key: string
  /** Topic prefix of a gateway (`zigbee2mqtt`), else ''. */
  base: string
  role: Role
  room: string
  power: 'mains' | 'battery'
  /** How often it promises to be heard, in seconds; null = it makes no promise and its silence means nothing. */
  heartbeatSeconds: number | null
}

/** A device as ingest needs it: with the small integers of itself and of its resident. */
export type KnownDevice = Device & {
  residentNumber: number | null
  /** It was taken out of its home; named as hers only for the call for help it still makes. */
  retired?: true
}
