/** Shelly of the second generation and later: components by name (`smoke:0`), events of inputs and of Bluetooth buttons. */
import type { Signal } from '../../../domain/signal.ts'
import { signalsOfObjects } from '../bluetooth/objects.ts'
import { type Body, flagOf, isBody, numberIn } from '../decoder.ts'
import type { Shared } from '../shared.ts'

/** The events that are a finger; `config_changed` and the like come on the same component. */
const pushes: Readonly<Record<string, string>> = {
  single_push: 'single',
  double_push: 'double',
  triple_push: 'triple',
  long_push: 'long',
  btn_down: 'down',
  btn_up: 'release',
}

/** What a script that listens to Bluetooth calls its event. */
const bluetoothEvents: ReadonlySet<string> = new Set(['shelly-blu', 'shelly_blu'])

export function eventSignals(event: Body, shared: Shared): readonly Signal[] {
  const name = event.event
  if (typeof name !== 'string') return []
  if (bluetoothEvents.has(name) && isBody(event.data)) return bluetoothSignals(event.data, shared)
  const push = pushes[name]
  const component = typeof event.component === 'string' ? event.component : ''
  if (push !== undefined) return [buttonOf(component, push, shared)]
  const hazard = hazards[component.split(':')[0] ?? '']
  if (hazard) return hazardEvent(hazard, name, shared)
  // A Bluetooth device sends its own words through the gateway: press, double_press, long_press.
  if (/^bthome(device|sensor):/.test(component) && /^(single|double|triple|long)(_push|_press)?$|^press$/.test(name))
    return [buttonOf(component, name, shared)]
  return []
}

/** What a detector says as an event beside its status. */
function hazardEvent(kind: Signal['kind'], name: string, shared: Shared): readonly Signal[] {
  if (name === 'alarm_test') return [{ ...shared, kind, origin: 'test', active: true }]
  return name === 'alarm' || name === 'alarm_off' ? [{ ...shared, kind, active: name === 'alarm' }] : []
}

function buttonOf(component: string, value: string, shared: Shared): Signal {
  const deviceKey = /^bthome(device|sensor):/.test(component)
    ? `${shared.deviceKey}${shared.deviceKey ? '/' : ''}${component}`
    : shared.deviceKey
  return { ...shared, deviceKey, kind: 'button', value }
}

/** Decoded BTHome as the script passes it on; the address is the device's name. */
function bluetoothSignals(data: Body, shared: Shared): readonly Signal[] {
  const address = typeof data.address === 'string' && data.address.length <= 40 ? data.address.toLowerCase() : ''
  const packet = numberIn(data.pid, 0, 255)
  return signalsOfObjects(data, { ...shared, deviceKey: address }, packet)
}

const hazards: Readonly<Record<string, Signal['kind']>> = { smoke: 'smoke', flood: 'water-leak', gas: 'gas', co: 'carbon-monoxide' }

/** Signals of one component's status. Unknown components prove that the device lives, and say no more. */
export function componentSignals(component: string, body: Body, shared: Shared): readonly Signal[] {
  const [type = ''] = component.split(':')
  const hazard = hazards[type]
  if (hazard) return flagSignals(hazard, body.alarm, shared)
  if (type === 'devicepower') return batterySignals(body, shared)
  if (type === 'presence' || type === 'presencezone') return presenceSignals(body, shared)
  if (type === 'motion') return flagSignals('motion', body.motion ?? body.value, shared)
  if (type === 'temperature') return numberSignals('temperature', numberIn(body.tC, -60, 120), shared)
  if (type === 'humidity') return numberSignals('humidity', numberIn(body.rh, 0, 100), shared)
  if (type === 'bthomedevice') return bluetoothDevice(component, body, shared)
  return [{ ...shared, kind: 'heartbeat' }]
}

function flagSignals(kind: Signal['kind'], value: unknown, shared: Shared): readonly Signal[] {
  const active = flagOf(value)
  return active === undefined ? [] : [{ ...shared, kind, active }]
}

const numberSignals = (name: string, value: number | undefined, shared: Shared): readonly Signal[] =>
  value === undefined ? [] : [{ ...shared, kind: 'environment', numbers: { [name]: value } }]

function batterySignals(body: Body, shared: Shared): readonly Signal[] {
  const percent = isBody(body.battery) ? numberIn(body.battery.percent, 0, 100) : undefined
  const mains = isBody(body.external) ? flagOf(body.external.present) : undefined
  return [
    ...(percent === undefined ? [] : [{ ...shared, kind: 'battery', value: percent } as Signal]),
    ...(mains === undefined ? [] : [{ ...shared, kind: 'power', active: mains } as Signal]),
  ]
}

function presenceSignals(body: Body, shared: Shared): readonly Signal[] {
  const count = numberIn(body.num_objects, 0, 1_000)
  const active = flagOf(body.presence) ?? flagOf(body.value) ?? (count === undefined ? undefined : count > 0)
  return active === undefined ? [] : [{ ...shared, kind: 'presence', active }]
}

function bluetoothDevice(component: string, body: Body, shared: Shared): readonly Signal[] {
  const deviceKey = `${shared.deviceKey}${shared.deviceKey ? '/' : ''}${component}`
  const percent = numberIn(body.battery, 0, 100)
  const beat: Signal = { ...shared, deviceKey, kind: 'heartbeat', ...rssiOf(body) }
  return percent === undefined ? [beat] : [{ ...shared, deviceKey, kind: 'battery', value: percent }, beat]
}

function rssiOf(body: Body): { value?: number } {
  const rssi = numberIn(body.rssi, -200, 50)
  return rssi === undefined ? {} : { value: rssi }
}
