/** Homie 4 and 5: `<domain>/5/<device>/<node>/<property>` or `homie/<device>/<node>/<property>`, `$state` as life sign and last will. Kept by the broker by rule. */
import type { KnownDevice } from '../../domain/device.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import { type Decoded, type Decoder, looseNumberIn, nothing, textOf, undecodable, unknownTopic } from './decoder.ts'
import { type Marks, markKey, openMarks } from './marks.ts'
import { numberSignals } from './numbers.ts'
import { isRepeated, stateOrigin } from './states.ts'
import { callInWords, isSetting, kindOfWords, type StateKind } from './words.ts'

type Place = { device: string; rest: readonly string[] }

export function openHomie(): Decoder {
  const marks = openMarks()
  return {
    family: 'homie',
    keepsStates: true,
    decode: (message, sender) => decode(message, sender, marks),
    forget: (senderId, deviceKey) => marks.forget(markKey(senderId, deviceKey)),
  }
}

/** `sender.base` is what stands before the device (`homie`, `homie/5`, `town/5`). */
function placeOf(topic: string, base: string): Place | null {
  const levels = topic.split('/')
  const from = base !== '' && topic.startsWith(`${base}/`) ? base.split('/').length : 1
  const first = levels[from] === '5' || levels[from] === '4' ? from + 1 : from
  const device = levels[first]
  return device && levels.length > first + 1 ? { device: device.slice(0, 100), rest: levels.slice(first + 1) } : null
}

function decode(message: InboundMessage, sender: KnownDevice, marks: Marks): Decoded {
  const place = placeOf(message.topic, sender.base)
  if (!place) return unknownTopic('no device in the topic')
  if (message.payload.length === 0) return nothing
  const word = textOf(message.payload).trim()
  const [first = '', second = ''] = place.rest
  const shared = { deviceKey: place.device, origin: 'live' as const }
  if (first === '$state') return stateOf(word, shared)
  if (first === '$alert') return alertOf(second, word, shared)
  if (first.startsWith('$') || second === '' || second.startsWith('$')) return nothing // descriptions and logs
  if (place.rest.length > 2) return nothing // settings and targets
  return propertyOf({ node: first, name: second, word }, shared, { marks, key: markKey(sender.id, place.device), retain: message.retain })
}

type Shared = { deviceKey: string; origin: 'live' }
const said = (signals: readonly Signal[]): Decoded => ({ signals, problem: null })
const states: Readonly<Record<string, boolean | null>> = {
  init: true,
  ready: true,
  sleeping: true,
  alert: true,
  disconnected: false,
  lost: false,
}

function stateOf(word: string, shared: Shared): Decoded {
  const online = states[word]
  if (online === undefined || online === null) return undecodable('an unknown state of a device')
  return said([{ ...shared, kind: 'availability', origin: online ? 'live' : 'last-will', active: online }])
}

/** A device or its parent warns in words. A lost child is the parent's opinion. */
function alertOf(id: string, text: string, shared: Shared): Decoded {
  const percent = looseNumberIn(/(\d{1,3}(?:\.\d+)?)\s*%/.exec(text)?.[1], 0, 100)
  if (/batter/i.test(`${id} ${text}`))
    return said([{ ...shared, kind: 'battery', active: true, ...(percent !== undefined && { value: percent }) }])
  if (/lost|offline|unreachable/i.test(id)) return said([{ ...shared, kind: 'availability', origin: 'synthetic', active: false }])
  return said([{ ...shared, kind: 'heartbeat' }])
}

type Memory = { marks: Marks; key: string; retain: boolean }

/** What only says that it is so; then the node says what. */
const plainName = /^(alarm|alert|detect(ed|ion)?|state|status|active|triggered|value|pressed|open)$/i

const kindOf = (node: string, name: string): StateKind =>
  plainName.test(name) && kindOfWords(name) === 'state' ? kindOfWords(node) : kindOfWords(name)

/** A property that is not kept is an event: it is told when it happens. */
function propertyOf({ node, name, word }: { node: string; name: string; word: string }, shared: Shared, memory: Memory): Decoded {
  const beat: Signal = { ...shared, kind: 'heartbeat' }
  if (isSetting(name)) return said([beat])
  if (word === 'true' || word === 'false') {
    const signal = { kind: kindOf(node, name), active: word === 'true' }
    const origin = memory.retain ? stateOrigin(memory.marks, memory.key, { name: `${node}/${name}`, signal }) : 'live'
    const full: Signal = { ...shared, ...signal, origin }
    return said(isRepeated(full) ? [beat] : [full, beat])
  }
  const value = looseNumberIn(word, -1e6, 1e6)
  if (value !== undefined) return said([...numberSignals(name, value, shared), beat])
  const call = memory.retain ? callInWords(plainName.test(name) ? `${node} ${name}` : name, word) : undefined
  if (call) {
    const full: Signal = { ...shared, ...call, origin: stateOrigin(memory.marks, memory.key, { name: `${node}/${name}`, signal: call }) }
    return said(isRepeated(full) || !call.active ? [beat] : [full, beat])
  }
  return said(memory.retain || word === '' || word.length > 40 ? [beat] : [{ ...shared, kind: 'button', value: word }, beat])
}
