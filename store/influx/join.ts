/** What is here and what is in InfluxDB, as one answer: the same reading in both is one reading. Pure. */
import { type Reading, readingKinds } from '../../domain/reading.ts'
import type { SummarySeries } from '../store.ts'

const inOrder = (a: Reading, b: Reading) =>
  a.at - b.at || a.device - b.device || readingKinds.indexOf(a.kind) - readingKinds.indexOf(b.kind)

const isSame = (a: Reading, b: Reading) =>
  a.at === b.at && a.device === b.device && a.kind === b.kind && a.resident === b.resident && Object.is(a.value, b.value)

/** Both lists are the oldest `limit` of their side, in the order of the contract; so is the answer of both. */
export function joined(here: readonly Reading[], there: readonly Reading[], limit: number): readonly Reading[] {
  if (there.length === 0) return here
  if (here.length === 0) return there
  const all = [...here, ...there].sort(inOrder)
  const kept: Reading[] = []
  // Readings of one moment, device and kind stand together; there are rarely more than two.
  let firstOfMoment = 0
  for (const reading of all) {
    const first = kept[firstOfMoment]
    if (!first || inOrder(first, reading) !== 0) firstOfMoment = kept.length
    if (kept.slice(firstOfMoment).some((other) => isSame(other, reading))) continue
    if (kept.length === limit) break
    kept.push(reading)
  }
  return kept
}

const keyOf = ({ device, kind }: SummarySeries): number => device * 256 + readingKinds.indexOf(kind)

/**
 * Of each span the side that knows of more readings: one side lacks what is not sent yet, was refused or dropped, the other what never passed
 * through this machine, so that one of the two has all that the other has. By device, then kind.
 */
export function joinedSummaries(here: readonly SummarySeries[], there: readonly SummarySeries[]): readonly SummarySeries[] {
  const all = new Map(here.map((series) => [keyOf(series), series]))
  for (const series of there) {
    const own = all.get(keyOf(series))
    all.set(keyOf(series), own ? fuller(own, series) : series)
  }
  return [...all].sort(([a], [b]) => a - b).map(([, series]) => series)
}

const columns = ['count', 'sum', 'min', 'max', 'first', 'last'] as const

function fuller(here: SummarySeries, there: SummarySeries): SummarySeries {
  const isThere = here.count.map((count, span) => Number((there.count[span] ?? 0) > count))
  if (!isThere.includes(1)) return here
  const picked = (column: (typeof columns)[number]) =>
    here[column].map((value, span) => (isThere[span] === 1 ? (there[column][span] ?? 0) : value))
  return {
    ...{ device: here.device, kind: here.kind, count: picked('count'), sum: picked('sum') },
    ...{ min: picked('min'), max: picked('max'), first: picked('first'), last: picked('last') },
  }
}
