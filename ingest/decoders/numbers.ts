/** Numbers by the words they are named with: vital signs, the room, the battery. Out of range is not told: a sensor that is taken off says 0. */
import type { ReadingKind } from '../../domain/reading.ts'
import type { Signal } from '../../domain/signal.ts'
import type { Shared } from './shared.ts'

type Named = readonly [pattern: RegExp, kind: 'vitals' | 'environment', name: ReadingKind, least: number, most: number]

const named: readonly Named[] = [
  [/heart_?rate|(^|_)(hr|bpm|pulse)($|_)|心率/, 'vitals', 'heart-rate', 20, 300],
  [/resp|breath|呼吸/, 'vitals', 'respiration', 1, 100],
  [/spo2|blood_?oxygen|(^|_)oxygen|血氧/, 'vitals', 'oxygen', 30, 100],
  [/systolic|high_?(blood_?)?pressure|收缩压/, 'vitals', 'systolic', 30, 300],
  [/diastolic|low_?(blood_?)?pressure|舒张压/, 'vitals', 'diastolic', 10, 250],
  [/body_?temp|体温/, 'vitals', 'body-temperature', 20, 46],
  [/glucose|血糖/, 'vitals', 'glucose', 0.3, 60],
  [/(^|_)steps?($|_)|步数/, 'vitals', 'steps', 0, 200_000],
  [/temp(e?rature|rature)?($|_)|温度/, 'environment', 'temperature', -60, 120],
  [/humi|(^|_)rh($|_)|湿度/, 'environment', 'humidity', 0, 100],
  [/illumina|(^|_)lux($|_)|光照/, 'environment', 'illuminance', 0, 200_000],
  [/(^|_)co2($|_)|carbon_?dioxide|二氧化碳/, 'environment', 'carbon-dioxide', 0, 50_000],
]
const batteryWords = /batt|电量|(^|_)power_?percent|electric_?quantity/

/** Snake case in lower letters: `heartRateValue` and `Heart Rate` are the same words. */
export const wordsOf = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[\s.-]+/g, '_')
    .toLowerCase()
    .slice(0, 100)

/** The signal that a number with this name is, or none. */
export function numberSignals(name: string, value: number, shared: Shared): readonly Signal[] {
  const words = wordsOf(name)
  if (batteryWords.test(words) && !/volt|temp/.test(words)) return value >= 0 && value <= 100 ? [{ ...shared, kind: 'battery', value }] : []
  if (/device_?temp|chip|cpu|internal/.test(words)) return []
  const found = named.find(([pattern]) => pattern.test(words))
  if (!found) return []
  const [, kind, reading, least, most] = found
  return value >= least && value <= most ? [{ ...shared, kind, numbers: { [reading]: value } }] : []
}
