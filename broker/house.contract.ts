/** What the broker's tests need: a broker with a hand-driven sweep, real mqtt clients, and raw sockets that may say anything. */
import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { systemClock } from '../domain/clock.ts'
import type { InboundMessage, StoredCredential } from '../domain/message.ts'
import type { Clock } from '../domain/time.ts'
import { type BrokerNeeds, openBroker } from './broker.ts'
import { hashToken, newToken } from './credentials.ts'

export const pepper = new Uint8Array(32).fill(7)
const opened: (() => unknown)[] = []

/** Closes everything the test opened, the youngest first. For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close()
}
export const afterwards = (close: () => unknown): void => void opened.push(close)

/** Waits for a condition; fails with its source after forty seconds. */
export async function until(holds: () => unknown, seconds = 40): Promise<void> {
  const end = performance.now() + seconds * 1_000
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export type House = Awaited<ReturnType<typeof openHouse>>

/** A broker on a free port. `accepted` lists what reached `accept`; `sweep` lets time limits pass by hand. */
export async function openHouse(needs: Partial<BrokerNeeds> = {}) {
  const accepted: InboundMessage[] = []
  const said: string[] = []
  const sweeps: (() => void)[] = []
  const credentials = new Map<string, StoredCredential>()
  const tokens = new Map<string, string>()
  const clock: Clock = {
    ...systemClock,
    every: (_span, work) => {
      sweeps.push(work)
      return () => {}
    },
  }
  const broker = await openBroker({
    pepper,
    clock,
    log: (level, message, ids) => said.push(`${level}: ${message} ${JSON.stringify(ids ?? {})}`),
    credential: async (id) => credentials.get(id) ?? null,
    ...needs,
    accept: (message) => {
      accepted.push(message)
      return needs.accept?.(message) ?? Promise.resolve()
    },
  })
  afterwards(() => broker.close())
  const port = await broker.listenTcp('127.0.0.1', 0)
  return {
    broker,
    port,
    accepted,
    said,
    counts: broker.counts,
    sweep: (times = 1): void => {
      for (let i = 0; i < times; i++) for (const work of sweeps) work()
    },
    /** Registers a device and returns its token. */
    device(deviceId: string, more: Partial<StoredCredential> = {}): string {
      const token = newToken()
      tokens.set(deviceId, token)
      credentials.set(deviceId, { deviceId, tokenHashes: [hashToken(pepper, token)], carries: [], base: '', ...more })
      return token
    },
    tokenOf: (deviceId: string): string => tokens.get(deviceId) ?? newToken(),
  }
}

/** A real mqtt client, connected as this device (registered on the way when it is new). It never reconnects by itself. */
export async function client(house: House, deviceId: string, options: IClientOptions = {}): Promise<MqttClient> {
  const password = house.tokenOf(deviceId)
  const all = { clientId: deviceId, username: deviceId, password, reconnectPeriod: 0, port: house.port, ...options }
  const connected = await mqtt.connectAsync(`${all.protocol ?? 'mqtt'}://127.0.0.1:${all.port}${all.path ?? ''}`, all, false)
  connected.on('error', () => {})
  afterwards(() => connected.end(true))
  return connected
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}
function remaining(size: number): Buffer {
  const digits: number[] = []
  do {
    digits.push((size & 127) | (size > 127 ? 128 : 0))
    size >>= 7
  } while (size > 0)
  return Buffer.from(digits)
}

/** Packets made by hand. */
export const wire = {
  packet: (type: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([type]), remaining(body.length), body]),
  connect(id: string, password: string, { level = 4, keepalive = 60, clean = true, username = id } = {}): Buffer {
    const flags = 0xc0 | (clean ? 2 : 0)
    const properties = level === 5 ? Buffer.from([0]) : Buffer.alloc(0)
    const head = Buffer.from([level, flags, keepalive >> 8, keepalive & 255])
    return wire.packet(0x10, Buffer.concat([text('MQTT'), head, properties, text(id), text(username), text(password)]))
  },
  publish(topic: string, payload: string | Buffer, { qos = 1, id = 1, dup = false, retain = false } = {}): Buffer {
    const flags = (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
    const messageId = qos > 0 ? Buffer.from([id >> 8, id & 255]) : Buffer.alloc(0)
    return wire.packet(0x30 | flags, Buffer.concat([text(topic), messageId, Buffer.from(payload)]))
  },
  subscribe: (filters: readonly string[], id = 1): Buffer =>
    wire.packet(0x82, Buffer.concat([Buffer.from([id >> 8, id & 255]), ...filters.flatMap((filter) => [text(filter), Buffer.from([1])])])),
  pubrel: (id: number): Buffer => Buffer.from([0x62, 2, id >> 8, id & 255]),
  disconnect: Buffer.from([0xe0, 0]),
}

export type Raw = Awaited<ReturnType<typeof raw>>

/** A raw socket: everything that came back, and whether the broker closed it. */
export async function raw(port: number, { secure = false } = {}) {
  const socket = secure ? tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }) : net.connect(port, '127.0.0.1')
  const seen = { bytes: Buffer.alloc(0), closed: false }
  socket.on('data', (bytes) => {
    seen.bytes = Buffer.concat([seen.bytes, bytes])
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    seen.closed = true
  })
  afterwards(() => socket.destroy())
  await once(socket, secure ? 'secureConnect' : 'connect')
  return {
    socket,
    send: (...packets: readonly Buffer[]): boolean => socket.write(Buffer.concat(packets)),
    hex: (): string => seen.bytes.toString('hex'),
    closed: (): boolean => seen.closed,
  }
}

/** A raw socket that has logged in as this device. */
export async function rawLogin(house: House, deviceId: string, options: Parameters<typeof wire.connect>[2] = {}): Promise<Raw> {
  const socket = await raw(house.port)
  socket.send(wire.connect(deviceId, house.tokenOf(deviceId), options))
  await until(() => socket.hex().startsWith('20020000'))
  return socket
}
