/** What a decoder last heard of each device, so that a state that is repeated is told once: a fall that a radar reports every two minutes is one fall. Bounded. */
import { openBoundedMap } from '../bounded.ts'

const devicesMost = 50_000
const marksPerDeviceMost = 64

export type Marks = {
  /** Remembers the value; true when it is another than before (also the first). */
  changed(device: string, name: string, value: string | number | boolean): boolean
  /** The value as it was last remembered. */
  last(device: string, name: string): string | number | boolean | undefined
  /** As if the device had never been heard. */
  forget(device: string): void
}

export function openMarks(): Marks {
  const devices = openBoundedMap<string, Map<string, string | number | boolean>>(devicesMost)
  const marksOf = (device: string) => {
    const known = devices.get(device)
    if (known) return known
    const fresh = new Map<string, string | number | boolean>()
    devices.set(device, fresh)
    return fresh
  }
  return {
    changed(device, name, value) {
      const marks = marksOf(device)
      if (marks.get(name) === value) return false
      if (marks.size < marksPerDeviceMost || marks.has(name)) marks.set(name, value)
      return true
    },
    last: (device, name) => devices.get(device)?.get(name),
    forget: (device) => devices.delete(device),
  }
}

/** Devices behind different senders may have the same name. */
export const markKey = (senderId: string, deviceKey: string): string => `${senderId}\n${deviceKey}`
