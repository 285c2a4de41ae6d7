/** News that something was committed: a doorbell, not a mailbox. Whoever missed a ring asks the store for what came since. */
import type { StoredFact } from '../store/store.ts'

export type Bus = {
  /** Rings every listener, in order. A listener that throws is reported and never disturbs the others or the caller. */
  publish(facts: readonly StoredFact[]): void
  /** Returns the function that ends the subscription. `first`: it rings before those who can wait a tenth of a millisecond; for the wall. */
  subscribe(listener: (facts: readonly StoredFact[]) => void, place?: 'first'): () => void
}

/** The bus of one process. `onError` hears what a listener threw. */
export function openLocalBus(onError: (error: unknown) => void): Bus {
  const first = new Set<(facts: readonly StoredFact[]) => void>()
  const others = new Set<(facts: readonly StoredFact[]) => void>()
  const ring = (listener: (facts: readonly StoredFact[]) => void, facts: readonly StoredFact[]) => {
    try {
      listener(facts)
    } catch (error) {
      onError(error)
    }
  }
  return {
    publish(facts) {
      for (const listener of first) ring(listener, facts)
      for (const listener of others) ring(listener, facts)
    },
    subscribe(listener, place) {
      const listeners = place === 'first' ? first : others
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
