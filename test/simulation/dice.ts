/** Chance that can be repeated: one seed, one sequence, on every machine. */

export type Dice = {
  /** A number from 0 up to, but not including, 1. */
  roll(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** True in `share` of all cases (0 to 1). */
  chance(share: number): boolean
  pick<T>(from: readonly T[]): T
  /** One of the names, each as often as its weight says. */
  weighed<Name extends string>(weights: Readonly<Record<Name, number>>): Name
}

/** Mulberry32: small, fast, and good enough to choose misfortunes. */
export function openDice(seed: number): Dice {
  let state = (seed * 2_654_435_761) >>> 0
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    roll,
    between: (low, high) => low + Math.floor(roll() * (high - low + 1)),
    chance: (share) => roll() < share,
    pick<T>(from: readonly T[]): T {
      if (from.length === 0) throw new RangeError('There is nothing to pick from.')
      return from[Math.floor(roll() * from.length)] as T
    },
    weighed: (weights) => weighed(weights, roll()),
  }
}

function weighed<Name extends string>(weights: Readonly<Record<Name, number>>, rolled: number): Name {
  const entries = Object.entries(weights) as [Name, number][]
  let left = rolled * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [name, weight] of entries) {
    left -= weight
    if (left < 0) return name
  }
  return entries[0]?.[0] as Name
}
