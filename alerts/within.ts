/** Waits for work, but never longer than a limit: what hangs must not hold up what is due. */
import type { Clock, Span } from '../domain/time.ts'

type Patience = {
  clock: Pick<Clock, 'later'>
  limit: Span
  /** Who is waited for, as the error names it. */
  what: string
  /** Ends the waiting at once. */
  until?: AbortSignal
}

/** What `work` gives; or an Error after `limit`, or as soon as `until` is aborted. The work itself cannot be stopped; its signal asks it to. */
export function within<T>({ clock, limit, what, until }: Patience, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (until?.aborted) return Promise.reject(new Error('called off'))
  const abort = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const giveUp = (error: Error) => {
      reject(error)
      abort.abort(error)
    }
    const callOff = clock.later(limit, () => giveUp(new Error(`${what} took longer than ${limit / 1_000} s`)))
    const stopped = () => giveUp(new Error('called off'))
    until?.addEventListener('abort', stopped, { once: true })
    work(abort.signal)
      .then(resolve, reject)
      .finally(() => {
        callOff()
        until?.removeEventListener('abort', stopped)
      })
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
