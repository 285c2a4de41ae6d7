/** A million bent and broken messages of every family: no decoder throws, none takes memory for itself, and what it says it says of devices with bounded names. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { instant } from '../../domain/time.ts'
import { aDevice, firstMoment } from '../recorder.ts'
import { bytesOf, saidByDevices } from './families.fixture.ts'
import { openDecoders } from './index.ts'

const messages = 1_000_000
const seed = 20_261_123

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

const hostile: readonly string[] = [
  '',
  'null',
  '[]',
  '""',
  '1e999',
  '{"__proto__":{"kind":"sos"},"params":{"__proto__":{"sos":1}},"services":{},"events":{}}',
  '{"params":null,"data":7,"status":[null,1],"services":[null,{"properties":null}]}',
  '{"uplink_message":[],"deviceInfo":5,"data":{},"rxInfo":[[]],"inputs":[null],"button":[null,{}]}',
  `{"params":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
  `{"event":"${'S'.repeat(60_000)}"}`,
  '['.repeat(65_536),
]

function bend(source: Uint8Array, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(source)
  if (bytes.length === 0) return bytes
  const how = random(6)
  if (how === 0) return bytes.subarray(0, random(bytes.length + 1))
  if (how === 1) return Buffer.concat([bytes.subarray(random(bytes.length)), bytes])
  for (let flips = 1 + random(3); flips > 0; flips -= 1) bytes[random(bytes.length)] = random(256)
  return bytes
}

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')
function heapMiB(): number {
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

test(`${messages} messages of seed ${seed}`, { timeout: 180_000 }, () => {
  Error.stackTraceLimit = 0
  const decoders = openDecoders()
  const random = randomOf(seed)
  const sources = saidByDevices.map((said) => ({ said, bytes: bytesOf(said), topic: Buffer.from(said.topic) }))
  const senders = new Map(
    sources.map(({ said: { family, base = '' } }) => [family, aDevice({ id: 'gateway', number: 1, family, base, role: 'gateway' })]),
  )
  const heavy = hostile.map((text) => Buffer.from(text))
  let early = 0
  let [answered, longest] = [0, 0]
  for (let turn = 0; turn < messages; turn += 1) {
    const source = sources[random(sources.length)]
    if (!source) continue
    const { family } = source.said
    const payload = random(2_000) === 0 ? (heavy[random(heavy.length)] ?? source.bytes) : bend(source.bytes, random)
    const topic = (random(4) === 0 ? bend(source.topic, random) : source.topic).toString('utf8')
    const message = {
      senderId: 'gateway',
      topic,
      payload,
      qos: 1 as const,
      retain: random(9) === 0,
      dup: false,
      receivedAt: instant(firstMoment + turn),
    }
    const sender = senders.get(family)
    const decoded = sender && decoders[family].decode(message, sender)
    for (const { deviceKey } of decoded?.signals ?? []) longest = Math.max(longest, deviceKey.length)
    answered += decoded && (decoded.signals.length > 0 || decoded.problem) ? 1 : 0
    if (turn === messages / 5) early = heapMiB()
  }
  expect(answered).toBeGreaterThan(messages / 2)
  expect(longest).toBeLessThanOrEqual(220)
  expect(heapMiB() - early).toBeLessThan(40)
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  expect('kind' in {}).toBe(false)
})
