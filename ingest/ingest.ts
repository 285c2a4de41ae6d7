/** From packet to meaning: one message is decoded, given to its device and its resident, and made durable before it is thanked. */
import type { Desk } from '../alerts/desk.ts'
import type { Silence } from '../alerts/silence.ts'
import { type Family, families, type KnownDevice } from '../domain/device.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import type { Accept, InboundMessage } from '../domain/message.ts'
import type { Signal } from '../domain/signal.ts'
import type { Clock } from '../domain/time.ts'
import { parseUpTopic } from '../domain/topics.ts'
import type { Directory, Quarantine, QuarantineReason, TelemetryStore } from '../store/store.ts'
import { openConditions, type Standing } from './conditions.ts'
import type { Decoded, Decoder } from './decoders/decoder.ts'
import { openDecoders } from './decoders/index.ts'
import type { Enrolment } from './enrolment.ts'
import { type Known, openKnown } from './known.ts'
import { openLast } from './last.ts'
import type { Profile } from './mapping.ts'
import { type Context, type Effects, interpret, type Memory } from './meaning.ts'
import { openPresses } from './presses.ts'
import { interpretRetained } from './retained.ts'
import { openSettle, type Settle } from './settle.ts'

export type IngestNeeds = {
  directory: Directory
  desk: Desk
  silence: Silence
  telemetry: TelemetryStore
  quarantine: Quarantine
  clock: Clock
  log: Log
  /** Conditions of the alarms still open (battery low, smoke …), so that a restart tells none of them twice and misses no end. */
  standing?: readonly Standing[]
  /** The mapping profiles in force. */
  profiles?: () => readonly Profile[]
  /** Hears of devices in no list, and sees devices prove themselves; absent: nobody enrols any. */
  enrolment?: Pick<Enrolment, 'heard' | 'stranger' | 'told' | 'describe' | 'witness' | 'whose'>
  /** Tells a sender what its family waits for, once everything its message means is durable. */
  answer?: (senderId: string, reply: { topic: string; payload: string }) => void
}

export type DecoderCounts = { ok: number; empty: number; error: number }
export type IngestCounts = {
  messages: number
  careEvents: number
  readings: number
  quarantined: number
  retained: number
  /** Readings that came with a press and could not be stored: the press was thanked all the same. */
  readingsLost: number
  decoders: Readonly<Record<Family, DecoderCounts>>
}

export type Ingest = { accept: Accept; counts(): IngestCounts }

/** What one message needs on its way through. */
type Parts = {
  needs: IngestNeeds
  known: Known
  decoders: Readonly<Record<Family, Decoder>>
  memory: Memory
  counts: IngestCounts
  settle: Settle
}

/** Opens ingest. `accept` resolves when everything the message means is durable, and rejects when it is not. */
export function openIngest(needs: IngestNeeds): Ingest {
  const counts: IngestCounts = {
    messages: 0,
    careEvents: 0,
    readings: 0,
    quarantined: 0,
    retained: 0,
    readingsLost: 0,
    decoders: Object.fromEntries(families.map((family) => [family, { ok: 0, empty: 0, error: 0 }])) as Record<Family, DecoderCounts>,
  }
  const memory: Memory = {
    presses: openPresses(),
    conditions: openConditions(needs.standing ?? [], needs.clock.now()),
    last: openLast(),
    silence: needs.silence,
  }
  const parts: Parts = {
    needs,
    known: openKnown(needs.directory),
    decoders: openDecoders(needs.profiles),
    memory,
    counts,
    settle: openSettle(needs, counts),
  }
  return {
    accept(message) {
      counts.messages += 1
      try {
        const sender = parts.known.sender(message.senderId)
        return sender ? take(message, sender, parts) : acceptStranger(message, sender, parts)
      } catch (error) {
        return Promise.reject(error)
      }
    },
    counts: () => structuredClone(counts),
  }
}

/** The sender is not known yet, or not at all: a credential without a device in the directory. */
async function acceptStranger(message: InboundMessage, found: null | undefined, parts: Parts): Promise<void> {
  const sender = found === null ? null : await parts.known.learnSender(message.senderId)
  if (sender) return take(message, sender, parts)
  parts.needs.enrolment?.stranger(message.senderId, message.receivedAt)
  if (parseUpTopic(message.topic)?.kind === 'sos')
    parts.needs.log('error', 'A press of a device that the directory does not know; it is in quarantine', { device: message.senderId })
  await parts.settle.quarantine(message, 'unknown-device', 'the sender is not in the directory')
}

/** Native topics are native whoever sends them; anything else is the business of the sender's family. */
function take(message: InboundMessage, sender: KnownDevice, parts: Parts): Promise<void> {
  const family: Family = message.topic.startsWith('care/') ? 'native' : sender.family
  const decoded = decodeGuarded(message, sender, { parts, family })
  if (decoded.aliases) for (const [name, other] of decoded.aliases) parts.known.alias(sender, name, other)
  const isAsked = ({ deviceKey }: Signal): boolean => parts.known.behind(sender, deviceKey) !== undefined
  if (decoded.signals.every(isAsked)) return act({ message, sender, family, decoded, found: null }, parts)
  const unasked = decoded.signals.filter((signal) => !isAsked(signal))
  return learnAndAct({ message, sender, family, decoded, found: null }, unasked, parts)
}

/** Devices in the list are described, the others wait to be claimed. */
function tell(
  { told, describe }: Pick<Enrolment, 'told' | 'describe'>,
  { message, sender, family, decoded, found }: Taken,
  { known }: Parts,
): void {
  const unlisted = decoded.hints?.filter((hint) => {
    const device = found?.get(hint.deviceKey) ?? known.behind(sender, hint.deviceKey)
    if (device) describe(device.id, hint)
    return !device
  })
  told(sender, { ...decoded, hints: unlisted ?? [] }, { family, at: message.receivedAt })
}

type Taken = {
  message: InboundMessage
  sender: KnownDevice
  family: Family
  decoded: Decoded
  /** Answers of the directory for this message, when it had to be asked. */
  found: ReadonlyMap<string, KnownDevice | null> | null
}

async function learnAndAct(taken: Taken, unasked: readonly Signal[], parts: Parts): Promise<void> {
  const found = new Map<string, KnownDevice | null>()
  try {
    for (const { deviceKey } of unasked) {
      if (!found.has(deviceKey)) found.set(deviceKey, await parts.known.learnBehind(taken.sender, deviceKey))
    }
  } catch (error) {
    forget(taken, parts)
    throw error
  }
  return act({ ...taken, found }, parts)
}

function act(taken: Taken, parts: Parts): Promise<void> {
  const { message, sender, family, decoded } = taken
  const effects: Effects = { events: [], readings: [] }
  const { presses, conditions, last, silence } = parts.memory
  const { enrolment } = parts.needs
  // Named one by one: a spread would cost as much as the decoding, some ten thousand times a second.
  const context: Context = { presses, conditions, last, silence, message, family, effects, heard: null }
  if (message.retain) parts.counts.retained += 1
  if (enrolment && (decoded.hints || decoded.aliases)) tell(enrolment, taken, parts)
  const isRelic = message.retain && parts.decoders[family].keepsStates !== true
  let why: { reason: QuarantineReason; why: string } | null = decoded.problem
  for (const signal of decoded.signals) {
    const device = taken.found?.get(signal.deviceKey) ?? parts.known.behind(sender, signal.deviceKey) ?? null
    if (isRelic) why = interpretRetained(signal, device ?? sender, context) ?? why
    else if (device && enrolment) interpret(enrolment.witness(signal, device, context), enrolment.whose(signal, device), context)
    else if (device) interpret(signal, device, context)
    else {
      enrolment?.heard(sender, { key: signal.deviceKey, kind: signal.kind, family, at: message.receivedAt })
      why = interpretUnknown(signal, sender, context) ?? why
    }
  }
  const settled = parts.settle.settle(effects, why && { message, ...why }, family)
  const done = effects.proofs ? withProofs(settled, effects.proofs) : settled
  if (effects.events.length === 0 && family === 'native') return done
  const kept = orForget(done, taken, parts)
  return decoded.replies ? thenAnswer(kept, taken, parts) : kept
}

/** A test is thanked when it is written both that it was made and that its device is armed. */
async function withProofs(settled: Promise<void>, proofs: readonly Promise<void>[]): Promise<void> {
  await Promise.all([settled, ...proofs])
}

/** Who waits for an answer sends again until it comes: so it comes only when nothing can be lost any more. */
async function thenAnswer(kept: Promise<void>, { message, decoded }: Taken, { needs }: Parts): Promise<void> {
  await kept
  if (!message.retain) for (const reply of decoded.replies ?? []) needs.answer?.(message.senderId, reply)
}

/** A call for help of a device that nobody registered is a call of the home whose gateway heard it. */
function interpretUnknown(signal: Signal, sender: KnownDevice, context: Context) {
  if (signal.kind === 'sos') interpret(signal, sender, context)
  const tellsOfDevice = signal.kind !== 'availability' && signal.kind !== 'heartbeat'
  const isNative = context.family === 'native'
  return isNative || tellsOfDevice ? { reason: 'unknown-device' as const, why: 'no such device behind this sender' } : null
}

/** What could not be made durable must not be remembered: the next message of the device is taken as the first. */
async function orForget(done: Promise<void>, taken: Taken, parts: Parts): Promise<void> {
  try {
    await done
  } catch (error) {
    forget(taken, parts)
    throw error
  }
}

function forget(taken: Taken, parts: Parts): void {
  for (const { deviceKey } of taken.decoded.signals) parts.decoders[taken.family].forget(taken.sender.id, deviceKey)
}

/** A decoder must not throw. If one does, an SOS topic still speaks for itself, and everything else goes to quarantine. */
function decodeGuarded(message: InboundMessage, sender: KnownDevice, { parts, family }: { parts: Parts; family: Family }): Decoded {
  const counts = parts.counts.decoders[family]
  try {
    const decoded = parts.decoders[family].decode(message, sender)
    if (decoded.problem) counts.error += 1
    else if (decoded.signals.length === 0) counts.empty += 1
    else counts.ok += 1
    return decoded
  } catch (error) {
    counts.error += 1
    parts.needs.log('error', `A decoder threw: ${sentenceOf(error)}`, { family, device: sender.id })
    const topic = parseUpTopic(message.topic)
    const press: Signal[] = topic?.kind === 'sos' ? [{ deviceKey: topic.deviceId, kind: 'sos', origin: 'live', unreadable: true }] : []
    return { signals: press, problem: { reason: 'undecodable', why: 'the decoder failed' } }
  }
}
