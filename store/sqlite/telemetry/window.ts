/** Gathers what is recorded until its window closes: all of it is one message to the worker and one commit, told in small groups. */
import type { Clock } from '../../../domain/time.ts'
import { milliseconds } from '../../../domain/time.ts'
import { type QuarantineEntry, type RegisterPage, StoreTrouble } from '../../store.ts'
import { batchReadingsMax, type Packed, packedOver, recordBytes } from './batch.ts'

/** Windows on their way to the worker at once; the rest gather meanwhile. */
const inFlightMax = 2
/** Full windows that may wait for a slow disk (a quarter of a million readings, 8 MiB) before recording is refused. */
const waitingMax = 64
/** Quarantined messages in one window; a fuller one is sent at once. */
const entriesMax = 500
/** A window this full is sent before its time when the worker is idle: under a flood, commits follow each other and thanks come sooner. */
const earlyReadings = 500
/** Calls that hear of their commit in one turn of the event loop; a press comes in between. */
const toldAtOnce = 64
/** Buffers kept for the next windows. */
const sparesMax = 8

export type Window = {
  batch: Packed
  entries: QuarantineEntry[]
  pages: Map<string, RegisterPage>
  /** When its durability is decided. To be read once for each call: calls share promises in groups, told one after the other. */
  readonly settled: Promise<void>
  resolve(): void
  reject(trouble: StoreTrouble): void
}

export type Windows = {
  /** The window that has room now; opens one when needed. Throws StoreTrouble when the disk is too far behind. */
  current(): Window
  /** To be called after something was put into the current window. */
  filled(): void
  /** Sends what is gathered without waiting for the window to close. */
  flush(): void
  /** The worker has answered for one window; its buffer may come back. */
  landed(buffer?: ArrayBuffer): void
  waiting(): number
  /** Resolves when everything sent has been answered. */
  idle(): Promise<void>
  /** Rejects everything not yet sent. */
  abandon(trouble: StoreTrouble): void
}

type Needs = { clock: Clock; windowMs: number; send: (window: Window) => void }

export function openWindows({ clock, windowMs, send }: Needs): Windows {
  const spares: ArrayBuffer[] = []
  const queue: Window[] = []
  let open: Window | null = null
  let isDue = false
  let inFlight = 0
  let settleIdle: () => void = () => {}
  let stopTimer: () => void = () => {}

  function closeOpen(): void {
    if (!open) return
    stopTimer()
    queue.push(open)
    ;[open, isDue] = [null, false]
  }
  const isEarly = (): boolean => open !== null && open.batch.count >= earlyReadings && inFlight === 0

  function sendWhatMay(): void {
    if (isDue && queue.length === 0 && inFlight < inFlightMax) closeOpen()
    while (queue.length > 0 && inFlight < inFlightMax) {
      inFlight++
      send(queue.shift() as Window)
    }
  }

  return {
    current() {
      if (open) return open
      refuseBehind(queue.length)
      open = newWindow(spares.pop() ?? new ArrayBuffer(batchReadingsMax * recordBytes))
      stopTimer = clock.later(milliseconds(windowMs), () => {
        isDue = true
        sendWhatMay()
      })
      return open
    },
    filled() {
      if (!open || !(isFull(open) || isEarly())) return
      closeOpen()
      sendWhatMay()
    },
    flush() {
      closeOpen()
      sendWhatMay()
    },
    landed(buffer) {
      inFlight--
      if (isEarly()) closeOpen()
      if (buffer && spares.length < sparesMax) spares.push(buffer)
      sendWhatMay()
      if (inFlight === 0) settleIdle()
    },
    waiting: () => queue.length,
    idle: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => (settleIdle = resolve))),
    abandon(trouble) {
      closeOpen()
      for (const window of queue.splice(0)) window.reject(trouble)
    },
  }
}

function refuseBehind(waiting: number): void {
  if (waiting >= waitingMax) throw new StoreTrouble('io-error', 'The disk is too slow: telemetry is refused until it has caught up.')
}

const isFull = ({ batch, entries }: Window): boolean => batch.count >= batchReadingsMax || entries.length >= entriesMax

function newWindow(buffer: ArrayBuffer): Window {
  const groups = [newGroup()]
  let calls = 0
  const tell = (from: number): void => {
    groups[from]?.resolve()
    if (from + 1 < groups.length) setImmediate(tell, from + 1)
  }
  return {
    batch: packedOver(buffer),
    entries: [],
    pages: new Map(),
    get settled() {
      if (calls > 0 && calls % toldAtOnce === 0) groups.push(newGroup())
      calls++
      return (groups.at(-1) as Group).promise
    },
    resolve: () => tell(0),
    reject(trouble) {
      for (const group of groups) group.reject(trouble)
    },
  }
}

type Group = PromiseWithResolvers<void>

function newGroup(): Group {
  const group = Promise.withResolvers<void>()
  // Whoever recorded holds this promise and hears of a failure; a call refused half-way has let go of it, and that must not end the process.
  group.promise.catch(() => {})
  return group
}
