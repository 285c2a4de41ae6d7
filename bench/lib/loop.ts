/** How long a process keeps everybody waiting: the longest stretch without a turn of the event loop, second by second. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { percentiles } from './figures.ts'

/** The meter's own timer is a millisecond; a stretch shorter than that is not told from none. */
const resolutionMs = 1

export type LoopFigures = { loopP50: number; loopP95: number; loopMax: number; loopSeconds: number }

/** Resolves each call with the figures since the one before; the second in which somebody asked counts for neither, for asking costs time itself. */
export function startLoopMeter(): () => LoopFigures {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  let seconds: number[] = []
  let skip = true
  setInterval(() => {
    if (!skip) seconds.push(Math.max(0, delays.max / 1e6 - resolutionMs))
    skip = false
    delays.reset()
  }, 1_000).unref()
  return () => {
    const sorted = seconds.sort((a, b) => a - b)
    const figures = {
      loopP50: percentiles(sorted).p50,
      loopP95: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN,
      loopMax: sorted.at(-1) ?? Number.NaN,
      loopSeconds: sorted.length,
    }
    seconds = []
    skip = true
    return figures
  }
}
