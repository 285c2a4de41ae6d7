/** The PUBACK, written the moment its message is recorded, without the packet object and the turn of the event loop that Aedes spends on each. */
import type { Visit } from './visit.ts'

/** Connections with thanks of this moment. */
let waiting: Visit[] = []

/**
 * Sends PUBACK for `messageId`; all that a connection is thanked for in one moment leaves as one piece. False when it cannot, because the
 * connection is gone or its buffer is full: then Aedes must send it, with its own wait and its own limit.
 */
export function thank(visit: Visit, messageId: number): boolean {
  const { conn } = visit
  if (!conn.writable || conn.writableNeedDrain) return false
  if (visit.thanks) visit.thanks.push(messageId)
  else {
    visit.thanks = [messageId]
    if (waiting.push(visit) === 1) process.nextTick(sendAll)
  }
  return true
}

function sendAll(): void {
  const visits = waiting
  waiting = []
  for (const visit of visits) send(visit)
}

function send(visit: Visit): void {
  const messageIds = visit.thanks ?? []
  visit.thanks = null
  if (!visit.conn.writable) return
  const packets = Buffer.allocUnsafe(4 * messageIds.length)
  let at = 0
  for (const messageId of messageIds) {
    packets[at++] = 0x40
    packets[at++] = 2
    packets[at++] = messageId >> 8
    packets[at++] = messageId & 255
  }
  visit.conn.write(packets)
}
