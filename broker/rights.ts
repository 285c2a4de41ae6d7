/** What one device may say and hear. Exact topics only; a device hears replies and nothing else, whatever it asks for. */
import type { ListenerRights, StoredCredential } from '../domain/message.ts'
import { deviceIdPattern, isUpKind, parseUpTopic } from '../domain/topics.ts'
import { mayBeTold, mayListen, maySay } from './listener-rights.ts'

export type Rights = {
  readonly deviceId: string
  /** `care/<deviceId>/`, made once so that the common case is one comparison. */
  readonly own: string
  readonly carries: ReadonlySet<string>
  /** `<base>/` of a foreign device or gateway, or ''. */
  readonly base: string
  /** The same when one of its levels is open, else null. */
  readonly tree: RegExp | null
  /** Where its answers are, when that is another tree: Tencent's devices speak up and are answered down. */
  readonly answers: RegExp | null
  /** Of a Home Assistant, which has no other rights than these. */
  readonly listens: ListenerRights | null
}

const noOne: ReadonlySet<string> = new Set()
/**
 * A device's own tree: plain levels, with the beginnings that the Chinese platforms gave their topics; never ours and never the broker's.
 * Tencent's devices have a tree for each kind of message, so that one level of theirs is open.
 */
const basePattern = /^(?!care(?:\/|$))(?:\/(?=[^/]+\/)|\$(?:sys|oc)\/|\$thing\/up\/\+\/)?[A-Za-z0-9_.@=-]+(?:\/[A-Za-z0-9_.@=-]+)*$/
const upward = '$thing/up/+/'

/** `$thing/<up or down>/<any>/<product>/<device>`, and nothing below. */
const branchOf = (direction: 'up' | 'down', rest: string): RegExp =>
  new RegExp(`^\\$thing/${direction}/[^/#]+/${rest.replaceAll('.', '\\.')}$`)

export function rightsOf(credential: StoredCredential): Rights {
  const { deviceId, carries, base } = credential
  const isBase = basePattern.test(base)
  const branch = isBase && base.startsWith(upward) ? base.slice(upward.length) : null
  return {
    deviceId,
    own: `care/${deviceId}/`,
    carries: carries.length > 0 ? new Set(carries.filter((id) => deviceIdPattern.test(id))) : noOne,
    base: isBase ? `${base}/` : '',
    tree: branch === null ? null : branchOf('up', branch),
    answers: branch === null ? null : branchOf('down', branch),
    listens: credential.listens ?? null,
  }
}

/** Whether the topic, or filter, lies in the device's own tree. */
function isInTree({ base, tree }: Rights, topic: string): boolean {
  if (tree) return tree.test(topic)
  return base !== '' && topic.length > base.length && topic.startsWith(base)
}

/** Whether the device may be answered there: in its own tree, or in the one that is for its answers. */
export const mayBeAnswered = (rights: Rights, topic: string): boolean =>
  rights.listens ? mayBeTold(rights.listens, topic) : isInTree(rights, topic) || rights.answers?.test(topic) === true

/** Whether the device may publish on `topic`. */
export function mayPublish(rights: Rights, topic: string): boolean {
  if (rights.listens) return maySay(rights.listens, topic)
  if (topic.startsWith(rights.own)) return isUpKind(topic.slice(rights.own.length))
  if (rights.base !== '' && isInTree(rights, topic)) return true
  const parts = rights.carries.size > 0 ? parseUpTopic(topic) : null
  return parts !== null && rights.carries.has(parts.deviceId)
}

/** Whether the device may be sent something on `topic`: its own replies, or those of a device it carries. */
export function mayHear(rights: Rights, topic: string): boolean {
  if (rights.listens || !topic.startsWith('care/') || !topic.endsWith('/reply')) return false
  const deviceId = topic.slice(5, -6)
  return deviceId === rights.deviceId || rights.carries.has(deviceId)
}

/**
 * What a subscription gets: `heard` for replies; `deaf` for a gateway's own tree, which Zigbee2MQTT must be granted to start
 * but on which nothing is ever sent; `denied` for the rest.
 */
export function verdictOn(rights: Rights, filter: string): 'heard' | 'deaf' | 'denied' {
  if (rights.listens) return mayListen(rights.listens, filter) ? 'deaf' : 'denied'
  if (mayHear(rights, filter)) return 'heard'
  return (rights.base !== '' && filter.startsWith(rights.base)) || mayBeAnswered(rights, filter) ? 'deaf' : 'denied'
}

/** Whether the topic alone says that somebody asks for help. */
export const isPressTopic = (topic: string): boolean => topic.endsWith('/sos') && topic.startsWith('care/')
