/** One time limit for many things that all have the same patience: no timer for each, one tick for all. */

/** What a thing carries while its time runs: its neighbours in order of arrival. Part of the thing itself, for there is one for each message. */
export type Timed = { older: Timed | null; younger: Timed | null; since: number }

export type TimeLimit<T> = {
  add(thing: T): void
  /** Whether the thing was still there, so that each thing ends exactly once. */
  remove(thing: T): boolean
  tick(): void
  size(): number
}

/** `since` of a thing whose time does not run. */
const out = -1

/** A thing whose time does not run yet. */
export const untimed: Timed = { older: null, younger: null, since: out }

/** What is still there after `ticks` whole ticks is taken out and given to `tooLate`. */
export function openTimeLimit<T extends Timed>(ticks: number, tooLate: (thing: T) => void): TimeLimit<T> {
  let oldest: Timed | null = null
  let youngest: Timed | null = null
  let now = 0
  let size = 0

  const remove = (thing: T): boolean => {
    if (thing.since === out) return false
    if (thing.older) thing.older.younger = thing.younger
    else oldest = thing.younger
    if (thing.younger) thing.younger.older = thing.older
    else youngest = thing.older
    thing.older = null
    thing.younger = null
    thing.since = out
    size--
    return true
  }

  return {
    add(thing) {
      thing.since = now
      thing.older = youngest
      if (youngest) youngest.younger = thing
      else oldest = thing
      youngest = thing
      size++
    },
    remove,
    tick() {
      now++
      while (oldest && now - oldest.since > ticks) {
        const late = oldest as T
        remove(late)
        tooLate(late)
      }
    },
    size: () => size,
  }
}
