/** Telemetry on InfluxDB: readings are durable here first, then sent on by a worker; history is read from both. The care lane never notices. */
import { MessageChannel } from 'node:worker_threads'
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, type Instant, minutes, type Span } from '../domain/time.ts'
import { openBoth } from './influx/both.ts'
import { joined } from './influx/join.ts'
import { type Line, openLine } from './influx/link.ts'
import type { DrainHealth, SiteTable } from './influx/messages.ts'
import { type InfluxSettings, type InfluxTimings, timingsDefault } from './influx/settings.ts'
import { packedOver, unpack } from './sqlite/telemetry/batch.ts'
import { whyUnanswerable } from './sqlite/telemetry/history.ts'
import type { RefusedRow } from './sqlite/telemetry/spool-messages.ts'
import type { Telemetry } from './sqlite/telemetry.ts'
import type { HistoryStore, ReadingQuery, SummaryQuery, SummarySeries, TelemetryStore } from './store.ts'

/** Unsent readings are kept on disk up to this; then the oldest go first. */
export const spoolBytesDefault = 8 * 2 ** 30

export type InfluxNeeds = {
  /** The embedded store, opened with `spool`: everything is durable there first. Closed by our `close`. */
  readings: Telemetry
  settings: InfluxSettings
  clock: Clock
  log: Log
  /** Questions that begin later than this ago are answered from this machine alone. */
  local: Span
  bytesMax?: number
  timings?: Partial<InfluxTimings>
  /** Which site each device belongs to, or null when that has not changed; asked now and then every ten minutes. */
  sites?: () => Promise<SiteTable | null>
}

export type InfluxHealth = DrainHealth & {
  /** Since when nothing can be sent; null: all is well. */
  since: Instant | null
  /** Since when the spool is full and its oldest readings are dropped; null: none are. */
  droppingSince: Instant | null
}

export type InfluxTelemetry = {
  telemetry: TelemetryStore
  /** Sums of what is here and in InfluxDB; what days came to is kept here. */
  history: HistoryStore
  /** What InfluxDB alone says. Rejects with StoreTrouble while it cannot be asked. */
  remoteSummaries(query: SummaryQuery): Promise<readonly SummarySeries[]>
  /** The newest lines that InfluxDB would not take, newest first; at most 10,000 are kept, `health` counts all. */
  refused(limit: number): Promise<readonly RefusedRow[]>
  /** Synchronous and free. */
  health(): InfluxHealth
  /** Resolves when everything recorded so far is in InfluxDB, refused by it, or dropped. */
  drained(): Promise<void>
  close(): Promise<void>
}

/** Starts sending. Does not wait for InfluxDB: whether it answers is told by `health` and in the log. */
export async function openInflux(needs: InfluxNeeds): Promise<InfluxTelemetry> {
  const { readings, clock, log } = needs
  const { port1, port2 } = new MessageChannel()
  await readings.spool(port1)
  const watch = openWatch(clock, log)
  const noSites: SiteTable = { names: [], ofDevice: new Uint16Array(0) }
  const timings = { ...timingsDefault, ...needs.timings }
  const sites = (await needs.sites?.()) ?? noSites
  const line = openLine({
    worker: { settings: needs.settings, timings, bytesMax: needs.bytesMax ?? spoolBytesDefault, sites, port: port2 },
    ...{ health: watch.look, found: watch.found, warned: (sentence) => log('warn', sentence), failed: watch.failed },
  })
  const stopSites = startFollowing(needs, line)

  async function remoteReadings(query: ReadingQuery) {
    const { buffer, count } = await line.ask('readings', { query })
    return unpack(packedOver(buffer, count))
  }

  async function remoteSummaries(query: SummaryQuery) {
    const why = whyUnanswerable(query)
    if (why) throw new RangeError(why)
    return line.ask('summaries', { query, now: clock.now() })
  }

  let closing: Promise<void> | null = null
  const close = () => {
    closing ??= (async () => {
      stopSites()
      await line.close()
      await readings.close()
    })()
    return closing
  }
  return {
    telemetry: {
      record: readings.telemetry.record,
      async readings(query) {
        const here = await readings.telemetry.readings(query)
        // Whatever was recorded lately is here, and quicker to be had.
        if (query.from >= clock.now() - needs.local) return here
        return joined(here, await remoteReadings(query), query.limit)
      },
      async counts() {
        const counts = await readings.telemetry.counts()
        return { ...counts, droppedReadings: counts.droppedReadings + watch.health().droppedReadings }
      },
      close,
    },
    history: openBoth({ ...needs, history: readings.history }, { remoteSummaries, canAsk: watch.canAsk }),
    remoteSummaries,
    refused: (limit) => line.ask('refused', { limit }),
    health: watch.health,
    async drained() {
      await line.ask('drained', {})
    },
    close,
  }
}

/** Tells the worker whenever devices have moved to another site. */
function startFollowing({ sites, clock, log }: InfluxNeeds, line: Line): () => void {
  async function follow(): Promise<void> {
    try {
      const moved = await sites?.()
      if (moved) line.tell({ ask: 'sites', sites: moved })
    } catch (error) {
      log('warn', `The sites of the devices could not be read; they stay as they were: ${sentenceOf(error)}`)
    }
  }
  return clock.every(minutes(10), () => void follow())
}

/** What is known of the drain, and the log's line when it changes. */
function openWatch(clock: Clock, log: Log) {
  let isReadable = true
  let health: InfluxHealth = {
    ...{ state: 'starting', sentence: '', since: null, droppingSince: null, waitingReadings: 0, waitingBytes: 0 },
    ...{ sentReadings: 0, droppedReadings: 0, refusedReadings: 0 },
  }
  return {
    health: () => health,
    /** Whether a question has a chance of an answer. */
    canAsk: () => isReadable && health.state === 'sending',
    found(sentence: string, canRead: boolean): void {
      isReadable = canRead
      log('info', sentence)
    },
    failed(message: string): void {
      log('error', 'The InfluxDB worker failed; readings are kept here')
      look({ ...health, state: 'operator', sentence: `The InfluxDB worker failed (${message}); restart Anling.` })
    },
    look,
  }

  function look(next: DrainHealth): void {
    const before = health
    const isTrouble = next.state === 'away' || next.state === 'operator'
    const isDropping =
      isTrouble && (before.droppingSince !== null || (before.state !== 'starting' && next.droppedReadings > before.droppedReadings))
    health = {
      ...next,
      since: isTrouble ? (before.since ?? clock.now()) : null,
      droppingSince: isDropping ? (before.droppingSince ?? clock.now()) : null,
    }
    if (isTrouble && next.sentence !== before.sentence) log(next.state === 'operator' ? 'error' : 'warn', next.sentence)
    if (!isTrouble && before.since !== null) log('info', 'InfluxDB takes readings again', { waitingReadings: next.waitingReadings })
    if (next.droppedReadings > before.droppedReadings && before.droppedReadings === 0)
      log('error', 'The spool is full: the oldest readings are dropped', { droppedReadings: next.droppedReadings })
    if (next.refusedReadings > before.refusedReadings && before.refusedReadings === 0)
      log('error', 'InfluxDB refused readings; an administrator can list them', { refusedReadings: next.refusedReadings })
  }
}
