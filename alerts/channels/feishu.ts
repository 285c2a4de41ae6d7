/** 飞书: a robot in a Feishu or Lark group, signed with its secret. Five messages a second and a hundred a minute. */
import { createHmac } from 'node:crypto'
import { minutes, seconds } from '../../domain/time.ts'
import type { Channel } from './channel.ts'
import { openRobot, type Robot, type RobotNeeds } from './shared/robot.ts'

const feishu: Robot = {
  name: 'feishu',
  what: 'Feishu',
  limits: [
    { count: 5, per: seconds(1) },
    { count: 100, per: minutes(1) },
  ],
  rest: seconds(10),
  message({ url, secret, now, text, letter }) {
    const timestamp = Math.floor(now / 1_000)
    const signed = secret === '' ? {} : { timestamp: String(timestamp), sign: feishuSignature(secret, timestamp) }
    const everybody = letter.priority === 1 ? '<at user_id="all">所有人</at> ' : ''
    return { url, body: { ...signed, msg_type: 'text', content: { text: `${everybody}${text}` } } }
  },
  // Older robots say StatusCode where newer ones say code.
  codeOf: ({ code, StatusCode }) => code ?? StatusCode,
  // 9499 and 11232: too many messages; 99991400: too many requests.
  busy: [9499, 11232, 99991400],
  // 19001: no such token; 19002: parameters; 19021: signature, or our clock is an hour wrong; 19022: our address is not on its list; 19024: keyword.
  never: [19001, 19002, 19021, 19022, 19024],
}

/** HMAC-SHA-256 of nothing, under the key made of `timestamp`, a line end and the secret; `timestamp` in seconds. */
export const feishuSignature = (secret: string, timestamp: number): string =>
  createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64')

/** Throws RangeError, without quoting it, for an address that cannot be used. */
export const openFeishuChannel = (needs: RobotNeeds): Channel => openRobot(feishu, needs)
