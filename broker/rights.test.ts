/** The matrix of rights: who may say what, who may hear what, and that what is denied is never delivered, not even later. */
import { afterEach, describe, expect, test } from 'vitest'
import { closeAll, openHouse, raw, rawLogin, until, wire } from './house.contract.ts'
import { isPressTopic, mayHear, mayPublish, rightsOf, verdictOn } from './rights.ts'

afterEach(closeAll)

const of = (deviceId: string, carries: string[] = [], base = '') => rightsOf({ deviceId, tokenHashes: [], carries, base })
const button = of('button01')
const carrier = of('gateway1', ['pendant1'])
const foreign = of('z2m-0001', [], 'zigbee2mqtt')
const everyone = { button, carrier, foreign }

describe('publishing', () => {
  const may: Record<string, (keyof typeof everyone)[]> = {
    'care/button01/sos': ['button'],
    'care/gateway1/heartbeat': ['carrier'],
    'care/pendant1/sos': ['carrier'],
    'care/z2m-0001/heartbeat': ['foreign'],
    'zigbee2mqtt/kitchen': ['foreign'],
    'zigbee2mqtt/bridge/state': ['foreign'],
    'care/button01/reply': [],
    'care/button01/unknown': [],
    'care/button01/sos/more': [],
    'care/button01/': [],
    'care/button01': [],
    'care//sos': [],
    '/care/button01/sos': [],
    'Care/button01/sos': [],
    'care/pendant1/reply': [],
    'care/pendant2/sos': [],
    'zigbee2mqtt/': [],
    zigbee2mqtt: [],
    'zigbee2mqttx/kitchen': [],
    '$SYS/broker/new/clients': [],
    'homeassistant/status': [],
  }
  test.each(Object.entries(may))('%s', (topic, who) => {
    const allowed = Object.entries(everyone).filter(([, rights]) => mayPublish(rights, topic))
    expect(allowed.map(([name]) => name)).toEqual(who)
  })
})

describe('subscribing', () => {
  const verdicts: Record<string, string> = {
    'care/button01/reply': 'heard denied denied',
    'care/gateway1/reply': 'denied heard denied',
    'care/pendant1/reply': 'denied heard denied',
    'care/z2m-0001/reply': 'denied denied heard',
    'zigbee2mqtt/#': 'denied denied deaf',
    'zigbee2mqtt/+/set': 'denied denied deaf',
    '#': 'denied denied denied',
    '+/+/+': 'denied denied denied',
    'care/#': 'denied denied denied',
    'care/+/reply': 'denied denied denied',
    'care/button01/#': 'denied denied denied',
    'care/button01/+': 'denied denied denied',
    'care/button01/sos': 'denied denied denied',
    '$SYS/#': 'denied denied denied',
    '$share/g/care/button01/reply': 'denied denied denied',
    '/zigbee2mqtt/#': 'denied denied denied',
  }
  test.each(Object.entries(verdicts))('%s', (filter, expected) => {
    expect(
      Object.values(everyone)
        .map((rights) => verdictOn(rights, filter))
        .join(' '),
    ).toBe(expected)
  })

  test('on a foreign tree nothing is ever sent', () => {
    expect(mayHear(foreign, 'zigbee2mqtt/kitchen/set')).toBe(false)
  })
})

test('a base that would reach into our topics, or the broker’s, is no base', () => {
  for (const base of ['care', 'care/x', '$SYS', '#', '+', 'a/+', '/a', 'a/', 'a//b', ''])
    expect(of('gateway1', [], base).base, base).toBe('')
  expect(of('gateway1', [], 'home/zigbee').base).toBe('home/zigbee/')
  expect(of('gateway1', ['a/b', '+', 'pendant1']).carries).toEqual(new Set(['pendant1']))
})

describe('devices that were made for other platforms', () => {
  const alink = of('alink-01', [], '/sys/pk1/dev1')
  const oneNet = of('onenet-1', [], '$sys/pid/dev1')
  const tencent = of('tenc-001', [], '$thing/up/+/P1/dev.1')
  test('each speaks in its own tree and nowhere else', () => {
    expect(mayPublish(alink, '/sys/pk1/dev1/thing/event/property/post')).toBe(true)
    expect(mayPublish(alink, '/sys/pk1/dev2/thing/event/property/post')).toBe(false)
    expect(mayPublish(oneNet, '$sys/pid/dev1/thing/property/post')).toBe(true)
    expect(mayPublish(oneNet, '$SYS/pid/dev1/thing/property/post')).toBe(false)
    expect(mayPublish(tencent, '$thing/up/event/P1/dev.1')).toBe(true)
    for (const other of ['$thing/up/event/P1/devx1', '$thing/up/event/P1/dev.1/x', '$thing/up/a/b/P1/dev.1', '$thing/down/event/P1/dev.1'])
      expect(mayPublish(tencent, other), other).toBe(false)
  })

  test('each may ask for its answers', () => {
    expect(verdictOn(alink, '/sys/pk1/dev1/thing/event/+/post_reply')).toBe('deaf')
    expect(verdictOn(tencent, '$thing/down/property/P1/dev.1')).toBe('deaf')
    expect(verdictOn(tencent, '$thing/down/property/P1/dev.2')).toBe('denied')
    expect(verdictOn(tencent, '$thing/down/#')).toBe('denied')
  })

  test('what it is answered comes only to itself, and only in its own tree', async () => {
    const house = await openHouse()
    house.device('alink-01', { base: '/sys/pk1/dev1' })
    const own = await rawLogin(house, 'alink-01')
    house.broker.answer('alink-01', { topic: '/sys/pk1/dev2/x', payload: 'no' })
    house.broker.answer('nobody-1', { topic: '/sys/pk1/dev1/x', payload: 'no' })
    house.broker.answer('alink-01', { topic: '/sys/pk1/dev1/x', payload: 'yes' })
    await until(() => own.hex().includes(Buffer.from('yes').toString('hex')))
    expect(own.hex()).not.toContain(Buffer.from('/dev2/').toString('hex'))
  })
})

test('a press is told by its topic', () => {
  expect(['care/a/sos', 'care/a/heartbeat', 'zigbee2mqtt/sos'].filter(isPressTopic)).toEqual(['care/a/sos'])
})

describe('over the wire', () => {
  test('a publish elsewhere closes the connection, unthanked and unrecorded', async () => {
    const house = await openHouse()
    house.device('button01')
    for (const topic of ['care/button02/sos', 'care/button01/reply', 'x', '$SYS/a/b', 'care/button01/sos/x', `${'a/'.repeat(120)}b`]) {
      const visitor = await rawLogin(house, 'button01')
      visitor.send(wire.publish(topic, 'x'))
      await until(visitor.closed)
      expect(visitor.hex(), topic).toBe('20020000')
    }
    expect(house.accepted).toEqual([])
  })

  test('A8: a denied filter beside an allowed one never delivers, not even after a reconnect of a kept session', async () => {
    const house = await openHouse()
    house.device('spy00001')
    house.device('victim01')
    for (const connection of [1, 2]) {
      const spy = await rawLogin(house, 'spy00001', { clean: false })
      if (connection === 1) spy.send(wire.subscribe(['care/spy00001/reply', 'care/victim01/sos', '#', 'care/victim01/reply']))
      await until(() => connection === 2 || spy.hex().includes('9006000101808080'))
      const victim = await rawLogin(house, 'victim01')
      victim.send(wire.publish('care/victim01/sos', 'help'))
      await until(() => victim.hex().endsWith('40020001'))
      const before = spy.hex()
      spy.send(Buffer.from([0xc0, 0]))
      await until(() => spy.hex().endsWith('d000'))
      expect(spy.hex()).toBe(`${before}d000`)
      spy.socket.destroy()
      await until(() => house.counts().connected === 1)
      victim.socket.destroy()
      await until(() => house.counts().connected === 0)
    }
  })

  test('A8: a gateway’s own tree is granted and deaf, even to itself', async () => {
    const house = await openHouse({ limits: { subscriptions: 3 } })
    house.device('z2m-0001', { base: 'zigbee2mqtt' })
    const gateway = await rawLogin(house, 'z2m-0001')
    gateway.send(wire.subscribe(['zigbee2mqtt/#']), wire.publish('zigbee2mqtt/kitchen/set', '{}'), Buffer.from([0xc0, 0]))
    await until(() => gateway.hex().includes('d000') && gateway.hex().includes('40020001'))
    expect(gateway.hex()).not.toContain(Buffer.from('kitchen').toString('hex'))
    expect(house.accepted).toMatchObject([{ senderId: 'z2m-0001', topic: 'zigbee2mqtt/kitchen/set' }])
    gateway.send(wire.subscribe(['zigbee2mqtt/a'], 2), wire.subscribe(['zigbee2mqtt/b'], 3), wire.subscribe(['zigbee2mqtt/c'], 4))
    await until(() => gateway.hex().includes('9003000480'))
  })

  test('A9: nobody disconnects a victim through $SYS', async () => {
    const house = await openHouse()
    house.device('victim01')
    house.device('thief001')
    const victim = await rawLogin(house, 'victim01')
    const thief = await rawLogin(house, 'thief001')
    thief.send(wire.publish('$SYS/other/new/clients', 'victim01', { qos: 0 }))
    await until(thief.closed)
    victim.send(wire.publish('care/victim01/sos', 'p1'))
    await until(() => victim.hex().endsWith('40020001'))
  })

  test('A10: $SYS is closed: nobody learns who else is here', async () => {
    const house = await openHouse()
    house.device('spy00001')
    house.device('victim01')
    const spy = await rawLogin(house, 'spy00001')
    spy.send(wire.subscribe(['$SYS/#', '$SYS/+/new/clients']))
    await until(() => spy.hex().includes('900400018080'))
    const victim = await rawLogin(house, 'victim01')
    victim.socket.destroy()
    await until(() => house.counts().connected === 1)
    spy.send(Buffer.from([0xc0, 0]))
    await until(() => spy.hex().endsWith('d000'))
    expect(spy.hex()).toBe('20020000900400018080d000')
  })

  test('nobody comes in without a name and a token', async () => {
    const house = await openHouse()
    const nobody = await raw(house.port)
    nobody.send(Buffer.from('101400044d5154540402003c0008627574746f6e3031', 'hex'))
    await until(nobody.closed)
    expect(nobody.hex()).toBe('20020002')
  })
})
