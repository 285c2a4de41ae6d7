/** What the main thread and the InfluxDB worker say to each other. Plain data; buffers are handed over, not copied. */
import type { MessagePort } from 'node:worker_threads'
import type { ReadingQuery } from '../store.ts'
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
  /** Answered when everything recorded so far is sent, refused or dropped. */
  | { ask: 'drained'; id: number }
  | { ask: 'sites'; sites: SiteTable }
  | { ask: 'close' }

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
  | { tell: 'answer'; id: number; value: { buffer: ArrayBuffer; count: number } | null }
  | { tell: 'failed'; id: number; message: string }
  | { tell: 'health'; health: DrainHealth }
  /** A line for the log: who answered. */
  | { tell: 'found'; sentence: string }
