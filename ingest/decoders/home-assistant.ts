/** Home Assistant: values by `mqtt_statestream` (`<base>/<domain>/<object>/state`, JSON with its quotes), MQTT events, and discovery, which only describes devices. */
import type { KnownDevice } from '../../domain/device.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import { instant, seconds } from '../../domain/time.ts'
import {
  type Body,
  type Decoded,
  type Decoder,
  isBody,
  jsonOf,
  looseNumberIn,
  momentOf,
  nothing,
  textOf,
  undecodable,
  unknownTopic,
} from './decoder.ts'
import { type Marks, markKey, openMarks } from './marks.ts'
import { numberSignals } from './numbers.ts'
import { isRepeated, stateOrigin } from './states.ts'
import { deviceClasses, isSetting, kindOfWords, type StateKind } from './words.ts'

const streamTopic = /(?:^|\/)([a-z_]+)\/([a-z0-9_]+)\/([a-z0-9_]+)$/
/** What it publishes besides the state of each entity. */
const attributeNames: ReadonlySet<string> = new Set([
  'state',
  'last_changed',
  'last_updated',
  'device_class',
  'event_type',
  'friendly_name',
])
const streamDomains: ReadonlySet<string> = new Set([
  'binary_sensor',
  'sensor',
  'event',
  'button',
  'input_button',
  'input_boolean',
  'switch',
  'light',
  'device_tracker',
  'person',
])

export function openHomeAssistant(): Decoder {
  const marks = openMarks()
  return {
    family: 'home-assistant',
    keepsStates: true,
    decode: (message, sender) => decode(message, sender, marks),
    forget: (senderId, deviceKey) => marks.forget(markKey(senderId, deviceKey)),
  }
}

type Entity = { domain: string; object: string; deviceKey: string }
type Memory = { marks: Marks; key: string; message: InboundMessage }

function decode(message: InboundMessage, sender: KnownDevice, marks: Marks): Decoded {
  if (message.payload.length === 0) return nothing
  const text = textOf(message.payload).trim()
  const parsed = jsonOf(text)
  if (message.topic.endsWith('/config') && isBody(parsed)) return { signals: [], problem: null, hints: hintsOf(parsed) }
  if (/(^|\/)(status|available|availability)$/.test(message.topic))
    return availabilityOf(message.topic, typeof parsed === 'string' ? parsed : text)
  const [, domain = '', object = '', attribute = ''] = streamTopic.exec(message.topic) ?? []
  const value = parsed === undefined ? text : parsed
  // Only a domain of its own makes a name with a dot; other topics are named as they stand.
  if (!streamDomains.has(domain) && isBody(value) && typeof value.event_type === 'string')
    // Home Assistant itself does not take an event that a broker kept for one of now.
    return eventOf(nameOf(message.topic, sender.base), value.event_type, message.retain)
  if (streamDomains.has(domain) || attributeNames.has(attribute)) {
    const entity = { domain, object, deviceKey: `${domain}.${object}` }
    return attributeOf(entity, { attribute, value }, { marks, key: markKey(sender.id, entity.deviceKey), message })
  }
  return isBody(value) || text === '' ? nothing : unknownTopic('no topic of Home Assistant')
}

const said = (signals: readonly Signal[]): Decoded => ({ signals, problem: null })
const shared = (deviceKey: string) => ({ deviceKey, origin: 'live' as const })

/** The topic without its last level: what the device is called where nothing else names it. */
function nameOf(topic: string, base: string): string {
  const name = base !== '' && topic.startsWith(`${base}/`) ? topic.slice(base.length + 1) : topic
  return name.split('/').slice(0, -1).join('/').slice(0, 100)
}

/** `homeassistant/status` is Home Assistant itself: its end leaves every home behind it unseen. */
function availabilityOf(topic: string, word: string): Decoded {
  if (word !== 'online' && word !== 'offline') return undecodable('availability is neither online nor offline')
  const online = word === 'online'
  const isItself = /(^|\/)status$/.test(topic)
  const origin = !isItself ? 'synthetic' : online ? 'live' : 'last-will'
  return said([{ deviceKey: isItself ? '' : nameOf(topic, ''), kind: 'availability', origin, active: online }])
}

function eventOf(deviceKey: string, word: string, isKept: boolean): Decoded {
  const origin = isKept ? 'replay' : 'live'
  return word === '' || word.length > 64 ? nothing : said([{ deviceKey, origin, kind: 'button', value: word }])
}

function attributeOf(entity: Entity, { attribute, value }: { attribute: string; value: unknown }, memory: Memory): Decoded {
  if (attribute === 'device_class') {
    if (typeof value === 'string') memory.marks.changed(memory.key, 'device_class', value.slice(0, 40))
    return nothing
  }
  if (attribute === 'event_type' && typeof value === 'string') return namedPress(entity.deviceKey, value, memory)
  return attribute === 'state' ? stateOf(entity, value, memory) : nothing
}

/** What cannot be seen is not "off". */
const unknownWords: ReadonlySet<unknown> = new Set(['unavailable', 'unknown', '', null])

function stateOf(entity: Entity, value: unknown, memory: Memory): Decoded {
  const { domain, deviceKey } = entity
  if (domain === 'sensor' && isAction.test(entity.object) && typeof value === 'string') return actionOf(deviceKey, value, memory)
  if (unknownWords.has(value)) return said([{ deviceKey, kind: 'availability', origin: 'synthetic', active: false }])
  if (domain === 'button' || domain === 'input_button' || domain === 'event') return pressOf(deviceKey, value, memory)
  if (domain === 'device_tracker' || domain === 'person') return onOff(entity, { kind: 'presence', active: value === 'home' }, memory)
  if ((value === 'on' || value === 'off') && isSetting(entity.object) && !(classOf(memory) in deviceClasses)) return nothing
  if (value === 'on' || value === 'off') return onOff(entity, { kind: kindOf(entity, memory), active: value === 'on' }, memory)
  const number = looseNumberIn(value, -1e6, 1e6)
  return number === undefined ? nothing : said(numberSignals(`${entity.object}_${classOf(memory)}`, number, shared(deviceKey)))
}

/** What Zigbee2MQTT shows Home Assistant as a sensor: the name of a press, and nothing right after it. */
const isAction = /_(action|click)$/
const callWords: ReadonlySet<string> = new Set(['emergency', 'panic', 'sos'])

/** The word is a press when it changes; told again with other attributes, or out of another broker's store, it is none. */
function actionOf(deviceKey: string, word: string, { marks, key, message }: Memory): Decoded {
  const isNew = marks.changed(key, 'action', word)
  const isWord = word !== '' && word.length <= 64 && !unknownWords.has(word) && word !== 'None'
  if (!isWord || !isNew) return said([{ deviceKey, kind: 'availability', origin: 'synthetic', active: true }])
  const origin = message.kept ? 'replay' : 'live'
  return said([{ deviceKey, origin, kind: callWords.has(word) ? 'sos' : 'button', active: true, value: word }])
}

const classOf = ({ marks, key }: Memory): string => String(marks.last(key, 'device_class') ?? '')

/** Lamps and sockets are somebody's doing or an automation's: the role says whether they count. */
function kindOf({ domain, object }: Entity, memory: Memory): StateKind {
  // A helper that somebody named after a call is one.
  const own = domain === 'input_boolean' ? kindOfWords(object) : 'state'
  if (own === 'sos' || own === 'fall') return own
  if (domain !== 'binary_sensor') return 'state'
  return deviceClasses[classOf(memory)] ?? kindOfWords(object)
}

function onOff(entity: Entity, signal: { kind: StateKind; active: boolean }, { marks, key }: Memory): Decoded {
  const { deviceKey } = entity
  const full: Signal = { deviceKey, ...signal, origin: stateOrigin(marks, key, { name: 'state', signal }) }
  return said(isRepeated(full) ? [] : [full])
}

/** A moment told within this time of itself is now, also when it is the first that we hear. */
const nowWithin = seconds(30)

/**
 * The state of a button is when it was pressed last; the first one told may be years old, and is told again after each restart.
 * Its name comes right after as an attribute of its own: both are one press, by their moment.
 */
function pressOf(deviceKey: string, value: unknown, { marks, key, message }: Memory): Decoded {
  const at = momentOf(value)
  if (at === undefined) return nothing
  const isFirst = marks.last(key, 'pressed') === undefined
  const isNow = Math.abs(message.receivedAt - at) <= nowWithin
  if (!marks.changed(key, 'pressed', at)) return nothing
  const origin = isFirst && !isNow ? 'replay' : 'live'
  return said([{ deviceKey, origin, kind: 'button', value: 'press', pressId: `press@${at}`, claimedAt: at }])
}

/** The name of the press that was told just before; the same name again after a restart is nobody's press. */
function namedPress(deviceKey: string, value: string, { marks, key, message }: Memory): Decoded {
  const at = marks.last(key, 'pressed')
  if (value === '' || value.length > 64) return nothing
  if (typeof at !== 'number') return eventOf(deviceKey, value, message.retain)
  const isNamed = !marks.changed(key, 'named', at)
  if (isNamed || message.receivedAt - at > nowWithin) return nothing
  return said([{ deviceKey, origin: 'live', kind: 'button', value, pressId: `press@${at}`, claimedAt: instant(at) }])
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined)

/** What discovery tells of a device: maker, model and name, with long or short keys. Its templates are never run. */
function hintsOf(config: Body): NonNullable<Decoded['hints']> {
  const device = isBody(config.device) ? config.device : isBody(config.dev) ? config.dev : {}
  const ids = device.identifiers ?? device.ids
  const deviceKey = text(Array.isArray(ids) ? ids[0] : ids) ?? text(config.unique_id ?? config.uniq_id)
  if (deviceKey === undefined) return []
  const model = text(device.model_id ?? device.mdl_id) ?? text(device.model ?? device.mdl)
  const [vendor, name] = [text(device.manufacturer ?? device.mf), text(device.name)]
  const stateTopic = text(config.state_topic ?? config.stat_t)
  return [{ deviceKey, ...(vendor && { vendor }), ...(model && { model }), ...(name && { name }), ...(stateTopic && { stateTopic }) }]
}
