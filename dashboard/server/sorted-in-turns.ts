/** Puts a long list in order with turns of the event loop in between: 200,000 devices take half a second, and a press may come. */
import { breathe } from './breathe.ts'

const itemsAtOnce = 2_000

type Compare<Item> = (a: Item, b: Item) => number

/** A new list; equal items stay as they came. */
export async function sortedInTurns<Item>(items: readonly Item[], compare: Compare<Item>): Promise<readonly Item[]> {
  let runs: (readonly Item[])[] = []
  for (let from = 0; from < items.length; from += itemsAtOnce) {
    if (from > 0) await breathe()
    runs.push(items.slice(from, from + itemsAtOnce).sort(compare))
  }
  while (runs.length > 1) {
    const merged: (readonly Item[])[] = []
    for (let place = 0; place < runs.length; place += 2) merged.push(await merge(runs[place] ?? [], runs[place + 1] ?? [], compare))
    runs = merged
  }
  return runs[0] ?? []
}

async function merge<Item>(first: readonly Item[], second: readonly Item[], compare: Compare<Item>): Promise<readonly Item[]> {
  const merged: Item[] = []
  let [a, b] = [0, 0]
  while (a < first.length && b < second.length) {
    const [one, other] = [first[a] as Item, second[b] as Item]
    const isFirst = compare(one, other) <= 0
    merged.push(isFirst ? one : other)
    if (isFirst) a += 1
    else b += 1
    if (merged.length % itemsAtOnce === 0) await breathe()
  }
  return [...merged, ...first.slice(a), ...second.slice(b)]
}
