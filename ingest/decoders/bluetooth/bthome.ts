/** BTHome version 2 from its bytes (service data of UUID 0xFCD2): objects of known lengths; at the first unknown one the rest cannot be read. */
import type { Body } from '../decoder.ts'

/** code → name, bytes, what to divide by; flags and counters have 1. */
const objects: Readonly<Record<number, readonly [name: string, bytes: number, divisor: number, signed?: boolean]>> = {
  0: ['pid', 1, 1],
  1: ['battery', 1, 1],
  2: ['temperature', 2, 100, true],
  3: ['humidity', 2, 100],
  4: ['pressure', 3, 100],
  5: ['illuminance', 3, 100],
  6: ['mass', 2, 100],
  8: ['dewpoint', 2, 100, true],
  9: ['count', 1, 1],
  10: ['energy', 3, 1_000],
  11: ['power', 3, 100],
  12: ['voltage', 2, 1_000],
  18: ['co2', 2, 1],
  20: ['moisture_percent', 2, 100],
  15: ['generic', 1, 1],
  16: ['power_on', 1, 1],
  17: ['opening', 1, 1],
  21: ['battery_low', 1, 1],
  23: ['carbon_monoxide', 1, 1],
  26: ['door', 1, 1],
  28: ['gas', 1, 1],
  32: ['moisture', 1, 1],
  33: ['motion', 1, 1],
  35: ['occupancy', 1, 1],
  37: ['presence', 1, 1],
  38: ['problem', 1, 1],
  41: ['smoke', 1, 1],
  43: ['tamper', 1, 1],
  44: ['vibration', 1, 1],
  45: ['window', 1, 1],
  46: ['humidity', 1, 1],
  58: ['button', 1, 1],
  60: ['dimmer', 2, 1],
  63: ['rotation', 2, 10, true],
  69: ['temperature', 2, 10, true],
  87: ['temperature', 1, 1, true],
  13: ['pm25', 2, 1],
  14: ['pm10', 2, 1],
  19: ['tvoc', 2, 1],
  22: ['charging', 1, 1],
  24: ['cold', 1, 1],
  25: ['connectivity', 1, 1],
  27: ['garage_door', 1, 1],
  29: ['heat', 1, 1],
  30: ['light', 1, 1],
  31: ['lock', 1, 1],
  34: ['moving', 1, 1],
  36: ['plug', 1, 1],
  39: ['running', 1, 1],
  40: ['safety', 1, 1],
  42: ['sound', 1, 1],
  47: ['moisture_percent', 1, 1],
  61: ['count', 2, 1],
  62: ['count', 4, 1],
  64: ['distance', 2, 1],
  65: ['distance', 2, 1],
  66: ['duration', 3, 1],
  67: ['current', 2, 1],
  68: ['speed', 2, 1],
  70: ['uv', 1, 1],
  71: ['volume', 2, 1],
  72: ['volume', 2, 1],
  73: ['flow', 2, 1],
  74: ['voltage', 2, 1],
  75: ['gas_volume', 3, 1],
  76: ['gas_volume', 4, 1],
  77: ['energy', 4, 1],
  78: ['volume', 4, 1],
  79: ['water', 4, 1],
  80: ['timestamp', 4, 1],
  81: ['acceleration', 2, 1],
  82: ['gyroscope', 2, 1],
  240: ['device_type', 2, 1],
  241: ['firmware', 4, 1],
  242: ['firmware', 3, 1],
}

export type Advertisement = { objects: Body; isEncrypted: boolean; isTriggered: boolean }

/** The objects by name (`button` always as a list), or null when these are not the bytes of BTHome version 2. Encrypted ones come without objects. */
export function readBthome(bytes: Uint8Array): Advertisement | null {
  const info = bytes[0]
  if (info === undefined || info >> 5 !== 2) return null
  const isEncrypted = (info & 1) === 1
  const found: Record<string, unknown> = {}
  const buttons: number[] = []
  for (let at = 1; !isEncrypted && at < bytes.length; ) {
    const object = objects[bytes[at] as number]
    if (!object || at + object[1] >= bytes.length) break
    const value = numberIn(bytes, at + 1, object)
    if (object[0] === 'button') buttons.push(value)
    else found[object[0]] = value
    at += 1 + object[1]
  }
  if (buttons.length > 0) found.button = buttons
  return { objects: found, isEncrypted, isTriggered: (info & 4) === 4 }
}

function numberIn(bytes: Uint8Array, from: number, [, length, divisor, isSigned]: NonNullable<(typeof objects)[number]>): number {
  let value = 0
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[from + i] as number)
  if (isSigned && value >= 2 ** (length * 8 - 1)) value -= 2 ** (length * 8)
  return value / divisor
}
