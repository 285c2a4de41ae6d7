/** What properties and events mean, by the words that products name them with. A number may come as text; null, empty and absent say nothing. */
import type { Signal } from '../../../domain/signal.ts'
import { type Body, isBody, looseNumberIn } from '../decoder.ts'
import type { Marks } from '../marks.ts'
import { numberSignals, wordsOf } from '../numbers.ts'
import type { Shared } from '../shared.ts'
import { isSetting, kindOfWords, overWords, type StateKind } from '../words.ts'
import type { Part } from './dialects.ts'

export type At = { shared: Shared; marks: Marks; key: string; isKept: boolean }

const propertiesMost = 64
/** Words of a state that say "no" and "yes". */
const no: ReadonlySet<unknown> = new Set([
  false,
  0,
  '0',
  'false',
  'off',
  'OFF',
  'no',
  'none',
  'normal',
  'Normal',
  'close',
  'closed',
  '正常',
  '无',
])
const yes: ReadonlySet<unknown> = new Set([
  true,
  1,
  '1',
  'true',
  'on',
  'ON',
  'yes',
  'alarm',
  'Alarm',
  'open',
  'opened',
  'triggered',
  '报警',
  '告警',
])
const batteryLowWords: ReadonlySet<unknown> = new Set(['low', 'LOW', 'Low', '低'])

/** A value is given bare, as `{ value, time }`, or as a list of those of which the last is the newest. */
function bare(value: unknown): unknown {
  const newest = Array.isArray(value) ? value[value.length - 1] : value
  return isBody(newest) && 'value' in newest ? newest.value : newest
}

export function propertySignals(part: Part, at: At): readonly Signal[] {
  const entries = Object.entries(part.values)
    .slice(0, propertiesMost)
    .map(([name, value]) => [name, bare(value)] as const)
  const signals = entries.flatMap(([name, value]) => propertyOf(name, value, { part, at, others: entries.length - 1 }))
  const beat: Signal = { ...at.shared, kind: 'heartbeat' }
  return [...oneEach(signals), beat]
}

/** The same call for help said by two properties of one report is one. */
function oneEach(signals: readonly Signal[]): readonly Signal[] {
  return signals.filter(
    ({ kind }, place) => (kind !== 'sos' && kind !== 'fall') || signals.findIndex((other) => other.kind === kind) === place,
  )
}

type Around = { part: Part; at: At; others: number }

function propertyOf(name: string, value: unknown, around: Around): readonly Signal[] {
  const { part, at } = around
  if (value === null || value === '' || value === undefined) return []
  const words = wordsOf(name)
  if (
    /^(switch|button|key)_?\d*_?(mode|type|value|event)?_?\d*$/.test(words) &&
    typeof value === 'string' &&
    !yes.has(value) &&
    !no.has(value)
  )
    return [{ ...at.shared, kind: 'button', value: value.slice(0, 40) }]
  const number = looseNumberIn(value, -1e9, 1e9)
  if (number !== undefined) {
    const measured = numberSignals(name, number, at.shared)
    if (measured.length > 0) return measured
  }
  if (/batt(ery)?_?(state|status|level)|low_?(batt|power)/.test(words)) return batteryState(value, at.shared)
  if (isSetting(name)) return []
  const own = kindOfWords(name)
  const kind = own === 'state' && /alarm|status|state|trigger/.test(words) ? kindOfWords(part.context) : own
  if (kind === 'state' && typeof value === 'string') return spoken(value, at.shared)
  return stateSignals(name, { kind, value }, around)
}

function batteryState(value: unknown, shared: Shared): readonly Signal[] {
  const isLow = batteryLowWords.has(value) || yes.has(value)
  return isLow || no.has(value) || typeof value === 'string' ? [{ ...shared, kind: 'battery', active: isLow }] : []
}

/** Free words of a one-key terminal, written or heard: 求救, 晕倒, 着火, "按钮6". */
function spoken(value: string, shared: Shared): readonly Signal[] {
  if (/^按[钮键]/.test(value)) return [{ ...shared, kind: 'button', value: value.slice(0, 40) }]
  const kind = kindOfWords(value)
  if (kind === 'fall') return [{ ...shared, kind, active: true, level: 'possible' }]
  return kind === 'sos' || kind === 'smoke' ? [{ ...shared, kind, active: true }] : []
}

function stateSignals(name: string, { kind, value }: { kind: StateKind; value: unknown }, around: Around): readonly Signal[] {
  const active = activeOf(kind, value)
  if (active === undefined) return []
  const { shared } = around.at
  if (kind !== 'sos' && kind !== 'fall') return [{ ...shared, kind, active }]
  return isNewCall(name, active, around) && active
    ? [{ ...shared, kind, active, ...(kind === 'fall' && { level: 'confirmed' as const }) }]
    : []
}

/** A fall has degrees in some products: any but the first is one. An enumeration may name the call itself. */
function activeOf(kind: StateKind, value: unknown): boolean | undefined {
  if (no.has(value)) return false
  if (yes.has(value)) return true
  if (kind === 'fall' && (looseNumberIn(value, 0, 1_000) ?? 0) > 0) return true
  if (kind !== 'state' && typeof value === 'string' && kindOfWords(value) === kind) return true
  if ((kind === 'fall' || kind === 'sos') && typeof value === 'string') return false
  return undefined
}

/** A state that a full report says again is no second call; said alone it is. */
function isNewCall(name: string, active: boolean, { at, others }: Around): boolean {
  const isChanged = at.marks.changed(at.key, name, active)
  return isChanged || (others <= 2 && !at.isKept)
}

const lowPowerWords = /low_?(power|batt)|power_?(alarm|low)|batt\w*_?low/

/** Nothing else may stand in the name: an alarm of the battery, or of a fence, is no call. */
const alarmWords = /^(alarm|alert|call|press(ed)?|trigger(ed)?|button|key)_?(event|report|up|info|notify|press(ed)?)?$/

/** An event happened, unless its own values say that it ended. */
export function eventSignals(part: Part & { event: string }, at: At): readonly Signal[] {
  const beat: Signal = { ...at.shared, kind: 'heartbeat' }
  const words = wordsOf(part.event)
  if (lowPowerWords.test(words)) return [lowBattery(part.values, at.shared), beat]
  const kind = kindOfWords(part.event)
  const said = Object.entries(part.values).slice(0, propertiesMost)
  if (kind === 'state') {
    const inside = said
      .flatMap(([name, value]) => propertyOf(name, bare(value), { part, at, others: 0 }))
      .filter(({ kind: found }) => found !== 'state')
    // "Alarm" says nothing of what; the role of the device does.
    const isUnnamed = inside.length === 0 && alarmWords.test(words)
    return [...oneEach(inside), ...(isUnnamed ? [{ ...at.shared, kind: 'state' as const, active: true }] : []), beat]
  }
  const ended =
    overWords.test(words) || said.some(([name, value]) => /^(value|state|status|alarm|active)$/i.test(name) && no.has(bare(value)))
  if (ended && (kind === 'sos' || kind === 'fall')) return [beat]
  return [{ ...at.shared, kind, active: !ended, ...(kind === 'fall' && { level: 'confirmed' as const }) }, beat]
}

function lowBattery(values: Body, shared: Shared): Signal {
  const percent = Object.entries(values)
    .filter(([name]) => /power|percent|batt|quantity/i.test(name))
    .map(([, value]) => looseNumberIn(bare(value), 0, 100))
    .find((value) => value !== undefined)
  return { ...shared, kind: 'battery', active: true, ...(percent !== undefined && { value: percent }) }
}
