/** Chance that repeats itself: the same seed gives the same homes, the same days and the same troubles. */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  /** About `middle`, rarely more than two and a half `spread`s away. */
  about(middle: number, spread: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
}

/** A stream of chance; `place` makes streams of one seed independent of each other, however many there are. */
export function openRandom(seed: number, place = 0): Random {
  let state = mix(mix(seed | 0) ^ Math.imul(place + 1, 0x9e3779b1))
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    return (mix(state) >>> 0) / 4_294_967_296
  }
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    whole,
    about: (middle, spread) => middle + (next() + next() + next() + next() - 2) * spread * 1.7,
    chance: (probability) => next() < probability,
    pick: (list) => list[whole(0, list.length - 1)] ?? list[0],
  }
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
