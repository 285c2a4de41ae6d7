/** Who was last heard, and when that becomes worrying: a register of everyone who should be heard, never a query. */
import type { KnownDevice } from '../domain/device.ts'
import type { Instant } from '../domain/time.ts'

export type Silence = {
  /** Any live message of this device. O(1), no allocation. */
  heard(device: Pick<KnownDevice, 'number'>, at: Instant): void
  /** A live sign of life of this resident, by this device. */
  active(residentNumber: number, deviceNumber: number, at: Instant): void
  /** 0 = never. */
  lastHeardAt(deviceNumber: number): Instant
  lastActiveAt(residentNumber: number): Instant
  /** Number of the device that gave the last sign of life, 0 = none. */
  lastActiveDevice(residentNumber: number): number
  /** True while this device is declared silent. */
  isSilent(deviceNumber: number): boolean
}
