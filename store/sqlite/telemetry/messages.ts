/** What the main thread and the telemetry worker say to each other. Plain data; buffers are handed over, not copied. */
import type { MessagePort } from 'node:worker_threads'
import type { QuarantineEntry, QuarantineReason, ReadingQuery, RegisterName, StoredDay, SummaryQuery, SummarySeries } from '../../store.ts'
import type { PackedPart } from './bulk-pack.ts'
import type { Groups } from './sort.ts'

export type WorkerNeeds = {
  dataDir: string
  reserveBytes: number
  retentionMs: number
  /** How long summaries and the facts of days are kept. */
  historyMs: number
  sealEveryMs: number
  quarantineEntriesMax: number
  /** Readings are sent on to a remote server: the journal keeps them until they are there, sealed runs this long after they were recorded. */
  spool: { localMs: number; now: number } | null
}

/** Everything one window gathered: one commit. */
export type CommitAsk = {
  ask: 'commit'
  id: number
  now: number
  buffer: ArrayBuffer
  count: number
  entries: readonly QuarantineEntry[]
  pages: readonly { register: RegisterName; page: number; buffer: ArrayBuffer }[]
}
/** A part of history, packed. Answered when all of it is durable; commits come in between. */
export type BulkAsk = { ask: 'bulk'; id: number; part: PackedPart }
/** The same before it is packed: readings in a buffer, with their groups. */
export type PackAsk = { buffer: SharedArrayBuffer; count: number; groups: Groups; recordedAt: number }
export type PackTold = { tell: 'packed'; part: PackedPart } | { tell: 'failed'; message: string }
export type Ask =
  | CommitAsk
  | BulkAsk
  | { ask: 'readings'; id: number; query: ReadingQuery }
  | { ask: 'summaries'; id: number; query: SummaryQuery }
  | { ask: 'save-days'; id: number; days: readonly StoredDay[] }
  | { ask: 'days'; id: number; resident: number; from: string; to: string }
  | { ask: 'newest-days'; id: number }
  | { ask: 'pages'; id: number; register: RegisterName }
  | { ask: 'quarantine'; id: number; limit: number }
  | { ask: 'quarantine-counts'; id: number }
  | { ask: 'counts'; id: number }
  | { ask: 'spool'; id: number; port: MessagePort }
  | { ask: 'tick'; now: number }
  | { ask: 'compact'; id: number; now: number }
  | { ask: 'close' }

export type StoredPage = { page: number; numbers: Uint8Array<ArrayBuffer> }
export type QuarantineRow = QuarantineEntry & { id: number }
export type Counts = { readings: number; bytes: number; commits: number }
/** `damaged`: batches and blocks found changed by the disk since the start; they are left out of answers. */
export type Space = { freeBytes: number; full: boolean; damaged: number }

/** The answer's value by what was asked. */
export type Answers = {
  commit: { buffer: ArrayBuffer }
  bulk: { added: number }
  readings: { buffer: ArrayBuffer; count: number }
  summaries: readonly SummarySeries[]
  'save-days': null
  days: readonly StoredDay[]
  'newest-days': ReadonlyMap<number, string>
  pages: readonly StoredPage[]
  quarantine: readonly QuarantineRow[]
  'quarantine-counts': Readonly<Record<QuarantineReason, number>>
  counts: Counts
  compact: null
  spool: null
}

export type Told =
  | { tell: 'ready'; rebuilt: number; space: Space }
  | { tell: 'answer'; id: number; value: Answers[keyof Answers] }
  | { tell: 'failed'; id: number; code: 'disk-full' | 'io-error'; message: string }
  | { tell: 'space'; space: Space }
  /** Nothing more will come. */
  | { tell: 'fatal'; message: string }
