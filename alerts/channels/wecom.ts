/** 企业微信: a robot in a WeCom group. It has no signature: the key in its address is the secret. Twenty messages a minute. */
import { minutes } from '../../domain/time.ts'
import type { Channel } from './channel.ts'
import { openRobot, type Robot, type RobotNeeds } from './shared/robot.ts'

const wecom: Robot = {
  name: 'wecom',
  what: 'WeCom',
  limits: [{ count: 20, per: minutes(1) }],
  rest: minutes(1),
  message: ({ url, text, letter }) => ({
    url,
    body: { msgtype: 'text', text: { content: text, ...(letter.priority === 1 ? { mentioned_list: ['@all'] } : {}) } },
  }),
  codeOf: ({ errcode }) => errcode,
  // 45009: too many calls; 45033: too many at once.
  busy: [45009, 45033],
  // 40008: kind of message; 40058 and 44004: content; 45002: too long; 93000: no such key; 93008: our address is not on its list; 93017: switched off.
  never: [40008, 40058, 44004, 45002, 93000, 93008, 93017],
}

/** Throws RangeError, without quoting it, for an address that cannot be used. */
export const openWecomChannel = (needs: Omit<RobotNeeds, 'secret'>): Channel => openRobot(wecom, { ...needs, secret: '' })
