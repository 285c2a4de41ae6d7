/** One measurement kept as telemetry. Numbers only: names, addresses and free text never enter the telemetry store. */
import type { Instant } from './time.ts'

/** Order is the code in the store: append only. */
export const readingKinds = [
  'heartbeat', // value: signal strength (dBm or link quality), 0 when unknown
  'battery', // percent
  'motion', // 1 began, 0 ended
  'presence', // 1 present, 0 absent
  'door', // 1 open, 0 closed
  'bed', // 1 in bed, 0 out of bed
  'vibration', // 1
  'button', // 1: any press, also a test
  'power', // 1 mains present, 0 lost
  'heart-rate', // per minute
  'respiration', // per minute
  'oxygen', // percent SpO2
  'systolic', // mmHg
  'diastolic', // mmHg
  'body-temperature', // degrees Celsius
  'glucose', // mmol/l
  'weight', // kg
  'steps', // count
  'temperature', // degrees Celsius
  'humidity', // percent
  'illuminance', // lux
  'carbon-dioxide', // ppm
  'link', // link quality or dBm
] as const
export type ReadingKind = (typeof readingKinds)[number]

export type Reading = {
  /** `Device.number`. */
  device: number
  /** `Resident.number`, or 0 for a device of no one person. */
  resident: number
  kind: ReadingKind
  at: Instant
  value: number
}
