/** Which journal rows are still to be sent, and whose turn it is: what is new never waits behind a backlog. Pure. */
import type { Range } from '../sqlite/telemetry/spool-messages.ts'

/** Outages that may be worked off side by side; more share the last place. */
const rangesMax = 8

/** The rows of `range` up to `reachedSeq` are done with. */
export function advanced(ranges: readonly Range[], range: Range, reachedSeq: number): Range[] {
  return ranges
    .map((one) => (one === range ? { ...one, after: Math.max(one.after, reachedSeq) } : one))
    .filter(({ after, upTo }) => upTo === null || after < upTo)
}

/** The open range is cut at `lastSeq`: what comes from now on need not wait for what is there. */
export function forked(ranges: readonly Range[], lastSeq: number): Range[] {
  const open = ranges[ranges.length - 1]
  if (!open || ranges.length >= rangesMax || open.after >= lastSeq) return [...ranges]
  return [...ranges.slice(0, -1), { after: open.after, upTo: lastSeq }, { after: lastSeq, upTo: null }]
}

/** Every other turn is the newest range's, the turns between belong to the oldest. */
export function rangeOfTurn(ranges: readonly Range[], turn: number): Range {
  const index = turn % 2 === 0 ? ranges.length - 1 : 0
  return ranges[index] ?? { after: 0, upTo: null }
}
