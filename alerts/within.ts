/** Waits for work, but never longer than a limit: what hangs must not hold up what is due. */
import type { Clock, Span } from '../domain/time.ts'

/** What `work` gives, or an Error after `limit` that names `what`. The work itself is not stopped; the signal tells it to. */
export function within<T>(
  { clock, limit, what }: { clock: Pick<Clock, 'later'>; limit: Span; what: string },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const callOff = clock.later(limit, () => {
      const error = new Error(`${what} took longer than ${limit / 1_000} s`)
      reject(error)
      abort.abort(error)
    })
    work(abort.signal).then(resolve, reject).finally(callOff)
  })
}

/** Runs `work` on every item, `width` at a time. `work` handles its own failures. */
export async function sideBySide<T>(items: Iterable<T>, width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items].values()
  const lane = async () => {
    // The lanes share one iterator: each takes the next item as soon as it is free.
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: width }, lane))
}
