/** A listener at another broker (ChirpStack, The Things Stack, a Mosquitto or EMQX that stands already): what comes there is thanked only after our own commit, and sent again when it was not. */
import { readFileSync } from 'node:fs'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { type Log, sentenceOf } from '../domain/log.ts'
import type { Accept, InboundMessage } from '../domain/message.ts'
import { type Clock, seconds } from '../domain/time.ts'
import type { BridgeSettings } from './bridge-settings.ts'

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

  // Handled one after the other: the thanks for a message go out when `done` is called, and only then.
  client.handleMessage = (packet, done) => {
    messages++
    void take({ settings, needs, client }, inboundOf(packet, deviceId, clock), done)
  }
  client.on('connect', () => {
    tell('info', 'The bridge is connected')
    void subscribe(client, settings, tell)
  })
  client.on('close', () => tell('warn', 'The bridge is not connected; it dials again'))
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

const inboundOf = (packet: Packet, senderId: string, clock: Clock): InboundMessage => ({
  senderId,
  topic: String(packet.topic),
  payload: Buffer.from(packet.payload),
  qos: packet.qos,
  // Stored over there: it may be years old.
  retain: packet.retain,
  dup: packet.dup,
  receivedAt: clock.now(),
})

type Taking = { settings: BridgeSettings; needs: Needs; client: MqttClient }

/** What is not durable is not thanked: the connection is given up, and the other broker sends it again. */
async function take({ settings, needs, client }: Taking, message: InboundMessage, done: (error?: Error) => void): Promise<void> {
  try {
    await needs.accept(message)
    done()
  } catch (error) {
    needs.log('error', `A message of the bridge was not recorded and is asked for again: ${sentenceOf(error)}`, {
      device: settings.deviceId,
    })
    client.stream.destroy()
  }
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
