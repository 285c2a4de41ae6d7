/** What a new device may be for, guessed from its name and from what it says: an offer for the person who claims it, never a decision. */
import type { Role } from '../domain/device.ts'
import type { NewDevice } from '../domain/enrolment.ts'
import type { SignalKind } from '../domain/signal.ts'

/** Words of makers, the most telling first. A button for a lamp is no call for help: only what says so is guessed to be one. */
const byWords: readonly (readonly [RegExp, Role])[] = [
  [
    /\bsos\b|panic|emergency|help.?button|pendant|urgence|notruf|紧急|呼救|求救|求助|R312A|WS101.?SOS|TS0215A|RSH-HS09|GS-?SOS/i,
    'sos-button',
  ],
  [/\bfall\b|fall.?(detect|radar|down|alarm)|跌倒|VS373/i, 'fall-detector'],
  [/carbon.?monoxide|\bCO\b|一氧化碳/, 'carbon-monoxide'],
  [/smoke|烟雾|烟感/i, 'smoke'],
  [/\bgas\b|methane|燃气|煤气|可燃|GS101/i, 'gas'],
  [/leak|flood|water.?sens|水浸|漏水|WS303/i, 'water-leak'],
  [/bed.?(sens|occup|mat)|mattress|床垫|在床|离床/i, 'bed'],
  [/\bpir\b|motion|人体移动|人体传感|WS202/i, 'motion'],
  [/presence|occupancy|mmwave|radar|人在|存在感应|\bFP[12]\b/i, 'presence'],
  [/door|window|contact|magnet|reed|门磁|门窗|WS301/i, 'front-door'],
  [/siren|sounder|警号|声光/i, 'siren'],
  [/heart|blood|spo2|pulse|心率|血压|血氧/i, 'vitals'],
  [/temperature|humidity|climate|温湿度|EM300/i, 'environment'],
]

/** What only devices of one role say. */
const byKinds: readonly (readonly [SignalKind, Role])[] = [
  ['sos', 'sos-button'],
  ['fall', 'fall-detector'],
  ['carbon-monoxide', 'carbon-monoxide'],
  ['smoke', 'smoke'],
  ['gas', 'gas'],
  ['water-leak', 'water-leak'],
  ['bed', 'bed'],
  ['contact', 'front-door'],
  ['motion', 'motion'],
  ['presence', 'presence'],
  ['vitals', 'vitals'],
  ['environment', 'environment'],
]

/** The likely role; null when nothing points to one. */
export function guessRole({
  kinds,
  vendor,
  model,
  name,
  key,
}: Pick<NewDevice, 'kinds' | 'vendor' | 'model' | 'name' | 'key'>): Role | null {
  // Underscores join words in the names of devices; to a pattern they would hide where a word ends.
  const said = [model, name, key, vendor].join(' ').replaceAll('_', ' ')
  const spoken = byKinds.find(([kind]) => kinds.includes(kind))?.[1] ?? null
  // What it says of itself by deed stands above any name, but a press says nothing of what the button is for.
  if (spoken !== null && spoken !== 'environment') return spoken
  return byWords.find(([words]) => words.test(said))?.[1] ?? spoken
}
