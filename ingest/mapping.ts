/** Mapping profiles: ten lines that make an unknown terminal's JSON speak. Checked when they are written, pure when they are used. */
import { z } from 'zod'
import { readingKinds } from '../domain/reading.ts'
import type { Signal } from '../domain/signal.ts'
import type { Instant } from '../domain/time.ts'
import { type Body, isBody, looseNumberIn } from './decoders/decoder.ts'
import { type Shared, sharedAt } from './decoders/shared.ts'

/** Names with dots between, numbers for places in a list: `params.list.0.value`. */
const path = z.string().regex(/^[^.\s]{1,64}(\.[^.\s]{1,64}){0,7}$/, 'must be names with dots between, such as params.value')
const plain = z.union([z.string().max(200), z.number(), z.boolean()])

const condition = z
  .strictObject({
    equals: plain.optional(),
    in: z.array(plain).min(1).max(50).optional(),
    startsWith: z.string().min(1).max(200).optional(),
    above: z.number().optional(),
    below: z.number().optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), 'must say equals, in, startsWith, above or below')

const kinds = [
  ...['sos', 'cancel', 'test', 'fall', 'button', 'motion', 'presence', 'bed', 'contact', 'vibration', 'smoke', 'gas'],
  ...['carbon-monoxide', 'water-leak', 'tamper', 'power', 'battery', 'vitals', 'environment', 'heartbeat'],
] as const satisfies readonly Signal['kind'][]
const kindSchema = z.enum(kinds as unknown as [Signal['kind'], ...Signal['kind'][]])

const rule = z
  .strictObject({
    path,
    kind: kindSchema,
    /** Without it the rule holds whenever the path has a value. */
    when: condition.optional(),
    /** What the state is when the rule holds; without it the value itself says so. */
    active: z.boolean().optional(),
    /** Of a measurement: its name, and what the number is multiplied by. */
    reading: z.enum(readingKinds).optional(),
    times: z.number().optional(),
  })
  .refine(({ kind, reading }) => (kind === 'vitals' || kind === 'environment') === (reading !== undefined), {
    error: 'vitals and environment need the name of their reading, and nothing else has one',
  })

export const profileSchema = z.strictObject({
  profile: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be small letters, digits and hyphens'),
  /** Topics it is for: levels, with + for any one. */
  topic: z.string().regex(/^[^#]{1,200}$/, 'must be a topic with + for levels that change'),
  /** Where the device's own name is; without it the sender is the device. */
  device: path.optional(),
  /** Where the device says when. */
  at: path.optional(),
  map: z.array(rule).min(1).max(60),
})
export type Profile = z.infer<typeof profileSchema>
type Rule = Profile['map'][number]

/** Whether the profile is for this topic. */
export function isFor({ topic }: Profile, given: string): boolean {
  const [wanted, levels] = [topic.split('/'), given.split('/')]
  return wanted.length === levels.length && wanted.every((level, place) => level === '+' || level === levels[place])
}

/** The signals of one message. A path that leads nowhere, null and an empty text say nothing. */
export function applyProfile(profile: Profile, body: unknown, receivedAt: Instant): readonly Signal[] {
  const named = profile.device === undefined ? '' : at(body, profile.device)
  const deviceKey = typeof named === 'string' || typeof named === 'number' ? String(named).slice(0, 100) : ''
  const claim = profile.at === undefined ? undefined : at(body, profile.at)
  const shared = sharedAt({ deviceKey, origin: 'live' }, claim, receivedAt)
  const signals = profile.map.flatMap((rule) => signalOf(rule, at(body, rule.path), shared))
  return signals.some(({ kind }) => kind === 'heartbeat') ? signals : [...signals, { ...shared, kind: 'heartbeat' }]
}

/** What stands at a path; undefined when it leads nowhere. Own names only: no prototype is ever reached. */
export function at(body: unknown, given: string): unknown {
  let value: unknown = body
  for (const name of given.split('.')) {
    if (Array.isArray(value)) value = /^\d{1,4}$/.test(name) ? value[Number(name)] : undefined
    else value = isBody(value) && Object.hasOwn(value, name) ? (value as Body)[name] : undefined
  }
  return value
}

const words: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...([true, 1, '1', 'true', 'on', 'ON', 'yes', 'open', 'alarm'] as const).map((word) => [word, true] as const),
  ...([false, 0, '0', 'false', 'off', 'OFF', 'no', 'close', 'closed', 'normal'] as const).map((word) => [word, false] as const),
])

function signalOf(rule: Rule, value: unknown, shared: Shared): readonly Signal[] {
  if (value === undefined || value === null || value === '') return []
  if (rule.when && !holds(rule.when, value)) return []
  const number = looseNumberIn(value, -1e9, 1e9)
  const scaled = number === undefined ? undefined : number * (rule.times ?? 1)
  if (rule.reading !== undefined) return scaled === undefined ? [] : [{ ...shared, kind: rule.kind, numbers: { [rule.reading]: scaled } }]
  if (rule.kind === 'battery') return batteryOf(rule, scaled, shared)
  const active = rule.active ?? (rule.when ? true : words.get(value))
  if (rule.kind === 'button') return [{ ...shared, kind: 'button', value: String(value).slice(0, 40) }]
  if (rule.kind === 'heartbeat' || rule.kind === 'cancel' || rule.kind === 'test') return [{ ...shared, kind: rule.kind }]
  // A call has no "off", and what says neither yes nor no says nothing.
  if (active === undefined || (active === false && (rule.kind === 'sos' || rule.kind === 'fall'))) return []
  return [{ ...shared, kind: rule.kind, active, ...(rule.kind === 'fall' && { level: 'confirmed' as const }) }]
}

function batteryOf(rule: Rule, percent: number | undefined, shared: Shared): readonly Signal[] {
  if (rule.active !== undefined) return [{ ...shared, kind: 'battery', active: rule.active }]
  return percent !== undefined && percent >= 0 && percent <= 100 ? [{ ...shared, kind: 'battery', value: percent }] : []
}

function holds(when: z.infer<typeof condition>, value: unknown): boolean {
  const number = looseNumberIn(value, -1e12, 1e12)
  return (
    (when.equals === undefined || when.equals === value) &&
    (when.in === undefined || when.in.some((each) => each === value)) &&
    (when.startsWith === undefined || (typeof value === 'string' && value.startsWith(when.startsWith))) &&
    (when.above === undefined || (number !== undefined && number > when.above)) &&
    (when.below === undefined || (number !== undefined && number < when.below))
  )
}
