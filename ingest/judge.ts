/** Whether a sample became what it means, and whether a mistake would be dangerous: a call for help missed, or made up. */
import type { Signal } from '../domain/signal.ts'
import { type Read, type Sample, timeOf } from './sample.ts'

export type Judged = { isRight: boolean; isDangerous: boolean; wrong: readonly string[] }

const ourKinds: Readonly<Record<string, Signal['kind']>> = { water: 'water-leak', co: 'carbon-monoxide', switch: 'state', rf: 'button' }
const calls: ReadonlySet<string> = new Set(['sos', 'fall', 'smoke', 'gas', 'water-leak', 'carbon-monoxide'])
/** Nobody is called and nothing is told of a person. */
const quiet: ReadonlySet<string> = new Set(['none', 'ack', 'outbound', 'config'])
/** The device was heard and said something that has no place here. */
const general: ReadonlySet<string> = new Set(['telemetry', 'event'])

/** What people name one gesture differently. */
const gestures: Readonly<Record<string, string>> = {
  press: 'single',
  short: 'single',
  short_press: 'single',
  single_press: 'single',
  single_push: 'single',
  double_press: 'double',
  double_push: 'double',
  triple_press: 'triple',
  triple_push: 'triple',
  long_press: 'long',
  long_push: 'long',
  hold_press: 'hold',
}
const gestureOf = (word: unknown): string => {
  const plain = String(word).toLowerCase().replaceAll(' ', '_')
  return gestures[plain] ?? plain
}

/** As ingest takes it: a percentage at or below this is low. */
const batteryLowAt = 15

/** Nobody rings for these. */
const past: ReadonlySet<Signal['origin']> = new Set(['historic', 'retained', 'replay', 'test'])

const isCall = ({ kind, active, origin }: Signal): boolean => calls.has(kind) && active !== false && !past.has(origin)

export function judge(sample: Sample, read: Read): Judged {
  const { meaning } = sample
  if (!meaning) return { isRight: true, isDangerous: false, wrong: [] }
  const kind = ourKinds[meaning.kind] ?? meaning.kind
  const raised = read.signals.filter(isCall).map((signal) => signal.kind)
  const isExpected = calls.has(kind) && meaning.active !== false && meaning.historic !== true && meaning.test !== true
  // Kept by a broker it is shown to a person and rung for nobody; understood it must be all the same.
  const isShown = sample.retain === true && read.signals.some((signal) => signal.kind === kind)
  const missed = isExpected && !isShown && !raised.includes(kind as Signal['kind'])
  const madeUp = raised.some((each) => !isExpected || each !== kind)
  const wrong = [
    ...(missed ? [`a ${kind} was missed`] : []),
    ...(madeUp ? [`made up: ${raised.join(', ')}`] : []),
    ...forbidden(meaning.must_not, read),
    ...kindOf(kind, read),
    ...valuesOf(meaning, kind, read),
  ]
  return { isRight: wrong.length === 0, isDangerous: missed || madeUp, wrong }
}

function forbidden(mustNot: string | undefined, { signals }: Read): readonly string[] {
  if (mustNot === undefined) return []
  const kinds = mustNot.split(/[\s,|/]+/).map((word) => ourKinds[word] ?? word)
  return signals.filter(({ kind, origin }) => kinds.includes(kind) && origin === 'live').map(({ kind }) => `it must not be ${kind}`)
}

function kindOf(kind: string, { signals }: Read): readonly string[] {
  if (kind === 'none') return signals.length === 0 ? [] : [`it means nothing, and became ${signals.map((each) => each.kind).join(', ')}`]
  if (quiet.has(kind)) return []
  if (general.has(kind)) return signals.length > 0 ? [] : ['nothing was heard']
  return signals.some((signal) => signal.kind === kind)
    ? []
    : [`it means ${kind}, and became ${signals.map((each) => each.kind).join(', ') || 'nothing'}`]
}

type Meaning = NonNullable<Sample['meaning']>

function valuesOf(meaning: Meaning, kind: string, { signals }: Read): readonly string[] {
  const active = meaning.active ?? meaning.present ?? meaning.open ?? meaning.online
  const ofKind = signals.filter((signal) => signal.kind === kind)
  const said = ofKind.find((signal) => signal.active === active) ?? ofKind[0]
  const differ = (what: string, wanted: unknown, got: unknown) =>
    wanted === undefined || wanted === got ? [] : [`${what}: ${wanted}, not ${got}`]
  const battery = signals.find((signal) => signal.kind === 'battery')
  const place = signals.find(({ numbers }) => numbers?.latitude !== undefined)?.numbers
  const claimed = meaning.ts === undefined ? undefined : timeOf(meaning.ts)
  return [
    ...(said && said.active !== undefined ? differ('active', active, said.active) : []),
    ...(kind === 'button' && meaning.action !== undefined ? differ('action', gestureOf(meaning.action), gestureOf(said?.value)) : []),
    ...differ('battery', meaning.battery, battery?.value),
    ...(meaning.battery_low ? differ('battery low', true, battery?.active ?? Number(battery?.value) <= batteryLowAt) : []),
    ...(meaning.level === 'possible' || meaning.level === 'confirmed' ? differ('level', meaning.level, said?.level) : []),
    ...(meaning.synthetic && kind === 'motion' ? differ('origin', 'synthetic', said?.origin) : []),
    ...(meaning.historic
      ? differ(
          'origin',
          true,
          signals.some(({ kind: each, origin }) => each === kind && origin === 'historic'),
        )
      : []),
    ...(meaning.test ? differ('origin', 'test', said?.origin) : []),
    ...(claimed !== undefined && said
      ? differ(
          'time',
          true,
          signals.some(({ claimedAt }) => claimedAt === claimed),
        )
      : []),
    ...differ('latitude', meaning.lat, place?.latitude),
    ...differ('longitude', meaning.lon, place?.longitude),
    ...(meaning.sub_device
      ? differ(
          'device',
          true,
          signals.some(({ deviceKey }) => deviceKey === meaning.sub_device),
        )
      : []),
  ]
}
