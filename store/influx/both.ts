/** History of this machine and of InfluxDB as one. */
import { type Clock, days, type Span } from '../../domain/time.ts'
import { type HistoryStore, StoreTrouble, type SummaryQuery, type SummarySeries } from '../store.ts'
import { joinedSummaries } from './join.ts'

/** Readings one by one are in InfluxDB for 90 days; of its oldest day some may have gone. */
const fineThere = days(89)
const hourMs = 3_600_000

/** `history`: the embedded store's. `local`: questions that begin later than this ago are answered from this machine alone. */
export type BothNeeds = { history: HistoryStore; clock: Clock; local: Span }
export type Asking = {
  /** Rejects with StoreTrouble. */
  remoteSummaries(query: SummaryQuery): Promise<readonly SummarySeries[]>
  /** Whether a question has a chance of an answer. */
  canAsk(): boolean
}

/** History of both: this machine has summed up everything it ever recorded, InfluxDB also what came to it in other ways. */
export function openBoth({ history, clock, local }: BothNeeds, { remoteSummaries, canAsk }: Asking): HistoryStore {
  return {
    get fineFor() {
      return canAsk() ? fineThere : local
    },
    async summaries(query) {
      const here = await history.summaries(query)
      // What was recorded lately is here whole, and while InfluxDB is away so are the hours of years.
      const isRecent = Number(query.bounds[0]) >= clock.now() - local
      const isWhole = query.bounds.every((bound) => bound % hourMs === 0)
      if (isRecent || (isWhole && !canAsk())) return here
      try {
        return joinedSummaries(here, await remoteSummaries(query))
      } catch (error) {
        if (isWhole && error instanceof StoreTrouble) return here
        throw error
      }
    },
    saveDays: history.saveDays,
    days: history.days,
    newestDays: history.newestDays,
  }
}
