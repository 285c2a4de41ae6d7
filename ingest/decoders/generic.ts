/** Whatever speaks JSON without being one of the families: by a mapping profile that somebody wrote; else SenML (RFC 8428) packs, and Sparkplug B births and deaths. */
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import { applyProfile, isFor, type Profile } from '../mapping.ts'
import { type Body, type Decoded, type Decoder, isBody, jsonOf, looseNumberIn, textOf, undecodable } from './decoder.ts'
import { numberSignals } from './numbers.ts'
import { type Shared, sharedAt } from './shared.ts'
import { callInWords, kindOfWords } from './words.ts'

const recordsMost = 200
const sparkplugTopic = /^spBv1\.0\/[^/]+\/([ND](?:DATA|BIRTH|DEATH|CMD))\/([^/]+)(?:\/([^/]+))?$/

/** `profiles`: the mapping profiles in force; of those for a topic the first is used. */
export function openGeneric(profiles: () => readonly Profile[]): Decoder {
  return {
    family: 'generic',
    decode(message) {
      const profile = profiles().find((each) => isFor(each, message.topic))
      return profile ? mapped(profile, message) : decode(message)
    },
    forget() {},
  }
}

function mapped(profile: Profile, message: InboundMessage): Decoded {
  const body = jsonOf(textOf(message.payload))
  if (body === undefined) return undecodable('the payload is no JSON')
  return { signals: applyProfile(profile, body, message.receivedAt), problem: null }
}

function decode(message: InboundMessage): Decoded {
  const sparkplug = sparkplugTopic.exec(message.topic)
  if (sparkplug) return decodeSparkplug(sparkplug[1] ?? '', sparkplug[3] ?? sparkplug[2] ?? '')
  const value = jsonOf(textOf(message.payload))
  if (!Array.isArray(value)) return undecodable('no SenML pack')
  return { signals: senmlSignals(value.slice(0, recordsMost), message), problem: null }
}

function decodeSparkplug(type: string, deviceKey: string): Decoded {
  const shared = { deviceKey, origin: 'live' as const }
  if (type.endsWith('CMD')) return { signals: [], problem: null }
  if (type.endsWith('DEATH')) return { signals: [{ ...shared, kind: 'availability', origin: 'last-will', active: false }], problem: null }
  return { signals: [{ ...shared, kind: 'heartbeat' }], problem: null }
}

/** Base name, base time and base value hold for all records after them; a time below 2^28 counts from now. */
function senmlSignals(records: readonly unknown[], message: InboundMessage): readonly Signal[] {
  let [baseName, baseTime, baseValue] = ['', 0, 0]
  const signals: Signal[] = []
  for (const record of records) {
    if (!isBody(record)) continue
    if (typeof record.bn === 'string') baseName = record.bn.slice(0, 200)
    baseTime = looseNumberIn(record.bt, -1e11, 1e11) ?? baseTime
    baseValue = looseNumberIn(record.bv, -1e11, 1e11) ?? baseValue
    const name = `${baseName}${typeof record.n === 'string' ? record.n.slice(0, 200) : ''}`
    const time = baseTime + (looseNumberIn(record.t, -1e11, 1e11) ?? 0)
    const claim = time < 2 ** 28 ? message.receivedAt + time * 1_000 : time
    signals.push(
      ...recordSignals(record, { name, baseValue }, sharedAt({ deviceKey: deviceOf(name), origin: 'live' }, claim, message.receivedAt)),
    )
  }
  return signals
}

/** What stands before the last colon, slash or dot is the device. */
function deviceOf(name: string): string {
  const at = Math.max(name.lastIndexOf(':'), name.lastIndexOf('/'))
  return (at > 0 && !/^[0-9a-fA-F]{8,}$/.test(name.slice(at + 1)) ? name.slice(0, at) : name).slice(0, 100)
}

const unitNames: Readonly<Record<string, string>> = {
  Cel: 'temperature',
  '%RH': 'humidity',
  lx: 'illuminance',
  'beat/min': 'heart_rate',
  '%EL': 'battery',
}

function recordSignals(record: Body, { name, baseValue }: { name: string; baseValue: number }, shared: Shared): readonly Signal[] {
  const beat: Signal = { ...shared, kind: 'heartbeat' }
  if (typeof record.vb === 'boolean') return [{ ...shared, kind: kindOfWords(name), active: record.vb }, beat]
  const value = looseNumberIn(record.v, -1e9, 1e9)
  const call = callInWords(name, typeof record.vs === 'string' ? record.vs : String(value ?? ''))
  if (call && (value === undefined || value === 0 || value === 1)) return call.active ? [{ ...shared, ...call }, beat] : [beat]
  if (value === undefined) return [beat]
  const words = typeof record.u === 'string' ? (unitNames[record.u] ?? name) : name
  return [...numberSignals(words, value + baseValue, shared), beat]
}
