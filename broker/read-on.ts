/**
 * A press behind a crowd: Aedes reads no further while messages of the same connection are being recorded, so a gateway's readings would
 * hold up the press that comes after them. Here it reads on, up to a limit; the intake lets the press overtake.
 */
import { type Conn, unsettled } from './visit.ts'

/** A `readable` listener, one for all connections, to be added before Aedes adds its own. */
export function readOn(limit: number) {
  return function onReadable(this: Conn): void {
    const { visit, client } = this
    if (visit?.stage !== 'in' || !client || unsettled(visit) >= limit)
      return // Aedes' count of unfinished packets, which its own listener lowers by one and reads at none. A test fails if this ever changes.
    ;(client as { _parsingBatch?: number })._parsingBatch = 1
  }
}
