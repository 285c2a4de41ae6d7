/** Messages of another broker on their way to the store, several at once: begun in the order they came, thanked in that order, and none before it is recorded. */
import type { Accept, InboundMessage } from '../domain/message.ts'

/** As many as a Mosquitto hands out at once; more would wait over there. */
export const windowUsual = 20

type Pending = { isRecorded: boolean; thank: () => void }
type Needs = { accept: Accept; most?: number; failed: (error: unknown) => void }

/**
 * `take` calls `thank` when this message and all before it are recorded, and `more` when there is room for the next. After one that could not be
 * recorded nothing is thanked any more: the connection is given up (`failed`), and `reset` begins anew with the next one.
 */
export function openWindow({ accept, most = windowUsual, failed }: Needs) {
  let pending: Pending[] = []
  let waiting: (() => void) | null = null

  function settle(line: Pending[], each: Pending): void {
    each.isRecorded = true
    if (line !== pending) return
    while (line[0]?.isRecorded) line.shift()?.thank()
    if (line.length >= most || !waiting) return
    const more = waiting
    waiting = null
    more()
  }

  async function begin(message: InboundMessage, line: Pending[], each: Pending): Promise<void> {
    try {
      await accept(message)
    } catch (error) {
      if (line === pending) failed(error)
      return
    }
    settle(line, each)
  }

  return {
    take(message: InboundMessage, thank: () => void, more: () => void): void {
      const each = { isRecorded: false, thank }
      pending.push(each)
      if (pending.length < most) more()
      else waiting = more
      void begin(message, pending, each)
    },
    /** Another connection: what was begun on the former one is thanked on none. */
    reset(): void {
      pending = []
      waiting = null
    },
    size: () => pending.length,
  }
}
