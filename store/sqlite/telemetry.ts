/** Telemetry, registers and quarantine on `telemetry.db`, in a worker thread: the main thread only packs numbers, and never waits for the disk. */
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import type { Log } from '../../domain/log.ts'
import { type Clock, days, hours, type Instant, type Span, seconds } from '../../domain/time.ts'
import { type BulkStore, type HistoryStore, type Quarantine, type RegisterStore, StoreTrouble, type TelemetryStore } from '../store.ts'
import { openBulkPort } from './telemetry/bulk-port.ts'
import { openGate } from './telemetry/gate.ts'
import { openHistory } from './telemetry/history.ts'
import { openLink } from './telemetry/link.ts'
import type { WorkerNeeds } from './telemetry/messages.ts'
import { openQuarantine, openReadings, openRegisters } from './telemetry/ports.ts'
import { openWindows, type Window } from './telemetry/window.ts'

/** Free disk below this and readings are refused, so that presses always find room. */
export const reserveBytesDefault = 256 * 1024 * 1024
/** Newest entries of the quarantine that are kept; counts are kept for ever. */
export const quarantineEntriesMax = 10_000

export type TelemetryNeeds = {
  dataDir: string
  clock: Clock
  log: Log
  /** How long readings wait for each other before they are committed together. */
  windowMs?: number
  reserveBytes?: number
  /** Raw readings are kept this long after they were recorded; whole runs are dropped. */
  retention?: Span
  /** Summaries and what days came to are kept this long. */
  historyRetention?: Span
  /** Readings are also sent on to a remote server: they stay in the journal until they are there, and readable here this long. */
  spool?: { local: Span }
  /** How long readings stay in the journal before they are sealed into compact runs. */
  sealEvery?: Span
  /** The file or its worker failed for good: nothing more can be recorded. The process should end and start again from what was committed. */
  onFatal: (trouble: Error) => void
}

export type TelemetryHealth = {
  /** Since when readings are refused for lack of disk space; null: they are accepted. */
  refusedSince: Instant | null
  freeBytes: number
  droppedReadings: number
  /** Batches and blocks that the disk has changed, met since the start; their readings are left out of answers. */
  damagedParts: number
  windowsWaiting: number
}

export type Telemetry = {
  telemetry: TelemetryStore
  registers: RegisterStore
  quarantine: Quarantine
  /** Millions of readings at once, past the lane of live ones. */
  bulk: BulkStore['bulk']
  /** Summaries and days, kept for years. */
  history: HistoryStore
  /** Synchronous and free. */
  health(): TelemetryHealth
  /** Seals, trims and checkpoints everything now instead of within the hour. Recording waits meanwhile. */
  compact(): Promise<void>
  /** Lets the other end of `port` take what is to be sent on, and settle it. Once, and only when opened with `spool`. */
  spool(port: MessagePort): Promise<void>
  /** Commits what was recorded, then ends the worker. */
  close(): Promise<void>
}

/** Opens or creates `<dataDir>/telemetry.db`. Rejects with an Error whose message is for the operator when it is damaged, newer or in use. */
export async function openTelemetry(needs: TelemetryNeeds): Promise<Telemetry> {
  const { clock, log } = needs
  const dataDir = await madeFolder(needs.dataDir)
  const gate = openGate(needs)
  const link = await openLink({
    worker: workerNeeds(needs, dataDir),
    space: gate.look,
    lost: (trouble) => {
      stopTicking()
      windows.abandon(trouble)
      log('error', `telemetry has failed: ${trouble.message}`)
      needs.onFatal(trouble)
    },
  })
  const windows = openWindows({ clock, windowMs: needs.windowMs ?? 60, send: (window) => void send(window) })
  const stopTicking = clock.every(seconds(1), () => link.tick(clock.now()))
  log('info', 'telemetry is open', { unsealedReadings: link.rebuilt, freeMiB: Math.floor(gate.state().freeBytes / 2 ** 20) })

  async function send(window: Window): Promise<void> {
    const { batch, entries, resolve, reject } = window
    const pages = buffersOf(window)
    try {
      const details = { now: clock.now(), buffer: batch.buffer, count: batch.count, entries, pages }
      const { buffer } = await link.ask('commit', details, [batch.buffer, ...pages.map((page) => page.buffer)])
      resolve()
      windows.landed(buffer)
    } catch (error) {
      gate.dropped(batch.count)
      reject(error instanceof StoreTrouble ? error : new StoreTrouble('io-error', 'Telemetry could not be recorded.', error))
      windows.landed()
    }
  }

  let closing: Promise<void> | null = null
  async function closeAll(): Promise<void> {
    stopTicking()
    windows.flush()
    await Promise.all([windows.idle(), bulk.idle()])
    await link.close()
  }
  const close = () => (closing ??= closeAll())
  const isClosing = () => closing !== null
  const readings = openReadings({ link, windows, gate, isClosing })
  const bulk = openBulkPort({ link, gate, isClosing, record: readings.record, clock })
  return {
    telemetry: { ...readings, close },
    bulk: bulk.bulk,
    registers: openRegisters({ link, windows, isClosing }),
    history: openHistory(link, needs.spool?.local ?? needs.retention ?? days(90)),
    quarantine: openQuarantine({ link, windows, isClosing }),
    health: () => ({ ...gate.state(), windowsWaiting: windows.waiting() }),
    compact() {
      windows.flush()
      return link.ask('compact', { now: clock.now() }).then(() => {})
    },
    spool: (port) => link.ask('spool', { port }, [port]).then(() => {}),
    close,
  }
}

const buffersOf = ({ pages }: Window) =>
  [...pages.values()].map(({ register, page, values }) => ({ register, page, buffer: values.buffer as ArrayBuffer }))

async function madeFolder(path: string): Promise<string> {
  const folder = resolve(path)
  await mkdir(folder, { recursive: true })
  return folder
}

function workerNeeds(needs: TelemetryNeeds, dataDir: string): WorkerNeeds {
  return {
    dataDir,
    reserveBytes: needs.reserveBytes ?? reserveBytesDefault,
    retentionMs: needs.retention ?? days(90),
    historyMs: needs.historyRetention ?? days(3 * 365 + 1),
    sealEveryMs: needs.sealEvery ?? hours(1),
    quarantineEntriesMax,
    spool: needs.spool ? { localMs: needs.spool.local, now: needs.clock.now() } : null,
  }
}
