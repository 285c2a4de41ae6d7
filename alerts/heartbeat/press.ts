/** One synthetic press, the whole way: a real MQTT client signs in, presses, and waits for its PUBACK, the wall's stream and the terminal's reply. */
import mqtt from 'mqtt'
import type { Fact } from '../../domain/alarm.ts'
import { lifeSignDevice, lifeSignPress } from '../../domain/life-sign.ts'
import { type Clock, seconds } from '../../domain/time.ts'
import { replyTopic, upTopic } from '../../domain/topics.ts'
import { within } from '../within.ts'

export type PressNeeds = { token: string; clock: Clock }
export type PressRound = {
  /** Facts that the wall's stream has just told to the screens. */
  told(facts: readonly Fact[]): void
  /** Resolves with the milliseconds it took; rejects with a sentence that names the part of the way where it was lost. */
  press(address: { host: string; port: number }): Promise<number>
}

/** A press takes tens of milliseconds; in a storm it may wait for its turn. */
const patience = seconds(10)

export function openPressRound({ token, clock }: PressNeeds): PressRound {
  let count = 0
  const waiting = new Map<string, () => void>()
  return {
    told(facts) {
      for (const fact of facts) if (fact.kind === 'test-pressed') waiting.get(fact.pressId)?.()
    },
    async press(address) {
      count += 1
      const pressId = `${clock.now()}-${count}`
      const began = clock.elapsed()
      const way: Way = { lostAt: 'at the door of the broker' }
      const onWall = new Promise<void>((resolve) => waiting.set(`${lifeSignPress}${pressId}`, resolve))
      try {
        await within({ clock, limit: patience, what: 'The press' }, (signal) => travel({ address, token, pressId, onWall, way, signal }))
        return Math.round(clock.elapsed() - began)
      } catch (cause) {
        throw new Error(`the synthetic press was lost ${way.lostAt}`, { cause })
      } finally {
        waiting.delete(`${lifeSignPress}${pressId}`)
      }
    },
  }
}

type Way = { lostAt: string }
type Travel = {
  address: { host: string; port: number }
  token: string
  pressId: string
  onWall: Promise<void>
  way: Way
  signal: AbortSignal
}

const urlOf = ({ host, port }: { host: string; port: number }): string => `mqtt://${host.includes(':') ? `[${host}]` : host}:${port}`

async function travel({ address, token, pressId, onWall, way, signal }: Travel): Promise<void> {
  const { id } = lifeSignDevice
  const login = { clientId: id, username: id, password: token, clean: true, reconnectPeriod: 0, protocolVersion: 4 as const }
  const client = await mqtt.connectAsync(urlOf(address), { ...login, connectTimeout: patience }, false)
  // An error after the connection stands ends the waiting below by its time limit; unheard it would end the process.
  client.on('error', () => {})
  const leave = () => client.end(true)
  signal.addEventListener('abort', leave, { once: true })
  try {
    const answered = new Promise<void>((resolve) => {
      client.on('message', (_topic, payload) => void (payload.includes(pressId) && resolve()))
    })
    await client.subscribeAsync(replyTopic(id), { qos: 1 })
    way.lostAt = 'between the broker and the disk: it was not thanked'
    await client.publishAsync(upTopic(id, 'test'), JSON.stringify({ id: pressId }), { qos: 1 })
    way.lostAt = 'on the way to the wall: it was recorded, but the stream of the screens did not hear of it'
    await onWall
    way.lostAt = 'on the way back to the terminal: it was recorded, but no reply came'
    await answered
  } finally {
    await client.endAsync().catch(() => {})
  }
}
