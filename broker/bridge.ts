/** A listener at another broker (ChirpStack, The Things Stack, a Mosquitto or EMQX that stands already): what comes there is thanked only after our own commit, and sent again when it was not. */
import { readFileSync } from 'node:fs'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { writeToStream } from 'mqtt-packet'
import { type Log, sentenceOf } from '../domain/log.ts'
import type { Accept, InboundMessage } from '../domain/message.ts'
import { type Clock, seconds } from '../domain/time.ts'
import type { BridgeSettings } from './bridge-settings.ts'
import { openWindow } from './bridge-window.ts'

type Needs = { accept: Accept; clock: Clock; log: Log }
export type Bridge = { connected(): boolean; messages(): number; close(): Promise<void> }

const redialMs = 2_000
/** While it is connected, the gateway that stands for it in the directory is alive. */
const beatEvery = seconds(60)
const refusedSubscription = 128

/** Connects, and keeps connecting. The session is kept over there: what comes while we are away waits for us. */
export function openBridge(settings: BridgeSettings, needs: Needs): Bridge {
  const { deviceId } = settings
  const { clock, log } = needs
  const client = mqtt.connect(settings.url, optionsOf(settings))
  let [messages, told] = [0, '']
  const tell = (level: 'info' | 'warn', sentence: string) => {
    if (sentence !== told) log(level, sentence, { device: deviceId })
    told = sentence
  }

  const window = openWindow({
    accept: needs.accept,
    failed(error) {
      log('error', `A message of the bridge was not recorded and is asked for again: ${sentenceOf(error)}`, { device: deviceId })
      // What is not durable is not thanked: the other broker sends it, and what came after it, again.
      client.stream.destroy()
    },
  })
  // The library thanks each message before it reads the next. To it they ask for no thanks; ours go out when the window says so.
  const owed = new WeakMap<object, number>()
  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'publish' || packet.qos !== 1) return
    owed.set(packet, packet.messageId ?? 0)
    packet.qos = 0
  })
  client.handleMessage = (packet, done) => {
    messages++
    const { stream } = client
    const messageId = owed.get(packet)
    const thank = (): void => {
      if (messageId !== undefined && !stream.destroyed) writeToStream({ cmd: 'puback', messageId }, stream)
    }
    window.take(inboundOf(packet, { clock, deviceId }, messageId === undefined ? packet.qos : 1), thank, done)
  }
  client.on('connect', () => {
    tell('info', 'The bridge is connected')
    void subscribe(client, settings, tell)
  })
  client.on('close', () => {
    window.reset()
    tell('warn', 'The bridge is not connected; it dials again')
  })
  client.on('error', (error) => tell('warn', `The bridge failed: ${sentenceOf(error)}`))
  const stopBeats = clock.every(beatEvery, () => void beat(client, deviceId, needs))
  return {
    connected: () => client.connected,
    messages: () => messages,
    async close() {
      stopBeats()
      await client.endAsync(true)
    },
  }
}

function optionsOf({ deviceId, username, password, ca, cert, key }: BridgeSettings): IClientOptions {
  return {
    ...{ clientId: `anling-${deviceId}`, clean: false, protocolVersion: 4, reconnectPeriod: redialMs, resubscribe: false },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
  }
}

async function subscribe(client: MqttClient, { topics }: BridgeSettings, tell: (level: 'warn', sentence: string) => void): Promise<void> {
  try {
    const granted = await client.subscribeAsync([...topics], { qos: 1 })
    const refused = granted.filter(({ qos }) => Number(qos) >= refusedSubscription).map(({ topic }) => topic)
    if (refused.length > 0) tell('warn', `The other broker lets us not hear ${refused.join(', ')}`)
  } catch (error) {
    if (client.connected) tell('warn', `The bridge could not subscribe: ${sentenceOf(error)}`)
  }
}

type Packet = Parameters<MqttClient['handleMessage']>[0]

function inboundOf(packet: Packet, { clock, deviceId }: { clock: Clock; deviceId: string }, qos: 0 | 1 | 2): InboundMessage {
  const { topic, payload, retain, dup } = packet
  const message = { senderId: deviceId, topic: String(topic), payload: Buffer.from(payload), qos, retain, dup, receivedAt: clock.now() }
  // Kept over there: it may be years old.
  return retain ? { ...message, kept: true } : message
}

async function beat(client: MqttClient, deviceId: string, { accept, clock, log }: Needs): Promise<void> {
  if (!client.connected) return
  const payload = Buffer.from('{}')
  const message = {
    senderId: deviceId,
    topic: `care/${deviceId}/heartbeat`,
    payload,
    qos: 0 as const,
    retain: false,
    dup: false,
    receivedAt: clock.now(),
  }
  await accept(message).catch((error) =>
    log('error', `The bridge's own sign of life was not recorded: ${sentenceOf(error)}`, { device: deviceId }),
  )
}
