/** Which reply a device's PUBACK is for: the message ids of each connection, and what an acknowledgement sets free. */
import type { Visit, Visited } from './visit.ts'

type Waiting = { nextId: number; acknowledged: Map<number, () => void> }
type WithId = { messageId?: number | undefined }

/** Replies of one connection that wait for their PUBACK; an older one gives way, and is sent again when the device listens anew. */
const waitingMost = 64
const idMost = 65_535

export function openAwaited() {
  const byVisit = new WeakMap<Visit, Waiting>()
  let sending = 0

  function waitingOf(visit: Visit): Waiting {
    const waiting = byVisit.get(visit) ?? { nextId: 1, acknowledged: new Map() }
    byVisit.set(visit, waiting)
    return waiting
  }
  return {
    /** Runs `send` for a message of this connection; `acknowledged` is called at most once, when its PUBACK comes. */
    send(visit: Visit, acknowledged: (() => void) | undefined, send: () => void): void {
      const waiting = waitingOf(visit)
      sending = waiting.nextId
      waiting.nextId = sending === idMost ? 1 : sending + 1
      waiting.acknowledged.delete(sending)
      if (acknowledged) waiting.acknowledged.set(sending, acknowledged)
      if (waiting.acknowledged.size > waitingMost) waiting.acknowledged.delete(waiting.acknowledged.keys().next().value ?? 0)
      try {
        send()
      } finally {
        sending = 0
      }
    },
    /** Aedes asks, while it sends, what may be forwarded: the moment to give the message our id in place of its own. */
    stamp<Packet extends WithId>(packet: Packet | null): Packet | null {
      if (packet && sending > 0) packet.messageId = sending
      return packet
    },
    /** A PUBACK came in. */
    acknowledged({ conn }: Visited, { messageId }: WithId): void {
      const waiting = conn.visit && byVisit.get(conn.visit)
      const done = waiting?.acknowledged.get(messageId ?? 0)
      waiting?.acknowledged.delete(messageId ?? 0)
      done?.()
    },
  }
}
export type Awaited = ReturnType<typeof openAwaited>
