/** The one list of LoRaWAN frame decoders: a new device is one entry here. */
import type { Frame, FrameSignal } from './frame.ts'
import { milesight } from './milesight.ts'
import { otherFrames } from './others.ts'

/** In the order tried: a model before the family it belongs to. */
const frames: readonly Frame[] = [...otherFrames, ...milesight]

/** The decoder for a model as anybody writes it ("Milesight WS101-SOS", "r312a"), or null. */
export function frameOf(described: string): Frame | null {
  const text = described.toLowerCase()
  return frames.find(({ models }) => models.some((model) => text.includes(model))) ?? null
}

/**
 * What the frame says. The model decides where it is known; else the port and length, where only one of our devices uses them.
 * Null: nobody here can read it.
 */
export function decodeFrame(described: string, port: number, bytes: Uint8Array): readonly FrameSignal[] | null {
  const frame = frameOf(described) ?? frames.find(({ looksLike }) => looksLike?.(port, bytes)) ?? null
  return frame ? frame.decode(port, bytes) : null
}
