/** `npm run bench:decode`: what it costs to read one message, by family, on messages as devices send them. */

import { families } from '../domain/device.ts'
import type { InboundMessage } from '../domain/message.ts'
import { instant } from '../domain/time.ts'
import { upKinds } from '../domain/topics.ts'
import { bytesOf, saidByDevices } from '../ingest/decoders/families.fixture.ts'
import { openDecoders } from '../ingest/decoders/index.ts'
import { aDevice, firstMoment } from '../ingest/recorder.ts'
import { machine, percentiles, report } from './lib/figures.ts'

const medianBar = 20
const familyBar = 60
const warmUps = 20_000
const batches = 400
const perBatch = 50

type Source = { topic: string; payload: Uint8Array; base: string }

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const z2m = {
  action: 'emergency',
  battery: 96,
  linkquality: 120,
  last_seen: '2026-11-22T02:00:00Z',
  voltage: 2_900,
  occupancy: true,
  contact: false,
}
const own: Readonly<Record<string, readonly Source[]>> = {
  native: upKinds.map((kind) => ({
    topic: `care/gateway/${kind}`,
    payload: json({ id: 'p-1', active: true, signal: -60, battery: 80 }),
    base: '',
  })),
  zigbee2mqtt: [
    { topic: 'zigbee2mqtt/button', payload: json(z2m), base: 'zigbee2mqtt' },
    { topic: 'zigbee2mqtt/bridge/state', payload: json({ state: 'online' }), base: 'zigbee2mqtt' },
  ],
}
const sourcesOf = (family: (typeof families)[number]): readonly Source[] =>
  own[family] ??
  saidByDevices
    .filter((said) => said.family === family)
    .map((said) => ({ topic: said.topic, payload: bytesOf(said), base: said.base ?? '' }))

/** Microseconds of one message, the median of batches. */
function measure(family: (typeof families)[number]): number {
  const decoder = openDecoders()[family]
  const messages = sourcesOf(family).map(({ topic, payload, base }) => ({
    message: { senderId: 'gateway', topic, payload, qos: 1, retain: false, dup: false, receivedAt: firstMoment } satisfies InboundMessage,
    sender: aDevice({ id: 'gateway', number: 1, family, base, role: 'gateway', key: '' }),
  }))
  let turn = 0
  const decodeNext = () => {
    const next = messages[turn % messages.length]
    if (next) decoder.decode({ ...next.message, receivedAt: instant(firstMoment + turn * 100) }, next.sender)
    turn += 1
  }
  for (let i = 0; i < warmUps; i++) decodeNext()
  const spent: number[] = []
  for (let batch = 0; batch < batches; batch++) {
    const from = performance.now()
    for (let i = 0; i < perBatch; i++) decodeNext()
    spent.push(((performance.now() - from) * 1_000) / perBatch)
  }
  return percentiles(spent).p50
}

console.log('machine', machine())
const micros = Object.fromEntries(families.map((family) => [family, measure(family)]))
for (const [family, each] of Object.entries(micros)) console.log(`  ${family.padEnd(16)} ${each.toFixed(2)} µs`)
const sorted = Object.values(micros).sort((a, b) => a - b)
const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
const most = sorted[sorted.length - 1] ?? Number.NaN
console.log(`bars: median ${median} ≤ ${medianBar} µs: ${median <= medianBar}; dearest ${most} ≤ ${familyBar} µs: ${most <= familyBar}`)
report({ families: micros, median, most })
