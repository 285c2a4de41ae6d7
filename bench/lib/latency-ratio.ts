/** How much slower one stretch of presses was than another at the 99th percentile, and how sure that is: the slowest of a few hundred presses are a handful, and a stalled disk hits several at once. */
import { openRandom } from '../../devices-sim/random.ts'
import { percentiles } from './figures.ts'

/** `low` to `high`: 95 of 100 such measurements lie within. */
export type Ratio = { value: number; low: number; high: number }

/** Presses that follow each other are drawn together, about a second of them. */
const blockPresses = 50
const draws = 1_000
/** Fewer blocks tell nothing about chance: no interval. */
const blocksMin = 4

/** p99 of `during` by p99 of `before`; both in the order measured. The interval is drawn anew from blocks of them. NaN where there are too few. */
export function p99Ratio(before: readonly number[], during: readonly number[]): Ratio {
  const random = openRandom(1)
  const ratioOf = (a: readonly number[], b: readonly number[]) => percentiles(b).p99 / percentiles(a).p99
  const [blocksBefore, blocksDuring] = [blocksOf(before), blocksOf(during)]
  if (Math.min(blocksBefore.length, blocksDuring.length) < blocksMin)
    return { value: rounded(ratioOf(before, during)), low: Number.NaN, high: Number.NaN }
  const drawn = (blocks: readonly (readonly number[])[]) => blocks.flatMap(() => blocks[random.whole(0, blocks.length - 1)] ?? [])
  const ratios = Array.from({ length: draws }, () => ratioOf(drawn(blocksBefore), drawn(blocksDuring))).sort((a, b) => a - b)
  const at = (share: number) => rounded(ratios[Math.floor(share * draws)] ?? Number.NaN)
  return { value: rounded(ratioOf(before, during)), low: at(0.025), high: at(0.975) }
}

const blocksOf = (presses: readonly number[]): (readonly number[])[] =>
  Array.from({ length: Math.ceil(presses.length / blockPresses) }, (_, i) => presses.slice(i * blockPresses, (i + 1) * blockPresses))

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000
