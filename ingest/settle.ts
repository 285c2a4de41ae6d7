/** Makes durable what a message means: care events by the desk, readings by telemetry, the incomprehensible in quarantine. */
import type { Desk } from '../alerts/desk.ts'
import type { Family } from '../domain/device.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import type { InboundMessage } from '../domain/message.ts'
import { type Instant, minutes } from '../domain/time.ts'
import type { Directory, Quarantine, QuarantineReason, TelemetryStore } from '../store/store.ts'
import { openBoundedMap } from './bounded.ts'
import type { Effects } from './meaning.ts'

type Needs = { directory: Pick<Directory, 'setMode'>; desk: Desk; telemetry: TelemetryStore; quarantine: Quarantine; log: Log }
type Counts = { careEvents: number; readings: number; quarantined: number; readingsLost: number }
type Odd = { message: InboundMessage; reason: QuarantineReason; why: string }

export type Settle = {
  /** Resolves when all of it is durable; rejects with the first trouble. */
  settle(effects: Effects, odd: Odd | null, family: Family): Promise<void>
  quarantine(message: InboundMessage, reason: QuarantineReason, why: string): Promise<void>
}

/** A gateway's unregistered lamp chatters: one entry per topic and this time is enough. */
const strangerAgainAfter = minutes(10)
const strangersMost = 5_000
/** More of a payload than this helps nobody who looks at it. */
const payloadKept = 4_096

const settled = Promise.resolve()

export function openSettle(needs: Needs, counts: Counts): Settle {
  const strangers = openBoundedMap<string, Instant>(strangersMost)

  const isRepeated = ({ message, reason }: Odd, family: Family): boolean => {
    if (family === 'native' || reason !== 'unknown-device') return false
    const key = `${message.senderId}\n${message.topic.slice(0, 256)}`
    const former = strangers.get(key)
    if (former !== undefined && Math.abs(message.receivedAt - former) < strangerAgainAfter) return true
    strangers.set(key, message.receivedAt)
    return false
  }

  const quarantine = (message: InboundMessage, reason: QuarantineReason, why: string): Promise<void> => {
    counts.quarantined += 1
    const payload = message.payload.slice(0, payloadKept)
    return needs.quarantine.put({ at: message.receivedAt, senderId: message.senderId, topic: message.topic, reason, why, payload })
  }

  const record = (effects: Effects): Promise<void> => {
    if (effects.modes) return recordModes(needs, effects)
    if (effects.readings.length === 0) return settled
    counts.readings += effects.readings.length
    return needs.telemetry.record(effects.readings)
  }

  return {
    quarantine,
    settle(effects, odd, family) {
      const put = odd && !isRepeated(odd, family) ? odd : null
      if (effects.events.length > 0) return settleCare(effects, put, { needs, counts, record, quarantine })
      return put ? both(record(effects), quarantine(put.message, put.reason, put.why)) : record(effects)
    },
  }
}

/** Where she is, is written before it is thanked: who pressed "away" must not be looked for. */
async function recordModes({ directory, telemetry }: Needs, { modes = [], readings }: Effects): Promise<void> {
  for (const { residentId, deviceId, at, mode, until } of modes) {
    const detail = until === null ? '' : String(until)
    const line = { at, userId: `device:${deviceId}`, action: `mode-${mode}`, subjectId: residentId, detail }
    await directory.setMode(residentId, { mode, until }, line)
  }
  await telemetry.record(readings)
}

type Hands = { needs: Needs; counts: Counts; record(effects: Effects): Promise<void>; quarantine: Settle['quarantine'] }

/** Help waits for nothing but its own record: readings and quarantine of the same message may fail without it. */
async function settleCare(effects: Effects, odd: Odd | null, hands: Hands): Promise<void> {
  const { needs, counts } = hands
  const handled = await Promise.allSettled(effects.events.map(({ draft }) => needs.desk.handle(draft)))
  hands.record(effects).catch((error) => {
    counts.readingsLost += effects.readings.length
    needs.log('warn', `Readings of a care message were not stored: ${sentenceOf(error)}`)
  })
  let trouble: PromiseRejectedResult | null = null
  for (const [index, result] of handled.entries()) {
    if (result.status === 'fulfilled') counts.careEvents += 1
    else effects.events[index]?.failed?.()
    if (result.status === 'rejected') trouble ??= result
  }
  if (trouble) throw trouble.reason
  if (!odd) return
  await hands
    .quarantine(odd.message, odd.reason, odd.why)
    .catch((error) => needs.log('warn', `Quarantine failed: ${sentenceOf(error)}`, { sender: odd.message.senderId }))
}

async function both(first: Promise<void>, second: Promise<void>): Promise<void> {
  await Promise.all([first, second])
}
