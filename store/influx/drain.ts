/** Sends what the spool holds, for ever: new readings first, backlog in the turns between, nothing let go before it is stored, refused or counted as dropped. */
import { randomInt } from 'node:crypto'
import { systemClock } from '../../domain/clock.ts'
import { sentenceOf } from '../../domain/log.ts'
import { packedOver } from '../sqlite/telemetry/batch.ts'
import type { Range, Taken } from '../sqlite/telemetry/spool-messages.ts'
import { openBell } from './bell.ts'
import { addLines, type Lines, openTwins } from './line.ts'
import type { DrainHealth } from './messages.ts'
import { forked, rangeOfTurn } from './ranges.ts'
import type { InfluxTimings } from './settings.ts'
import type { SpoolLine } from './spool-line.ts'
import { openStanding, type Standing } from './standing.ts'
import type { Trouble } from './trouble.ts'
import type { Outcome, Writer } from './writer.ts'

/** How often the spool is looked at while nothing can be sent, and how long an idle drain sleeps, in milliseconds. */
const lookMs = 1_000
/** After each batch as long a rest as it took, up to this: a backlog has half of the time, the machine's other work the rest. */
const restMsMax = 1_000

export type DrainNeeds = {
  spool: SpoolLine
  /** Finds the server anew. Throws what `troubleOf` understands. */
  connect: () => Promise<Writer>
  troubleOf: (error: unknown) => Trouble
  measurement: string
  siteOf: (device: number) => string | null
  timings: InfluxTimings
  bytesMax: number
  tell: (health: DrainHealth) => void
}
export type Drain = {
  /** Resolves when everything recorded so far is sent, refused or dropped. */
  drained(): Promise<void>
  stop(): Promise<void>
}

type Parts = ReturnType<typeof openSending> & { needs: DrainNeeds; standing: Standing; bell: ReturnType<typeof openBell> }

export async function startDrain(needs: DrainNeeds): Promise<Drain> {
  const bell = openBell()
  const standing = await openStanding(needs.spool, needs.tell)
  const parts: Parts = { ...openSending(needs, standing), needs, standing, bell }
  needs.spool.onGrown(bell.grew)
  let isStopped = false

  async function run(): Promise<void> {
    for (let turn = 0; !isStopped; turn++) {
      try {
        await step(parts, turn)
      } catch (error) {
        if (isStopped) return
        // The telemetry lane had no room, or is ending: what was not settled is sent again.
        parts.failed({ kind: 'away', sentence: `The spool could not be read or settled: ${sentenceOf(error)}`, retryAfterMs: lookMs })
      }
    }
  }

  const running = run()
  return {
    drained() {
      const drained = standing.drained()
      bell.hurry()
      return drained
    },
    async stop() {
      isStopped = true
      bell.hurry()
      await running
      needs.spool.close()
    },
  }
}

async function step({ needs, standing, bell, ...sending }: Parts, turn: number): Promise<void> {
  const { spool, timings, bytesMax } = needs
  await keepWithinBounds(standing, spool, bytesMax)
  const now = systemClock.elapsed()
  const isLiveDue = now >= sending.liveAt() || standing.isAwaited()
  const range = rangeOfTurn(standing.ranges(), isLiveDue ? turn : 1)
  const rest = standing.isAwaited() ? 0 : sending.restedAt() - now
  const wait = Math.max(sending.retryAt() - now, rest, range.upTo === null && !isLiveDue ? sending.liveAt() - now : 0)
  if (wait > 0) {
    await bell.rest(Math.min(lookMs, wait))
    return standing.look()
  }
  const taken = await spool.ask('take', { range, readingsMax: sending.batchReadings() })
  const readings = taken.rows.reduce((sum, { count }) => sum + count, taken.damagedReadings)
  if (range.upTo === null && readings < sending.batchReadings()) sending.liveIsDueAt(now + timings.lingerMs)
  if (readings > 0) return sending.send(range, taken)
  if (range.upTo !== null) return standing.settle(range, taken.reachedSeq, {})
  await standing.look()
  // The server is looked for although there is nothing to send: a mistake is told at start, and not hours later.
  if (!standing.isReached() || standing.trouble()) await sending.reach()
  else if (standing.ranges().length === 1) await bell.growth(lookMs)
}

/** Over its bound the spool lets the oldest readings go, and counts them. */
async function keepWithinBounds(standing: Standing, spool: SpoolLine, bytesMax: number): Promise<void> {
  const range = standing.ranges()[0]
  const { bytes } = standing.state()
  if (bytes <= bytesMax || !range) return
  const { reachedSeq, readings } = await spool.ask('weigh', { range, bytes: bytes - bytesMax })
  await standing.settle(range, reachedSeq, { dropped: readings })
}

/** What a server could not take in time it is given in smaller pieces, down to this part of a batch; each that it takes may be this much larger again. */
const smallestBatch = 1 / 50
const growth = 1.25

function openBatchSize(whole: number) {
  let size = whole
  return {
    size: () => size,
    taken(): void {
      size = Math.min(whole, Math.ceil(size * growth))
    },
    /** A server that waits for a person is not helped by less. */
    notTaken({ kind }: Trouble): void {
      if (kind === 'away') size = Math.ceil(Math.max(whole * smallestBatch, size / 2))
    },
  }
}

/** One batch at a time, and when the next may go. */
function openSending({ connect, troubleOf, measurement, siteOf, timings }: DrainNeeds, standing: Standing) {
  const twins = openTwins()
  let writer: Writer | null = null
  let failures = 0
  let [retryAt, liveAt, restedAt] = [0, 0, 0]
  const batch = openBatchSize(timings.batchReadings)

  async function write(lines: readonly string[]): Promise<Outcome> {
    try {
      writer ??= await connect()
      return await writer.write(lines)
    } catch (error) {
      return { done: false, trouble: troubleOf(error) }
    }
  }

  function failed(trouble: Trouble): void {
    // Who answers next may be another version, or know the bucket by then.
    writer = null
    batch.notTaken(trouble)
    retryAt = systemClock.elapsed() + waitAfter(trouble, ++failures, timings)
    standing.failed(trouble)
  }

  async function send(range: Range, taken: Taken): Promise<void> {
    const lines: Lines = { lines: [], outOfRange: [] }
    for (const { buffer, count } of taken.rows) addLines(lines, packedOver(buffer, count), { measurement, twins, siteOf })
    const began = systemClock.elapsed()
    const outcome = await write(lines.lines)
    if (!outcome.done) return failed(outcome.trouble)
    batch.taken()
    const ended = systemClock.elapsed()
    restedAt = ended + Math.min(restMsMax, ended - began)
    const wasAway = failures > 0 || !standing.isReached()
    failures = 0
    twins.nextBatch()
    standing.reached()
    const outside = lines.outOfRange.map(({ line }) => ({ line, why: 'its moment is outside what InfluxDB can hold' }))
    const sent = lines.lines.length - outcome.refused.length
    await standing.settle(range, taken.reachedSeq, { sent, dropped: taken.damagedReadings, refused: [...outcome.refused, ...outside] })
    // A backlog: what comes from now on does not wait for its end.
    const { readings, lastSeq } = standing.state()
    if (wasAway && readings > 2 * timings.batchReadings) standing.turnTo(forked(standing.ranges(), lastSeq))
  }

  async function reach(): Promise<void> {
    const outcome = await write([])
    if (!outcome.done) return failed(outcome.trouble)
    failures = 0
    standing.reached()
    await standing.look()
  }

  const liveIsDueAt = (at: number) => {
    liveAt = at
  }
  const moments = { retryAt: () => retryAt, liveAt: () => liveAt, restedAt: () => restedAt }
  return { send, reach, failed, liveIsDueAt, batchReadings: batch.size, ...moments }
}

/** Half to whole of a wait that doubles with every failure, unless the server named one. */
function waitAfter({ kind, retryAfterMs }: Trouble, failures: number, { retryMinMs, retryMaxMs }: InfluxTimings): number {
  const jitter = 0.5 + randomInt(1_000) / 2_000
  if (retryAfterMs !== null) return retryAfterMs + retryMinMs * jitter
  return (kind === 'operator' ? retryMaxMs : Math.min(retryMaxMs, retryMinMs * 2 ** Math.min(failures - 1, 20))) * jitter
}
