/** What a decoder is: it turns one message into signals, never throws, never waits, and never decides what is an alarm. */
import type { Family, KnownDevice } from '../../domain/device.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import { after, before, days, type Instant, instant, minutes } from '../../domain/time.ts'

export type Decoded = {
  /** Empty: the message is understood and says nothing that matters here. */
  signals: readonly Signal[]
  /** Why the message could not be understood; it goes to quarantine. null = understood. */
  problem: { reason: 'unknown-topic' | 'undecodable'; why: string } | null
  /** Other names of devices behind this gateway, when the message told them: [name, other name]. */
  aliases?: readonly (readonly [string, string])[]
  /** What the message told about devices themselves, for those who enrol them. */
  hints?: readonly DeviceHint[]
  /** What the sender waits to hear: sent only once everything the message means is durable. */
  replies?: readonly { topic: string; payload: string }[]
}

export type DeviceHint = { deviceKey: string; vendor?: string; model?: string; name?: string; stateTopic?: string; firmware?: string }

/** One file per family; it may remember a bounded amount per gateway to tell a change from a repetition. */
export type Decoder = {
  family: Family
  /** The family keeps its states on the broker by custom: a kept message is no relic, and the decoder itself tells news from repetition. */
  keepsStates?: true
  decode(message: InboundMessage, sender: KnownDevice): Decoded
  /** What this message taught was not made durable: take the device as never seen before. */
  forget(senderId: string, deviceKey: string): void
}

export type Body = Readonly<Record<string, unknown>>

export const nothing: Decoded = { signals: [], problem: null }
export const undecodable = (why: string): Decoded => ({ signals: [], problem: { reason: 'undecodable', why } })
export const unknownTopic = (why: string): Decoded => ({ signals: [], problem: { reason: 'unknown-topic', why } })

/** The payload as text. Invalid UTF-8 becomes U+FFFD; a byte order mark is dropped. */
export function textOf(payload: Uint8Array): string {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** The JSON value in this text; undefined when there is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The payload as a JSON object; an empty payload is an empty object; null when it is anything else. */
export function bodyOf(payload: Uint8Array): Body | null {
  if (payload.length === 0) return {}
  const value = jsonOf(textOf(payload))
  return isBody(value) ? value : null
}

export const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A finite number inside the range, else undefined. */
export const numberIn = (value: unknown, least: number, most: number): number | undefined =>
  typeof value === 'number' && value >= least && value <= most ? value : undefined

/** As `numberIn`, but a number written as text counts too: some gateways do that. */
export function looseNumberIn(value: unknown, least: number, most: number): number | undefined {
  if (typeof value === 'number') return numberIn(value, least, most)
  return typeof value === 'string' && plainNumber.test(value) ? numberIn(Number(value), least, most) : undefined
}
const plainNumber = /^-?\d{1,9}(\.\d{1,9})?$/

export const flagOf = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined)

/** Only texts with a zone: one without would mean the server's zone. */
const isoWithZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/

/** A moment written as ISO 8601 with a zone, or as epoch milliseconds; undefined when it is neither. */
export function momentOf(value: unknown): Instant | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? instant(Math.trunc(value)) : undefined
  if (typeof value !== 'string' || value.length > 40 || !isoWithZone.test(value)) return undefined
  const parsed = Date.parse(value)
  return Number.isNaN(parsed) ? undefined : instant(parsed)
}

/** A device's clock is believed when it is at most this much ahead of ours, or behind. */
const aheadMost = minutes(5)
const behindMost = days(30)

/** The device's claim of when, where it is a moment and nobody can believe it; else undefined. */
export function incredibleClaim(value: unknown, receivedAt: Instant): Instant | undefined {
  if (value === undefined || value === null || credibleClaim(value, receivedAt) !== undefined) return undefined
  return momentOf(value)
}

/** The device's claim of when, if it is credible beside the moment we received it; else undefined. */
export function credibleClaim(value: unknown, receivedAt: Instant): Instant | undefined {
  if (value === undefined || value === null) return undefined
  const claimed = momentOf(value)
  if (claimed === undefined) return undefined
  return claimed <= after(receivedAt, aheadMost) && claimed >= before(receivedAt, behindMost) ? claimed : undefined
}
