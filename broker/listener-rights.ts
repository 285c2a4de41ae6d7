/** What a Home Assistant may ask for, hear and say: its own elders' topics, their discovery, and its own life signs. Nobody else's, whatever the wildcard. */
import { homeAnswerOf, homeLevels, homeTopics } from '../domain/home-assistant.ts'
import type { ListenerRights } from '../domain/message.ts'

const filterMost = 200

/** Whether this filter is granted. Under the discovery prefix any is: only its own elders are ever told there. */
export function mayListen({ prefix, keys }: ListenerRights, filter: string): boolean {
  if (filter.length > filterMost) return false
  if (filter === `${prefix}/#` || filter.startsWith(`${prefix}/`)) return true
  const [first, key = '', ...rest] = filter.split('/')
  return first === 'anling' && keys.includes(key) && rest.length === 1 && isLevel(rest[0] ?? '')
}

const isLevel = (level: string): boolean => level === '+' || level === '#' || homeLevels.includes(level)

/** Whether it may be told on this topic. */
export const mayBeTold = ({ prefix, keys }: ListenerRights, topic: string): boolean =>
  keys.some((key) => topic === homeTopics.state(key) || topic === homeTopics.alarm(key) || topic === homeTopics.discovery(prefix, key))

/** Answers about its own elders, where a relative stands behind it; and the birth message that Home Assistant sends by itself. */
export function maySay({ prefix, answers }: ListenerRights, topic: string): boolean {
  if (topic === `${prefix}/status`) return true
  const key = homeAnswerOf(topic)
  return key !== null && answers.includes(key)
}
