/** The PUBACK, written the moment its message is recorded: four bytes, without the packet object and the turn of the event loop that Aedes spends on each. */
import type { Conn } from './visit.ts'

const uncork = (conn: Conn): void => conn.uncork()

/**
 * Sends PUBACK for `messageId`; several of one moment leave together. False when it did not, because the connection is gone or its
 * buffer is full: then Aedes must send it, with its own wait and its own limit.
 */
export function thank(conn: Conn, messageId: number): boolean {
  if (!conn.writable || conn.writableNeedDrain) return false
  const packet = Buffer.allocUnsafe(4)
  packet[0] = 0x40
  packet[1] = 2
  packet[2] = messageId >> 8
  packet[3] = messageId & 255
  conn.cork()
  conn.write(packet)
  process.nextTick(uncork, conn)
  return true
}
