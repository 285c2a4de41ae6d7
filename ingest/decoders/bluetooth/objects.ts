/** BTHome objects by name, as gateways and scripts pass them on after decoding: the same words whoever decoded them. */
import type { Signal } from '../../../domain/signal.ts'
import { type Body, flagOf, looseNumberIn, numberIn } from '../decoder.ts'
import type { Shared } from '../shared.ts'

/** BTHome button codes. 0 means that this button was not pressed; 0x80 is held down, for which Shelly sends 0xFE. */
const gestures: Readonly<Record<number, string>> = {
  1: 'press',
  2: 'double_press',
  3: 'triple_press',
  4: 'long_press',
  5: 'long_double_press',
  6: 'long_triple_press',
  128: 'hold_press',
  254: 'hold_press',
}

/** The same, where a gateway writes them out. */
const gestureNames: ReadonlySet<unknown> = new Set([
  ...Object.values(gestures),
  'single_press',
  'single',
  'double',
  'triple',
  'long',
  'hold',
])

export const gestureOf = (code: number): string | undefined => gestures[code]

const flags: readonly (readonly [names: readonly string[], kind: Signal['kind']])[] = [
  [['motion', 'move', 'moving'], 'motion'],
  [['occupancy', 'presence'], 'presence'],
  [['opening', 'window', 'door', 'open', 'garage_door'], 'contact'],
  [['smoke'], 'smoke'],
  [['gas'], 'gas'],
  [['carbon_monoxide'], 'carbon-monoxide'],
  [['moisture', 'water_leak'], 'water-leak'],
  [['vibration'], 'vibration'],
  [['tamper'], 'tamper'],
]

const onWords: ReadonlySet<unknown> = new Set([1, 'open', 'on', 'detected', 'home'])
const offWords: ReadonlySet<unknown> = new Set([0, 'closed', 'close', 'off', 'clear', 'not_home'])
const isOn = (value: unknown): boolean | undefined => flagOf(value) ?? (onWords.has(value) ? true : offWords.has(value) ? false : undefined)

/** `packet`: the packet number of the advertisement; the same packet is heard several times and by several gateways. */
export function signalsOfObjects(body: Body, shared: Shared, packet: number | undefined): readonly Signal[] {
  const signals: Signal[] = buttonsOf(body, shared, packet)
  for (const [names, kind] of flags) {
    const active = names.map((name) => isOn(body[name])).find((value) => value !== undefined)
    if (active !== undefined) signals.push({ ...shared, kind, active })
  }
  if (body.battery_low === 1) signals.push({ ...shared, kind: 'battery', active: true })
  const battery = looseNumberIn(body.battery ?? body.batt, 0, 100)
  if (battery !== undefined) signals.push({ ...shared, kind: 'battery', value: battery })
  const numbers = numbersOf(body)
  if (numbers) signals.push({ ...shared, kind: 'environment', numbers })
  const rssi = numberIn(body.rssi, -200, 50)
  signals.push({ ...shared, kind: 'heartbeat', ...(rssi !== undefined && { value: rssi }) })
  return signals
}

function buttonsOf(body: Body, shared: Shared, packet: number | undefined): Signal[] {
  const given = Array.isArray(body.button) ? body.button.slice(0, 16) : [body.button]
  return given.flatMap((code, place) => {
    const gesture = typeof code === 'number' ? gestureOf(code) : gestureNames.has(code) ? String(code) : undefined
    if (gesture === undefined) return []
    const which = given.length > 1 ? { numbers: { button: place + 1 } } : {}
    return [
      { ...shared, kind: 'button' as const, value: gesture, ...which, ...(packet !== undefined && packetId(packet, gesture, shared)) },
    ]
  })
}

/** Numbers of packets go round in minutes: they tell copies apart only beside the time. */
function packetId(packet: number, gesture: string, shared: Shared): { pressId?: string } {
  return shared.claimedAt === undefined ? {} : { pressId: `${gesture}-${packet}@${Math.floor(shared.claimedAt / 30_000)}` }
}

function numbersOf(body: Body): Record<string, number> | null {
  const temperature = looseNumberIn(body.temperature ?? body.tempc, -60, 120)
  const humidity = looseNumberIn(body.humidity ?? body.hum, 0, 100)
  const illuminance = looseNumberIn(body.illuminance ?? body.lux, 0, 200_000)
  const found = {
    ...(temperature !== undefined && { temperature }),
    ...(humidity !== undefined && { humidity }),
    ...(illuminance !== undefined && { illuminance }),
  }
  return Object.keys(found).length > 0 ? found : null
}
