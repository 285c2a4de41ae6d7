/** A question asked again and again: one at a time, and an answer that was overtaken by a newer question is not shown. */
export type Newest = {
  /** Asks now, whatever is under way. */
  now(): Promise<void>
  /** Asks unless a question is under way. */
  again(): void
}

/** `ask` never rejects. */
export function openNewest<T>(ask: () => Promise<T>, take: (answer: T) => void): Newest {
  let latest = 0
  let isUnderWay = false
  async function now(): Promise<void> {
    latest += 1
    const mine = latest
    isUnderWay = true
    const answer = await ask()
    if (mine !== latest) return
    isUnderWay = false
    take(answer)
  }
  return {
    now,
    again() {
      if (!isUnderWay) void now()
    },
  }
}
