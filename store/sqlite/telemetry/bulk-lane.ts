/** What is given in bulk waits here for its turn inside the worker: one after the other, a slice for each turn of the event loop, so that commits come in between. */
import type { Bulk } from './bulk.ts'
import type { BulkAsk } from './messages.ts'

/** Longest work of one slice before its commit, in milliseconds: while live readings come, and while none do. */
const sliceMs = 25
const quietSliceMs = 100

export type BulkLane = { add(ask: BulkAsk): void; stop(): void }
export type BulkLaneNeeds = {
  open(ask: BulkAsk): Bulk
  done(ask: BulkAsk, bulk: Bulk): void
  failed(ask: BulkAsk, error: unknown): void
  /** Whether no live reading came since it was last asked. */
  isQuiet(): boolean
  /** After each slice: so many bytes went to the log. */
  wrote(bytes: number): void
}

export function openBulkLane({ open, done, failed, isQuiet, wrote }: BulkLaneNeeds): BulkLane {
  const waiting: BulkAsk[] = []
  let current: Bulk | null = null

  function finish(settle: (ask: BulkAsk) => void): void {
    const ask = waiting.shift()
    current = null
    if (ask) settle(ask)
    if (waiting.length > 0) setImmediate(turn)
  }

  function turn(): void {
    const [ask] = waiting
    if (!ask) return
    try {
      const bulk = current ?? open(ask)
      current = bulk
      const before = bulk.bytes()
      const more = bulk.step(isQuiet() ? quietSliceMs : sliceMs)
      wrote(bulk.bytes() - before)
      if (more) setImmediate(turn)
      else finish(() => done(ask, bulk))
    } catch (error) {
      finish(() => failed(ask, error))
    }
  }

  return {
    add(ask) {
      waiting.push(ask)
      if (waiting.length === 1) setImmediate(turn)
    },
    stop: () => void waiting.splice(0),
  }
}
