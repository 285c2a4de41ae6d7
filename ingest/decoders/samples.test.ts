/** Payloads of real devices, when the collection of samples lies beside the repository: each must be read as it was meant, and never as what it must not be. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { KnownDevice } from '../../domain/device.ts'
import type { Signal } from '../../domain/signal.ts'
import { after, instant, seconds } from '../../domain/time.ts'
import { aDevice, firstMoment, messageOf } from '../recorder.ts'
import { promote } from '../roles.ts'
import { momentOf } from './decoder.ts'
import { openDecoders } from './index.ts'

const file = new URL('../../../shared/device-samples.ndjson', import.meta.url)
const present = existsSync(file)

const sampleSchema = z.object({
  family: z.string(),
  device: z.string(),
  topic: z.string(),
  payload: z.unknown(),
  encoding: z.string().optional(),
  retain: z.boolean().optional(),
  meaning: z
    .object({
      kind: z.string(),
      must_not: z.string().optional(),
      active: z.boolean().optional(),
      present: z.boolean().optional(),
      open: z.boolean().optional(),
      online: z.boolean().optional(),
      synthetic: z.boolean().optional(),
      action: z.string().optional(),
      battery: z.number().optional(),
      level: z.string().optional(),
      lqi: z.number().optional(),
      ts: z.string().optional(),
      role_required: z.string().optional(),
      vitals: z.object({ breathing_rate: z.number() }).optional(),
    })
    .loose(),
})
type Sample = z.infer<typeof sampleSchema>

const samples: { line: number; sample: Sample }[] = present
  ? readFileSync(file, 'utf8')
      .split('\n')
      .map((text, index) => ({ text, line: index + 1 }))
      .filter(({ text }) => /"family":"(native|zigbee2mqtt)"/.test(text))
      .map(({ text, line }) => ({ line, sample: sampleSchema.parse(JSON.parse(text)) }))
  : []

/** The signals of one sample, as its sender's decoder reads it a moment after it was sent. */
function signalsOf(sample: Sample): readonly Signal[] {
  const gateway: KnownDevice = aDevice({ id: 'gateway', number: 1, family: 'zigbee2mqtt', base: sample.topic.split('/')[0] ?? '' })
  const payload = typeof sample.payload === 'string' ? sample.payload : JSON.stringify(sample.payload)
  const lastSeen = z.object({ last_seen: z.string() }).safeParse(sample.payload)
  const seenAt = lastSeen.success ? (momentOf(lastSeen.data.last_seen) ?? firstMoment) : firstMoment
  const message = messageOf(sample.topic, payload, { receivedAt: after(instant(seenAt), seconds(1)), retain: sample.retain ?? false })
  const decoded = openDecoders()[sample.family === 'native' ? 'native' : 'zigbee2mqtt'].decode(message, gateway)
  expect(decoded.problem).toBeNull()
  const role = sample.meaning.role_required === 'sos_button' ? 'sos-button' : 'other'
  return decoded.signals.map((signal) => promote(signal, role))
}

function check(sample: Sample): void {
  const { meaning } = sample
  const signals = signalsOf(sample)
  const kinds = signals.map(({ kind }) => kind as string)
  const said = signals.find(({ kind }) => kind === meaning.kind)
  expect(kinds).toEqual(meaning.kind === 'none' ? [] : expect.arrayContaining([meaning.kind]))
  if (meaning.must_not) expect(kinds).not.toContain(meaning.must_not)
  const active = meaning.active ?? meaning.present ?? meaning.open ?? meaning.online
  if (active !== undefined) expect(said?.active).toBe(active)
  if (meaning.synthetic && meaning.kind === 'motion') expect(said?.origin).toBe('synthetic')
  if (meaning.action) expect(said?.value).toBe(meaning.action)
  if (meaning.level) expect(said?.level).toBe(meaning.level)
  if (meaning.ts) expect(said?.claimedAt).toBe(momentOf(meaning.ts))
  if (meaning.battery !== undefined) expect(signals.find(({ kind }) => kind === 'battery')?.value).toBe(meaning.battery)
  if (meaning.lqi !== undefined) expect(signals.find(({ kind }) => kind === 'heartbeat')?.value).toBe(meaning.lqi)
  if (meaning.vitals) expect(signals.find(({ kind }) => kind === 'vitals')?.numbers).toEqual({ respiration: meaning.vitals.breathing_rate })
  const helpKinds = ['sos', 'fall', 'smoke', 'gas', 'water-leak', 'carbon-monoxide']
  const raised = signals.filter(({ kind, active: on }) => helpKinds.includes(kind) && on !== false).map(({ kind }) => kind)
  expect(raised).toEqual(helpKinds.includes(meaning.kind) && meaning.active !== false ? [meaning.kind] : [])
}

describe('real payloads of the samples file', () => {
  test.skipIf(present)('skipped: the collection of samples does not lie beside this repository', () => {})
  test.skipIf(!present)('it has samples of a family that we read', () => expect(samples.length).toBeGreaterThan(30))
  for (const { line, sample } of samples) test(`line ${line}: ${sample.device}, ${sample.meaning.kind}`, () => check(sample))
})
