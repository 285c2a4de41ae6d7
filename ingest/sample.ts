/** One sample of what a device really sent, with what it means: read by its family's decoder and judged. For `npm run decode` and the contract test. */
import { z } from 'zod'
import { type Family, families, type KnownDevice } from '../domain/device.ts'
import type { InboundMessage } from '../domain/message.ts'
import type { Signal } from '../domain/signal.ts'
import { after, type Instant, instant, seconds } from '../domain/time.ts'
import { type Decoded, isBody, momentOf } from './decoders/decoder.ts'
import { openDecoders } from './decoders/index.ts'
import { promote } from './roles.ts'

const meaningSchema = z
  .object({
    kind: z.string(),
    must_not: z.string().optional(),
    active: z.boolean().optional(),
    present: z.boolean().optional(),
    open: z.boolean().optional(),
    online: z.boolean().optional(),
    action: z.string().optional(),
    battery: z.number().optional(),
    battery_low: z.boolean().optional(),
    level: z.string().optional(),
    ts: z.union([z.string(), z.number()]).optional(),
    historic: z.boolean().optional(),
    test: z.boolean().optional(),
    synthetic: z.boolean().optional(),
    role_required: z.string().optional(),
    lat: z.number().optional(),
    lon: z.number().optional(),
    sub_device: z.string().optional(),
  })
  .loose()

export const sampleSchema = z
  .object({
    family: z.string(),
    device: z.string().default(''),
    topic: z.string().nullable().default(null),
    payload: z.unknown(),
    encoding: z.string().optional(),
    fport: z.number().optional(),
    retain: z.boolean().optional(),
    direction: z.string().optional(),
    transport: z.string().optional(),
    meaning: meaningSchema.optional(),
  })
  .loose()
export type Sample = z.infer<typeof sampleSchema>

/** What people call a family → our decoder. Not named: what we send ourselves. */
const familyNames: Readonly<Record<string, Family>> = {
  native: 'native',
  zigbee2mqtt: 'zigbee2mqtt',
  'lorawan-frame': 'lorawan',
  lorawan: 'lorawan',
  chirpstack: 'lorawan',
  tts: 'lorawan',
  ttn: 'lorawan',
  shelly: 'shelly',
  tasmota: 'tasmota',
  'ha-discovery': 'home-assistant',
  'ha-mqtt': 'home-assistant',
  'ha-statestream': 'home-assistant',
  'home-assistant': 'home-assistant',
  esphome: 'esphome',
  homie: 'homie',
  bthome: 'bluetooth',
  theengs: 'bluetooth',
  openmqttgateway: 'bluetooth',
  bluetooth: 'bluetooth',
  alink: 'thing-model',
  onenet: 'thing-model',
  'huawei-iotda': 'thing-model',
  'tencent-iot-explorer': 'thing-model',
  tuyalink: 'thing-model',
  'tuya-status': 'thing-model',
  jetlinks: 'thing-model',
  sagoo: 'thing-model',
  'thing-model': 'thing-model',
  ctwing: 'ctwing',
  traccar: 'traccar',
  'gps-watch': 'watch',
  gt06: 'watch',
  watch: 'watch',
  senml: 'generic',
  sparkplug: 'generic',
  generic: 'generic',
}

export type Read = { family: Family | null; signals: readonly Signal[]; problem: string | null; replies: NonNullable<Decoded['replies']> }

/** What the sample becomes: decoded as its sender's message, with the role the home gives the device. */
export function readSample(sample: Sample): Read {
  const family = familyNames[sample.family] ?? families.find((name) => name === sample.family) ?? null
  if (family === null || sample.direction === 'out') return { family, signals: [], problem: null, replies: [] }
  const message = messageOf(sample, family)
  const decoder = openDecoders()[family]
  const decoded = decoder.decode(message, senderOf(sample, family))
  const { role_required: required, kind } = sample.meaning ?? { kind: '' }
  const role = required === 'sos_button' || kind === 'sos' ? 'sos-button' : 'other'
  // Without a role nothing is said of what a switch or a radio code is for.
  const promoted = role === 'other' ? decoded.signals : decoded.signals.map((signal) => promote(signal, role))
  // As ingest takes it: what a broker kept is nothing that happens now.
  const isRelic = message.retain && decoder.keepsStates !== true
  const signals = isRelic ? promoted.map((signal): Signal => ({ ...signal, origin: 'retained' })) : promoted
  return { family, signals, problem: decoded.problem?.why ?? null, replies: decoded.replies ?? [] }
}

function messageOf(sample: Sample, family: Family): InboundMessage {
  const [topic, payload] = addressed(sample, bytesOf(sample))
  const receivedAt = after(newestTime(sample.payload, family), seconds(1))
  return { topic, payload, receivedAt, senderId: 'sender', retain: sample.retain === true } as InboundMessage
}

/** Bytes alone travel as their usual carrier brings them. */
function addressed(sample: Sample, bytes: Uint8Array): [topic: string, payload: Uint8Array] {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  if (sample.family === 'lorawan-frame') {
    const body = { deviceInfo: { deviceProfileName: sample.device }, fPort: sample.fport, data: Buffer.from(bytes).toString('base64') }
    return ['application/1/device/0000000000000001/event/up', json(body)]
  }
  if (sample.family === 'bthome') return ['town/bthome/001122334455', bytes]
  const topic = sample.topic ?? ''
  if (sample.family === 'shelly' && topic.startsWith('(')) return ['shellies/device/status', bytes]
  return [topic.replaceAll(/[<>]/g, ''), bytes]
}

function bytesOf({ payload, encoding }: Sample): Uint8Array {
  if (typeof payload !== 'string') return Buffer.from(JSON.stringify(payload ?? null))
  return Buffer.from(payload, encoding === 'base64' || encoding === 'hex' ? encoding : 'utf8')
}

const senderOf = ({ topic }: Sample, family: Family): KnownDevice => ({
  ...{ id: 'sender', number: 1, siteId: 'site', residentId: 'resident', residentNumber: 1, gatewayId: null, family, key: '' },
  ...{
    base: family === 'zigbee2mqtt' ? (topic?.split('/')[0] ?? '') : '',
    role: 'gateway',
    room: '',
    power: 'mains',
    heartbeatSeconds: null,
  },
})

/** A moment of 2026: what samples without any time are received at. */
const someMoment = instant(1_790_000_000_000)
const timeNames = /^(ts|t|time|timestamp|last_?seen|received_at|event_?time|fix_?time|device_?time|utc_time)$/i

/** The newest moment the sample itself speaks of: it was received right after. */
function newestTime(payload: unknown, family: Family): Instant {
  // A back-fill tells of long ago and comes now.
  if (family === 'generic') return someMoment
  const found: number[] = []
  const look = (value: unknown, depth: number): void => {
    if (depth > 6) return
    if (Array.isArray(value)) for (const each of value.slice(0, 50)) look(each, depth + 1)
    else if (isBody(value))
      for (const [name, inner] of Object.entries(value)) {
        const at = timeNames.test(name) ? timeOf(inner) : undefined
        if (at !== undefined) found.push(at)
        look(inner, depth + 1)
      }
  }
  look(payload, 0)
  return found.length > 0 ? instant(Math.max(...found)) : someMoment
}

const basicIso = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/** Epoch seconds or milliseconds, or ISO 8601, of this century; else undefined. */
export function timeOf(value: unknown): number | undefined {
  const given = typeof value === 'string' ? value.replace(basicIso, '$1-$2-$3T$4:$5:$6Z') : value
  const at = typeof given === 'number' && given < 1e11 ? given * 1_000 : momentOf(given)
  return at !== undefined && at > 946_684_800_000 ? at : undefined
}
