/** The native MQTT topics, in one place: `care/<deviceId>/<kind>` up, `care/<deviceId>/reply` down. */

export const upKinds = [
  'sos',
  'cancel',
  'test',
  'heartbeat',
  'motion',
  'door',
  'bed',
  'vitals',
  'environment',
  'battery',
  'fall',
  'smoke',
  'gas',
  'carbon-monoxide',
  'water',
  'power',
  'tamper',
  'reply-seen',
  'answer',
  'mode',
] as const
export type UpKind = (typeof upKinds)[number]

/** Device and client ids: no topic wildcards, no separators, nothing to escape. */
export const deviceIdPattern = /^[A-Za-z0-9_-]{4,64}$/

const kinds: ReadonlySet<string> = new Set(upKinds)

/** Whether `text` is one of `upKinds`. */
export const isUpKind = (text: string): text is UpKind => kinds.has(text)

export const upTopic = (deviceId: string, kind: UpKind): string => `care/${deviceId}/${kind}`
export const replyTopic = (deviceId: string): string => `care/${deviceId}/reply`
/** Whose replies this topic carries, or null when it carries none. */
export const repliedDevice = (topic: string): string | null =>
  topic.startsWith('care/') && topic.endsWith('/reply') ? topic.slice('care/'.length, -'/reply'.length) : null

/** The parts of a native up topic, or null when it is not one. */
export function parseUpTopic(topic: string): { deviceId: string; kind: UpKind } | null {
  if (!topic.startsWith('care/')) return null
  const slash = topic.indexOf('/', 5)
  const kind = topic.slice(slash + 1)
  return slash > 5 && kinds.has(kind) ? { deviceId: topic.slice(5, slash), kind: kind as UpKind } : null
}

/** MQTT's own rule for filters: `+` is one level, a last `#` the level before it and all below. */
export function isWithinFilter(filter: string, topic: string): boolean {
  const [wanted, levels] = [filter.split('/'), topic.split('/')]
  for (const [place, level] of wanted.entries()) {
    if (level === '#') return levels.length >= place
    if (place >= levels.length || (level !== '+' && level !== levels[place])) return false
  }
  return wanted.length === levels.length
}
