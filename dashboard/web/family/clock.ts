/** The only file of the family's page that reads the time or sets a timer. */

/** Milliseconds by this telephone's clock, which may be wrong. */
export const localNow = (): number => Date.now()

/** Calls `work` every `milliseconds`; the returned function ends it. */
export function every(milliseconds: number, work: () => void): () => void {
  const timer = setInterval(work, milliseconds)
  return () => clearInterval(timer)
}

/** Calls `work` once after `milliseconds`; the returned function calls it off. */
export function later(milliseconds: number, work: () => void): () => void {
  const timer = setTimeout(work, milliseconds)
  return () => clearTimeout(timer)
}
