/** The last resort for a device whose bytes nobody here can read: the words that a network server's own script made of them. */
import { type Body, isBody, looseNumberIn } from '../decoder.ts'
import type { FrameSignal } from './frame.ts'

type Named = { names: readonly string[]; kind: FrameSignal['kind']; on: readonly unknown[]; off: readonly unknown[] }

/** Different scripts for one device use different words; each of these was seen. */
const states: readonly Named[] = [
  {
    names: ['leak_status', 'leakage_status', 'water_leak', 'WATER_LEAK_STATUS', 'leak'],
    kind: 'water-leak',
    on: ['leak', 'leaking', 1, true],
    off: ['normal', 'no leak', 0, false],
  },
  {
    names: ['magnet_status', 'door', 'DOOR_OPEN_STATUS', 'door_status', 'open'],
    kind: 'contact',
    on: ['open', 'opened', 1, true],
    off: ['close', 'closed', 0, false],
  },
  {
    names: ['pir', 'pir_status', 'occupancy', 'motion', 'mot_motionst'],
    kind: 'motion',
    on: ['trigger', 'occupied', 'motion', 1, true],
    off: ['normal', 'vacant', 0, false],
  },
  { names: ['smokeAlarm', 'smoke', 'smoke_alarm'], kind: 'smoke', on: ['Alarm', 'alarm', 1, true], off: ['Normal', 'normal', 0, false] },
  { names: ['gas_status', 'gas'], kind: 'gas', on: ['alarm', 1, true], off: ['normal', 0, false] },
  { names: ['tamper_status'], kind: 'tamper', on: ['uninstalled', 1, true], off: ['installed', 0, false] },
  { names: ['Alarm', 'ALARM_status', 'sos'], kind: 'sos', on: [1, true, 'TRUE', 'alarm'], off: [0, false, 'FALSE', 'normal'] },
]

export function readNamed(named: Body): readonly FrameSignal[] {
  const signals: FrameSignal[] = [...readCalls(named)]
  for (const { names, kind, on, off } of states) {
    const value = names.map((name) => named[name]).find((found) => found !== undefined)
    if (value === undefined) continue
    if (on.includes(value)) signals.push({ kind, active: true })
    else if (off.includes(value) && kind !== 'sos') signals.push({ kind, active: false })
  }
  return [...signals, ...readButton(named), ...readBattery(named)]
}

const fallNames = ['fall', 'fall_status', 'fall_detected', 'fall_alarm', 'fall_down', 'fallDown'] as const
const fallen: ReadonlySet<unknown> = new Set([1, true, '1', 'fall', 'fallen', 'fall_detected', 'detected', 'alarm', 'alarm_triggered'])

/** A fall by any of its names, or as the word of a state or of an alarm. The lists of what was before are not looked at. */
function readCalls(named: Body): readonly FrameSignal[] {
  const told = fallNames.map((name) => named[name]).find((found) => found !== undefined)
  const value = isBody(told) ? newestOf(told.alarm_status) : told
  if (named.alarm === 'sos') return [{ kind: 'sos', active: true }]
  if (fallen.has(value) || named.alarm === 'fall' || named.detection_status === 'fall')
    return [{ kind: 'fall', active: true, level: 'confirmed' }]
  return value === undefined ? [] : [{ kind: 'fall', active: false }]
}

/** "1, 1, 2": several alarms of one message, the newest last. */
const newestOf = (list: unknown): unknown => (typeof list === 'string' ? list.slice(0, 200).split(',').at(-1)?.trim() : list)

function readButton(named: Body): readonly FrameSignal[] {
  const event = isBody(named.button_event) ? named.button_event.status : (named.button ?? named.button_status)
  return typeof event === 'string' && event !== '' && event.length <= 64 ? [{ kind: 'button', value: event }] : []
}

function readBattery(named: Body): readonly FrameSignal[] {
  const percent = looseNumberIn(named.battery ?? named.BAT_PCNT ?? named.batteryLevelInPercentage, 0, 100)
  // "battery" is a voltage in some scripts: nothing below 5 is taken for a percentage.
  return percent !== undefined && percent >= 5 ? [{ kind: 'battery', value: percent }] : []
}
