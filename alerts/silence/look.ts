/** When many devices were last heard, at one look: from column to column, no object for a device. */
import { type DeviceColumns, isDeclared } from './devices.ts'

/** One entry for each device asked about: when it was last heard (0 = never), and 1 while it is declared silent. */
export type Seen = { heardAt: Float64Array; silent: Uint8Array }

export function look(devices: DeviceColumns, numbers: Uint32Array, { heardAt, silent }: Seen): void {
  const { values } = devices.heardAt
  for (let i = 0; i < numbers.length; i += 1) {
    const number = numbers[i] ?? 0
    heardAt[i] = values[number] ?? 0
    silent[i] = isDeclared(devices, number) || isDeclared(devices, devices.gateway[number] ?? 0) ? 1 : 0
  }
}
