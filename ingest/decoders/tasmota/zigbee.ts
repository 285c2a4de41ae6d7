/** Zigbee devices heard by a Tasmota bridge: `{"ZbReceived":{"<address or name>":{…}}}`. The short address is the device's name. */
import type { Signal } from '../../../domain/signal.ts'
import { type Body, isBody, looseNumberIn, numberIn } from '../decoder.ts'
import type { Shared } from '../shared.ts'

const devicesMost = 32

export function zigbeeSignals(received: Body, shared: Shared): readonly Signal[] {
  return Object.entries(received)
    .slice(0, devicesMost)
    .flatMap(([name, body]) => (isBody(body) ? deviceSignals(body, { ...shared, deviceKey: addressOf(name, body) }) : []))
}

const addressOf = (name: string, { Device }: Body): string =>
  typeof Device === 'string' && Device.length <= 40 ? Device : name.slice(0, 100)

function deviceSignals(body: Body, shared: Shared): readonly Signal[] {
  const signals: Signal[] = [...statesOf(body, shared), ...pressesOf(body, shared)]
  const battery = looseNumberIn(body.BatteryPercentage ?? body.Battery, 0, 100)
  if (battery !== undefined) signals.push({ ...shared, kind: 'battery', value: battery })
  const numbers = climateOf(body)
  if (numbers) signals.push({ ...shared, kind: 'environment', numbers })
  const quality = numberIn(body.LinkQuality, 0, 255)
  signals.push({ ...shared, kind: 'heartbeat', ...(quality !== undefined && { value: quality }) })
  return signals
}

const flags: readonly (readonly [name: string, kind: Signal['kind']])[] = [
  ['Occupancy', 'motion'],
  ['Motion', 'motion'],
  ['Contact', 'contact'],
  ['Water', 'water-leak'],
  ['Fire', 'smoke'],
  ['Smoke', 'smoke'],
  ['Gas', 'gas'],
  ['CO', 'carbon-monoxide'],
  ['Tamper', 'tamper'],
]

/** Bit 0 of the zone's state is its alarm; which alarm that is says the kind of zone. */
const zoneKinds: Readonly<Record<number, Signal['kind']>> = { 13: 'motion', 21: 'contact', 40: 'smoke', 42: 'water-leak', 43: 'gas' }
const panicZones: ReadonlySet<number> = new Set([44, 277, 541])

function statesOf(body: Body, shared: Shared): readonly Signal[] {
  const signals = flags.flatMap(([name, kind]): readonly Signal[] => {
    const value = body[name]
    const active = value === 1 || value === true ? true : value === 0 || value === false ? false : undefined
    return active === undefined ? [] : [{ ...shared, kind, active }]
  })
  if (typeof body.AqaraVibrationMode === 'string') signals.push({ ...shared, kind: 'vibration', active: true })
  const [zone, state] = [numberIn(body.ZoneType, 0, 65_535), numberIn(body.ZoneStatus, 0, 65_535)]
  const kind = zone === undefined ? undefined : zoneKinds[zone]
  if (kind && state !== undefined) signals.push({ ...shared, kind, active: (state & 1) === 1 })
  if (zone !== undefined && panicZones.has(zone) && state !== undefined && (state & 3) !== 0)
    signals.push({ ...shared, kind: 'sos', active: true })
  return signals
}

/** Commands, which say nothing more, and alarms of a zone, which may say that it is over. */
const callNames = ['Emergency', 'Panic', 'PersonalAlarm'] as const
const quiet: ReadonlySet<unknown> = new Set([0, false, '0', null])

/** A remote's command is a press; `Click` is what the bridge calls it on Aqara and IKEA. */
function pressesOf(body: Body, shared: Shared): readonly Signal[] {
  if (callNames.some((name) => body[name] !== undefined && !quiet.has(body[name]))) return [{ ...shared, kind: 'sos', active: true }]
  const word = body.Click ?? body.AqaraClick ?? (body.Power !== undefined ? `power_${String(body.Power)}` : undefined)
  return typeof word === 'string' && word !== '' && word.length <= 40 ? [{ ...shared, kind: 'button', value: word.toLowerCase() }] : []
}

function climateOf(body: Body): Record<string, number> | null {
  const temperature = looseNumberIn(body.Temperature, -60, 120)
  const humidity = looseNumberIn(body.Humidity, 0, 100)
  if (temperature === undefined && humidity === undefined) return null
  return { ...(temperature !== undefined && { temperature }), ...(humidity !== undefined && { humidity }) }
}
