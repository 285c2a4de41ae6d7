/** The terminal's line against a real broker (Aedes as it comes from npm): nothing that asks for help is lost, and late news says that it is late. */
import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../domain/clock.ts'
import { openVirtualClock } from '../test/virtual-clock.ts'
import { type Link, type LinkNeeds, openLink } from './link.ts'
import { openRandom } from './random.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

type Received = { topic: string; text: string; dup: boolean; body: Record<string, unknown> }
type TestBroker = { url: string; received: Received[]; refuse: { times: number }; aedes: Aedes; cut(): void; close(): Promise<void> }

/** Writes down what arrives; refuses (closes without PUBACK) as often as `refuse.times` says. */
async function startBroker(port = 0): Promise<TestBroker> {
  const aedes = await Aedes.createBroker()
  const received: Received[] = []
  const refuse = { times: 0 }
  aedes.authorizePublish = (_client, packet, done) => {
    const text = packet.payload.toString()
    received.push({ topic: packet.topic, text, dup: packet.dup, body: JSON.parse(text) })
    if (refuse.times <= 0) return done(null)
    refuse.times -= 1
    done(new Error('not recorded'))
  }
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const close = async () => {
    cut()
    await new Promise<void>((resolve) => server.close(() => resolve()))
    await new Promise<void>((resolve) => aedes.close(() => resolve()))
  }
  cleanups.push(close)
  return { url: `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, received, refuse, aedes, cut, close }
}

function openTestLink(broker: TestBroker, more: Partial<LinkNeeds> = {}): Link & { replies: string[] } {
  const replies: string[] = []
  const link = openLink({
    brokerUrl: broker.url,
    deviceId: 'term-0001',
    token: 'secret',
    replyTopics: ['care/term-0001/reply'],
    clock: systemClock,
    random: openRandom(1),
    onReply: (_topic, payload) => void replies.push(payload),
    ...more,
  })
  cleanups.push(link.stop)
  link.up()
  return { ...link, replies }
}

const sos = (id: string) => ({ topic: 'care/term-0001/sos', body: { id }, urgency: 'call' as const, madeAt: systemClock.now() })
const motion = (n: number, madeAt = systemClock.now()) => ({
  topic: 'care/term-0001/motion',
  body: { active: true, n },
  urgency: 'record' as const,
  madeAt,
})

test('a press is sent again, byte for byte, until the broker thanks for it', async () => {
  const broker = await startBroker()
  broker.refuse.times = 2
  const link = openTestLink(broker)
  link.send(sos('p1'))
  await expect.poll(() => link.isIdle(), { timeout: 20_000 }).toBe(true)
  expect(broker.received.map(({ text }) => text)).toEqual(['{"id":"p1"}', '{"id":"p1"}', '{"id":"p1"}'])
  expect(link.counts()).toMatchObject({ thanked: 1, sentAgain: 2, connections: 3 })
})

test('what happened without a line is sent when it is back: calls first, old news marked as such, heartbeats not at all', async () => {
  const broker = await startBroker()
  const clock = systemClock
  const link = openLink({
    brokerUrl: broker.url,
    deviceId: 'term-0001',
    token: 'secret',
    replyTopics: [],
    clock,
    random: openRandom(1),
    onReply() {},
  })
  cleanups.push(link.stop)
  const longAgo = (clock.now() - 60_000) as ReturnType<typeof clock.now>
  link.send(motion(1, longAgo))
  link.send({ topic: 'care/term-0001/heartbeat', body: {}, urgency: 'beat', madeAt: longAgo })
  link.send({ ...sos('late'), madeAt: longAgo })
  link.send(motion(2))
  link.up()
  await expect.poll(() => link.counts().thanked, { timeout: 20_000 }).toBe(3)
  expect(broker.received.map(({ topic, body }) => [topic.split('/')[2], body.replay ?? false])).toEqual([
    ['sos', true],
    ['motion', true],
    ['motion', false],
  ])
})

test('a broken line loses nothing that was on its way', async () => {
  const broker = await startBroker()
  const link = openTestLink(broker)
  await expect.poll(() => link.isUp()).toBe(true)
  for (let n = 0; n < 60; n += 1) {
    link.send(motion(n))
    if (n === 30) broker.cut()
  }
  await expect.poll(() => link.isIdle(), { timeout: 20_000 }).toBe(true)
  expect(new Set(broker.received.map(({ body }) => body.n)).size).toBe(60)
})

test('the oldest news gives way when too much is kept; a call never does', async () => {
  const clock = openVirtualClock()
  const link = openLink({
    brokerUrl: 'mqtt://127.0.0.1:1',
    deviceId: 'term-0001',
    token: '',
    replyTopics: [],
    clock,
    random: openRandom(1),
    onReply() {},
  })
  link.send(sos('kept'))
  for (let n = 0; n < 700; n += 1) link.send(motion(n))
  expect(link.counts().dropped).toBe(201)
  expect(link.isIdle()).toBe(false)
})

test('a reply reaches the terminal', async () => {
  const broker = await startBroker()
  const link = openTestLink(broker)
  await expect.poll(() => link.isUp()).toBe(true)
  const publish = () =>
    broker.aedes.publish(
      { cmd: 'publish', topic: 'care/term-0001/reply', payload: Buffer.from('{"kind":"recorded"}'), qos: 0, retain: false, dup: false },
      () => {},
    )
  await expect
    .poll(() => {
      publish()
      return link.replies.length
    })
    .toBeGreaterThan(0)
  expect(link.replies[0]).toBe('{"kind":"recorded"}')
})

test('without a broker it keeps trying, and finds the one that comes later', async () => {
  const first = await startBroker()
  await first.close()
  const link = openTestLink(first)
  link.send(sos('p1'))
  const second = await startBroker(Number(new URL(first.url).port))
  await expect.poll(() => second.received.length, { timeout: 20_000 }).toBe(1)
})
