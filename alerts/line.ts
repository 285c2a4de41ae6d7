/** One line for each subject: its work is done strictly in order, different subjects side by side, and no line grows without end. */

export type Lines = {
  /** Runs `work` after all earlier work of `subject`, whether that succeeded or not. Returns null, doing nothing, when `lengthMax` wait or run already. */
  join<T>(place: { subject: string; lengthMax: number }, work: () => Promise<T>): Promise<T> | null
  /** How many pieces of work wait or run. */
  size(): number
  /** Resolves when nothing waits and nothing runs any more. */
  idle(): Promise<void>
}

export function openLines(): Lines {
  const lines = new Map<string, { tail: Promise<unknown>; length: number }>()
  let size = 0
  return {
    join({ subject, lengthMax }, work) {
      const line = lines.get(subject) ?? { tail: Promise.resolve(), length: 0 }
      if (line.length >= lengthMax) return null
      lines.set(subject, line)
      line.length += 1
      size += 1
      const leave = () => {
        line.length -= 1
        size -= 1
        if (line.length === 0) lines.delete(subject)
      }
      const turn = line.tail.then(work).finally(leave)
      // The next in line does not care how this one ended; the caller does.
      line.tail = turn.catch(() => undefined)
      return turn
    },
    size: () => size,
    async idle() {
      while (lines.size > 0) await Promise.all([...lines.values()].map((line) => line.tail))
    },
  }
}
