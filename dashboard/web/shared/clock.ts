/** The only file of the screens that reads the time or sets a timer. */
import { type Instant, instant } from '../../../domain/time.ts'

/** By this machine's wall clock; it may be wrong by minutes. */
export const localNow = (): Instant => instant(Date.now())
/** Milliseconds that only ever grow. */
export const elapsed = (): number => performance.now()

/** Calls `work` every `milliseconds`; the returned function ends it. Hidden pages are throttled: see `wall/pulse.ts`. */
export function every(milliseconds: number, work: () => void): () => void {
  const timer = setInterval(work, milliseconds)
  return () => clearInterval(timer)
}

/** Calls `work` once after `milliseconds`; the returned function calls it off. */
export function later(milliseconds: number, work: () => void): () => void {
  const timer = setTimeout(work, milliseconds)
  return () => clearTimeout(timer)
}

/**
 * Calls `work` as soon as the frame that holds the latest change is done: never in a hidden page. The next frame is not waited for: it may
 * come late where news keeps the machine busy, and what is asked of the page before that has to be laid out for the asking.
 */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      work()
    }
    port2.postMessage(null)
  })
}
