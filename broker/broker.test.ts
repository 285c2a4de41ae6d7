/** The broker with real clients: durable before thanked, who may come in by which door, and the way of a reply. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { instant } from '../domain/time.ts'
import { certificate } from './certificate.contract.ts'
import { afterwards, client, closeAll, openHouse, raw, rawLogin, until, wire } from './house.contract.ts'

afterEach(closeAll)

const reply = (deviceId: string) => ({ id: 'r1', deviceId, kind: 'recorded' as const, alarmId: 'a1', at: instant(1_000) })

describe('A1: durable before thanked', () => {
  test('there is no PUBACK until accept has resolved', async () => {
    const disk = Promise.withResolvers<void>()
    const house = await openHouse({ accept: () => disk.promise })
    house.device('button01')
    const button = await rawLogin(house, 'button01')
    button.send(wire.publish('care/button01/sos', '{"pressId":"p1"}', { id: 77 }))
    button.send(Buffer.from([0xc0, 0]))
    await until(() => button.hex().includes('d000'))
    expect(house.accepted).toMatchObject([{ senderId: 'button01', topic: 'care/button01/sos', qos: 1, retain: false, dup: false }])
    expect(button.hex()).not.toContain('4002004d')
    disk.resolve()
    await until(() => button.hex().includes('4002004d'))
  })

  test('when accept rejects the connection closes unthanked, and the resend is thanked', async () => {
    let broken = true
    const house = await openHouse({ accept: () => (broken ? Promise.reject(new Error('disk full')) : Promise.resolve()) })
    house.device('button01')
    const before = await rawLogin(house, 'button01')
    before.send(wire.publish('care/button01/sos', 'p1', { id: 9 }))
    await until(before.closed)
    expect(before.hex()).toBe('20020000')
    broken = false
    const after = await rawLogin(house, 'button01')
    after.send(wire.publish('care/button01/sos', 'p1', { id: 9, dup: true }))
    await until(() => after.hex().endsWith('40020009'))
    expect(house.accepted.map(({ dup }) => dup)).toEqual([false, true])
    expect(house.said.some((line) => line.includes('disk full'))).toBe(true)
  })

  test('when accept never answers the connection closes unthanked at its time limit, and others are served meanwhile', async () => {
    const house = await openHouse({ accept: ({ topic }) => (topic.includes('stuck') ? new Promise(() => {}) : Promise.resolve()) })
    house.device('stuck001')
    house.device('lucky001')
    const stuck = await rawLogin(house, 'stuck001')
    stuck.send(wire.publish('care/stuck001/sos', 'p1'))
    await until(() => house.accepted.length === 1)
    const lucky = await client(house, 'lucky001')
    await lucky.publishAsync('care/lucky001/sos', 'p2', { qos: 1 })
    house.sweep(10)
    expect(stuck.closed()).toBe(false)
    house.sweep(2)
    await until(stuck.closed)
    expect(stuck.hex()).toBe('20020000')
    expect(house.counts()).toMatchObject({ notRecorded: 1, underWay: 0 })
  })

  test('QoS 0 goes through accept as well', async () => {
    const house = await openHouse()
    house.device('sensor01')
    const sensor = await client(house, 'sensor01')
    sensor.publish('care/sensor01/motion', '{}', { qos: 0 })
    await until(() => house.accepted.length === 1)
    expect(house.accepted[0]).toMatchObject({ topic: 'care/sensor01/motion', qos: 0 })
  })
})

describe('the doors', () => {
  test('TLS', async () => {
    const house = await openHouse({ tls: certificate })
    house.device('button01')
    const port = await house.broker.listenTls('127.0.0.1', 0)
    const button = await client(house, 'button01', { protocol: 'mqtts', port, rejectUnauthorized: false })
    await button.publishAsync('care/button01/sos', 'p1', { qos: 1 })
    expect(house.accepted).toHaveLength(1)
    await button.endAsync()
    await until(() => house.counts().open === 0)
  })

  test('WebSocket, on a server that belongs to somebody else', async () => {
    const house = await openHouse()
    house.device('button01')
    const server = createServer()
    server.on('upgrade', house.broker.handleWebSocket)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    afterwards(() => server.close())
    const { port } = server.address() as AddressInfo
    const button = await client(house, 'button01', { protocol: 'ws', port, path: '/mqtt' })
    await button.publishAsync('care/button01/sos', 'p1', { qos: 1 })
    expect(house.accepted).toHaveLength(1)
    const heard: string[] = []
    button.on('message', (_topic, payload) => heard.push(payload.toString()))
    await button.subscribeAsync('care/button01/reply', { qos: 1 })
    expect(house.broker.send(reply('button01'))).toBe(true)
    await until(() => heard.length === 1)
    await button.endAsync()
    await until(() => house.counts().open === 0)
  })

  test('a broker without a certificate says so', async () => {
    const house = await openHouse()
    expect(() => house.broker.listenTls('127.0.0.1', 0)).toThrow('certificate')
  })

  test('a port that is taken is an error', async () => {
    const house = await openHouse()
    await expect(house.broker.listenTcp('127.0.0.1', house.port)).rejects.toThrow('EADDRINUSE')
  })
})

describe('replies', () => {
  test('reach the device that listens, as JSON on its own topic', async () => {
    const house = await openHouse()
    house.device('button01')
    const button = await client(house, 'button01')
    const heard: unknown[] = []
    button.on('message', (topic, payload, { qos }) => heard.push({ topic, qos, ...JSON.parse(payload.toString()) }))
    expect(house.broker.send(reply('button01'))).toBe(false)
    await button.subscribeAsync('care/button01/reply', { qos: 1 })
    expect(house.broker.send(reply('button01'))).toBe(true)
    await until(() => heard.length > 0)
    expect(heard).toMatchObject([{ topic: 'care/button01/reply', qos: 1, id: 'r1', kind: 'recorded', alarmId: 'a1', at: 1_000 }])
  })

  test('reach a carried device through its gateway', async () => {
    const house = await openHouse()
    house.device('gateway1', { carries: ['pendant1'] })
    const gateway = await client(house, 'gateway1')
    const heard: string[] = []
    gateway.on('message', (topic) => heard.push(topic))
    await gateway.subscribeAsync('care/pendant1/reply', { qos: 1 })
    expect(house.broker.send(reply('pendant1'))).toBe(true)
    await until(() => heard.length === 1)
    await gateway.endAsync()
    await until(() => house.counts().connected === 0)
    expect(house.broker.send(reply('pendant1'))).toBe(false)
  })

  test('A7: a burst arrives whole and in order', async () => {
    const house = await openHouse()
    house.device('button01')
    const button = await client(house, 'button01')
    const heard: number[] = []
    button.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString()).at))
    await button.subscribeAsync('care/button01/reply', { qos: 1 })
    for (let i = 0; i < 500; i++) house.broker.send({ ...reply('button01'), at: instant(i) })
    await until(() => heard.length === 500)
    expect(heard).toEqual(Array.from({ length: 500 }, (_, i) => i))
  })
})

describe('revocation and closing', () => {
  test('a revoked device is cut off', async () => {
    const house = await openHouse()
    house.device('button01')
    const button = await rawLogin(house, 'button01')
    await until(() => house.counts().connected === 1)
    expect(house.broker.disconnect('button01')).toBe(true)
    await until(button.closed)
    await until(() => house.counts().connected === 0)
    expect(house.broker.disconnect('button01')).toBe(false)
  })

  test('closing the broker closes everything', async () => {
    const house = await openHouse()
    house.device('button01')
    const button = await rawLogin(house, 'button01')
    const silent = await raw(house.port)
    await house.broker.close()
    await until(() => button.closed() && silent.closed())
  })
})
