/** Telemetry on InfluxDB: readings are durable here first, then sent on by a worker; history is read from both. The care lane never notices. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, type Instant, minutes, type Span } from '../domain/time.ts'
import { joined } from './influx/join.ts'
import type { DrainHealth, InfluxAsk, InfluxTold, InfluxWorkerNeeds, SiteTable } from './influx/messages.ts'
import { type InfluxSettings, type InfluxTimings, timingsDefault } from './influx/settings.ts'
import { packedOver, unpack } from './sqlite/telemetry/batch.ts'
import type { Telemetry } from './sqlite/telemetry.ts'
import { type ReadingQuery, StoreTrouble, type TelemetryStore } from './store.ts'

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
  const line = openLine(needs, { port: port2, watch, sites: (await needs.sites?.()) ?? noSites })
  const stopSites = clock.every(minutes(10), () => void followSites())

  async function followSites(): Promise<void> {
    try {
      const sites = await needs.sites?.()
      if (sites) line.tell({ ask: 'sites', sites })
    } catch (error) {
      log('warn', `The sites of the devices could not be read; they stay as they were: ${sentenceOf(error)}`)
    }
  }

  async function history(query: ReadingQuery) {
    const { buffer, count } = (await line.ask({ ask: 'readings', query })) ?? { buffer: new ArrayBuffer(0), count: 0 }
    return unpack(packedOver(buffer, count))
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
        return joined(here, await history(query), query.limit)
      },
      async counts() {
        const counts = await readings.telemetry.counts()
        return { ...counts, droppedReadings: counts.droppedReadings + watch.health().droppedReadings }
      },
      close,
    },
    health: watch.health,
    async drained() {
      await line.ask({ ask: 'drained' })
    },
    close,
  }
}

/** What is known of the drain, and the log's line when it changes. */
function openWatch(clock: Clock, log: Log) {
  let health: InfluxHealth = {
    ...{ state: 'starting', sentence: '', since: null, droppingSince: null, waitingReadings: 0, waitingBytes: 0 },
    ...{ sentReadings: 0, droppedReadings: 0, refusedReadings: 0 },
  }
  return {
    health: () => health,
    found: (sentence: string) => log('info', sentence),
    look(next: DrainHealth): void {
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
        log('error', 'InfluxDB refused readings; they are kept in spool_refused', { refusedReadings: next.refusedReadings })
    },
  }
}

type Answer = { buffer: ArrayBuffer; count: number } | null
type Question = { ask: 'readings'; query: ReadingQuery } | { ask: 'drained' }
type Waiting = { resolve(value: Answer): void; reject(error: StoreTrouble): void }
type Watch = ReturnType<typeof openWatch>

/** The line to the worker. A worker that fails is a trouble of InfluxDB, not of the platform: readings stay durable here. */
function openLine(needs: InfluxNeeds, { port, watch, sites }: { port: MessagePort; watch: Watch; sites: SiteTable }) {
  const { settings, log } = needs
  const timings = { ...timingsDefault, ...needs.timings }
  const workerData: InfluxWorkerNeeds = { settings, timings, bytesMax: needs.bytesMax ?? spoolBytesDefault, sites, port }
  const worker = new Worker(new URL('./influx/worker.ts', import.meta.url), { workerData, transferList: [port], execArgv: [] })
  const waiting = new Map<number, Waiting>()
  const ended = Promise.withResolvers<void>()
  let [lastId, isEnded] = [0, false]

  worker.on('message', (told: InfluxTold) => {
    if (told.tell === 'health') return watch.look(told.health)
    if (told.tell === 'found') return watch.found(told.sentence)
    const question = waiting.get(told.id)
    waiting.delete(told.id)
    if (told.tell === 'answer') question?.resolve(told.value)
    else question?.reject(new StoreTrouble('io-error', told.message))
  })
  worker.on('error', (error) => {
    log('error', 'The InfluxDB worker failed; readings are kept here')
    watch.look({ ...watch.health(), state: 'operator', sentence: `The InfluxDB worker failed (${error.message}); restart Anling.` })
  })
  worker.on('exit', () => {
    isEnded = true
    for (const question of waiting.values()) question.reject(new StoreTrouble('closed', 'Telemetry is closed.'))
    ended.resolve()
  })

  return {
    tell: (ask: InfluxAsk) => worker.postMessage(ask),
    ask(question: Question): Promise<Answer> {
      if (isEnded) return Promise.reject(new StoreTrouble('closed', 'Telemetry is closed.'))
      return new Promise((resolve, reject) => {
        waiting.set(++lastId, { resolve, reject })
        worker.postMessage({ ...question, id: lastId } satisfies InfluxAsk)
      })
    },
    async close() {
      worker.postMessage({ ask: 'close' } satisfies InfluxAsk)
      await ended.promise
    },
  }
}
