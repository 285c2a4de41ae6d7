/** The bulk port as its callers see it: readings are packed a little at a time, so that a press is served in between, while the worker writes what came before. */
import type { Reading } from '../../../domain/reading.ts'
import { type Clock, type Instant, seconds } from '../../../domain/time.ts'
import { type BulkResult, type BulkStore, StoreTrouble, type TelemetryStore } from '../../store.ts'
import { type Packed, pack, packedOver, recordBytes, whyUnfit } from './batch.ts'
import type { Gate } from './gate.ts'
import type { Link } from './link.ts'
import { type Groups, openGrouping } from './sort.ts'

/** Readings of one run at most: 32 MiB on their way to the worker. A longer call becomes several runs. */
export const partReadingsMax = 1_048_576
/** A shorter call that does not say when it was recorded goes the way of live readings: a run of its own is not worth it. */
export const shortReadingsMax = 10_000
/** Readings packed in one turn of the event loop, about a millisecond. */
const atOnce = 16_384
/** Parts being packed or written at once. */
const underWayMax = 2

type Needs = {
  link: Link
  gate: Gate
  isClosing: () => boolean
  record: TelemetryStore['record']
  clock: Clock
}
export type BulkPort = BulkStore & {
  /** Resolves when everything begun has been answered. */
  idle(): Promise<void>
}

const sparesKept = seconds(10)

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function openBulkPort({ link, gate, isClosing, record, clock }: Needs): BulkPort {
  const turns = openTurns(underWayMax)
  const spares: ArrayBuffer[] = []
  let stopForgetting = () => {}

  /** Tens of megabytes are not kept for a next time that may never come. */
  function forgetLater(): void {
    stopForgetting()
    stopForgetting = clock.later(sparesKept, () => void spares.splice(0))
  }

  async function write(part: readonly Reading[], recordedAt: Instant): Promise<number> {
    await turns.take()
    try {
      const batch = packedOver(spares.pop() ?? new ArrayBuffer(partReadingsMax * recordBytes))
      const groups = await packAll(batch, part)
      const details = { recordedAt, buffer: batch.buffer, count: batch.count, groups }
      const answer = await link.ask('bulk', details, [batch.buffer])
      spares.push(answer.buffer)
      return answer.added
    } catch (error) {
      gate.dropped(part.length)
      throw error
    } finally {
      turns.giveBack()
      forgetLater()
    }
  }

  async function writeAll(readings: readonly Reading[], recordedAt: Instant): Promise<BulkResult> {
    const parts: Promise<number>[] = []
    // Parts of one size: a small rest would be a run of hardly anything of everybody.
    const size = Math.ceil(readings.length / Math.ceil(readings.length / partReadingsMax))
    for (let from = 0; from < readings.length; from += size) parts.push(write(readings.slice(from, from + size), recordedAt))
    const settled = await Promise.allSettled(parts)
    const failed = settled.find((each) => each.status === 'rejected')
    if (failed) throw failed.reason
    const added = settled.reduce((sum, each) => sum + (each.status === 'fulfilled' ? each.value : 0), 0)
    return { added, known: readings.length - added }
  }

  return {
    async bulk(readings, recordedAt) {
      if (isClosing()) throw new StoreTrouble('closed', 'Telemetry is closed.')
      if (recordedAt !== undefined && !Number.isSafeInteger(recordedAt))
        throw new RangeError('A moment of recording is a whole millisecond.')
      const refusal = gate.refusal()
      if (refusal) return refusal
      // No turn of the event loop until it counts as under way: closing waits for it.
      if (recordedAt !== undefined || readings.length >= shortReadingsMax) return writeAll(readings, recordedAt ?? clock.now())
      await record(readings)
      return { added: readings.length, known: 0 }
    },
    async idle() {
      await turns.idle()
      stopForgetting()
    },
  }
}

async function packAll(batch: Packed, part: readonly Reading[]): Promise<Groups> {
  const grouping = openGrouping()
  while (batch.count < part.length) {
    const from = batch.count
    packSome(batch, part)
    grouping.add(batch, from)
    await breathe()
  }
  return grouping.groups()
}

/** The next readings that are not in the batch yet, as many as one turn takes. */
function packSome(batch: Packed, part: readonly Reading[]): void {
  const to = Math.min(batch.count + atOnce, part.length)
  for (let i = batch.count; i < to; i++) {
    const reading = part[i] as Reading
    const why = whyUnfit(reading)
    if (why) throw new RangeError(`A reading of device ${reading.device} cannot be kept: ${why}.`)
    pack(batch, reading)
  }
}

/** So many at once; the rest wait in their order. */
function openTurns(most: number) {
  const waiting: (() => void)[] = []
  let underWay = 0
  let settleIdle: () => void = () => {}
  return {
    async take(): Promise<void> {
      if (underWay >= most) await new Promise<void>((resolve) => waiting.push(resolve))
      else underWay++
    },
    giveBack(): void {
      const next = waiting.shift()
      if (next) next()
      else underWay--
      if (underWay === 0) settleIdle()
    },
    idle: (): Promise<void> => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => (settleIdle = resolve))),
  }
}
