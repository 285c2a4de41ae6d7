/** What is here and what is in InfluxDB, as one list: the same reading in both is one reading. Pure. */
import { type Reading, readingKinds } from '../../domain/reading.ts'

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
