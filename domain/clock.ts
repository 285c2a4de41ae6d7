/** The machine's clock: the only file that may read the time or set a timer. Tests use `test/virtual-clock.ts`. */
import { performance } from 'node:perf_hooks'
import { type Clock, instant } from './time.ts'

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  elapsed: () => performance.now(),
  every(span, work) {
    const timer = setInterval(work, span)
    return () => clearInterval(timer)
  },
  later(span, work) {
    const timer = setTimeout(work, span)
    return () => clearTimeout(timer)
  },
}
