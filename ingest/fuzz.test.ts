/** A million seeded payloads, from real ones bent and broken: nothing throws, an SOS topic always yields a press, memory stays flat. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { instant } from '../domain/time.ts'
import { upKinds } from '../domain/topics.ts'
import { aDevice, firstMoment, type Recorder, record } from './recorder.ts'

const payloads = 1_000_000
const seed = 20_261_122

/** Uniform in 0…2³²-1 (xorshift), the same for the same seed. */
function randomOf(start: number): (below: number) => number {
  let state = start | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const written: readonly unknown[] = [
  { id: 'a1b2c3', at: firstMoment },
  { id: 17, at: '2026-11-22T10:00:00Z', replay: true },
  { battery: 80, signal: -61, mains: true, at: firstMoment },
  { active: true, test: false },
  { open: false },
  { heartRate: 70, oxygen: 97.5, systolic: 120 },
  { percent: 15, low: true },
  { action: 'emergency', battery: 100, last_seen: '2026-11-22T10:00:00+08:00', linkquality: 14 },
  { sos: true, tamper: false, battery_low: null, linkquality: 77 },
  { smoke: true, water_leak: null, presence: null, occupancy: false, contact: true, last_seen: 1_795_312_800_000 },
  { fall_down_status: 'fall', status: 'falling', breathing_rate: '16' },
  { type: 'device_leave', data: { friendly_name: 'thing', ieee_address: '0x01' } },
  { devices: { '0x01': { messages: 4 } } },
  [{ ieee_address: '0x01', friendly_name: 'thing' }],
  { state: 'online' },
]

const hostile: readonly string[] = [
  '',
  'null',
  'true',
  '""',
  '[]',
  '-0',
  '1e999',
  'NaN',
  '{"id":NaN}',
  '{"__proto__":{"id":"x","active":true},"constructor":{"prototype":{"open":true}}}',
  '{"id":{"__proto__":null},"at":{"valueOf":1}}',
  '{"toString":1,"hasOwnProperty":2,"id":"\\u0000\\ud800","action":"\\udfff"}',
  '{"id":"x","id":[[]],"last_seen":"9999-99-99T99:99:99Z"}',
  '{"battery":1e308,"heartRate":-1e308,"percent":"1e3","illuminance":"0x10"}',
  '\u{feff}{"active":true}',
  `{"action":"${'e'.repeat(60_000)}"}`,
  `{"id":"${'\\u0041'.repeat(10_000)}"}`,
  `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
  `${'{"a":'.repeat(12_000)}1${'}'.repeat(12_000)}`,
  '{'.repeat(65_536),
]

const natives = upKinds.map((kind) => ({ topic: `care/term-0001/${kind}`, senderId: 'term-0001' }))
const bridged = [
  'thing',
  'thing/action',
  'thing/availability',
  'bridge/state',
  'bridge/devices',
  'bridge/event',
  'bridge/health',
  'bridge/x',
  '',
  ' ',
  'a/'.repeat(90),
]
const topics = [
  ...natives,
  ...bridged.map((name) => ({ topic: `zigbee2mqtt/${name}`, senderId: 'gateway' })),
  { topic: 'care/', senderId: 'term-0001' },
  { topic: 'care//sos', senderId: 'term-0001' },
  { topic: '', senderId: 'term-0001' },
  { topic: '$SYS/x', senderId: 'gateway' },
]

function bend(source: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(source)
  if (bytes.length === 0) return bytes
  switch (random(5)) {
    case 0:
      return bytes.subarray(0, random(bytes.length + 1))
    case 1:
      return Buffer.concat([bytes.subarray(random(bytes.length)), bytes])
    case 2:
      bytes.copyWithin(random(bytes.length), random(bytes.length))
      return bytes
    default:
      for (let flips = 1 + random(3); flips > 0; flips -= 1) bytes[random(bytes.length)] = random(256)
      return bytes
  }
}

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')
function heapMiB(): number {
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const theHome = () =>
  record([
    aDevice({ id: 'term-0001', number: 1, role: 'terminal' }),
    aDevice({ id: 'gateway', number: 2, family: 'zigbee2mqtt', base: 'zigbee2mqtt', role: 'gateway' }),
    aDevice({ id: 'thing', number: 3, family: 'zigbee2mqtt', gatewayId: 'gateway', key: 'thing', role: 'sos-button' }),
  ])

async function sendOne(
  it: Recorder,
  payload: Buffer,
  { random, turn }: { random: (below: number) => number; turn: number },
): Promise<void> {
  const { topic, senderId } = topics[random(topics.length)] ?? { topic: '', senderId: '' }
  const retain = random(50) === 0
  const before = it.events.length
  await it.send(topic, payload, { senderId, retain, receivedAt: instant(firstMoment + turn * 7) })
  if (topic !== 'care/term-0001/sos') return
  const event = it.events[before]
  const expected = retain ? 'device-troubled' : 'sos-pressed'
  if (event?.kind !== expected) throw new Error(`no ${expected} for ${payload.toString('latin1').slice(0, 200)}`)
}

test(`${payloads} payloads of seed ${seed}`, { timeout: 180_000 }, async () => {
  Error.stackTraceLimit = 0 // half of the payloads end in a SyntaxError, and nobody reads its stack
  const it = theHome()
  const random = randomOf(seed)
  const sources = written.map((value) => Buffer.from(JSON.stringify(value)))
  const heavy = hostile.map((text) => Buffer.from(text))
  let early = 0
  for (let turn = 0; turn < payloads; turn += 1) {
    const whole = sources[random(sources.length)] ?? Buffer.alloc(0)
    const payload = random(2_000) === 0 ? (heavy[random(heavy.length)] ?? whole) : random(4) === 0 ? whole : bend(whole, random)
    await sendOne(it, payload, { random, turn })
    if (turn % 1_000 === 0) it.clear()
    if (turn === payloads / 5) early = heapMiB()
  }
  it.clear()
  expect(it.logged).toEqual([]) // a decoder that throws is logged
  expect(heapMiB() - early).toBeLessThan(24)
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  expect('active' in {}).toBe(false)
})
