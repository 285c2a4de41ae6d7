/** Shelly of the first generation: bare words on a topic for each sensor, and events of inputs with a counter. */
import type { Signal } from '../../../domain/signal.ts'
import { type Body, flagOf, isBody, numberIn } from '../decoder.ts'
import type { Shared } from '../shared.ts'

/** One letter for each press: short and long ones. */
const gestures: Readonly<Record<string, string>> = {
  S: 'single',
  SS: 'double',
  SSS: 'triple',
  L: 'long',
  SL: 'short_long',
  LS: 'long_short',
}

/** A press; null when nothing was pressed. The counter starts again with the device, so the gesture stands beside it. */
export function gen1Button(body: Body, input: string, shared: Shared): Signal | null {
  const gesture = typeof body.event === 'string' ? gestures[body.event] : undefined
  if (gesture === undefined) return null
  const count = numberIn(body.event_cnt, 0, 2 ** 32)
  const button: Signal = { ...shared, kind: 'button', value: gesture }
  // The counter alone would make a press after a restart of the device look like one of last year's.
  return count === undefined || shared.claimedAt === undefined
    ? button
    : { ...button, pressId: `${input}-${gesture}-${count}@${shared.claimedAt}` }
}

const yes: ReadonlySet<string> = new Set(['true', '1', 'open', 'on'])
const no: ReadonlySet<string> = new Set(['false', '0', 'close', 'closed', 'off'])
const wordOf = (word: string): boolean | undefined => (yes.has(word) ? true : no.has(word) ? false : undefined)

const flags: Readonly<Record<string, Signal['kind']>> = {
  flood: 'water-leak',
  smoke: 'smoke',
  motion: 'motion',
  vibration: 'vibration',
  state: 'contact',
}

/** Signals of `sensor/<name>`; null when it says nothing that matters here. */
export function gen1Sensor(name: string, word: string, shared: Shared): readonly Signal[] | null {
  if (name === 'gas') return gasSignals(word, shared)
  const numbers = measured(name, Number(word))
  if (numbers) return word !== '' ? [{ ...shared, kind: 'environment', numbers }] : null
  const [kind, active] = [flags[name], wordOf(word)]
  return kind === undefined || active === undefined ? null : [{ ...shared, kind, active }]
}

function measured(name: string, value: number): Record<string, number> | null {
  if (name === 'temperature' && value > -60 && value < 120) return { temperature: value }
  if (name === 'humidity' && value >= 0 && value <= 100) return { humidity: value }
  if (name === 'lux' && value >= 0 && value <= 200_000) return { illuminance: value }
  return null
}

function gasSignals(word: string, shared: Shared): readonly Signal[] | null {
  if (word === 'test') return [{ ...shared, kind: 'gas', active: true, origin: 'test' }]
  if (word === 'mild' || word === 'heavy') return [{ ...shared, kind: 'gas', active: true }]
  return word === 'none' || word === 'normal' ? [{ ...shared, kind: 'gas', active: false }] : null
}

/** The whole state in one object: of a motion sensor over MQTT, of the others from their own page. */
export function gen1Status(body: Body, shared: Shared): readonly Signal[] {
  const signals: Signal[] = []
  for (const name of ['motion', 'vibration', 'flood', 'smoke'] as const) {
    const active = flagOf(body[name])
    if (active !== undefined) signals.push({ ...shared, kind: flags[name] as Signal['kind'], active })
  }
  const sensor = isBody(body.sensor) ? body.sensor : {}
  if (typeof sensor.state === 'string') signals.push(...(gen1Sensor('state', sensor.state, shared) ?? []))
  const gas = isBody(body.gas_sensor) ? body.gas_sensor.alarm_state : undefined
  if (typeof gas === 'string') signals.push(...(gasSignals(gas, shared) ?? []))
  if (Array.isArray(body.inputs)) signals.push(...inputsOf(body, shared))
  const battery = numberIn(isBody(body.bat) ? body.bat.value : body.bat, 0, 100)
  if (battery !== undefined) signals.push({ ...shared, kind: 'battery', value: battery })
  return signals.length > 0 ? signals : [{ ...shared, kind: 'heartbeat' }]
}

/** What its inputs remember is a press only when the button is what woke it. */
function inputsOf(body: Body, shared: Shared): readonly Signal[] {
  const reasons = body.act_reasons
  if (Array.isArray(reasons) && !reasons.includes('button')) return []
  const inputs = Array.isArray(body.inputs) ? body.inputs.slice(0, 8) : []
  return inputs.flatMap((input, place) => (isBody(input) ? (gen1Button(input, String(place), shared) ?? []) : []))
}
