/**
 * Where Aedes would forward and remember: nothing is forwarded, nothing is kept. What devices say lives in our own store, and a
 * device only hears what the platform sends to it by name. So there is no session to leak from, no retained message and no
 * queue to grow, and a frozen listener can hold up nobody.
 */
import type { Visited } from './visit.ts'

type Done = (error?: Error) => void

/** An Aedes message emitter on which nobody listens: subscriptions are granted and silent. */
export const silentEmitter = () => ({
  on: (_topic: string, _listener: unknown, done?: Done) => done?.(),
  removeListener: (_topic: string, _listener: unknown, done?: Done) => done?.(),
  emit: (_packet: unknown, done?: Done) => done?.(),
  close: (done?: Done) => setImmediate(() => done?.()),
})

/** In the place of `aedes.publish`: what a device said was recorded before, and goes nowhere from here. */
export function publishNowhere(_packet: unknown, client?: unknown, done?: Done): void {
  if (typeof client === 'function') client()
  else done?.()
}

const nothing = Promise.resolve()
const none: Promise<readonly never[]> = Promise.resolve([])
const unknown = Promise.reject(new Error('no such message'))
unknown.catch(() => {})

// Aedes pipes this through a stream at each login: a plain iterator costs 25 µs there, a stream 60.
const emptyStream = function* () {}

/** An Aedes persistence that keeps nothing but the ids of half-done QoS 2 messages, for as long as their connection lives. `acknowledged` hears of each PUBACK. */
export function forgetfulPersistence(acknowledged: (client: Visited, packet: { messageId?: number }) => void) {
  return {
    async setup() {},
    storeRetained: () => nothing,
    createRetainedStreamCombi: () => ({ pipe() {} }),
    addSubscriptions: () => nothing,
    removeSubscriptions: () => nothing,
    cleanSubscriptions: () => nothing,
    subscriptionsByClient: () => none,
    subscriptionsByTopic: () => none,
    outgoingEnqueue: () => nothing,
    outgoingEnqueueCombi: () => nothing,
    outgoingUpdate: () => nothing,
    outgoingClearMessageId(client: Visited, packet: { messageId?: number }) {
      acknowledged(client, packet)
      return nothing
    },
    outgoingStream: emptyStream,
    incomingStorePacket: (client: Visited, packet: { messageId?: number }) => {
      const visit = client.conn.visit
      if (visit?.halfDone) visit.halfDone.add(packet.messageId ?? 0)
      else if (visit) visit.halfDone = new Set([packet.messageId ?? 0])
      return nothing
    },
    incomingGetPacket: (client: Visited, packet: { messageId?: number }) =>
      client.conn.visit?.halfDone?.has(packet.messageId ?? 0) ? Promise.resolve(packet) : unknown,
    incomingDelPacket: (client: Visited, packet: { messageId?: number }) => {
      client.conn.visit?.halfDone?.delete(packet.messageId ?? 0)
      return nothing
    },
    cleanIncoming: () => nothing,
    putWill: () => nothing,
    delWill: () => nothing,
    streamWill: () => [],
  }
}
