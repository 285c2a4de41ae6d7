/** The heartbeat of the page itself, twice a second, also while it is hidden. */
import { every } from '../shared/clock.ts'

/** Calls `work` about twice a second; returns what ends it. Without workers it falls back to the page's own timer. */
export function startPulse(work: () => void): () => void {
  try {
    const worker = new Worker(new URL('./pulse.worker.ts', import.meta.url), { type: 'module' })
    let fallback: (() => void) | null = null
    worker.onmessage = () => work()
    worker.onerror = () => {
      fallback ??= every(500, work)
    }
    return () => {
      worker.terminate()
      fallback?.()
    }
  } catch {
    return every(500, work)
  }
}
