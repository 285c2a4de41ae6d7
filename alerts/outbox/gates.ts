/** A gate for each channel: so many at once, the others wait behind it, and nobody waits behind another gate. */

export type Gates = {
  /** Starts `work` when there is room behind its gate. Work that is already in hand by its id is not taken twice. `work` must not throw. */
  enter(ticket: { gate: string; id: string }, work: () => Promise<void>): void
  /** Whether this is in hand already. */
  has(id: string): boolean
  /** How much is in hand, running or waiting. */
  size(): number
  /** Resolves when nothing is in hand any more. */
  idle(): Promise<void>
}

type Waiting = { id: string; work: () => Promise<void> }

/** `width`: how many may be behind one gate at once. */
export function openGates(width: number): Gates {
  const inHand = new Set<string>()
  const running = new Map<string, number>()
  const queues = new Map<string, Waiting[]>()
  let waiters: (() => void)[] = []

  const leave = (gate: string, id: string) => {
    inHand.delete(id)
    running.set(gate, (running.get(gate) ?? 1) - 1)
    const next = queues.get(gate)?.shift()
    if (next) start(gate, next)
    if (inHand.size > 0) return
    for (const wake of waiters) wake()
    waiters = []
  }
  const start = (gate: string, { id, work }: Waiting) => {
    running.set(gate, (running.get(gate) ?? 0) + 1)
    void work().finally(() => leave(gate, id))
  }
  const queueOf = (gate: string): Waiting[] => {
    const queue = queues.get(gate) ?? []
    queues.set(gate, queue)
    return queue
  }
  return {
    enter({ gate, id }, work) {
      if (inHand.has(id)) return
      inHand.add(id)
      if ((running.get(gate) ?? 0) < width) start(gate, { id, work })
      else queueOf(gate).push({ id, work })
    },
    has: (id) => inHand.has(id),
    size: () => inHand.size,
    idle: () => (inHand.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  }
}
