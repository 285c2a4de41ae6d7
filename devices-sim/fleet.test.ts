/** A small community against a real broker: it lives, it presses, its scenarios do what they say, and a recorded home is replayed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Aedes } from 'aedes'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../domain/clock.ts'
import { parseUpTopic, replyTopic } from '../domain/topics.ts'
import { makeCommunity } from './community.ts'
import { type Fleet, simHomesOf, startFleet } from './fleet.ts'
import { openRandom } from './random.ts'
import { sensorsOf } from './recording.ts'
import { startReplay } from './replay.ts'
import { scenarios } from './scenarios/index.ts'
import { openStage } from './scenarios/stage.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

type Heard = { clientId: string; deviceId: string; kind: string; body: Record<string, unknown> }

async function startBroker(): Promise<{
  url: string
  heard: Heard[]
  strange: string[]
  kinds(kind: string): Heard[]
  tell(topic: string, body: object): void
}> {
  const aedes = await Aedes.createBroker()
  const heard: Heard[] = []
  const strange: string[] = []
  aedes.authorizePublish = (client, packet, done) => {
    const topic = parseUpTopic(packet.topic)
    if (topic && client) heard.push({ clientId: client.id, ...topic, body: JSON.parse(packet.payload.toString()) })
    else strange.push(packet.topic)
    done(null)
  }
  const server = createServer((socket) => aedes.handle(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(
    () => new Promise<void>((resolve) => aedes.close(() => resolve())),
    () => server.close(),
  )
  const tell = (topic: string, body: object) =>
    aedes.publish({ cmd: 'publish', topic, payload: JSON.stringify(body), qos: 1, retain: false, dup: false }, () => {})
  const address = server.address()
  const url = `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  return { url, heard, strange, kinds: (kind) => heard.filter((one) => one.kind === kind), tell }
}

function startCommunity(url: string, count: number, speed: number): Fleet {
  const rows = makeCommunity(count, 4)
  const tokens = new Map(rows.devices.filter(({ gatewayId }) => gatewayId === null).map(({ id }) => [id, 'token']))
  const homes = simHomesOf(rows, tokens)
  const fleet = startFleet({ homes, brokerUrl: url, clock: systemClock, seed: 4, speed, connectPerSecond: 1_000 })
  cleanups.push(fleet.stop)
  return fleet
}

test('homes live: sensors report through their own terminal, by the public topics only', async () => {
  const broker = await startBroker()
  const fleet = startCommunity(broker.url, 8, 20_000)
  await expect.poll(() => fleet.counts().connected, { timeout: 20_000 }).toBe(8)
  await expect.poll(() => broker.kinds('motion').length > 200 && broker.kinds('door').length > 4, { timeout: 20_000 }).toBe(true)
  for (const { clientId, deviceId } of broker.heard) expect(deviceId.slice(-6)).toBe(clientId.slice(-6))
  expect(broker.strange).toEqual([])
})

test('a press, a cancel and a test come from the pendant, each with an id of its own', async () => {
  const broker = await startBroker()
  const fleet = startCommunity(broker.url, 3, 1)
  const first = fleet.press(1)
  const second = fleet.press(1)
  fleet.cancel(1)
  fleet.test(2)
  // Two homes have two lines: neither waits for what the other sent.
  await expect.poll(() => ['sos', 'cancel', 'test'].map((kind) => broker.kinds(kind).length)).toEqual([2, 1, 1])
  expect(broker.kinds('sos').map(({ deviceId, body }) => [deviceId, body.id])).toEqual([
    ['pendant-000002', first],
    ['pendant-000002', second],
  ])
  expect(first).not.toBe(second)
  expect(() => fleet.press(3)).toThrow(RangeError)
})

test.each([
  ['false-press', ['sos', 'cancel']],
  ['night-fall', ['sos', 'sos']],
  ['lost-link', ['sos']],
  ['power-cut', ['power', 'sos', 'power']],
  ['smoke', ['smoke', 'smoke', 'smoke', 'smoke']],
  ['untested-button', ['test', 'test', 'test', 'test']],
  ['low-battery', ['battery', 'battery', 'battery', 'battery']],
])('scenario %s does what it says', async (name, kinds) => {
  const broker = await startBroker()
  const fleet = startCommunity(broker.url, 12, 1)
  await expect.poll(() => fleet.counts().connected, { timeout: 20_000 }).toBe(12)
  const acts: { span: number; work: () => void }[] = []
  const stage = openStage({ fleet, clock: systemClock, random: openRandom(2), tell() {} })
  const scenario = scenarios.find((one) => one.name === name)
  // The pauses are left out: each act is played as soon as the one before has arrived.
  scenario?.run({ ...stage, after: (span, work) => void acts.push({ span, work }) })
  for (const { work } of acts.sort((a, b) => a.span - b.span)) {
    await expect.poll(() => fleet.counts().connected === 0 || fleet.counts().sent <= fleet.counts().thanked + 3).toBe(true)
    work()
  }
  const heard = () => broker.heard.filter(({ kind }) => kinds.includes(kind)).map(({ kind }) => kind)
  await expect
    .poll(
      () => [...new Set(kinds)].every((kind) => heard().filter((one) => one === kind).length >= kinds.filter((one) => one === kind).length),
      { timeout: 20_000 },
    )
    .toBe(true)
})

const recording = [
  'ts,sensor,kind,value',
  '2024-03-01T00:00:00.000,Bedroom,motion,ON',
  '2024-03-01T00:00:02.500,Bedroom,motion,OFF',
  'rubbish',
  '2024-03-01T00:10:00.000,FrontDoor,door,OPEN',
  '2024-03-01T00:10:04.000,FrontDoor,door,CLOSE',
  '2024-03-01T00:11:00.000,Heart,pulse,70',
].join('\n')

test('a recorded home is replayed in order, plain or compressed', async () => {
  const broker = await startBroker()
  const folder = mkdtempSync(join(tmpdir(), 'anling-replay-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, bytes] of [
    ['home.csv', Buffer.from(recording)],
    ['home.csv.gz', gzipSync(recording)],
  ] as const) {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    broker.heard.length = 0
    const terminal = { id: 'term-0009', token: 'token' }
    expect((await sensorsOf(path, terminal.id)).map(({ deviceId, role }) => [deviceId, role])).toEqual([
      ['term-0009-bedroom', 'motion'],
      ['term-0009-frontdoor', 'front-door'],
    ])
    expect(await startReplay({ path, brokerUrl: broker.url, terminal, clock: systemClock, speed: 100_000 }).done).toBe(4)
    expect(broker.heard.map(({ deviceId, kind, body }) => [deviceId, kind, body.active ?? body.open])).toEqual([
      ['term-0009-bedroom', 'motion', true],
      ['term-0009-bedroom', 'motion', false],
      ['term-0009-frontdoor', 'door', true],
      ['term-0009-frontdoor', 'door', false],
    ])
  }
})

test('a recording that is not there is an error with its name', async () => {
  const broker = await startBroker()
  const terminal = { id: 'term-0009', token: 'token' }
  await expect(
    startReplay({ path: '/nowhere/home.csv.gz', brokerUrl: broker.url, terminal, clock: systemClock, speed: 1 }).done,
  ).rejects.toThrow('/nowhere/home.csv.gz')
})

test('asked whether they are all right, most press once; whoever cannot move does not', async () => {
  const broker = await startBroker()
  const fleet = startCommunity(broker.url, 8, 20_000)
  await expect.poll(() => fleet.counts().connected, { timeout: 20_000 }).toBe(8)
  const homes = Array.from({ length: 8 }, (_, index) => fleet.home(index))
  homes[1]?.still()
  const ask = () => {
    for (const { home } of homes)
      broker.tell(replyTopic(home.terminal.id), { kind: 'check-in', id: `ask-${home.terminal.id}`, alarmId: 'x' })
  }
  const answered = () => new Set(broker.kinds('answer').map(({ deviceId }) => deviceId))
  // Asked again and again: a terminal may be connected and not yet listening.
  const answeredNow = () => {
    ask()
    return answered().size
  }
  await expect.poll(answeredNow, { timeout: 20_000, interval: 100 }).toBeGreaterThanOrEqual(5)
  expect(answered().has(homes[1]?.home.terminal.id ?? '')).toBe(false)
  expect(answered().size).toBeLessThan(8)
}, 60_000)
