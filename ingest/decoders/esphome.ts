/** ESPHome: `<prefix>/<type>/<object>/state` with bare words, `<prefix>/status` as life sign and last will. All of it is kept by the broker, as is their custom. */
import type { KnownDevice } from '../../domain/device.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import { type Decoded, type Decoder, isBody, jsonOf, looseNumberIn, nothing, textOf, undecodable, unknownTopic } from './decoder.ts'
import { type Marks, markKey, openMarks } from './marks.ts'
import { numberSignals } from './numbers.ts'
import { isRepeated, stateOrigin } from './states.ts'
import { callInWords, isSetting, kindOfWords } from './words.ts'

const stateTopic = /(?:^|\/)([a-z_]+)\/([^/]+)\/state$/

export function openEsphome(): Decoder {
  const marks = openMarks()
  return {
    family: 'esphome',
    keepsStates: true,
    decode: (message, sender) => decode(message, sender, marks),
    forget: (senderId) => marks.forget(markKey(senderId, '')),
  }
}

function decode(message: InboundMessage, sender: KnownDevice, marks: Marks): Decoded {
  if (message.payload.length === 0) return nothing // the deletion of a kept message
  const word = textOf(message.payload).trim()
  if (/\/status$/.test(message.topic)) return decodeStatus(word)
  const [, type = '', object = ''] = stateTopic.exec(message.topic) ?? []
  if (type === '') return message.topic.includes('/debug') ? nothing : unknownTopic('no topic of ESPHome')
  if (type === 'binary_sensor') return decodeBinary(object, word, { marks, key: markKey(sender.id, '') })
  if (type === 'event' || type === 'button') return decodeEvent(word, message)
  if (type !== 'sensor') return said([beat])
  return decodeSensor(object, word, { marks, key: markKey(sender.id, '') })
}

const own = { deviceKey: '', origin: 'live' as const }
const beat: Signal = { ...own, kind: 'heartbeat' }
const said = (signals: readonly Signal[]): Decoded => ({ signals, problem: null })

/** An event is kept by custom too: from its own device it is news each time, out of another broker's store it is none. */
function decodeEvent(word: string, { kept }: InboundMessage): Decoded {
  const body = jsonOf(word)
  const value = isBody(body) ? body.event_type : word
  if (typeof value !== 'string' || value === '') return nothing
  return said([{ ...own, kind: 'button', value: value.slice(0, 40), ...(kept && { origin: 'replay' as const }) }])
}

function decodeStatus(word: string): Decoded {
  if (word !== 'online' && word !== 'offline') return undecodable('status is neither online nor offline')
  const online = word === 'online'
  return said([{ ...own, kind: 'availability', origin: online ? 'live' : 'last-will', active: online }])
}

function decodeBinary(object: string, word: string, { marks, key }: { marks: Marks; key: string }): Decoded {
  if (word !== 'ON' && word !== 'OFF') return undecodable('a binary sensor is neither ON nor OFF')
  if (isSetting(object)) return said([beat])
  const signal = { kind: kindOfWords(object), active: word === 'ON' }
  const full: Signal = { deviceKey: '', ...signal, origin: stateOrigin(marks, key, { name: object, signal }) }
  return said(isRepeated(full) ? [beat] : [full])
}

/** A number, or a text sensor that tells a fall in words. */
function decodeSensor(object: string, word: string, { marks, key }: { marks: Marks; key: string }): Decoded {
  const value = looseNumberIn(word, -1e6, 1e6)
  const call = value === undefined ? callInWords(object, word) : undefined
  if (call) {
    const full: Signal = { deviceKey: '', ...call, origin: stateOrigin(marks, key, { name: object, signal: call }) }
    return said(isRepeated(full) || !call.active ? [beat] : [full, beat])
  }
  return value === undefined ? said([beat]) : said([...numberSignals(object, value, own), beat])
}
