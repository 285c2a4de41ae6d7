/** What a LoRaWAN frame decoder is: bytes in, signals out, never throws; what it does not know it leaves, and keeps what it read before. */
import type { Origin, Signal } from '../../../domain/signal.ts'

/** A signal before anyone knows of which device and by which way. */
export type FrameSignal = Omit<Signal, 'deviceKey' | 'origin'> & { origin?: Origin }

/** One device model, or several that speak alike. */
export type Frame = {
  vendor: string
  /** Lower-case model names as profiles and registries write them. */
  models: readonly string[]
  /** Without a known model: the ports (and length) that no other device of our list uses. */
  looksLike?: (port: number, bytes: Uint8Array) => boolean
  decode(port: number, bytes: Uint8Array): readonly FrameSignal[]
}

/** Reads bytes one after the other. Beyond the end every number is NaN and `left` is 0. */
export type ByteReader = {
  left(): number
  u8(): number
  u16le(): number
  i16le(): number
  u24le(): number
  u32le(): number
  skip(count: number): void
}

export function readBytes(bytes: Uint8Array, from = 0): ByteReader {
  let at = from
  const take = (count: number): number => {
    if (at + count > bytes.length) {
      at = bytes.length
      return Number.NaN
    }
    let value = 0
    for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] as number)
    at += count
    return value
  }
  return {
    left: () => bytes.length - at,
    u8: () => take(1),
    u16le: () => take(2),
    i16le() {
      const value = take(2)
      return value >= 0x8000 ? value - 0x10000 : value
    },
    u24le: () => take(3),
    u32le: () => take(4),
    skip: (count) => void take(count),
  }
}

/** Battery by its voltage: only whether it is low can be said of all cells alike. */
export const voltsSignal = (volts: number, lowBelow: number): FrameSignal => ({ kind: 'battery', active: volts < lowBelow })

/** A percentage, when it is one. */
export const percentSignal = (percent: number): readonly FrameSignal[] => (percent <= 100 ? [{ kind: 'battery', value: percent }] : [])
