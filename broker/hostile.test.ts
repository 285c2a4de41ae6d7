/** Sockets that mean harm: silence, drips, giants, crowds. Each is cut off, none costs memory, and a press goes through meanwhile. */
import { createServer } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { milliseconds } from '../domain/time.ts'
import { certificate } from './certificate.contract.ts'
import { afterwards, client, closeAll, openHouse, raw, rawLogin, until, wire } from './house.contract.ts'

afterEach(closeAll)

const toTheLimit = 12

describe('A15: before CONNECT', () => {
  test('silence, half a CONNECT and a drip are all cut off at the time limit, not before', async () => {
    const house = await openHouse()
    house.device('button01')
    const whole = wire.connect('button01', house.tokenOf('button01'))
    const silent = await raw(house.port)
    const half = await raw(house.port)
    half.send(whole.subarray(0, 20))
    const drip = await raw(house.port)
    for (let i = 0; i < 10; i++) {
      drip.send(whole.subarray(i, i + 1))
      house.sweep()
    }
    await until(() => house.counts().silent === 3)
    expect([silent, half, drip].some(({ closed }) => closed())).toBe(false)
    house.sweep(toTheLimit)
    await until(() => silent.closed() && half.closed() && drip.closed())
    expect(house.counts()).toMatchObject({ open: 0, silent: 0, refusedSilent: 3 })
  })

  test('a CONNECT in many pieces is as good as one in one piece', async () => {
    const house = await openHouse()
    house.device('button01')
    const slow = await raw(house.port)
    for (const byte of wire.connect('button01', house.tokenOf('button01'))) {
      slow.send(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => slow.hex() === '20020000')
  })

  test('a socket that closes before it says anything is forgotten', async () => {
    const house = await openHouse()
    const early = await raw(house.port)
    const half = await raw(house.port)
    half.send(Buffer.from([0x10, 50]))
    await until(() => house.counts().silent === 2)
    early.socket.end()
    half.socket.resetAndDestroy()
    await until(() => house.counts().open === 0)
    expect(house.counts().silent).toBe(0)
  })
})

describe('A16: sizes', () => {
  test.each([
    ['a header of 256 MB as the first packet', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])],
    ['a CONNECT over its limit', Buffer.from([0x10, 0x81, 0x10])],
    ['a length of five digits', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 1])],
    ['something that is no CONNECT', Buffer.from([0x30, 2, 0, 0])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('%s closes at once', async (_what, bytes) => {
    const house = await openHouse()
    const visitor = await raw(house.port)
    visitor.send(bytes)
    await until(visitor.closed)
    expect(visitor.hex()).toBe('')
  })

  test('after login a packet up to the limit is taken, and a larger one closes at its header', async () => {
    const house = await openHouse()
    house.device('sensor01')
    const sensor = await rawLogin(house, 'sensor01')
    const topic = 'care/sensor01/vitals'
    const room = 16 * 1_024 - topic.length - 4
    sensor.send(wire.publish(topic, 'x'.repeat(room), { id: 1 }), wire.publish(topic, 'y', { id: 2 }))
    await until(() => sensor.hex().includes('40020001') && sensor.hex().includes('40020002'))
    sensor.send(wire.publish(topic, 'x'.repeat(room + 1), { id: 3 }).subarray(0, 10))
    await until(sensor.closed)
    expect(house.accepted).toHaveLength(2)
    expect(house.counts().packetsTooLarge).toBe(1)
  })

  test('giants by the hundred leave the memory flat', async () => {
    const house = await openHouse()
    house.device('sensor01')
    const before = process.memoryUsage().rss
    for (let i = 0; i < 200; i++) {
      const giant = i % 2 ? await raw(house.port) : await rawLogin(house, 'sensor01')
      giant.send(Buffer.from([i % 2 ? 0x10 : 0x30, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(256 * 1_024))
      await until(giant.closed)
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_024 * 1_024)
    expect(house.counts()).toMatchObject({ open: 0, connected: 0 })
  })

  test('the same limits hold on a WebSocket', async () => {
    const house = await openHouse()
    const server = createServer()
    server.on('upgrade', house.broker.handleWebSocket)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    afterwards(() => server.close())
    for (const bytes of [Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(20_000, 0x10)]) {
      const web = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/mqtt`, 'mqtt')
      web.on('error', () => {})
      await new Promise((resolve) => web.once('open', resolve))
      web.send(bytes)
      await new Promise((resolve) => web.once('close', resolve))
    }
    await until(() => house.counts().open === 0)
  })
})

describe('A18: a full house', () => {
  test('turns newcomers away, but first whoever is silent', async () => {
    const house = await openHouse({ limits: { connections: 3 } })
    for (const id of ['button01', 'button02', 'button03', 'button04']) house.device(id)
    const silent = await raw(house.port)
    const inside = [await rawLogin(house, 'button01'), await rawLogin(house, 'button02')]
    inside.push(await rawLogin(house, 'button03'))
    await until(silent.closed)
    const late = await raw(house.port)
    await until(late.closed)
    expect(house.counts()).toMatchObject({ open: 3, turnedAway: 1 })
    expect(inside.some(({ closed }) => closed())).toBe(false)
    inside[0]?.socket.destroy()
    await until(() => house.counts().open === 2)
    await rawLogin(house, 'button04')
  })
})

describe('A24: TLS', () => {
  test('no greeting, a bad one, and one that goes no further are all cut off', async () => {
    const house = await openHouse({ tls: certificate, limits: { tlsHandshakeWait: milliseconds(300) } })
    const port = await house.broker.listenTls('127.0.0.1', 0)
    const silent = await raw(port)
    const plain = await raw(port)
    plain.send(wire.connect('button01', 'x'))
    await until(plain.closed)
    const nonsense = await raw(port)
    nonsense.send(Buffer.concat([Buffer.from([22, 3, 1, 0, 50]), Buffer.alloc(50, 7)]))
    await until(nonsense.closed)
    const greeting = await clientHello()
    const stuck = await raw(port)
    stuck.send(greeting)
    await until(stuck.closed)
    expect(silent.closed()).toBe(false)
    house.sweep(toTheLimit)
    await until(silent.closed)
    await until(() => house.counts().open === 0)
  })

  test('a TLS client that logs in says nothing else: cut off like any other', async () => {
    const house = await openHouse({ tls: certificate })
    const port = await house.broker.listenTls('127.0.0.1', 0)
    const mute = await raw(port, { secure: true })
    await until(() => house.counts().silent === 1)
    house.sweep(toTheLimit)
    await until(mute.closed)
    await until(() => house.counts().open === 0)
  })
})

describe('a flood', () => {
  test('of one client is read only so far ahead, and all of it arrives in the end, in order', async () => {
    const held: (() => void)[] = []
    const house = await openHouse({
      limits: { inFlightPerClient: 5, readAhead: 20 },
      accept: () => new Promise((resolve) => held.push(resolve)),
    })
    house.device('flooder1')
    const flooder = await rawLogin(house, 'flooder1')
    const payload = 'x'.repeat(1_000)
    for (let id = 1; id <= 500; id++) flooder.send(wire.publish('care/flooder1/motion', `${id} ${payload}`, { id }))
    await until(() => house.counts().waiting > 15)
    while (house.accepted.length < 500 || held.length > 0) {
      expect(house.counts().waiting).toBeLessThan(100)
      held.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => flooder.hex().length === 2 * 4 * 501)
    expect(house.accepted.map(({ payload }) => Number.parseInt(Buffer.from(payload).toString(), 10))).toEqual(
      Array.from({ length: 500 }, (_, i) => i + 1),
    )
  })

  test('of one client does not reach the press of another', async () => {
    const held: (() => void)[] = []
    const house = await openHouse({
      limits: { inFlightPerClient: 10, inFlightTotal: 10, waitingTotal: 100 },
      accept: ({ topic }) => (topic.endsWith('sos') ? Promise.resolve() : new Promise((resolve) => held.push(resolve))),
    })
    house.device('flooder1')
    house.device('button01')
    const flooder = await rawLogin(house, 'flooder1')
    for (let id = 1; id <= 100; id++) flooder.send(wire.publish('care/flooder1/motion', 'x', { id }))
    await until(() => house.counts().waiting === 90)
    const button = await client(house, 'button01')
    await button.publishAsync('care/button01/sos', 'p1', { qos: 1 })
    // The same client's own press overtakes its readings.
    flooder.send(wire.publish('care/flooder1/sos', 'p2', { id: 500 }))
    await until(() => flooder.hex().includes('400201f4'))
    for (let id = 101; id <= 120; id++) flooder.send(wire.publish('care/flooder1/motion', 'x', { id }))
    await until(flooder.closed)
    expect(house.counts()).toMatchObject({ cutOff: 1, waiting: 0, connected: 1 })
    for (const free of held) free()
    await until(() => house.counts().underWay === 0)
  })
})

/** The first bytes of a real TLS client. */
async function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const trap = net.createServer((socket) => socket.once('data', (bytes) => resolve(bytes)))
    trap.listen(0, '127.0.0.1', () => {
      const socket = net.connect((trap.address() as AddressInfo).port, '127.0.0.1')
      tls.connect({ socket, rejectUnauthorized: false }).on('error', () => {})
      afterwards(() => {
        socket.destroy()
        trap.close()
      })
    })
  })
}
