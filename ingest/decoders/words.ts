/** What a sensor is for, guessed from the words that people and firmwares name it by; used where nothing better says it. The role in the directory decides in the end. */
import type { SignalKind } from '../../domain/signal.ts'

export type StateKind = Extract<
  SignalKind,
  | 'motion'
  | 'presence'
  | 'bed'
  | 'contact'
  | 'vibration'
  | 'smoke'
  | 'gas'
  | 'carbon-monoxide'
  | 'water-leak'
  | 'tamper'
  | 'fall'
  | 'sos'
  | 'power'
  | 'state'
>

/** In the order tried: what may save a life first. A word counts as a whole one, or with the endings people use. */
const kinds: readonly (readonly [kind: StateKind, pattern: RegExp])[] = [
  ['fall', /(^|[^a-z])(fall(ing|en)?(_?(detect(ed|ion)?|down|alarm|status|information))?|falldown)([^a-z]|$)|跌倒|摔倒|晕倒/],
  [
    'sos',
    /(^|[^a-z])((sos|panic|emergency)_?(alarm|alert|call|help|key|button|event)?|help_?(call|key|button|alarm)|one_?(key|touch)_?(alarm|call|help)|call_?for_?help|distress)([^a-z]|$)|求救|求助|呼救|一键呼叫|一键报警|紧急|救我|救命|来人/,
  ],
  ['smoke', /smoke|着火|烟雾|火警|火灾/],
  ['carbon-monoxide', /carbon_?monoxide|(^|[^a-z])co([^a-z0-9]|$)|一氧化碳/],
  ['gas', /(^|[^a-z])(gas|methane|ch4)([^a-z]|$)|燃气|煤气|可燃气/],
  ['water-leak', /(^|[^a-z])(flood|leak(age)?|moisture|water_?(leak|immersion|sensor))([^a-z]|$)|水浸|漏水/],
  ['bed', /(^|[^a-z])(bed|in_?bed|mattress|getintobed)([^a-z]|$)|在床|床垫/],
  ['tamper', /tamper|temper_alarm|防拆/],
  ['contact', /(^|[^a-z])(door|window|(door_?)?contact|opening|garage|magnet)([^a-z]|$)|门磁|窗磁/],
  ['motion', /(^|[^a-z])(motion|pir|move(ment|d)?|moving)([^a-z]|$)|人体移动/],
  ['presence', /presence|occupancy|occupied|people_?exist|person_?information|has_?target|someone_?exists?|有人/],
  ['vibration', /vibration|震动/],
]

const plain = (words: string): string =>
  words
    .replace(/([a-z])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3_$2')
    .toLowerCase()
    .slice(0, 200)

/** The end of what was told before. */
export const overWords =
  /(^|[^a-z])(cancel(l?ed)?|clear(ed)?|recover(ed|y)?|restored?|ended|end|over|off|stopped|reset|resolved)([^a-z]|$)|取消|解除|恢复/

/** The kind that these words name, or `state`: on or off, and the role says of what. */
export function kindOfWords(words: string): StateKind {
  const text = plain(words)
  const kind = kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? 'state'
  return isAside(kind, text) ? 'state' : kind
}

/** The words speak of how something is set up, or of a fall or call that is over or was never one. */
export function isSetting(words: string): boolean {
  const text = plain(words)
  return isAside(kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? 'state', text)
}

function isAside(kind: StateKind, text: string): boolean {
  if (settings.test(text)) return true
  if (switched.has(kind) && /(^|[^a-z])switch([^a-z]|$)|开关/.test(text)) return true
  return (kind === 'fall' || kind === 'sos') && notNow.test(text)
}

/** How something is set up, not what it has found: "fall detection enabled" is no fall, "sos volume" no call. */
const settings =
  /(^|[^a-z])(enabled?|sensitivity|volume|mute[ds]?|settings?|threshold|delay|timeout|interval|language|numbers?|phone|counts?|version|config|valve|relay|preheat\w*|self_?(test|check\w*)|fault|life_?(time|span|remain\w*))([^a-z]|$)|灵敏度|音量|使能|号码/
/** What else stands beside the word of a fall or a call: a measure of it, its light, a trial of it, its end. */
const notNow = new RegExp(
  `(^|[^a-z])(time|height|angle|distance|speed|duration|mode|asleep|led|light|lamp|test(ing)?)([^a-z]|$)|测试|${overWords.source}`,
)
/** Of these a "switch" turns the detection on; a door's switch is the door. */
const switched: ReadonlySet<StateKind> = new Set(['fall', 'smoke', 'gas', 'carbon-monoxide', 'tamper'])

/** Words for "it is so" where a fall or a call is told in words. */
const happened =
  /^(fall(en|ing)?|fell|fall[ _-]?(detect(ed)?|down|alarm)|tumble|detected|alarm|alert|active|triggered|pressed|sos|emergency|help|panic|yes|true|on|1)$/i

/** A fall or a call that a state tells in words: true, false, or undefined when it is about neither. */
export function callInWords(name: string, word: string): { kind: 'fall' | 'sos'; active: boolean } | undefined {
  const kind = kindOfWords(name)
  return kind === 'fall' || kind === 'sos' ? { kind, active: happened.test(word.trim()) } : undefined
}

/** Home Assistant's device classes of binary sensors, as far as they matter here. */
export const deviceClasses: Readonly<Record<string, StateKind>> = {
  motion: 'motion',
  moving: 'motion',
  occupancy: 'presence',
  presence: 'presence',
  door: 'contact',
  window: 'contact',
  opening: 'contact',
  garage_door: 'contact',
  smoke: 'smoke',
  gas: 'gas',
  carbon_monoxide: 'carbon-monoxide',
  moisture: 'water-leak',
  vibration: 'vibration',
  tamper: 'tamper',
  power: 'power',
  plug: 'power',
}
