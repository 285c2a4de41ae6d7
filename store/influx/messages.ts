/** What the main thread and the InfluxDB worker say to each other. Plain data; buffers are handed over, not copied. */
import type { MessagePort } from 'node:worker_threads'
import type { RefusedRow } from '../sqlite/telemetry/spool-messages.ts'
import type { ReadingQuery, SummaryQuery, SummarySeries } from '../store.ts'
import type { InfluxSettings, InfluxTimings } from './settings.ts'

/** Which site each device belongs to, by device number: a place in `names` and one more, 0 for none. */
export type SiteTable = { names: readonly string[]; ofDevice: Uint16Array<ArrayBuffer> }

export type InfluxWorkerNeeds = {
  settings: InfluxSettings
  timings: InfluxTimings
  bytesMax: number
  sites: SiteTable
  /** To the telemetry worker. */
  port: MessagePort
}

export type InfluxAsk =
  | { ask: 'readings'; id: number; query: ReadingQuery }
  /** Of spans that InfluxDB alone is asked about; `now`: by the platform's clock. */
  | { ask: 'summaries'; id: number; query: SummaryQuery; now: number }
  /** The newest lines that were refused. */
  | { ask: 'refused'; id: number; limit: number }
  /** Answered when everything recorded so far is sent, refused or dropped. */
  | { ask: 'drained'; id: number }
  | { ask: 'sites'; sites: SiteTable }
  | { ask: 'close' }

/** The answer's value by what was asked. */
export type InfluxAnswers = {
  readings: { buffer: ArrayBuffer; count: number }
  summaries: readonly SummarySeries[]
  refused: readonly RefusedRow[]
  drained: null
}

export type DrainHealth = {
  /** `starting`: nobody has answered yet. */
  state: 'starting' | 'sending' | 'away' | 'operator'
  /** Of the trouble, with what to do; '' when there is none. */
  sentence: string
  waitingReadings: number
  waitingBytes: number
  sentReadings: number
  droppedReadings: number
  refusedReadings: number
}

export type InfluxTold =
  | { tell: 'answer'; id: number; value: InfluxAnswers[keyof InfluxAnswers] }
  | { tell: 'failed'; id: number; message: string }
  | { tell: 'health'; health: DrainHealth }
  /** A line for the log: who answered, and whether history can be asked of it. */
  | { tell: 'found'; sentence: string; isReadable: boolean }
  /** A line for the log: something to be looked at, some time. */
  | { tell: 'warned'; sentence: string }
