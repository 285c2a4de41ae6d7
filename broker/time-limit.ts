/** One time limit for many things that all have the same patience: no timer for each, one tick for all. */

export type TimeLimit<T> = {
  add(thing: T): void
  /** Whether the thing was still there, so that each thing ends exactly once. */
  remove(thing: T): boolean
  tick(): void
  size(): number
}

/** What is still there after `ticks` whole ticks is taken out and given to `tooLate`. */
export function openTimeLimit<T>(ticks: number, tooLate: (thing: T) => void): TimeLimit<T> {
  let youngest: Set<T> = new Set()
  const older: Set<T>[] = []
  return {
    add: (thing) => {
      youngest.add(thing)
    },
    remove: (thing) => youngest.delete(thing) || older.some((things) => things.delete(thing)),
    tick() {
      older.unshift(youngest)
      youngest = new Set()
      const late = older.length > ticks ? older.pop() : undefined
      for (const thing of late ?? []) tooLate(thing)
    },
    size: () => older.reduce((sum, things) => sum + things.size, youngest.size),
  }
}
