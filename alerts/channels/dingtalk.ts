/** 钉钉: a robot in a DingTalk group, signed with its secret. Twenty messages a minute, and ten minutes of silence for whoever sends more. */
import { createHmac } from 'node:crypto'
import { minutes } from '../../domain/time.ts'
import type { Channel } from './channel.ts'
import { openRobot, type Robot, type RobotNeeds } from './shared/robot.ts'

const dingtalk: Robot = {
  name: 'dingtalk',
  what: 'DingTalk',
  limits: [{ count: 20, per: minutes(1) }],
  rest: minutes(10),
  message({ url, secret, now, text, letter }) {
    if (secret !== '') {
      url.searchParams.set('timestamp', String(now))
      url.searchParams.set('sign', dingtalkSignature(secret, now))
    }
    return { url, body: { msgtype: 'text', text: { content: text }, at: { atMobiles: [], isAtAll: letter.priority === 1 } } }
  },
  codeOf: ({ errcode }) => errcode,
  // 130101: more than twenty a minute; 410100 and 90018: too many calls.
  busy: [130101, 410100, 90018],
  // 310000: keyword, signature or address; 300001 and 300005: no such token; 40035 and 400013: parameters; 400101 and 400102: robot gone or off; 430101 to 430104: content.
  never: [310000, 300001, 300005, 40035, 400013, 400101, 400102, 430101, 430102, 430103, 430104],
}

/** HMAC-SHA-256 under the secret of `timestamp`, a line end and the secret; `timestamp` in milliseconds. */
export const dingtalkSignature = (secret: string, timestamp: number): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64')

/** Throws RangeError, without quoting it, for an address that cannot be used. */
export const openDingtalkChannel = (needs: RobotNeeds): Channel => openRobot(dingtalk, needs)
