/** Whether a look is a new one: what stays open on a screen is fetched again every few seconds, and is one look. */
import { minutes } from '../../domain/time.ts'

const oneLookFor = minutes(10)
const looksRemembered = 10_000

/** A fresh memory; `elapsed` is milliseconds that only grow. */
export function openLooks(): (look: string, elapsed: number) => boolean {
  const seen = new Map<string, number>()
  return (look, elapsed) => {
    const last = seen.get(look) ?? Number.NEGATIVE_INFINITY
    if (elapsed - last < oneLookFor) return false
    if (seen.size >= looksRemembered) seen.clear()
    seen.set(look, elapsed)
    return true
  }
}
