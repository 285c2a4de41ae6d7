/** The bulk port as its callers see it: readings are packed a little at a time, so that a press is served in between, while the worker writes what came before. */
import type { Reading } from '../../../domain/reading.ts'
import { type Clock, type Instant, seconds } from '../../../domain/time.ts'
import { type BulkResult, type BulkStore, StoreTrouble, type TelemetryStore } from '../../store.ts'
import { codeOf, whyUnfit } from './batch.ts'
import { buffersOf } from './bulk-pack.ts'
import type { Gate } from './gate.ts'
import type { Link } from './link.ts'
import { openPackers } from './packers.ts'
import { type Grouping, openGrouping, type Part, partBuffer, partOver, roomIn } from './sort.ts'

/** Readings of one run at most: 72 MiB while they are on their way. A longer call becomes several runs. */
export const partReadingsMax = 2_097_152
/** A shorter call that does not say when it was recorded goes the way of live readings: a run of its own is not worth it. */
export const shortReadingsMax = 10_000
/** Readings packed in one turn of the event loop, about a millisecond. */
const atOnce = 16_384
/** Parts gathered, packed or written at once, and threads that pack. */
const underWayMax = 3
const packingThreads = 2

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

/** Threads and room stay this long for the next wave. */
const sparesKept = seconds(60)

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function openBulkPort({ link, gate, isClosing, record, clock }: Needs): BulkPort {
  const turns = openTurns(underWayMax)
  const benches = openBenches(clock)

  async function write(part: readonly Reading[], recordedAt: Instant): Promise<number> {
    await turns.take()
    const gathered = benches.take(part.length)
    try {
      const groups = await gather(gathered, part)
      const packed = await benches.pack({ buffer: gathered.buffer, count: gathered.count, groups, recordedAt })
      return (await link.ask('bulk', { part: packed }, buffersOf(packed))).added
    } catch (error) {
      gate.dropped(part.length)
      throw error
    } finally {
      turns.giveBack()
      benches.giveBack(gathered, turns.isIdle())
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
      benches.rest()
    },
  }
}

/** Threads that pack, and room for parts: tens of megabytes, not kept for a next time that may never come. */
function openBenches(clock: Clock) {
  const packers = openPackers(packingThreads)
  const spares: SharedArrayBuffer[] = []
  let stopForgetting = () => {}

  function rest(): void {
    stopForgetting()
    spares.splice(0)
    packers.rest()
  }

  return {
    pack: packers.pack,
    rest,
    take(readings: number): Part {
      stopForgetting()
      const spare = spares.findIndex((each) => roomIn(each) >= readings)
      return partOver(spares.splice(spare, spare < 0 ? 0 : 1)[0] ?? partBuffer(readings))
    },
    /** `isLast`: nothing else is under way. */
    giveBack({ buffer }: Part, isLast: boolean): void {
      spares.unshift(buffer)
      spares.length = Math.min(spares.length, underWayMax)
      if (isLast) stopForgetting = clock.later(sparesKept, rest)
    },
  }
}

async function gather(into: Part, readings: readonly Reading[]) {
  const grouping = openGrouping()
  while (into.count < readings.length) {
    gatherSome(into, readings, grouping)
    await breathe()
  }
  return grouping.groups()
}

/** The next readings that are not in the part yet, as many as one turn takes. */
function gatherSome(into: Part, readings: readonly Reading[], grouping: Grouping): void {
  const to = Math.min(into.count + atOnce, readings.length)
  for (let i = into.count; i < to; i++) {
    const reading = readings[i] as Reading
    const why = whyUnfit(reading)
    if (why) throw new RangeError(`A reading of device ${reading.device} cannot be kept: ${why}.`)
    into.at[i] = reading.at
    into.value[i] = reading.value
    into.group[i] = grouping.enter(reading.device, reading.resident, codeOf(reading.kind))
  }
  into.count = to
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
    isIdle: () => underWay === 0,
    idle: (): Promise<void> => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => (settleIdle = resolve))),
  }
}
