/** `npm run prove:hostile -- [--messages N] [--seed N] [--json]`: real payloads of every family, bent and broken, through the whole of ingest: none throws, memory stays flat, every one is counted. */
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { families } from '../domain/device.ts'
import { instant } from '../domain/time.ts'
import { bytesOf, saidByDevices } from '../ingest/decoders/families.fixture.ts'
import { aDevice, firstMoment, record } from '../ingest/recorder.ts'

const hostile: readonly string[] = [
  '',
  'null',
  '[]',
  '""',
  '1e999',
  '{"__proto__":{"kind":"sos"},"params":{"__proto__":{"sos":1}}}',
  '{"params":null,"data":7,"status":[null,1],"services":[null,{"properties":null}]}',
  '{"id":"\\u0000\\ud800","action":"\\udfff"}',
  `{"params":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
  `{"event":"${'S'.repeat(60_000)}"}`,
  '['.repeat(65_536),
]

/** Uniform below `below` (xorshift), the same for the same seed. */
function randomOf(start: number): (below: number) => number {
  let state = start | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function bend(source: Uint8Array, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(source)
  if (bytes.length === 0) return bytes
  const how = random(6)
  if (how === 0) return bytes.subarray(0, random(bytes.length + 1))
  if (how === 1) return Buffer.concat([bytes.subarray(random(bytes.length)), bytes])
  if (how === 2) return bytes
  for (let flips = 1 + random(3); flips > 0; flips -= 1) bytes[random(bytes.length)] = random(256)
  return bytes
}

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')
function heapMiB(): number {
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

export type Proven = {
  messages: number
  seed: number
  rejected: number
  decodersThrew: number
  uncounted: number
  heapGrowthMiB: number
  rungFromKept: number
  isProven: boolean
}

/** One gateway of each family, with one device behind it that calls for help. */
const theTown = () =>
  record(
    families.flatMap((family, place) => {
      const id = `gw-${family}`
      const base = saidByDevices.find((said) => said.family === family)?.base ?? ''
      return [
        aDevice({ id, number: place * 2 + 1, family, base, role: 'gateway', key: '' }),
        aDevice({ id: `${id}-1`, number: place * 2 + 2, family, gatewayId: id, key: 'thing', role: 'sos-button' }),
      ]
    }),
  )

/** Bad input is counted, never thrown. `heapGrowthMiB`: from a fifth of the way to the end. */
export async function proveHostile(messages: number, seed: number): Promise<Proven> {
  Error.stackTraceLimit = 0 // half of the payloads end in a SyntaxError, and nobody reads its stack
  const [it, random] = [theTown(), randomOf(seed)]
  const sources = saidByDevices.map((said) => ({ said, bytes: bytesOf(said), topic: Buffer.from(said.topic) }))
  const heavy = hostile.map((text) => Buffer.from(text))
  let [rejected, threw, rungFromKept, early] = [0, 0, 0, 0]
  for (let turn = 0; turn < messages; turn += 1) {
    const { said, bytes, topic } = sources[random(sources.length)] as (typeof sources)[number]
    const payload = random(2_000) === 0 ? (heavy[random(heavy.length)] as Buffer) : bend(bytes, random)
    const retain = random(9) === 0
    const more = { senderId: `gw-${said.family}`, retain, receivedAt: instant(firstMoment + turn * 7) }
    const before = it.events.length
    await it.send((random(4) === 0 ? bend(topic, random) : topic).toString('utf8'), payload, more).catch(() => {
      rejected += 1
    })
    const rang = it.events.slice(before).some(({ kind }) => kind === 'sos-pressed' || kind === 'fall-detected')
    // Families that keep their states by custom tell news from repetition themselves.
    if (retain && rang && !['esphome', 'homie', 'home-assistant'].includes(said.family)) rungFromKept += 1
    if (turn % 1_000 === 999) {
      threw += it.logged.filter((text) => text.startsWith('A decoder threw')).length
      it.clear()
    }
    if (turn === Math.floor(messages / 5)) early = heapMiB()
  }
  threw += it.logged.filter((text) => text.startsWith('A decoder threw')).length
  it.clear()
  const { messages: counted, decoders } = it.ingest.counts()
  const decoded = Object.values(decoders).reduce((sum, { ok, empty, error }) => sum + ok + empty + error, 0)
  const uncounted = Math.max(messages - counted, counted - decoded)
  const heapGrowthMiB = Math.round((heapMiB() - early) * 10) / 10
  const isProven = rejected === 0 && threw === 0 && uncounted === 0 && rungFromKept === 0 && heapGrowthMiB < 40
  return { messages, seed, rejected, decodersThrew: threw, uncounted, heapGrowthMiB, rungFromKept, isProven }
}

async function main(): Promise<void> {
  const options = {
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '20261124' },
    json: { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ options })
  const proven = await proveHostile(Number(values.messages), Number(values.seed))
  console.log(
    values.json
      ? JSON.stringify(proven)
      : Object.entries(proven)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n'),
  )
  if (!proven.isProven) process.exitCode = 1
}

if (import.meta.main) await main()
