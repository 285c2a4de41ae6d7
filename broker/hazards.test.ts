/** One test for each known way in which a broker of this kind fails its clients (the hazards A2–A24 of our reliability study). */
import { afterEach, describe, expect, test } from 'vitest'
import { instant, milliseconds } from '../domain/time.ts'
import { openHooks } from './hooks.ts'
import { client, closeAll, openHouse, raw, rawLogin, until, wire } from './house.contract.ts'

afterEach(closeAll)

const refused = (code: number) => `2002000${code}`
const reply = (deviceId: string) => ({ id: 'r1', deviceId, kind: 'recorded' as const, alarmId: 'a1', at: instant(1_000) })

describe('a press survives', () => {
  test('A2: a connection lost while the press is being recorded: it is recorded all the same', async () => {
    const disk = Promise.withResolvers<void>()
    let recorded = 0
    const house = await openHouse({ accept: () => disk.promise.then(() => void recorded++) })
    house.device('button01')
    const button = await rawLogin(house, 'button01')
    button.send(wire.publish('care/button01/sos', 'p1'))
    await until(() => house.accepted.length === 1)
    button.socket.destroy()
    await until(() => house.counts().open === 0)
    disk.resolve()
    await until(() => recorded === 1)
    await until(() => house.counts().underWay === 0)
  })

  test('A3: CONNECT, PUBLISH, DISCONNECT and end in one breath: the press is recorded, and a resend is welcome', async () => {
    const house = await openHouse()
    house.device('button01')
    const hasty = await raw(house.port)
    hasty.send(wire.connect('button01', house.tokenOf('button01')), wire.publish('care/button01/sos', 'p1', { id: 5 }), wire.disconnect)
    hasty.socket.end()
    await until(hasty.closed)
    await until(() => house.accepted.length === 1)
    const patient = await rawLogin(house, 'button01')
    patient.send(wire.publish('care/button01/sos', 'p1', { id: 5, dup: true }))
    await until(() => patient.hex().endsWith('40020005'))
    expect(house.accepted.at(-1)).toMatchObject({ dup: true })
  })

  test('A4: QoS 2 is answered only after recording, and each resend is recorded again', async () => {
    let broken = false
    const house = await openHouse({ accept: () => (broken ? Promise.reject(new Error('no')) : Promise.resolve()) })
    house.device('button01')
    const button = await rawLogin(house, 'button01')
    button.send(wire.publish('care/button01/sos', 'p1', { qos: 2, id: 3 }))
    await until(() => button.hex().endsWith('50020003'))
    button.send(wire.publish('care/button01/sos', 'p1', { qos: 2, id: 3, dup: true }))
    await until(() => button.hex().endsWith('5002000350020003'))
    button.send(wire.pubrel(3))
    await until(() => button.hex().endsWith('70020003'))
    expect(house.accepted).toHaveLength(2)
    broken = true
    button.send(wire.publish('care/button01/sos', 'p2', { qos: 2, id: 4 }))
    await until(button.closed)
    expect(button.hex()).not.toContain('50020004')
  })

  test('A4: thousands of half-done QoS 2 messages close their own connection and nothing else', async () => {
    const house = await openHouse({ limits: { inFlightPerClient: 50 } })
    house.device('hoarder1')
    const hoarder = await rawLogin(house, 'hoarder1')
    for (let id = 1; id <= 60; id++) hoarder.send(wire.publish('care/hoarder1/motion', 'x', { qos: 2, id }))
    await until(hoarder.closed)
  })
})

describe('A5: no throw ends the process', () => {
  test('accept, credential and log may all throw', async () => {
    const boom = () => {
      throw new Error('boom')
    }
    const house = await openHouse({ accept: boom, log: boom })
    house.device('button01')
    const button = await rawLogin(house, 'button01')
    button.send(wire.publish('care/button01/sos', 'p1'))
    await until(button.closed)
    expect(button.hex()).toBe('20020000')
    for (const credential of [
      boom,
      () => Promise.reject(new Error('boom')),
      () => Promise.resolve(JSON.parse('{"deviceId":"button01"}')),
    ]) {
      const broken = await openHouse({ credential })
      const visitor = await raw(broken.port)
      visitor.send(wire.connect('button01', 'x'.repeat(43)))
      await until(visitor.closed)
      expect(visitor.hex()).toBe(refused(3))
    }
  })

  test('a will that fires for a client who is gone is refused', () => {
    const hooks = openHooks(JSON.parse('{"tally":{}}'))
    let answer: unknown
    hooks.authorizePublish(null, JSON.parse('{"topic":"care/button01/sos"}'), (error) => {
      answer = error
    })
    expect(answer).toBeInstanceOf(Error)
  })
})

describe('nobody holds up anybody', () => {
  test('A6: a listener that stops reading is cut off and delays no press', async () => {
    const house = await openHouse({ limits: { drainWait: milliseconds(300) } })
    house.device('frozen01')
    house.device('button01')
    const frozen = await rawLogin(house, 'frozen01')
    frozen.send(wire.subscribe(['care/frozen01/reply']))
    await until(() => frozen.hex().includes('9003'))
    frozen.socket.pause()
    const long = { ...reply('frozen01'), id: 'x'.repeat(10_000) }
    for (let i = 0; i < 2_000; i++) house.broker.send(long)
    const button = await client(house, 'button01')
    for (let i = 0; i < 50; i++) await button.publishAsync('care/button01/sos', `p${i}`, { qos: 1 })
    await until(() => !house.broker.send(long))
    expect(house.accepted).toHaveLength(50)
  })

  test('A22: nothing is queued for a device that is away', async () => {
    const house = await openHouse()
    house.device('button01')
    const first = await rawLogin(house, 'button01', { clean: false })
    first.send(wire.subscribe(['care/button01/reply']))
    await until(() => first.hex().includes('9003'))
    first.socket.destroy()
    await until(() => house.counts().connected === 0)
    expect(house.broker.send(reply('button01'))).toBe(false)
    const second = await rawLogin(house, 'button01', { clean: false })
    second.send(Buffer.from([0xc0, 0]))
    await until(() => second.hex().endsWith('d000'))
    expect(second.hex()).toBe('20020000d000')
  })

  test('A23: a retained message is handed on as such, and is kept nowhere', async () => {
    const house = await openHouse()
    house.device('gateway1', { carries: ['button01'] })
    house.device('button01')
    const button = await rawLogin(house, 'button01')
    button.send(wire.publish('care/button01/sos', 'old', { retain: true }))
    await until(() => button.hex().endsWith('40020001'))
    expect(house.accepted).toMatchObject([{ retain: true, topic: 'care/button01/sos' }])
    const gateway = await rawLogin(house, 'gateway1')
    gateway.send(wire.subscribe(['care/button01/sos', 'care/button01/reply']), Buffer.from([0xc0, 0]))
    await until(() => gateway.hex().endsWith('d000'))
    expect(gateway.hex()).toBe('2002000090040001' + '8001' + 'd000')
    expect(house.counts().retained).toBe(1)
  })
})

describe('who may come in', () => {
  test('A11, A21: ids that are empty or hold wildcards or slashes are refused', async () => {
    const house = await openHouse()
    for (const id of ['', '+', '#', 'care/x', 'a/b/c', '$SYS', 'abc', 'x'.repeat(65), 'constructor.', '安铃安铃']) {
      house.device(id)
      const visitor = await raw(house.port)
      visitor.send(wire.connect(id, house.tokenOf(id)))
      await until(visitor.closed)
      expect(visitor.hex(), id).toBe(refused(2))
    }
    expect(house.counts()).toMatchObject({ connected: 0, loginsNow: 0 })
  })

  test('A12: with other credentials, or under another name, nobody takes a connection over', async () => {
    const house = await openHouse()
    house.device('victim01')
    house.device('thief001')
    const victim = await rawLogin(house, 'victim01')
    const attempts = [
      wire.connect('victim01', house.tokenOf('thief001')),
      wire.connect('victim01', house.tokenOf('thief001'), { username: 'thief001' }),
      wire.connect('victim01', ''),
      wire.connect('nobody01', house.tokenOf('victim01')),
    ]
    for (const [i, attempt] of attempts.entries()) {
      const thief = await raw(house.port)
      thief.send(attempt)
      await until(thief.closed)
      expect(thief.hex(), `attempt ${i}`).toBe(refused(i === 1 ? 2 : 4))
    }
    expect(victim.closed()).toBe(false)
    expect(house.counts()).toMatchObject({ loginsRefused: 4, connected: 1 })
  })

  test('A12: the same credential takes over, and two who fight for one name are reported', async () => {
    const house = await openHouse({ limits: { takeoversPerMinute: 3 } })
    house.device('twin0001')
    let last = await rawLogin(house, 'twin0001')
    for (let i = 0; i < 3; i++) {
      const next = await rawLogin(house, 'twin0001')
      await until(last.closed)
      last = next
    }
    expect(house.counts()).toMatchObject({ takeovers: 3, connected: 1 })
    expect(house.said).toEqual(['warn: two connections take one device from each other {"deviceId":"twin0001"}'])
  })

  test('A13: a will is never published, however the client dies', async () => {
    const house = await openHouse()
    house.device('gateway1', { base: 'zigbee2mqtt' })
    const options = { will: { topic: 'care/gateway1/sos', payload: Buffer.from('help'), qos: 1 as const, retain: true } }
    const gateway = await client(house, 'gateway1', options)
    gateway.stream.destroy()
    await until(() => house.counts().open === 0)
    expect(house.accepted).toEqual([])
    expect(house.counts().wills).toBe(1)
  })

  test('A14: a credential store that never answers: CONNACK 3 at the time limit', async () => {
    const house = await openHouse({ credential: () => new Promise(() => {}) })
    const visitor = await raw(house.port)
    visitor.send(wire.connect('button01', 'x'.repeat(43)))
    await until(() => house.counts().loginsNow === 1)
    house.sweep(10)
    await until(visitor.closed)
    expect(visitor.hex()).toBe(refused(3))
    await until(() => house.counts().loginsNow === 0)
  })

  test('A17: no keep-alive, or one over five minutes, is refused; a client that falls silent is closed', async () => {
    const house = await openHouse()
    house.device('button01')
    for (const keepalive of [0, 301, 65_535]) {
      const visitor = await raw(house.port)
      visitor.send(wire.connect('button01', house.tokenOf('button01'), { keepalive }))
      await until(visitor.closed)
      expect(visitor.hex(), String(keepalive)).toBe(refused(6))
    }
    const silent = await rawLogin(house, 'button01', { keepalive: 1 })
    await until(silent.closed)
    await rawLogin(house, 'button01', { keepalive: 300 })
  })

  test('A20: MQTT 5 is told the protocol version is not accepted', async () => {
    const house = await openHouse()
    house.device('button01')
    const modern = await raw(house.port)
    modern.send(wire.connect('button01', house.tokenOf('button01'), { level: 5 }))
    await until(modern.closed)
    expect(modern.hex()).toBe(refused(1))
  })
})
