/** The channel that calls nobody but ourselves: what the outbox hands to it is proof that a call would have gone out. */
import { lifeSignChannel } from '../../domain/life-sign.ts'
import { type Channel, delivered, type Letter } from '../channels/channel.ts'

export type LoopBack = {
  channel: Channel
  /** From now on each letter is heard by `listener`, until the returned function is called. */
  listen(listener: (letter: Letter) => void): () => void
}

export function openLoopBack(): LoopBack {
  const listeners = new Set<(letter: Letter) => void>()
  return {
    channel: {
      name: lifeSignChannel,
      async send(letter) {
        for (const listener of listeners) listener(letter)
        return delivered
      },
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
