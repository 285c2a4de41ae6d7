/** What was seen so far, and the wait for the rest: whatever comes first, nothing is missed. */

export type Awaiting<Seen> = {
  see(seen: Seen): void
  /** Resolves with the first that `wanted` holds for, seen before or not yet; rejects when the round is called off. */
  first<Wanted extends Seen>(wanted: (seen: Seen) => seen is Wanted): Promise<Wanted>
  first(wanted: (seen: Seen) => boolean): Promise<Seen>
}

/** Keeps everything it sees: for one round of some moments, which ends at the latest with `signal`. */
export function openAwaiting<Seen>(signal: AbortSignal): Awaiting<Seen> {
  const all: Seen[] = []
  const waiting = new Set<(seen: Seen) => void>()
  const wait = (wanted: (seen: Seen) => boolean) =>
    new Promise<Seen>((resolve, reject) => {
      const seen = all.find(wanted)
      if (seen !== undefined) return resolve(seen)
      if (signal.aborted) return reject(new Error('called off'))
      const look = (next: Seen) => {
        if (!wanted(next)) return
        waiting.delete(look)
        resolve(next)
      }
      waiting.add(look)
      signal.addEventListener('abort', () => reject(new Error('called off')), { once: true })
    })
  return {
    see(seen) {
      all.push(seen)
      for (const look of waiting) look(seen)
    },
    first: (wanted: (seen: Seen) => boolean) => wait(wanted) as Promise<never>,
  }
}
