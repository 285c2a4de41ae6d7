/** Sizes are checked on the bytes, before Aedes would begin to collect a packet; Aedes itself knows no limit. */
import { type Conn, unsettled, type Visit } from './visit.ts'

type Limits = { packetBytes: number; gatewayPacketBytes: number; readAhead: number }

/** How far the first bytes have come. `foreign`: not what was awaited; `large`: over the limit. */
export type FirstBytes = 'partial' | 'whole' | 'foreign' | 'large'

/** Looks at the first bytes of a connection. `limit` in bytes behind the fixed header. */
export function firstPacket(bytes: Uint8Array, limit: number): FirstBytes {
  if (bytes.length === 0) return 'partial'
  if (bytes[0] !== 0x10) return 'foreign'
  let size = 0
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[i]
    if (byte === undefined) return 'partial'
    size += (byte & 127) * 128 ** (i - 1)
    if (size > limit) return 'large'
    if (byte < 128) return bytes.length >= i + 1 + size ? 'whole' : 'partial'
  }
  return 'foreign'
}

/** How far a TLS greeting has come: the whole first record, part of it, or something else. */
export function firstRecord(bytes: Uint8Array): FirstBytes {
  if (bytes.length > 0 && bytes[0] !== 22) return 'foreign'
  if (bytes.length < 5) return 'partial'
  const size = ((bytes[3] as number) << 8) | (bytes[4] as number)
  if (size > 16_384) return 'large'
  return bytes.length >= 5 + size ? 'whole' : 'partial'
}

/** Follows the packets through `bytes`; false as soon as one announces more than `limit` bytes or a length of five digits. */
export function withinSize(visit: Visit, bytes: Uint8Array, limit: number): boolean {
  let at = 0
  while (at < bytes.length) {
    if (visit.left > 0) {
      const skip = Math.min(visit.left, bytes.length - at)
      visit.left -= skip
      at += skip
    } else if (visit.weight === 0) {
      visit.weight = 1
      visit.size = 0
      at++
    } else {
      const byte = bytes[at++] as number
      visit.size += (byte & 127) * visit.weight
      if (visit.size > limit || visit.weight > 128 ** 3) return false
      visit.weight = byte < 128 ? 0 : visit.weight * 128
      if (byte < 128) visit.left = visit.size
    }
  }
  return true
}

/**
 * A `read` for guarded connections, one function for all of them. A packet over its limit destroys its connection and is never
 * handed on (`onLarge` counts it); with `readAhead` messages unsettled nothing more is read.
 */
export function guardedRead({ packetBytes, gatewayPacketBytes, readAhead }: Limits, onLarge: () => void) {
  return function read(this: Conn, size?: number): unknown {
    const { visit } = this
    // Aedes asks again after each message it settles.
    if (visit && unsettled(visit) >= readAhead && size !== 0) return null
    const bytes: unknown = Object.getPrototypeOf(this).read.call(this, size)
    const limit = visit?.rights?.base ? gatewayPacketBytes : packetBytes
    if (bytes === null || !visit || withinSize(visit, bytes as Uint8Array, limit)) return bytes
    onLarge()
    this.destroy()
    return null
  }
}
