/** Where the drain stands: what is still to be sent, what is wrong, who waits for it to be empty. */
import { systemClock } from '../../domain/clock.ts'
import type { Range, SpoolState } from '../sqlite/telemetry/spool-messages.ts'
import type { DrainHealth } from './messages.ts'
import { advanced } from './ranges.ts'
import type { SpoolLine } from './spool-line.ts'
import type { Trouble } from './trouble.ts'
import type { Refused } from './writer.ts'

/** Refused lines kept of one batch; all are counted. */
const refusedKeptMax = 200

export type Settled = { sent?: number; dropped?: number; refused?: readonly Refused[] }

export type Standing = {
  state(): SpoolState
  ranges(): readonly Range[]
  trouble(): Trouble | null
  /** Whether the server has answered since the start. */
  isReached(): boolean
  isAwaited(): boolean
  look(): Promise<void>
  /** The range's rows up to here are done with. Durable when resolved. */
  settle(range: Range, reachedSeq: number, what: Settled): Promise<void>
  turnTo(ranges: readonly Range[]): void
  reached(): void
  failed(trouble: Trouble): void
  /** Resolves when everything recorded so far is done with. */
  drained(): Promise<void>
}

export async function openStanding(spool: SpoolLine, tell: (health: DrainHealth) => void): Promise<Standing> {
  const waiters: { upTo: number; resolve(): void }[] = []
  let state = await spool.ask('look', {})
  let ranges = state.ranges
  let trouble: Trouble | null = null
  let isReached = false

  function take(next: SpoolState): void {
    state = next
    const open = ({ after, upTo }: Range) => (upTo === null && after >= state.lastSeq ? Number.POSITIVE_INFINITY : after)
    const doneSeq = Math.min(...ranges.map(open))
    for (const waiter of waiters.filter(({ upTo }) => doneSeq >= upTo)) {
      waiters.splice(waiters.indexOf(waiter), 1)
      waiter.resolve()
    }
    tell(healthOf(state, trouble, isReached))
  }
  const look = async () => take(await spool.ask('look', {}))

  return {
    state: () => state,
    ranges: () => ranges,
    trouble: () => trouble,
    isReached: () => isReached,
    isAwaited: () => waiters.length > 0,
    look,
    async settle(range, reachedSeq, { sent = 0, dropped = 0, refused = [] }) {
      const kept = refused.slice(0, refusedKeptMax).map(({ line, why }) => ({ at: systemClock.now(), line, why }))
      const next = advanced(ranges, range, reachedSeq)
      const settled = await spool.ask('settle', { ranges: next, sent, dropped, refused: kept, refusedMore: refused.length - kept.length })
      ranges = next
      take(settled)
    },
    turnTo(next) {
      ranges = next
    },
    reached() {
      trouble = null
      isReached = true
    },
    failed(next) {
      trouble = next
      tell(healthOf(state, trouble, isReached))
    },
    async drained() {
      const { lastSeq } = await spool.ask('look', {})
      const { promise, resolve } = Promise.withResolvers<void>()
      waiters.push({ upTo: lastSeq, resolve })
      await look()
      await promise
    },
  }
}

function healthOf(state: SpoolState, trouble: Trouble | null, isReached: boolean): DrainHealth {
  const { readings, bytes, sentReadings, droppedReadings, refusedReadings } = state
  return {
    ...{ state: trouble?.kind ?? (isReached ? 'sending' : 'starting'), sentence: trouble?.sentence ?? '' },
    ...{ waitingReadings: readings, waitingBytes: bytes, sentReadings, droppedReadings, refusedReadings },
  }
}
