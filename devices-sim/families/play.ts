/** Plays devices of a family against a platform: over real MQTT, or over HTTP where the family's platform pushes. */
import mqtt from 'mqtt'
import type { Clock } from '../../domain/time.ts'
import type { Deed, SimFamily } from './family.ts'

export type PlayNeeds = {
  family: SimFamily
  /** `mqtt://…` for most; `http://…` for those that are pushed over HTTP. */
  url: string
  /** The registered device or gateway, and its token. */
  deviceId: string
  token: string
  /** In place of the token: the secret its maker gave it, and its maker's formula. */
  secret?: string | undefined
  clock: Clock
  /** What comes back: answers that such a terminal waits for. */
  onAnswer?: (topic: string, payload: string) => void
}

export type Player = {
  /** Resolves with how many messages were thanked: each one with PUBACK, or with 204. */
  play(deed: Deed): Promise<number>
  stop(): Promise<void>
}

/** Connects. Rejects when it is not let in. */
export async function openPlayer(needs: PlayNeeds): Promise<Player> {
  const { family, clock } = needs
  const line = family.post ? httpLine(needs, family.post) : await mqttLine(needs)
  let turn = 0
  return {
    async play(deed) {
      turn += 1
      const messages = family.say(deed, { turn, at: clock.now() })
      for (const message of messages) await line.send(message.topic, message.payload, message.retain === true)
      return messages.length
    },
    stop: line.stop,
  }
}

type Line = { send(topic: string, payload: string, retain: boolean): Promise<unknown>; stop(): Promise<void> }

async function mqttLine({ family, url, deviceId, token, secret, clock, onAnswer }: PlayNeeds): Promise<Line> {
  const own = { clientId: deviceId, username: deviceId, password: token }
  const login = secret !== undefined && family.login ? family.login.with(secret, clock.now()) : own
  const client = await mqtt.connectAsync(url, { ...login, reconnectPeriod: 0 })
  client.on('message', (topic, payload) => onAnswer?.(topic, payload.toString()))
  // A publish on a closed line is neither thanked nor refused: whoever waits for it would wait for ever.
  const closed = new Promise<never>((_, reject) => {
    client.once('close', () =>
      reject(new Error(`The platform closed the connection: is "${deviceId}" registered as this family needs it?`)),
    )
  })
  closed.catch(() => undefined)
  return {
    send: (topic, payload, retain) => Promise.race([client.publishAsync(topic, payload, { qos: 1, retain }), closed]),
    stop: () => client.endAsync(true),
  }
}

function httpLine({ url, deviceId, token }: PlayNeeds, way: string): Line {
  const authorization = `Basic ${Buffer.from(`${deviceId}:${token}`).toString('base64')}`
  return {
    async send(_topic, body) {
      const headers = { authorization, 'content-type': 'application/json' }
      const answer = await fetch(`${url}/in/${way}`, { method: 'POST', headers, body })
      if (answer.status !== 204) throw new Error(`The platform answered ${answer.status}.`)
    },
    async stop() {},
  }
}
