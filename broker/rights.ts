/** What one device may say and hear. Exact topics only; a device hears replies and nothing else, whatever it asks for. */
import type { StoredCredential } from '../domain/message.ts'
import { deviceIdPattern, isUpKind, parseUpTopic } from '../domain/topics.ts'

export type Rights = {
  readonly deviceId: string
  /** `care/<deviceId>/`, made once so that the common case is one comparison. */
  readonly own: string
  readonly carries: ReadonlySet<string>
  /** `<base>/` of a foreign gateway, or ''. */
  readonly base: string
}

const noOne: ReadonlySet<string> = new Set()
/** A gateway's own tree: plain levels, never ours and never the broker's. */
const basePattern = /^(?!care(?:\/|$))[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/

export function rightsOf(credential: StoredCredential): Rights {
  const { deviceId, carries, base } = credential
  return {
    deviceId,
    own: `care/${deviceId}/`,
    carries: carries.length > 0 ? new Set(carries.filter((id) => deviceIdPattern.test(id))) : noOne,
    base: basePattern.test(base) ? `${base}/` : '',
  }
}

/** Whether the device may publish on `topic`. */
export function mayPublish(rights: Rights, topic: string): boolean {
  if (topic.startsWith(rights.own)) return isUpKind(topic.slice(rights.own.length))
  if (rights.base !== '' && topic.startsWith(rights.base)) return topic.length > rights.base.length
  const parts = rights.carries.size > 0 ? parseUpTopic(topic) : null
  return parts !== null && rights.carries.has(parts.deviceId)
}

/** Whether the device may be sent something on `topic`: its own replies, or those of a device it carries. */
export function mayHear(rights: Rights, topic: string): boolean {
  if (!topic.startsWith('care/') || !topic.endsWith('/reply')) return false
  const deviceId = topic.slice(5, -6)
  return deviceId === rights.deviceId || rights.carries.has(deviceId)
}

/**
 * What a subscription gets: `heard` for replies; `deaf` for a gateway's own tree, which Zigbee2MQTT must be granted to start
 * but on which nothing is ever sent; `denied` for the rest.
 */
export function verdictOn(rights: Rights, filter: string): 'heard' | 'deaf' | 'denied' {
  if (mayHear(rights, filter)) return 'heard'
  return rights.base !== '' && filter.startsWith(rights.base) ? 'deaf' : 'denied'
}

/** Whether the topic alone says that somebody asks for help. */
export const isPressTopic = (topic: string): boolean => topic.endsWith('/sos') && topic.startsWith('care/')
