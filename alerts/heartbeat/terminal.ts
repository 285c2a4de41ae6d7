/** A terminal of our own: a real MQTT client that signs in as the platform's own button, presses, and hears what it is told. */
import mqtt from 'mqtt'
import { lifeSignDevice } from '../../domain/life-sign.ts'
import type { Span } from '../../domain/time.ts'
import { replyTopic, upTopic } from '../../domain/topics.ts'

/** Of a reply only what tells one from another. */
export type Said = { kind: string; alarmId: string }

export type TerminalDoor = { host: string; port: number; token: string; patience: Span }

export type Terminal = {
  /** Resolves with the broker's thanks: the press is on stable storage. */
  press(pressId: string): Promise<void>
  leave(): Promise<void>
}

const urlOf = ({ host, port }: TerminalDoor): string => `mqtt://${host.includes(':') ? `[${host}]` : host}:${port}`

/** Resolves when it is signed in and listens for its replies. `said` hears each of them. */
export async function openTerminal(
  door: TerminalDoor,
  { said, signal }: { said: (said: Said) => void; signal: AbortSignal },
): Promise<Terminal> {
  const { id } = lifeSignDevice
  const login = { clientId: id, username: id, password: door.token, clean: true, reconnectPeriod: 0, protocolVersion: 4 as const }
  const client = await mqtt.connectAsync(urlOf(door), { ...login, connectTimeout: door.patience }, false)
  // An error after the connection stands ends the waiting by its time limit; unheard it would end the process.
  client.on('error', () => {})
  signal.addEventListener('abort', () => client.end(true), { once: true })
  client.on('message', (_topic, payload) => void [saidIn(payload)].flat().forEach(said))
  const leave = () => client.endAsync().catch(() => {})
  try {
    await client.subscribeAsync(replyTopic(id), { qos: 1 })
  } catch (error) {
    await leave()
    throw error
  }
  return {
    async press(pressId) {
      await client.publishAsync(upTopic(id, 'sos'), JSON.stringify({ id: pressId }), { qos: 1 })
    },
    leave,
  }
}

function saidIn(payload: Buffer): Said | [] {
  try {
    const { kind, alarmId } = JSON.parse(payload.toString()) as Partial<Said>
    return typeof kind === 'string' && typeof alarmId === 'string' ? { kind, alarmId } : []
  } catch {
    return []
  }
}
